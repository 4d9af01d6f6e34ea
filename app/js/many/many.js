// Many leads together: what they shall become, the plan for all of them, and its carrying out.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { asProblem, needsSignIn, sentences } from "../failures.js";
import { html } from "../html.js";
import { useWords } from "../i18n.js";
import { Icon } from "../icons.js";
import { Foot } from "../views/lead.js";
import { styled } from "../views/styled.js";
import { batches, useBatch, useBatchDeed, useLedger } from "./batch.js";
import { Begin } from "./begin.js";
import { Carrying } from "./carrying.js";
import { Planned } from "./planned.js";
import { Planning } from "./planning.js";

await styled("../../css/controls.css", "../../css/plan.css", "../../css/conversion.css", "../../css/many.css");

export function Many({ state, flow }) {
  const ask = useMemo(() => batches(flow.ask), [flow]);
  const { batch: id } = state.many;
  const targets = useTargets(ask, flow);
  const hearing = { stream: flow.stream, onSignIn: flow.fail };
  const { batch, problem, silent, hear, look } = useBatch(id, ask, hearing);
  const ledger = useLedger(batch, ask, flow.fail);
  const deed = useBatchDeed(ask, { id, hear, look, onSignIn: flow.fail });
  const place = useRef(null);
  const page = pageOf(id, batch);
  useTop(place, page);
  useEffect(() => {
    if (!state.me) flow.meet();
  }, [state.me]);

  const about = { state, flow, ask, batch, ledger, deed, hear, look, silent, targets, list: targets.list, fields: targets.fields };
  return html`
    <main class="many" ref=${place}>
      ${problem
        ? html`<${Failed} problem=${problem} about=${about} again=${look} />`
        : html`<${PAGES[page]} key=${id ?? ""} about=${about} />`}
    </main>
    <${Foot} me=${state.me} flow=${{ ...flow, retry: () => (id ? look() : targets.load()) }} />
  `;
}

const PAGES = { begin: Begin, opening: Opening, planning: Planning, planned: Planned, carrying: Carrying };

function pageOf(id, batch) {
  if (!id) return "begin";
  if (!batch) return "opening";
  return batch.state === "planning" || batch.state === "planned" ? batch.state : "carrying";
}

// Another page begins at its top, with its heading, for eyes and ears.
function useTop(place, page) {
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) {
      scrollTo(0, 0);
      place.current.querySelector("h1")?.focus({ preventScroll: true });
    }
    first.current = false;
  }, [page]);
}

function useTargets(ask, flow) {
  const [{ list, fields, problem }, set] = useState({ list: null, fields: [], problem: null });
  const load = () => {
    set((now) => ({ ...now, problem: null }));
    ask.targets().then(
      ({ targets, lead_fields: leads }) => set({ list: targets, fields: leads, problem: null }),
      (error) => {
        const found = asProblem(error);
        if (needsSignIn(found)) flow.fail(found);
        else set((now) => ({ ...now, problem: found }));
      },
    );
  };
  useEffect(load, []);
  return { list, fields, problem, load };
}

function Opening() {
  const { t } = useWords();
  return html`
    <div class="waiting" aria-busy="true">
      <h1 class="waiting__words" tabindex="-1">
        <span class="spinner" aria-hidden="true"></span>${t("many.opening")}
      </h1>
      <div class="ghosts" aria-hidden="true"><div class="ghost"></div><div class="ghost"></div></div>
    </div>
  `;
}

function Failed({ problem, again, about }) {
  const words = useWords();
  const { t } = words;
  const { flow, state } = about;
  const gone = problem.code === "not_found";
  const { title, text } = gone ? { title: t("many.gone"), text: t("many.gone_text") } : sentences(problem, words);
  return html`
    <div class="message" role="alert">
      <span class="message__picture"><${Icon} name="warn" /></span>
      <h1 tabindex="-1">${title}</h1>
      <p class="message__text">${text}</p>
      ${problem.retryAfter && html`<p>${t("failure.wait", { count: problem.retryAfter })}</p>`}
      <div class="message__buttons">
        ${!gone && html`
          <button type="button" class="button button--main" onClick=${again}>${t("action.retry")}</button>
        `}
        ${state.many.batch && html`
          <button type="button" class="button" onClick=${() => flow.together({ batch: null, key: null })}>
            ${t("many.back")}
          </button>
        `}
      </div>
      <p class="message__code">${t("failure.code", { code: problem.code })}</p>
    </div>
  `;
}
