// Starts everything at once: the words, the configuration, then Zoho CRM around us.
import { render } from "preact";
import { App } from "./app.js";
import { loadConfig } from "./config.js";
import { createFlow } from "./flow.js";
import { html } from "./html.js";
import { learnt, loadWords, wanted } from "./i18n.js";
import * as crm from "./sdk.js";

const root = document.getElementById("app");
let state = null;
let words = null;
let wish = "";

function draw() {
  if (!words || !state) return;
  if (!root.dataset.drawn) root.replaceChildren();
  root.dataset.drawn = "yes";
  render(html`<${App} words=${words} state=${state} flow=${flow} />`, root);
}

const flow = createFlow({
  loadConfig,
  crm: { ...crm, connect },
  draw(next) {
    state = next;
    draw();
  },
});

// The last wish counts, whichever arrives first.
async function speak(locale) {
  wish = locale;
  const loaded = await loadWords(locale);
  if (wish !== locale) return;
  words = loaded;
  draw();
}

// Nobody waits for the language that Zoho CRM knows the person by: it is remembered for next time.
async function connect(...what) {
  await crm.connect(...what);
  const better = learnt(await crm.language(), wish);
  if (better) await speak(better);
}

window.addEventListener("online", () => flow.online());
speak(wanted());
flow.start();
