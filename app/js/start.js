// Asks for everything: the words, the configuration, Zoho CRM around us, the lead. It needs no
// module that draws, so the lead is asked for before the last of those has come.
import { loadConfig } from "./config.js";
import { createFlow } from "./flow.js";
import { Problem } from "./failures.js";
import { learnt, loadMore, loadWords, wanted } from "./i18n.js";
import * as crm from "./sdk.js";

let state = null;
let words = null;
let wish = "";
let hear = () => {};
const folders = [""];

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
  const asked = [...folders];
  const loaded = await loadWords(locale, asked);
  if (wish !== locale) return undefined;
  if (asked.length < folders.length) return speak(locale);
  words = loaded;
  tell();
  return undefined;
}

/** Have the words of this folder too, now and in every language that is spoken later. */
export async function learn(folder) {
  if (folders.includes(folder)) return;
  const locale = wish;
  const loaded = await loadMore(words, folder);
  if (!loaded) throw new Problem("backend_down");
  if (!folders.includes(folder)) folders.push(folder);
  if (wish !== locale) return speak(wish);
  words = loaded;
  tell();
  return undefined;
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
