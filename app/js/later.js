// What is only loaded once it is wanted: its modules and its words, with a way out where they do
// not come.
import { useEffect, useState } from "preact/hooks";
import { html } from "./html.js";
import { useWords } from "./i18n.js";

const PAUSE = 1_000;

/**
 * A component that `load` promises, and `words` those that it says; `doing` is said meanwhile. Its
 * `ahead()` may be called before anybody wants it.
 */
export function later(load, words, doing) {
  let there = null;
  const once = () => Promise.all([load(), words()]).then(([found]) => (there = found));
  // A network that stumbles is nothing to bother anybody with.
  const get = () => once().catch(() => pause(PAUSE).then(once));

  function Place({ onLeave, leave, ...props }) {
    const { t } = useWords();
    const [state, setState] = useState(there ? "there" : "loading");
    const [round, setRound] = useState(0);
    useEffect(() => {
      if (there) return setState("there");
      setState("loading");
      get().then(() => setState("there"), () => setState("failed"));
      return undefined;
    }, [round]);
    // There may be another edition of the page by now: then only that one has what is wanted.
    const again = () => (round && navigator.onLine ? location.reload() : setRound(round + 1));
    if (state === "there") return html`<${there} ...${props} />`;
    return html`
      <section class="waiting" aria-busy=${state === "loading"}>
        <p role="status">${t(state === "loading" ? doing : "failure.backend_down.text")}</p>
        ${state === "failed" && html`
          <button type="button" class="button" onClick=${again}>${t("action.retry")}</button>
        `}
        ${onLeave && html`
          <button type="button" class="button button--plain" onClick=${onLeave}>${leave}</button>
        `}
      </section>
    `;
  }
  Place.ahead = () => get().catch(() => {});
  return Place;
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
