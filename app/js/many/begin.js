// Before anything is asked of Zoho: how many leads, what they shall become, what applies to all.
import { useEffect, useState } from "preact/hooks";
import { newKey } from "../conversion.js";
import { asProblem, needsSignIn } from "../failures.js";
import { html } from "../html.js";
import { useWords } from "../i18n.js";
import { Icon } from "../icons.js";
import { BY_RULE, MOST, OVER, begin } from "./batch.js";
import { faults, firstDraft, refusals, wish } from "./draft.js";
import { Panel } from "./panel.js";
import { Trouble } from "./parts.js";

const FEW = 20;

export function Begin({ about }) {
  const { t } = useWords();
  const { state, flow, list, targets } = about;
  const { many } = state;
  const leads = many.only ? state.leads.slice(0, many.only) : state.leads;
  if (!leads.length) return html`<h1 tabindex="-1">${t("many.none")}</h1><${Begun} about=${about} />`;
  return html`
    <${Head} count=${leads.length} />
    <${Begun} about=${about} />
    ${leads.length > MOST
      ? html`<${TooMany} about=${about} />`
      : html`
          ${leads.length <= FEW && html`<p class="many__one">
            ${t("many.few")}
            <button type="button" class="button button--plain" onClick=${() => flow.show(0)}>
              ${t("many.one_by_one")}<${Icon} name="next" />
            </button>
          </p>`}
          ${list
            ? html`<${Chosen} about=${about} leads=${leads} />`
            : html`<${Waiting} targets=${targets} />`}`}
  `;
}

function Waiting({ targets }) {
  const { problem, load } = targets;
  return problem
    ? html`<div role="alert"><${Trouble} deed=${{ problem }} again=${load} /></div>`
    : html`<div class="ghosts" aria-busy="true"><div class="ghost"></div><div class="ghost"></div></div>`;
}

function Chosen({ about, leads }) {
  const { state, flow, list } = about;
  const draft = state.many.draft ?? firstDraft(list[0]?.target ?? BY_RULE);
  const decide = (change) => flow.together({ draft: { ...draft, ...change }, key: null });
  return html`
    <${Targets} list=${list} draft=${draft} decide=${decide} />
    <${Wish} about=${about} leads=${leads} draft=${draft} decide=${decide} />
  `;
}

function Head({ count }) {
  const { t } = useWords();
  return html`<h1 tabindex="-1">${t("many.title", { count })}</h1>`;
}

function TooMany({ about: { state, flow } }) {
  const { t } = useWords();
  const first = () => flow.together({ only: MOST, key: null });
  return html`<div class="plan__trouble" role="alert">
    <div>
      <p><b>${t("many.too_many", { count: state.leads.length, most: MOST })}</b></p>
      <p>${t("many.too_many_text")}</p>
    </div>
    <button type="button" class="button button--main" onClick=${first}>${t("many.first", { most: MOST })}</button>
  </div>`;
}

/** What the person has begun before: it is all still there. */
function Begun({ about: { ask, flow, state } }) {
  const { t, when } = useWords();
  const [found, set] = useState([]);
  useEffect(() => {
    ask.begun().then(set, () => {});
  }, []);
  if (!found.length) return null;
  const told = ({ state: now, counts, asked_by: who, created_at: at }) => [
    t(`batchstate.${now}`),
    counts.failed > 0 && t("counted.failed", { count: counts.failed }),
    who !== state.me?.user?.name && who,
    when(at),
  ];
  return html`
    <section class="many__open" aria-labelledby="many-open">
      <h2 id="many-open">${t("many.open")}</h2>
      <ul class="rows">
        ${found.map((one) => html`
          <li key=${one.id} class="list">
            <div>
              <p class="list__name">${t("many.open_one", { count: one.leads, label: one.target_label })}</p>
              <p class="quiet">${told(one).filter(Boolean).join(" · ")}</p>
            </div>
            <button type="button" class="button" onClick=${() => flow.together({ batch: one.id })}>
              ${t(OVER.has(one.state) ? "leads.look" : "many.go_on")}<span class="hidden"> ${one.target_label}</span>
            </button>
          </li>
        `)}
      </ul>
    </section>
  `;
}

function Targets({ list, draft, decide }) {
  const { t } = useWords();
  const each = [...list.map(({ target, label, kind }) => ({ target, label, note: kind === "zoho" && t("option.zoho") })),
    ...(list.length > 1 ? [{ target: BY_RULE, label: t("many.by_rule"), note: t("many.by_rule_text") }] : [])];
  const pick = (target) => () => decide({ ...firstDraft(target), owner: draft.owner, salvage: draft.salvage });
  return html`
    <fieldset class="plan__part many__targets">
      <legend><h2>${t("many.become")}</h2></legend>
      ${each.map(({ target, label, note }) => html`
        <label key=${target} class="tick">
          <input type="radio" name="target" checked=${draft.target === target} onChange=${pick(target)} />
          <span><bdi>${label}</bdi>${note && html` <span class="quiet">${note}</span>`}</span>
        </label>
      `)}
    </fieldset>
  `;
}

function Wish({ about, leads, draft, decide }) {
  const words = useWords();
  const { t } = words;
  const { state, flow, ask, list } = about;
  const [{ phase, problem }, set] = useState({ phase: "ready", problem: null });
  const target = list.find((one) => one.target === draft.target);
  const own = Object.values(faults(draft)).map(({ key, parts }) => t(key, parts));
  const told = problem?.code === "invalid_input" ? refusals(problem) : {};
  const busy = phase !== "ready";
  const send = async () => {
    if (busy || own.length) return;
    set({ phase: "sending", problem: null });
    const body = { leads, choices: wish(draft, target) };
    // Kept before it is sent: whatever becomes of the answer, it is the same batch.
    const key = state.many.key ?? newKey();
    flow.together({ draft, key });
    try {
      const batch = await begin(ask, body, key, () => set({ phase: "resending", problem: null }));
      flow.together({ batch: batch.id, key: null, sent: body });
    } catch (error) {
      const found = asProblem(error);
      if (needsSignIn(found)) flow.fail(found);
      else set({ phase: "ready", problem: found });
    }
  };
  return html`
    <${Panel} about=${about} target=${target} draft=${draft} decide=${decide} told=${told} />
    <div class="agreement">
      <div class="agreement__words"><p id="many-look-says">${t("many.look_text")}</p></div>
      <div class="agreement__deed">
        <button type="button" class="button button--main agreement__button" onClick=${send}
          aria-disabled=${busy || own.length ? "true" : undefined} aria-describedby="many-look-says many-look-why">
          ${busy && html`<span class="spinner" aria-hidden="true"></span>`}
          ${t(busy ? "convert.sending" : "many.look", { count: leads.length })}
        </button>
        <div class="agreement__why" id="many-look-why" role="status">
          ${phase === "resending" && html`<p>${t("convert.resending")}</p>`}
          ${own.map((one) => html`<p key=${one}>${one}</p>`)}
        </div>
      </div>
    </div>
    <div class="plan__trouble-place" role="alert">
      <${Trouble} deed=${{ problem, seen: () => set({ phase: "ready", problem: null }) }} again=${send} />
    </div>
  `;
}
