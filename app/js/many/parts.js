// What several pages of a batch show: how far it is, a deed's button, what stands in the way.
import { useMemo } from "preact/hooks";
import { sentences } from "../failures.js";
import { html } from "../html.js";
import { useWords } from "../i18n.js";
import { Icon } from "../icons.js";
import { refusals } from "./draft.js";

const TENTHS = 10;

/** How far something is. What is seen changes with each step, what is said aloud with each tenth. */
export function Meter({ value, max, text, name, silent }) {
  const { t } = useWords();
  const tenth = Math.floor((TENTHS * value) / (max || 1));
  const aloud = useMemo(() => text, [tenth, max]);
  return html`
    <div class="conversion__steps">
      <progress class="conversion__bar" max=${max || 1} value=${value} aria-label=${name}></progress>
      <p class="quiet" aria-hidden="true">${text}${silent && ` ${t("converting.silent")}`}</p>
      <p role="status" class="hidden">${aloud}</p>
    </div>
  `;
}

export function Deed({ name, main, deed, what = [], children }) {
  const busy = deed.busy !== "";
  return html`
    <button type="button" class=${main ? "button button--main" : "button"}
      aria-disabled=${busy ? "true" : undefined} onClick=${() => deed.act(name, ...what)}>
      ${deed.busy === name && html`<span class="spinner" aria-hidden="true"></span>`}${children}
    </button>
  `;
}

const MINUTE = 60;
const HOUR = 3_600;

/** A time as people say it: "3 minutes". */
export function lasting(seconds, locale) {
  const [unit, size] = seconds < MINUTE ? ["second", 1] : seconds < HOUR ? ["minute", MINUTE] : ["hour", HOUR];
  const look = { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 0 };
  return new Intl.NumberFormat(locale, look).format(Math.max(1, Math.round(seconds / size)));
}

/** What a target is called; `list` are those that this person may use. */
export function labelOf(target, batch, list) {
  const found = (list ?? []).find((one) => one.target === target);
  return found?.label ?? (target === batch.target ? batch.target_label : target);
}

/** What stands in the way of all of it: the credits, say. */
export function Obstacle({ problem }) {
  const { t, apart, when } = useWords();
  const { code, message, details = {} } = problem;
  const said = t(`obstacle.${code}`, { ...details, until: when(details.until) }, apart(message));
  return html`<p class="remark"><${Icon} name="warn" />${said}</p>`;
}

/** Why a deed did not succeed, with a way on. */
export function Trouble({ deed, again, children }) {
  const words = useWords();
  const { t, apart } = words;
  const { problem } = deed;
  if (!problem) return null;
  const ours = OURS[problem.code];
  const told = ours ? { title: t(ours[0]), text: t(ours[1]) } : ofAll(problem, words);
  const faults = Object.values(refusals(problem));
  return html`
    <div class="plan__trouble">
      <div>
        <p><b>${told.title}</b></p>
        ${faults.length ? faults.map((one) => html`<p key=${one}>${apart(one)}</p>`) : html`<p>${told.text}</p>`}
        ${problem.retryAfter && html`<p>${t("failure.wait", { count: problem.retryAfter })}</p>`}
        ${children}
      </div>
      ${again && !ours
        ? html`<button type="button" class="button button--main" onClick=${again}>${t("action.retry")}</button>`
        : html`<button type="button" class="button" onClick=${deed.seen}>${t("action.close")}</button>`}
    </div>
  `;
}

const OURS = {
  plan_changed: ["many.changed", "many.changed_text"],
  wrong_state: ["many.moved_on", "many.moved_on_text"],
};

// What the page says of one lead would be wrong here.
const OF_ONE = new Set(["invalid_input", "not_found", "not_possible", "too_few_credits"]);

function ofAll(problem, words) {
  const { t, apart } = words;
  return OF_ONE.has(problem.code)
    ? { title: t("convert.refused"), text: apart(problem.said) }
    : sentences(problem, words);
}
