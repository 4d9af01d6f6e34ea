// Draws the page, and again with every change.
import { render } from "preact";
import { App } from "./app.js";
import { html } from "./html.js";
import { flow, watch } from "./start.js";

const root = document.getElementById("app");
let ahead = null;

watch((words, state) => {
  if (!root.dataset.drawn) root.replaceChildren();
  root.dataset.drawn = "yes";
  render(html`<${App} words=${words} state=${state} flow=${flow} />`, root);
  // While the person reads what the lead can become, what draws plans may come. Where it does not,
  // whoever opens a plan is told.
  if (state.view === "lead") ahead ??= import("./views/plan.js").catch(() => {});
});
