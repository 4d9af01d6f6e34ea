// How a conversion stands, what came of it, and what can be done about it now.
import { useEffect, useMemo, useRef } from "preact/hooks";
import { deeds, useDeed, useProgress } from "../conversion.js";
import { html } from "../html.js";
import { useWords } from "../i18n.js";
import { Icon } from "../icons.js";
import { reasons } from "./agreement.js";
import { Left, Made, forceable } from "./made.js";
import { Question, another } from "./question.js";
import { styled } from "./styled.js";

await styled("../../css/controls.css", "../../css/plan.css", "../../css/conversion.css");

const ICONS = { waiting: "info", done: "check", failed: "warn", cancelled: "ban", undone: "check" };
const OVER = new Set(["done", "undone", "cancelled"]);

export function Conversion({ conversion, answer, begun, fresh, state: { me, returned }, flow }) {
  const words = useWords();
  const { t, when } = words;
  const { id, state } = conversion;
  const ask = useMemo(() => deeds(flow.ask), [flow]);
  const hearing = { stream: flow.stream, hear: flow.heard, onSignIn: flow.fail };
  const silent = useProgress(conversion, ask, hearing);
  const deed = useDeed(ask, conversion, hearing);
  const mine = begun?.id === id ? begun : null;
  const title = useTitle(mine, state);
  const option = (answer.options ?? []).find(({ target }) => target === conversion.target);
  const about = { conversion, option, me, flow, deed };
  const label = option?.label ?? conversion.target;
  const steps = stepsOf(conversion, t);
  const rest = state === "undone" && conversion.left_alone.length > 0;
  const why = conversion.problem?.code;
  // Why it waits, unless it is over or waits for a person; what Zoho has taken on is not over with us.
  const still = state === "cancelled" && /^(put_off|no_answer)$/.test(why);
  const now = still ? "still" : (!ICONS[state] && why) || state;
  // Nobody else's answer helps.
  const name = another(conversion.question, me);
  const said = { name: t(name ? "converting.waiting_for" : `converting.${state}`, { label, name }), text: name ? "" : t(`converting.${now}_${rest ? "rest" : "text"}`) };
  const heard = [said.name, now !== state && said.text, steps];
  return html`
    <section class=${`conversion conversion--${state}`} aria-labelledby="conversion">
      <h2 class="conversion__title" id="conversion" tabindex="-1" ref=${title}>
        ${ICONS[state]
          ? html`<${Icon} name=${ICONS[state]} />`
          : html`<span class="spinner" aria-hidden="true"></span>`}
        ${said.name}
      </h2>
      <p role="status" class="hidden">${heard.filter(Boolean).join(" ")}</p>
      <${Steps} conversion=${conversion} text=${steps} silent=${silent} />
      <div class="conversion__body">
        <p>${said.text} ${OVER.has(state) && html`<span class="quiet">${when(conversion.changed_at)}</span>`}</p>
        ${state === "waiting" && html`<${Question} about=${about} returned=${returned} />`}
        ${state === "failed" && html`<${Reason} problem=${conversion.problem} />`}
        ${UNDOABLE.has(state) && html`<${Made} records=${conversion.records} about=${about} />`}
        ${state === "done" && html`<${Lost} conversion=${conversion} begun=${mine} />`}
        ${state === "undone" && html`<${LeftAlone} about=${about} />`}
      </div>
      <${Deeds} about=${about} fresh=${fresh} />
      <div role="alert">
        ${deed.problem && html`<p class="remark remark--bad">
          <${Icon} name="warn" />${reasons(deed.problem, words).text}
        </p>`}
      </div>
    </section>
  `;
}

// Whoever has begun it here, or pressed a button that is gone, goes on reading here.
function useTitle(mine, state) {
  const title = useRef(null);
  const first = useRef(true);
  useEffect(() => {
    const lost = document.activeElement === document.body && document.hasFocus();
    if (lost && (mine || !first.current)) title.current.focus();
    first.current = false;
  }, [state]);
  return title;
}

function stepsOf({ state, steps, steps_done: done }, t) {
  return state === "done" || state === "undone" || !steps
    ? ""
    : t("converting.steps", { count: steps, done });
}

