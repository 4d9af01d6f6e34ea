// What stays in sight: whether something is unsaved or wrong, and what can be done about it.
import { sentences } from "../../failures.js";
import { html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { Icon } from "../../icons.js";
import { dirty } from "../flow.js";
import { errorsIn, placeOf } from "../places.js";
import { Counts } from "./parts.js";

export function Bar({ state, flow }) {
  const words = useWords();
  const { t } = words;
  const unsaved = dirty(state);
  const errors = errorsIn(state.findings);
  return html`
    <header class="bar">
      <div class="bar__words">
        <h1 tabindex="-1">${t("settings.title")}</h1>
        <p class="bar__line">${unsaved ? t("bar.unsaved") : savedBy(state.saved, words)}</p>
      </div>
      <p class="bar__facts">
        ${state.checking === "done"
          ? html`<${Counts} findings=${state.findings} />`
          : html`<span class="fact fact--plain">${t(`bar.${state.checking}`)}</span>`}
        ${state.checking === "failed" && html`
          <button type="button" class="button button--plain" onClick=${flow.recheck}>${t("action.retry")}</button>
        `}
      </p>
      <div class="bar__buttons">
        <button type="button" class="button" disabled=${!state.past.length} onClick=${flow.undo}>
          ${t("bar.undo")}
        </button>
        <button type="button" class="button button--main" aria-describedby="why-not"
          disabled=${!unsaved || state.saving} onClick=${() => (errors.length ? go(errors[0], state, flow) : flow.save())}>
          ${t(state.saving ? "bar.saving" : "bar.save")}
        </button>
      </div>
      <div id="why-not" role="status">
        ${unsaved && errors.length > 0 && html`<${Errors} errors=${errors} state=${state} flow=${flow} />`}
        ${state.refused && state.refused.code !== "lint" && html`
          <p class="line line--careful"><${Icon} name="warn" />
            ${t("bar.refused", { why: sentences(state.refused, words).title })}
          </p>
        `}
      </div>
    </header>
  `;
}

function savedBy({ version, changed_at: at, changed_by: by }, { t, when }) {
  if (!version) return t("bar.never");
  return t("bar.saved_by", { name: by?.name || t("bar.somebody"), when: when(at) });
}

const SHOWN = 3;

function Errors({ errors, state, flow }) {
  const { t, say } = useWords();
  return html`
    <p class="line line--bad"><${Icon} name="ban" />${t("bar.errors", { count: errors.length })}</p>
    <ul class="bar__errors">
      ${errors.slice(0, SHOWN).map((one) => html`
        <li key=${one.path}>
          <button type="button" class="button button--plain" onClick=${() => go(one, state, flow)}>
            ${t("bar.error_at", { target: targetOf(one, state), message: say("said", one) })}
          </button>
        </li>
      `)}
    </ul>
  `;
}

function targetOf({ path }, { draft }) {
  const target = draft[indexOf(path)];
  return target?.label || target?.key || path;
}

function indexOf(path) {
  return Number(/^\[(\d+)\]/.exec(path)?.[1]);
}

/** Open the target that a finding speaks of, and go to its place. */
function go({ path }, state, flow) {
  const target = state.draft[indexOf(path)];
  if (target) flow.open(target.key, placeOf(path, state.draft));
}
