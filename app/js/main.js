// Draws the page, and again with every change.
import { render } from "preact";
import { App } from "./app.js";
import { html } from "./html.js";
import { flow, watch } from "./start.js";

const root = document.getElementById("app");

watch((words, state) => {
  if (!root.dataset.drawn) root.replaceChildren();
  root.dataset.drawn = "yes";
  render(html`<${App} words=${words} state=${state} flow=${flow} />`, root);
});
