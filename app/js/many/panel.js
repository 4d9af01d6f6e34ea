// What applies to all leads: whatever is not chosen here, each lead gets from the mapping.
import { useEffect, useMemo, useState } from "preact/hooks";
import { Field, PersonSelect, Select } from "../controls.js";
import { html } from "../html.js";
import { useWords } from "../i18n.js";
import { questions, useForms } from "../plan.js";
import { asTyped, kindOf } from "../values.js";

const AFTERS = ["leave", "mark", "delete"];
const TEXTS = new Set(["text", "lines"]);

export function Panel({ about, target, draft, decide, told }) {
  const { t } = useWords();
  const { flow } = about;
  const ask = useMemo(() => questions(flow.ask), [flow]);
  const forms = useForms(ask, flow.fail);
  const on = { ...about, target, draft, decide, told, ask, forms };
  return html`
    <details class="many__panel" open=${hasAny(draft)}>
      <summary>${t("many.for_all")}</summary>
      <p class="quiet">${t("many.for_all_text")}</p>
      <div class="many__panel-body">
        <${Owner} on=${on} />
        ${target?.records.map((record) => html`
          <${RecordForAll} key=${`${target.target}/${record.key}`} record=${record} on=${on} />
        `)}
        ${target?.kind === "records" && html`<${After} key=${target.target} on=${on} />`}
        ${target && html`<${Lists} on=${on} />`}
        <label class="tick">
          <input type="checkbox" checked=${draft.salvage} onChange=${(event) => decide({ salvage: event.target.checked })} />
          <span>${t("many.salvage")}</span>
        </label>
      </div>
    </details>
  `;
}

function hasAny({ owner, records, carry, after, salvage }) {
  return Boolean(owner || Object.keys(records).length || Object.keys(carry).length || after || !salvage);
}

function Owner({ on: { draft, decide, ask } }) {
  const { t } = useWords();
  return html`<div class="field">
    <label class="field__name" for="many-owner">${t("owner.title")}</label>
    <${PersonSelect} id="many-owner" chosen=${draft.owner} ask=${ask} nobody=${t("many.as_target")}
      onPick=${(owner) => decide({ owner })} />
  </div>`;
}

/** A record of the target: whether it is made, and what every one of them holds. */
function RecordForAll({ record, on }) {
  const { t } = useWords();
  const { target, draft, decide } = on;
  const { key, label, module, optional } = record;
  const mine = draft.records[key] ?? { wanted: !optional, values: {} };
  // Zoho's own conversion lets people decide about its deals only.
  const open = target.kind === "records" || module === "Deals";
  if (!open) return null;
  const change = (next) => decide({ records: { ...draft.records, [key]: { ...mine, ...next } } });
  return html`
    <section class="many__record" aria-label=${label}>
      ${optional
        ? html`<label class="tick">
            <input type="checkbox" checked=${mine.wanted} onChange=${(event) => change({ wanted: event.target.checked })} />
            <span>${t("many.want", { label })}</span>
          </label>`
        : html`<h3><bdi>${label}</bdi></h3>`}
      ${mine.wanted && html`<${Values} id=${`many-${key}`} module=${module} path=${`records.${key}.values`}
        values=${mine.values} asked=${optional} templates on=${on} set=${(values) => change({ values })} />`}
    </section>
  `;
}

