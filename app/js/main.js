// Draws the page, and again with every change.
import { render } from "preact";
import { App } from "./app.js";
import { html } from "./html.js";
import { flow, watch } from "./start.js";
import { ConversionPlace, PlanPlace } from "./views/later.js";

const root = document.getElementById("app");
let ahead = null;

watch((words, state) => {
  if (!root.dataset.drawn) root.replaceChildren();
  root.dataset.drawn = "yes";
  render(html`<${App} words=${words} state=${state} flow=${flow} />`, root);
  // While the person reads what the lead can become, what draws plans may come, and what carries
  // them out. Where it does not, whoever wants it is told.
  if (state.view === "lead") ahead ??= PlanPlace.ahead().then(ConversionPlace.ahead);
});
