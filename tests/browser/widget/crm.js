// The CRM page's half of the widget protocol, as a test's scenario wants it.
const scenario = JSON.parse(document.getElementById("scenario").textContent);
const heard = (window.heard = []);
const frame = document.createElement("iframe");
frame.title = "Convert";
frame.allow = scenario.clipboard ? "clipboard-write" : "";
frame.src = scenario.widget;

function tell(message) {
  frame.contentWindow.postMessage({ type: "FRAMEWORK.EVENT", ...message }, scenario.widgetOrigin);
}

function answerTo({ eventName, data }) {
  if (eventName === "ZDK_EVENT") return null;
  if (data.category === "CONFIG") return scenario[data.type === "ORG" ? "org" : "user"];
  if (data.category === "UI") return true;
  return undefined;
}

window.loadPage = (data) => tell({ eventName: "PageLoad", data });

window.addEventListener("message", ({ source, origin, data: message }) => {
  if (source !== frame.contentWindow || origin !== scenario.widgetOrigin) return;
  heard.push(message);
  if (scenario.silent) return;
  if (message.eventName === "REGISTER") {
    tell({ eventName: "SET_CONTEXT", data: { uniqueID: "widget-1", model: {} } });
    if (scenario.page) window.loadPage(scenario.page);
    return;
  }
  const kind = message.data?.category ?? message.eventName;
  if (!message.promiseid || scenario.deaf.includes(kind)) return;
  const answer = answerTo(message);
  const refused = answer === undefined || answer === null || scenario.refused.includes(kind);
  tell({
    eventName: refused ? "EVENT_RESPONSE_FAILURE" : "EVENT_RESPONSE",
    promiseid: message.promiseid,
    data: refused ? { code: "NOT_SUPPORTED" } : answer,
  });
});

document.body.append(frame);
