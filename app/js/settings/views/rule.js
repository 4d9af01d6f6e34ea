// One rule: its kind, and what that kind needs to know.
import { Select } from "../../controls.js";
import { html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { replaced, without } from "../draft.js";
import { firstValue, kindOf, kindsFor, newRule, pointsAt, untranslated } from "../rules.js";
import { Value } from "./along.js";
import { IconButton, TextBox, fieldItems, fieldOf } from "./parts.js";

/** `onChange(rule, tag)`: `tag` where one letter follows another. */
export function RuleEditor({ id, rule, field, label, others, leads, ask, onChange }) {
  const { t } = useWords();
  const kind = kindOf(rule);
  const Editor = EDITORS[kind];
  const kinds = kindsFor(field, others, kind);
  return html`
    <div class="rule">
      <${Select} value=${kind} name=${t("rule.kind_of", { label })}
        items=${kinds.map((one) => [one, t(`rule.${one}`)])}
        onPick=${(next) => onChange(newRule(next, rule, field, others))} />
      <${Editor} id=${id} rule=${rule} field=${field} label=${label} others=${others} leads=${leads}
        ask=${ask} onChange=${onChange} />
    </div>
  `;
}

function FromField({ rule, label, leads, onChange }) {
  const { t } = useWords();
  return html`<${Select} value=${rule} name=${t("rule.source_of", { label })}
    items=${fieldItems(leads, t, rule)} onPick=${onChange} />`;
}

function Constant({ id, rule, field, label, ask, onChange }) {
  const { t } = useWords();
  return html`<${Value} id=${`${id}-value`} field=${field} name=${t("rule.value_of", { label })}
    value=${rule.constant} ask=${ask} onChange=${(constant) => onChange({ constant }, `${id}-constant`)} />`;
}

function Template({ id, rule, label, leads, onChange }) {
  const { t } = useWords();
  const insert = (name) => name && onChange({ template: `${rule.template} {${name}}`.trim() });
  return html`
    <div class="rule__part">
      <textarea class="control" rows="2" dir="auto" aria-label=${t("rule.text_of", { label })} value=${rule.template}
        onInput=${({ target }) => onChange({ template: target.value }, `${id}-template`)}></textarea>
      <${Select} value="" name=${t("rule.insert_of", { label })} onPick=${insert}
        items=${[["", t("rule.insert")], ...fieldItems(leads, t, "").slice(1)]} />
    </div>
  `;
}

function FirstOf({ id, rule, field, label, leads, ask, onChange }) {
  const { t } = useWords();
  const names = rule.first_of;
  const set = (first_of) => onChange({ ...rule, first_of });
  const otherwise = "otherwise" in rule;
  const { otherwise: _, ...plain } = rule;
  return html`
    <div class="rule__part">
      <ol class="lines">
        ${names.map((name, at) => html`
          <li key=${at} class="line-controls">
            <${Select} value=${name} name=${t("rule.source_number", { label, number: at + 1 })}
              items=${fieldItems(leads, t, name)} onPick=${(next) => set(replaced(names, at, next))} />
            <${IconButton} icon="bin" name=${t("rule.remove_source", { number: at + 1, label })}
              disabled=${names.length < 2} onClick=${() => set(without(names, at))} />
          </li>
        `)}
      </ol>
      <div class="rule__buttons">
        <button type="button" class="button button--plain" onClick=${() => set([...names, ""])}>${t("rule.one_more")}</button>
        <button type="button" class="button button--plain"
          onClick=${() => onChange(otherwise ? plain : { ...rule, otherwise: firstValue(field) })}>
          ${t(otherwise ? "rule.no_otherwise" : "rule.add_otherwise")}
        </button>
      </div>
      ${otherwise && html`<${Value} id=${`${id}-otherwise`} field=${field} name=${t("rule.otherwise_of", { label })}
        value=${rule.otherwise} ask=${ask} onChange=${(value) => onChange({ ...rule, otherwise: value }, `${id}-otherwise`)} />`}
    </div>
  `;
}

function Translate({ id, rule, field, label, leads, onChange }) {
  const { t } = useWords();
  const source = fieldOf(leads, rule.translate);
  const rows = Object.entries(rule.table);
  const setTable = (entries, tag) => onChange({ ...rule, table: Object.fromEntries(entries) }, tag);
  const left = untranslated(rule, source);
  const { default: held, ...plain } = rule;
  const add = (key) => key && setTable([...rows, [key, field?.choices?.[0]?.value ?? ""]]);
  return html`
    <div class="rule__part">
      <${FromField} rule=${rule.translate} label=${label} leads=${leads}
        onChange=${(translate) => onChange({ ...rule, translate, table: {} })} />
      <ul class="lines">
        ${rows.map(([key, value], at) => html`
          <li key=${key} class="line-controls line-controls--pair">
            <bdi>${source?.choices.find((one) => one.value === key)?.label ?? key}</bdi>
            <${Choice} field=${field} value=${value} name=${t("rule.becomes", { value: key, label })}
              onPick=${(next, tag) => setTable(replaced(rows, at, [key, next]), tag && `${id}-${key}`)} />
            <${IconButton} icon="bin" name=${t("rule.remove_value", { value: key, label })}
              onClick=${() => setTable(without(rows, at))} />
          </li>
        `)}
      </ul>
      ${source?.choices.length
        ? left.length > 0 && html`<${Select} value="" name=${t("rule.add_value_of", { label })} onPick=${add}
            items=${[["", t("rule.add_value")], ...left.map((one) => [one.value, one.label])]} />`
        : html`<${NewKey} label=${label} onAdd=${add} />`}
      <div class="rule__buttons">
        <button type="button" class="button button--plain"
          onClick=${() => onChange(held === undefined ? { ...rule, default: field?.choices?.[0]?.value ?? "" } : plain)}>
          ${t(held === undefined ? "rule.add_default" : "rule.no_default")}
        </button>
      </div>
      ${held !== undefined && html`<${Choice} field=${field} value=${held} name=${t("rule.default_of", { label })}
        onPick=${(next, tag) => onChange({ ...rule, default: next }, tag && `${id}-default`)} />`}
    </div>
  `;
}

// What is translated is no pick list: its words are typed in.
function NewKey({ label, onAdd }) {
  const { t } = useWords();
  const add = (event) => {
    event.preventDefault();
    const box = event.target.elements.word;
    if (box.value.trim()) onAdd(box.value.trim());
    box.value = "";
  };
  return html`<form class="line-controls" onSubmit=${add}>
    <input class="control" name="word" dir="auto" autocomplete="off" aria-label=${t("rule.add_value_of", { label })} />
    <button type="submit" class="button">${t("list.add")}</button>
  </form>`;
}

function Choice({ field, value, name, onPick }) {
  if (!field?.choices?.length) {
    return html`<${TextBox} value=${value} name=${name} onType=${(text) => onPick(text, true)} />`;
  }
  const items = field.choices.map((one) => [one.value, one.label]);
  const known = items.some(([item]) => item === value);
  return html`<${Select} value=${value} name=${name} items=${known ? items : [[value, value], ...items]}
    onPick=${(one) => onPick(one)} />`;
}

function LookupByName({ rule, label, leads, onChange }) {
  return html`<${FromField} rule=${rule.lookup_by_name} label=${label} leads=${leads}
    onChange=${(lookup_by_name) => onChange({ lookup_by_name })} />`;
}

function CurrentUser() {
  const { t } = useWords();
  return html`<p class="quiet">${t("rule.user_note")}</p>`;
}

function CurrentDate({ id, rule, label, onChange }) {
  const { t } = useWords();
  const hear = ({ target }) => {
    const days = Number.parseInt(target.value, 10) || 0;
    onChange(days ? { current: "date", days } : { current: "date" }, `${id}-days`);
  };
  return html`<div class="line-controls">
    <input type="number" class="control" step="1" dir="ltr" aria-label=${t("rule.days_of", { label })}
      value=${rule.days ?? 0} onChange=${hear} />
    <span class="quiet">${t("rule.days")}</span>
  </div>`;
}

function LinkTo({ rule, field, label, others, onChange }) {
  const { t } = useWords();
  const items = others.filter((one) => pointsAt(field, one) || one.key === rule.link_to).map((one) => [one.key, one.key]);
  const known = items.some(([key]) => key === rule.link_to);
  return html`<${Select} value=${rule.link_to} name=${t("rule.record_of", { label })}
    items=${known ? items : [[rule.link_to, rule.link_to || t("rule.choose")], ...items]}
    onPick=${(link_to) => onChange({ link_to })} />`;
}

const EDITORS = {
  field: FromField,
  first_of: FirstOf,
  template: Template,
  constant: Constant,
  translate: Translate,
  lookup_by_name: LookupByName,
  user: CurrentUser,
  date: CurrentDate,
  link_to: LinkTo,
};
