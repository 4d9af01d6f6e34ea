// Asks for everything: the words, the configuration, Zoho CRM around us, the lead. It needs no
// module that draws, so the lead is asked for before the last of those has come.
import { loadConfig } from "./config.js";
import { createFlow } from "./flow.js";
import { learnt, loadWords, wanted } from "./i18n.js";
import * as crm from "./sdk.js";

let state = null;
let words = null;
let wish = "";
let hear = () => {};

export const flow = createFlow({
  loadConfig,
  crm: { ...crm, connect },
  draw(next) {
    state = next;
    tell();
  },
});

/** `listener` is told the words and the state: as they are now, and whenever one of them changes. */
export function watch(listener) {
  hear = listener;
  tell();
}

function tell() {
  if (words && state) hear(words, state);
}

// The last wish counts, whichever arrives first.
async function speak(locale) {
  wish = locale;
  const loaded = await loadWords(locale);
  if (wish !== locale) return;
  words = loaded;
  tell();
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
