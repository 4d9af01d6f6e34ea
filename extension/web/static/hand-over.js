// Hands the outcome of a sign-in to the widget that opened this window, and to nobody else: the
// browser delivers the message only to a page of exactly the origin that the sign-in began with.
const script = document.currentScript;
const message = JSON.parse(document.getElementById("message").textContent);
const compare = document.getElementById("compare");
const status = document.getElementById("handing-over");

if (window.opener && !window.opener.closed) {
  window.opener.postMessage(message, script.dataset.origin);
  if (!script.dataset.stay) window.setTimeout(() => window.close(), 400);
} else {
  offerCode();
}
// A browser that keeps us from closing, or from the widget, leaves the person here: then the code.
window.setTimeout(offerCode, 3000);

function offerCode() {
  if (!compare) return;
  compare.hidden = false;
  status.textContent = "One more step:";
}
