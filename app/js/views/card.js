// One option, to be understood in a glance: what it becomes, whether it can, and what it costs.
import { classes, html } from "../html.js";
import { useWords } from "../i18n.js";
import { Icon, iconOf } from "../icons.js";
import { Facts, allMatches } from "./facts.js";

export function Card({ option, chosen, onPick, onPlan, children }) {
  const id = `target-${option.target}`;
  return html`
    <li class=${classes("card", { "card--chosen": chosen })}>
      <div class="card__head">
        <input type="radio" name="target" class="card__radio" id=${id} value=${option.target}
          checked=${chosen} onChange=${onPick} aria-describedby=${`${id}-facts`} />
        <div class="card__body">
          <h3 class="card__title"><label for=${id}><${Becomes} option=${option} /></label></h3>
          <${Kind} option=${option} />
          <${Facts} option=${option} id=${`${id}-facts`} />
          <${Best} option=${option} />
          <${ToPlan} option=${option} onPlan=${onPlan} />
        </div>
      </div>
      ${children}
    </li>
  `;
}

/** Where the focus returns to from the plan. */
export function planButton(option) {
  return `plan-of-${option.target}`;
}

/** What only another choice stands in the way of can be opened all the same. */
export function BlockedCard({ option, onPlan }) {
  const { say } = useWords();
  return html`
    <li class="card card--blocked">
      <div class="card__head">
        <span class="card__ban"><${Icon} name="ban" /></span>
        <div class="card__body">
          <h3 class="card__title"><${Becomes} option=${option} /></h3>
          <${Kind} option=${option} />
          <ul class="blockers">
            ${(option.blockers ?? []).map((blocker) => html`
              <li key=${blocker.message}>${say("blocker", blocker)}</li>
            `)}
          </ul>
          ${option.choosable && html`<${ToPlan} option=${option} onPlan=${onPlan} />`}
        </div>
      </div>
    </li>
  `;
}

function ToPlan({ option, onPlan }) {
  const { t } = useWords();
  return html`<button type="button" class="button button--plain card__plan" id=${planButton(option)} onClick=${onPlan}>
    ${t("option.plan")}<span class="hidden"> ${option.label}</span><${Icon} name="next" />
  </button>`;
}

// Zoho's own conversion is called by its records; any other target by its own name.
function Becomes({ option }) {
  const { t } = useWords();
  const records = option.records ?? [];
  const named = option.kind === "records" && option.label;
  const chips = named && records.length < 2 ? [] : records;
  return html`
    ${named && html`<span class="becomes">
      <${Icon} name=${iconOf(records[0]?.module)} /><bdi>${option.label}</bdi>
    </span>`}
    ${!named && !records.length && html`<bdi>${option.label}</bdi>`}
    ${chips.map((record) => html`
      <span key=${record.key} class=${classes("becomes", { "becomes--part": named })}>
        <${Icon} name=${iconOf(record.module)} /><bdi>${record.label}</bdi>
        ${record.optional && html` <small class="becomes__optional">${t("option.optional")}</small>`}
      </span>
    `)}
  `;
}

function Kind({ option }) {
  const { t } = useWords();
  return option.kind === "zoho" && html`<p class="card__kind">${t("option.zoho")}</p>`;
}

function Best({ option }) {
  const { say } = useWords();
  const [best] = allMatches(option);
  if (!best) return null;
  const reasons = (best.match.reasons ?? []).map((reason) => say("reason", reason));
  return html`<p class="card__best">
    <bdi class="card__same">${best.match.name}</bdi>
    ${reasons.length > 0 && html`<span>${reasons.slice(0, 2).join(" · ")}</span>`}
  </p>`;
}