/** Fields with their values; more can be added. `asked`: those that must be filled are there at once. */
function Values({ id, module, path, values, asked, templates, on, set }) {
  const { t, apart } = useWords();
  const { ask, forms, told } = on;
  const [wanted, want] = useState(asked || Object.keys(values).length > 0);
  useEffect(() => {
    if (wanted) forms.load(module, null);
  }, [wanted, module]);
  const form = forms.of(module, null);
  const needed = asked && form ? form.filter(({ required }) => required) : [];
  const specs = new Map([...needed, ...Object.values(values).map(({ field }) => field)].map((one) => [one.field, one]));
  const put = (field, typed) => set({ ...values, [field.field]: { field, typed } });
  const drop = (name) => {
    const { [name]: gone, ...left } = values;
    set(left);
  };
  const add = (name) => {
    const field = form.find((one) => one.field === name);
    if (field) put(field, asTyped(field, null));
  };
  if (!wanted) {
    return html`<button type="button" class="button button--plain" onClick=${() => want(true)}>
      ${t("many.set_field")}<span class="hidden"> ${module}</span>
    </button>`;
  }
  if (!form) {
    const failed = forms.failed(module, null);
    return html`<p class="quiet" role="status">${t(failed ? "plan.form_failed" : "plan.form_loading")}
      ${failed && html`<button type="button" class="button button--plain" onClick=${() => forms.load(module, null)}>${t("action.retry")}</button>`}
    </p>`;
  }
  const free = form.filter(({ field }) => !specs.has(field));
  return html`<div class="fields">
    ${[...specs.values()].map((field) => {
      const said = told[`${path}.${field.field}`] ?? told[`choices.${path}.${field.field}`];
      const held = values[field.field]?.typed ?? asTyped(field, null);
      const ident = `${id}-${field.field}`;
      return html`
        <${Field} key=${field.field} id=${ident} field=${{ ...field, required: false }} typed=${held} ask=${ask}
          problem=${said && apart(said)} onType=${(typed) => put(field, typed)}>
          ${templates && TEXTS.has(kindOf(field)) && html`
            <${Insert} of=${ident} field=${field} fields=${on.fields} typed=${held} onType=${(typed) => put(field, typed)} />
          `}
          ${values[field.field] && html`
            <button type="button" class="button button--plain" onClick=${() => drop(field.field)}>
              ${t("after.drop")}<span class="hidden"> ${field.label}</span>
            </button>
          `}
        <//>
      `;
    })}
    ${free.length > 0 && html`<div class="many__add"><${Select} id=${`${id}-add`} name=${t("many.set_field")} value="" onPick=${add}
      items=${[["", t("many.set_field")], ...free.map(({ field, label }) => [field, label])]} /></div>`}
  </div>`;
}

/** Puts the name of a lead's field where the caret is: each lead fills in its own value. */
function Insert({ of, field, fields, typed, onType }) {
  const { t } = useWords();
  const put = (name) => {
    if (!name) return;
    const box = document.getElementById(of);
    const text = typed ?? "";
    const at = box?.selectionStart ?? text.length;
    const piece = `\${${name}}`;
    onType(text.slice(0, at) + piece + text.slice(box?.selectionEnd ?? at));
    requestAnimationFrame(() => {
      box?.focus();
      box?.setSelectionRange(at + piece.length, at + piece.length);
    });
  };
  return html`<span class="many__insert"><${Select} id=${`${of}-insert`} name=${t("many.insert_into", { label: field.label })} value="" onPick=${put}
    items=${[["", t("many.insert")], ...fields.map(({ field: name, label }) => [name, label])]} /></span>`;
}

function After({ on }) {
  const { t } = useWords();
  const { target, draft, decide } = on;
  const usual = t("many.as_target_is", { what: t(`after.${target.lead_after}`) });
  return html`
    <div class="field">
      <label class="field__name" for="many-after">${t("many.after")}</label>
      <${Select} id="many-after" value=${draft.after} onPick=${(after) => decide({ after })}
        items=${[["", usual], ...AFTERS.map((one) => [one, t(`after.${one}`)])]} />
      ${draft.after === "mark" && html`<${Values} id="many-mark" module="Leads" path="lead_after.values"
        values=${draft.marks} asked on=${{ ...on }} set=${(marks) => decide({ marks })} />`}
    </div>
  `;
}

function Lists({ on: { target, draft, decide } }) {
  const { t } = useWords();
  const pick = (list) => (how) => {
    const { [list]: gone, ...left } = draft.carry;
    decide({ carry: how ? { ...left, [list]: how } : left });
  };
  return html`
    <fieldset class="many__lists">
      <legend class="field__name">${t("many.lists")}</legend>
      <div class="fields">
        ${target.lists.map(({ list, label, can, how }) => html`
          <div key=${list} class="field">
            <label class="field__name" for=${`many-list-${list}`}>${label}</label>
            <${Select} id=${`many-list-${list}`} value=${draft.carry[list] ?? ""} onPick=${pick(list)}
              items=${[["", t("many.as_target_is", { what: t(`how.${how}`) })], ...can.map((way) => [way, t(`how.${way}`)])]} />
          </div>
        `)}
      </div>
    </fieldset>
  `;
}
