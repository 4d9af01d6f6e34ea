// One thing at a time that the server is asked, and what it says.
import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem, needsSignIn, sentences } from "../../failures.js";
import { html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { Icon } from "../../icons.js";

/**
 * {data, problem, busy, ask}: `ask(call)` asks anew, and what was asked before counts no more. Its
 * promise is fulfilled with the problem, or with null.
 */
export function useAnswer(flow) {
  const [answer, set] = useState({ data: null, problem: null, busy: false });
  const turn = useRef(0);
  useEffect(() => () => (turn.current += 1), []);

  async function ask(call) {
    const mine = (turn.current += 1);
    set((now) => ({ ...now, problem: null, busy: true }));
    const { data, problem } = await call().then(
      (found) => ({ data: found, problem: null }),
      (error) => ({ problem: asProblem(error) }),
    );
    if (mine !== turn.current) return null;
    if (problem && needsSignIn(problem)) flow.fail(problem);
    else set((now) => ({ data: problem ? now.data : data, problem, busy: false }));
    return problem;
  }
  return { ...answer, ask };
}

/** Why it was not answered, and a way on. */
export function Trouble({ problem, again }) {
  const words = useWords();
  const { t } = words;
  const faults = Object.values(problem.details.fields ?? {}).flat().map(String);
  const own = ["invalid_input", "setup_changed", "setup_busy"].includes(problem.code);
  return html`
    <p class="line line--bad" role="alert"><${Icon} name="ban" />
      ${own && problem.said
        ? html`<bdi lang="en">${[problem.said, ...faults].join(" ")}</bdi>`
        : sentences(problem, words).title}
    </p>
    <p><button type="button" class="button" onClick=${again}>${t("action.retry")}</button></p>
  `;
}

/** While nothing is known yet. */
export function Waiting({ busy, text }) {
  return html`<p class="quiet setup__busy" role="status">${busy && html`
    <span class="spinner" aria-hidden="true"></span> ${text}`}</p>`;
}
