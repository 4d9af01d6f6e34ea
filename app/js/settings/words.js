// The words of the page: those that it opens with, and those of a part once that is wanted.
import { Problem } from "../failures.js";
import { loadMore, loadWords, wanted } from "../i18n.js";

let words = null;
let hear = () => {};
const more = new Set();

/** `listener` is told the words as soon as they are here, and whenever there are more. */
export function watch(listener) {
  hear = listener;
  loadWords(wanted(), ["", "settings/"]).then(keep);
}

/** Have the words of this folder too. */
export async function learn(folder) {
  if (more.has(folder)) return;
  const loaded = await loadMore(words, folder);
  if (!loaded) throw new Problem("backend_down");
  more.add(folder);
  keep(loaded);
}

function keep(loaded) {
  words = loaded;
  hear(words);
}
