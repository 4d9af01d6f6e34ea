// The end of a plan: what will happen in a sentence, and the button that makes it happen.
import { LOST } from "../conversion.js";
import { sentences } from "../failures.js";
import { html } from "../html.js";
import { useWords } from "../i18n.js";
import { Icon } from "../icons.js";

/** The button's id: whoever has seen enough of a plan goes to it at once. */
export const CONVERT = "convert";
const MOST = 3;

export function Agreement({ about, state, agreement }) {
  const words = useWords();
  const { t, say } = words;
  const { plan } = about;
  const { phase, send } = agreement;
  const why = standsInTheWay(plan, state, words);
  const off = why.length > 0 || phase !== "ready";
  return html`
    <section class="agreement" aria-labelledby="agreement">
      <div class="agreement__words">
        <h3 id="agreement">${t("convert.title")}</h3>
        <p id="agreement-says">${saying(plan, about.option, words).join(" ")}</p>
        ${plan.cannot_undo.map((one) => html`
          <p key=${one.message} id="agreement-final" class="line line--careful">
            <${Icon} name="warn" />${say("warning", one)}
          </p>
        `)}
        ${!plan.cannot_undo.length && html`<p class="quiet">${t("convert.undoable")}</p>`}
      </div>
      <div class="agreement__deed">
        <button type="button" class="button button--main agreement__button" id=${CONVERT}
          aria-disabled=${off ? "true" : undefined} onClick=${() => !off && send()}
          aria-describedby=${`agreement-says ${plan.cannot_undo.length ? "agreement-final " : ""}agreement-why`}>
          ${phase === "ready" ? t("convert.button") : html`
            <span class="spinner" aria-hidden="true"></span>${t("convert.sending")}`}
        </button>
        <div class="agreement__why" id="agreement-why" role="status">
          ${phase === "resending" && html`<p>${t("convert.resending")}</p>`}
          ${phase === "ready" && why.map((one) => html`<p key=${one}>${one}</p>`)}
        </div>
      </div>
    </section>
  `;
}

/** Why the button cannot be pressed now, in sentences. */
function standsInTheWay(plan, state, { t, say }) {
  if (state === "drawing") return [t("state.drawing")];
  if (state !== "current") return [t("convert.not_current")];
  const { blockers } = plan;
  const more = blockers.length - MOST;
  return [
    ...blockers.slice(0, MOST).map((one) => say("blocker", one)),
    ...(more > 0 ? [t("convert.more", { count: more })] : []),
  ];
}

/** What will happen, part by part. */
function saying(plan, option, { t, list }) {
  const made = plan.records.filter(({ link }) => !link).map(({ label }) => label);
  const used = plan.records.filter(({ link }) => link).map((record) => nameOf(record, option));
  const carried = plan.lists.filter(({ fate }) => CARRIED.has(fate)).length;
  const lead = plan.kind === "zoho" ? "lead_zoho" : `lead_${plan.lead_after.kind}`;
  return [
    made.length > 0 && t("convert.creates", { names: list(made) }),
    used.length > 0 && t("convert.uses", { names: list(used) }),
    carried > 0 && t("convert.carries", { count: carried }),
    t(`convert.${lead}`),
    plan.lost > 0 && t(plan.salvage ? "convert.lost_kept" : "convert.lost", { count: plan.lost }),
    !plan.lost && t("convert.none_lost"),
  ].filter(Boolean);
}

const CARRIED = new Set(["copied", "moved", "by_zoho"]);

function nameOf({ key, link, label }, option) {
  const record = option.records?.find((one) => one.key === key);
  return record?.matches?.find(({ id }) => id === link)?.name ?? label;
}

/** What came in place of a conversion: another plan, or a problem. */
export function Disagreement({ agreement, look }) {
  const words = useWords();
  const { t, say } = words;
  const { problem, changed, phase, send, seen } = agreement;
  if (changed) {
    return html`<div class="plan__trouble">
      <div><p><b>${t("convert.changed")}</b></p><p>${t("convert.look")} ${t("plan.kept")}</p></div>
      <button type="button" class="button button--main" onClick=${() => {
        seen();
        look();
      }}>${t("convert.look_button")}</button>
    </div>`;
  }
  if (!problem || phase !== "ready") return null;
  const { title, text } = reasons(problem, words);
  const blockers = problem.details.blockers ?? [];
  return html`<div class="plan__trouble">
    <div>
      <p><b>${title}</b></p>
      ${blockers.map((one) => html`<p key=${one.message}>${say("blocker", one)}</p>`)}
      ${!blockers.length && html`<p>${text}</p>`}
      <p>${t(LOST.has(problem.code) ? "convert.perhaps_done" : "convert.nothing_done")} ${t("plan.kept")}</p>
    </div>
    ${blockers.length
      ? html`<button type="button" class="button" onClick=${seen}>${t("action.close")}</button>`
      : html`<button type="button" class="button button--main" onClick=${send}>${t("action.retry")}</button>`}
  </div>`;
}

/** A problem with a conversion: what the page says of leads in general would be wrong here. */
export function reasons(problem, words) {
  const { t, apart } = words;
  const said = { title: t("convert.refused"), text: problem.said ? apart(problem.said) : "" };
  if (OURS.has(problem.code)) return { ...said, text: t(`refused.${problem.code}`) };
  return problem.code === "invalid_input" ? said : sentences(problem, words);
}

const OURS = new Set(["not_possible", "wrong_state", "cannot_undo", "lead_deleted"]);
