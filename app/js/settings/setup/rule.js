// The workflow rule that is wished for: when which field becomes what, what is done.
import { Select } from "../../controls.js";
import { html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { Labelled, fieldItems, fieldOf } from "../views/parts.js";

const ACTIONS = ["convert", "assess", "options"];

export function isWhole({ field, value }) {
  return Boolean(field && value?.trim());
}

/** `fixed`: it is there already, and only changed, not taken away. */
export function RuleForm({ rule, fixed, state, onChange }) {
  const { t } = useWords();
  const leads = state.material.Leads;
  const { targets } = state.saved;
  const { field = "", value = "", action = "convert" } = rule;
  const target = rule.target ?? targets.find(({ kind }) => kind === "records")?.key ?? "";
  const set = (change) => {
    const next = { field, value, action, target, ...change };
    onChange(next.field ? { ...next, target: next.action === "convert" ? next.target : "" } : null);
  };
  const items = fieldItems(leads, t, field);
  const offered = targets.map((one) => [one.key, one.label || one.key]);
  const gone = target && !targets.some(({ key }) => key === target) ? [[target, target]] : [];
  return html`
    <fieldset class="when">
      <legend>${t("when.title")}</legend>
      <p class="quiet">${t("when.text")}</p>
      <div class="settled">
        <${Labelled} id="when-field" name=${t("when.field")}>
          <${Select} id="when-field" value=${field} onPick=${(one) => set({ field: one, value: "" })}
            items=${fixed ? items.slice(1) : [["", t("when.never")], ...items.slice(1)]} />
        <//>
        ${field && html`
          <${Labelled} id="when-value" name=${t("when.value")}>
            <${Value} id="when-value" field=${fieldOf(leads, field)} value=${value} onPick=${(one) => set({ value: one })} />
          <//>
          <${Labelled} id="when-action" name=${t("when.action")}>
            <${Select} id="when-action" value=${action} onPick=${(one) => set({ action: one })}
              items=${ACTIONS.map((one) => [one, t(`deed.${one}`)])} />
          <//>
          ${action === "convert" && html`<${Labelled} id="when-target" name=${t("when.target")}>
            <${Select} id="when-target" value=${target} onPick=${(one) => set({ target: one })}
              items=${[["", t("when.by_rules")], ...gone, ...offered]} />
          <//>`}
        `}
      </div>
    </fieldset>
  `;
}

function Value({ id, field, value, onPick }) {
  const { t } = useWords();
  if (field?.choices?.length) {
    const items = field.choices.map((one) => [one.value, one.label]);
    const known = !value || items.some(([item]) => item === value);
    return html`<${Select} id=${id} value=${value} onPick=${onPick}
      items=${[["", t("rule.choose")], ...(known ? [] : [[value, value]]), ...items]} />`;
  }
  return html`<input type="text" class="control" id=${id} dir="auto" autocomplete="off" value=${value}
    onChange=${({ target }) => onPick(target.value)} />`;
}
