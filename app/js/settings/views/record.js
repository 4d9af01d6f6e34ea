// One record that a target makes: its module and layout, and what fills which of its fields.
import { useEffect } from "preact/hooks";
import { Select } from "../../controls.js";
import { html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { Icon, iconOf } from "../../icons.js";
import {
  MERGES,
  changed,
  matchedOn,
  mergeOf,
  withMerge,
  withMergeDefault,
  withRule,
  withoutRule,
} from "../draft.js";
import { recordPlace, rowPlace } from "../places.js";
import { kindOf, newRule } from "../rules.js";
import { moduleLabel } from "./list.js";
import { Findings, IconButton, Labelled, Tick, fieldOf, typeName } from "./parts.js";
import { RuleEditor } from "./rule.js";
import { Suggestions } from "./suggestions.js";

export function RecordEditor({ state, target, at, found, put, onRemove, flow }) {
  const { t } = useWords();
  const record = target.records[at];
  const { module } = record;
  const material = state.material[module];
  useEffect(() => {
    flow.known(module);
  }, [module, material === undefined]);
  const here = recordPlace(target, record);
  const label = moduleLabel(state.saved.modules, module);
  const known = material?.fields ? material : null;
  const several = target.records.length > 1;
  return html`
    <section class="record-card" id=${here} aria-labelledby=${`${here}-title`}>
      <div class="record-card__head">
        <h3 id=${`${here}-title`}>
          <${Icon} name=${iconOf(module)} /><bdi>${label}</bdi>
          ${several && html`<span class="quiet record-card__key"><bdi>${record.key}</bdi></span>`}
        </h3>
        ${onRemove && html`<${IconButton} icon="bin" name=${t("record.remove", { label })} onClick=${onRemove} />`}
      </div>
      <${Findings} findings=${found.get(here)} />
      ${material === "busy" && html`<p class="quiet" role="status">${t("loading.fields", { label })}</p>`}
      ${material === "failed" && html`
        <p class="line line--careful"><${Icon} name="warn" />${t("record.failed", { label })}</p>
        <button type="button" class="button" onClick=${() => flow.known(module)}>${t("action.retry")}</button>
      `}
      <${Suggestions} state=${state} target=${target} record=${record} material=${known} put=${put} flow=${flow} />
      <${Mapping} state=${state} target=${target} record=${record} material=${known} found=${found}
        put=${put} flow=${flow} label=${label} />
      <${Settled} record=${record} material=${known} several=${several} put=${put} here=${here} />
    </section>
  `;
}

// Layout, duplicates, merging: what is said of the record as a whole.
function Settled({ record, material, several, put, here }) {
  const { t } = useWords();
  const layouts = material?.layouts ?? [];
  const held = record.layout && !layouts.some(({ id }) => id === record.layout);
  const items = [
    ["", t("record.first_layout")],
    ...(held ? [[record.layout, record.layout]] : []),
    ...layouts.map(({ id, name }) => [id, name]),
  ];
  return html`
    <div class="settled">
      ${(layouts.length > 1 || record.layout) && html`
        <${Labelled} id=${`${here}-layout`} name=${t("record.layout")}>
          <${Select} id=${`${here}-layout`} value=${record.layout ?? ""} items=${items}
            onPick=${(layout) => put(changed(record, { layout: layout || undefined }))} />
        <//>
      `}
      <${Labelled} id=${`${here}-matched`} name=${t("record.when_matched")}>
        <${Select} id=${`${here}-matched`} value=${record.when_matched ?? "create"}
          items=${["create", "link"].map((one) => [one, t(`matched.${one}`)])}
          onPick=${(one) => put(changed(record, { when_matched: one === "link" ? one : undefined }))} />
      <//>
      <${Labelled} id=${`${here}-merge`} name=${t("record.merge")}>
        <${Select} id=${`${here}-merge`} value=${record.merge?.default ?? "fill_blanks"}
          items=${MERGES.map((one) => [one, t(`merge.${one}`)])}
          onPick=${(one) => put(withMergeDefault(record, one))} />
      <//>
      ${several && html`
        <${Tick} checked=${record.optional === true}
          onChange=${(on) => put(changed(record, { optional: on || undefined }))}>${t("record.optional")}<//>
      `}
    </div>
  `;
}

function Mapping({ state, target, record, material, found, put, flow, label }) {
  const { t } = useWords();
  const names = Object.keys(record.fields);
  return html`
    ${names.length > 0 && html`
      <table class="grid grid--mapping" role="table" aria-label=${t("record.mapping", { label })}>
        <thead role="rowgroup"><tr role="row">
          <th role="columnheader" scope="col">${t("record.field")}</th>
          <th role="columnheader" scope="col">${t("record.filled_from")}</th>
          <th role="columnheader" scope="col">${t("record.existing")}</th>
          <th role="columnheader" scope="col"><span class="hidden">${t("list.remove_column")}</span></th>
        </tr></thead>
        <tbody role="rowgroup">
          ${names.map((name) => html`
            <${Row} key=${name} name=${name} state=${state} target=${target} record=${record}
              material=${material} found=${found} put=${put} flow=${flow} />
          `)}
        </tbody>
      </table>
    `}
    <${AddField} record=${record} material=${material} put=${put} label=${label} />
  `;
}

function Row({ name, state, target, record, material, found, put, flow }) {
  const { t } = useWords();
  const field = fieldOf(material, name);
  const rule = record.fields[name];
  const place = rowPlace(target, record, name);
  const label = field?.label ?? name;
  const others = target.records.filter((one) => one !== record);
  const findable = ["field", "first_of"].includes(kindOf(rule));
  const matched = (record.match_on ?? []).includes(name);
  const remove = () => {
    put(withoutRule(record, name));
    document.getElementById(`add-${record.key}`)?.focus();
  };
  return html`
    <tr role="row" id=${place}>
      <td role="cell" class="grid__name">
        <b><bdi>${label}</bdi></b>
        ${isRequired(field, record, material) && html` <span class="chip chip--strong">${t("record.required")}</span>`}
        <span class="grid__type">${field ? typeName(field.type, t) : ""} <code dir="ltr">${name}</code></span>
      </td>
      <td role="cell">
        <${RuleEditor} id=${place} rule=${rule} field=${field} label=${label} others=${others}
          leads=${state.material.Leads} ask=${flow.ask}
          onChange=${(next, tag) => put(withRule(record, name, next), tag)} />
        <${Findings} findings=${found.get(place)} />
      </td>
      <td role="cell" class="grid__merge">
        <span class="grid__caption" aria-hidden="true">${t("record.existing")}</span>
        <${Select} value=${mergeOf(record, name)} name=${t("record.merge_of", { label })}
          items=${[["", t("record.merge_default")], ...MERGES.map((one) => [one, t(`merge.${one}`)])]}
          onPick=${(policy) => put(withMerge(record, name, policy))} />
        ${(findable || matched) && html`
          <${Tick} checked=${matched} onChange=${(on) => put(matchedOn(record, name, on))}>
            ${t("record.match_on")}<span class="hidden"> (${label})</span>
          <//>
        `}
      </td>
      <td role="cell" class="grid__end">
        <${IconButton} icon="bin" name=${t("record.remove_rule", { label })} onClick=${remove} />
      </td>
    </tr>
  `;
}

/** Whether the layout in use demands the field. */
function isRequired(field, record, material) {
  if (!field) return false;
  const layout = record.layout || material.layouts[0]?.id;
  return field.required || field.required_on.includes(layout);
}

function AddField({ record, material, put, label }) {
  const { t } = useWords();
  if (!material) return null;
  const free = material.fields.filter(({ field }) => record.fields[field] === undefined);
  const needed = free.filter((field) => isRequired(field, record, material));
  const others = free.filter((field) => !needed.includes(field));
  const item = (mark) => (one) => [one.field, `${mark}${one.label} · ${typeName(one.type, t)}`];
  const add = (name) => {
    if (!name) return;
    const field = fieldOf(material, name);
    put(withRule(record, name, newRule("field", undefined, field, [])));
  };
  const id = `add-${record.key}`;
  return html`
    <div class="add-field">
      <${Labelled} id=${id} name=${t("record.add_field", { label })}>
        <${Select} id=${id} value="" onPick=${add}
          items=${[["", t("rule.choose")], ...needed.map(item("* ")), ...others.map(item(""))]} />
      <//>
      ${needed.length > 0 && html`<p class="labelled__note">${t("record.needed", { count: needed.length })}</p>`}
    </div>
  `;
}