// There at once; its text changes.
function Steps({ conversion: { state, steps, steps_done: done }, text, silent }) {
  const { t } = useWords();
  if (!text && state !== "queued") return null;
  return html`
    <div class="conversion__steps">
      <progress class="conversion__bar" max=${steps || 1} value=${done} aria-label=${t("converting.progress")}></progress>
      <p class="quiet">${text}${silent && ` ${t("converting.silent")}`}</p>
    </div>
  `;
}

// Zoho's words can be looked up.
function Reason({ problem }) {
  const { t, apart } = useWords();
  const { code, message, label } = problem?.details ?? {};
  const ours = problem?.code === "step_unclear" ? "unclear" : "fault";
  if (problem?.code !== "step_refused") return html`<p>${t(`converting.${ours}`)}</p>`;
  return html`<p class="remark remark--bad">
    <${Icon} name="warn" />
    <span>${t("converting.refused", { reason: apart([label, message || code || problem.message].filter(Boolean).join(": ")) })}
      ${code && message && html` <span dir="ltr" class="quiet">(${code})</span>`}</span>
  </p>`;
}

function Lost({ conversion, begun }) {
  const { t, say } = useWords();
  const count = conversion.lost;
  if (!count) return html`<p class="line line--good"><${Icon} name="check" />${t("carry.none_lost")}</p>`;
  const said = t(begun?.salvage ? "converting.lost_kept" : "converting.lost", { count });
  if (!begun?.losses.length) return html`<p class="line"><${Icon} name="lost" />${said}</p>`;
  return html`
    <details class="losses">
      <summary>${said}</summary>
      <ul class="rows">
        ${begun.losses.map(({ label, reason }) => html`
          <li key=${label} class="row">
            <span class="row__name"><bdi>${label}</bdi></span>
            <span class="row__why">${say("loss", reason)}</span>
          </li>
        `)}
      </ul>
    </details>
  `;
}

function LeftAlone({ about }) {
  const { left_alone: left } = about.conversion;
  return html`
    <${Left} left=${left} tone="remark" icon="warn" />
    <${Made} records=${left} about=${about} />
  `;
}

const UNDOABLE = new Set(["done", "failed", "cancelled"]);

function Deeds({ about, fresh }) {
  const { t } = useWords();
  const { conversion, option, deed, flow } = about;
  const { state, steps_done: done, left_alone: left } = conversion;
  const zoho = option?.kind === "zoho";
  const anything = state === "done" || done > 0;
  // Others are refused it.
  const mine = conversion.yours !== false;
  const force = left.some(forceable);
  const undo = mine && UNDOABLE.has(state) && anything && !zoho;
  return html`
    <div class="conversion__deeds">
      ${mine && state === "failed" && html`<${Deed} name="retry" main deed=${deed}>${t("action.retry")}<//>`}
      ${undo && html`<${Deed} name="undo" deed=${deed} what=${[false]}>${t("converting.undo")}<//>`}
      ${mine && state === "undone" && left.length > 0 && html`
        <${Deed} name="undo" deed=${deed} what=${[force]}>${t(`converting.${force ? "force" : "undo"}`)}<//>
      `}
      ${mine && (state === "failed" || state === "queued" || (state === "running" && conversion.problem)) && html`
        <${Deed} name="cancel" deed=${deed}>${t(state === "queued" ? "signin.cancel" : "converting.stop")}<//>
      `}
      ${OVER.has(state) && !fresh && html`
        <button type="button" class="button" onClick=${() => flow.leave(null)}>
          <${Icon} name="again" />${t("converting.leave")}
        </button>
      `}
    </div>
    ${undo && html`<p class="quiet">${t("converting.undo_hint")}</p>`}
    ${!mine && !zoho && UNDOABLE.has(state) && anything && html`<p class="quiet">${t("converting.not_yours")}</p>`}
    ${zoho && UNDOABLE.has(state) && anything && html`<p class="quiet">${t("refused.cannot_undo")}</p>`}
  `;
}

function Deed({ name, main, deed, what = [], children }) {
  const busy = deed.busy !== "";
  return html`
    <button type="button" class=${main ? "button button--main" : "button"} onClick=${() => deed.act(name, ...what)}
      aria-disabled=${busy ? "true" : undefined}>
      ${deed.busy === name && html`<span class="spinner" aria-hidden="true"></span>`}${children}
    </button>
  `;
}
