// Starts the page of the administrators: the words and the configuration at once.
import { render } from "preact";
import { loadConfig } from "../config.js";
import { html } from "../html.js";
import { App } from "./app.js";
import { createFlow } from "./flow.js";
import { watch } from "./words.js";

const root = document.getElementById("app");
let state = null;
let words = null;
let due = false;

// Preact may run effects of the last drawing within the next one, and an effect that changes the
// state must not draw within a drawing: so all drawing is done a little later, and once.
function draw() {
  if (due) return;
  due = true;
  queueMicrotask(() => {
    due = false;
    drawNow();
  });
}

function drawNow() {
  if (!words || !state) return;
  if (!root.dataset.drawn) root.replaceChildren();
  root.dataset.drawn = "yes";
  render(html`<${App} words=${words} state=${state} flow=${flow} />`, root);
}

const flow = createFlow({
  loadConfig,
  draw(next) {
    state = next;
    draw();
  },
});

window.addEventListener("online", () => flow.online());
window.addEventListener("hashchange", () => flow.followHash());
window.addEventListener("beforeunload", (event) => {
  if (flow.dirty()) event.preventDefault();
});
watch((loaded) => {
  words = loaded;
  draw();
});
flow.start();
