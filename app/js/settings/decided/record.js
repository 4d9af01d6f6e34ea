// What a rule decides about one record that a lead becomes.
import { useState } from "preact/hooks";
import { Field, Select } from "../../controls.js";
import { html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { MERGES } from "../draft.js";
import { firstValue } from "../rules.js";
import { Value } from "../views/along.js";
import { Findings, IconButton, Labelled, Tick, fieldItems, fieldOf, labelOf } from "../views/parts.js";
import { UNCHOSEN, ofRecord, put, recordWith, recordsOf, withRecord } from "./choices.js";
import { Decision, FaultOf } from "./parts.js";

const WAYS = ["value", "source", "empty"];

/** The controls of a record that are shown, by the path of what they decide. */
export function placesOf({ choices, target, state }, record) {
  const mine = ofRecord(choices, record.key) ?? {};
  const named = (part) => Object.keys(mine[part] ?? {}).map((name) => `${part}.${name}`);
  const { existing, layout, filled, merged, sources } = shown(target, record, materialOf(state, record), mine);
  const places = [
    ...(existing ? ["link"] : []),
    ...(layout ? ["layout"] : []),
    ...(filled ? named("values") : []),
    ...(sources ? named("sources") : []),
    ...(merged ? named("merge") : []),
  ];
  const path = `records.${record.key}`;
  return isOpen(record, mine) ? [path, ...places.map((one) => `${path}.${one}`)] : [path];
}

// Zoho's own conversion takes a layout and values for a deal only, and no deal that is there.
function shown(target, record, material, mine) {
  const zoho = target.kind === "zoho";
  const deal = zoho && record.module === "Deals";
  const filled = Boolean(material) && (!zoho || deal);
  return {
    existing: !deal,
    layout: filled && (material.layouts.length > 1 || mine.layout !== undefined),
    filled,
    sources: filled && !zoho,
    merged: filled && !zoho && mine.link !== "",
  };
}

function isOpen({ optional }, mine) {
  return !optional || (Object.keys(mine).length > 0 && mine.wanted !== false);
}

function materialOf(state, { module }) {
  const found = state.material[module];
  return typeof found === "object" ? found : null;
}

// Of two records of one module each is called by its key, too.
function labelFor(record, target, material) {
  const label = material?.label ?? record.module;
  const twins = recordsOf(target).filter(({ module }) => module === record.module);
  return twins.length > 1 ? `${label} (${record.key})` : label;
}

export function Record({ record, about }) {
  const { t } = useWords();
  const { id, target, choices, state, flow, found, onChange } = about;
  const { key, module, optional } = record;
  const material = materialOf(state, record);
  const mine = ofRecord(choices, key);
  const label = labelFor(record, target, material);
  const write = (one) => onChange(withRecord(choices, key, one));
  const own = {
    ...about,
    id: `${id}-${key}`,
    record,
    material,
    mine: mine ?? {},
    label,
    at: (path) => found.get(`records.${key}.${path}`),
    set: (change) => write(recordWith(mine, optional, change)),
  };
  const open = isOpen(record, mine ?? {});
  return html`
    <fieldset class="ticks decided__record">
      <legend><bdi>${label}</bdi></legend>
      <${Findings} findings=${found.get(`records.${key}`)} />
      ${optional && html`
        <${Tick} checked=${open} onChange=${(on) => write(on ? { wanted: true } : undefined)}>
          ${t("decided.want", { label })}
        <//>
      `}
      ${open && html`<${Parts} own=${own} />`}
      ${state.material[module] === "failed" && html`<p class="quiet">
        ${t("record.failed", { label })}${" "}
        <button type="button" class="button button--plain" onClick=${() => flow.known(module)}>${t("action.retry")}</button>
      </p>`}
    </fieldset>
  `;
}

function Parts({ own }) {
  const { existing, layout, filled, merged, sources } = shown(own.target, own.record, own.material, own.mine);
  return html`
    <div class="settled settled--top">
      ${existing && html`<${Existing} own=${own} />`}
      ${layout && html`<${Layout} own=${own} />`}
    </div>
    ${filled && html`<${Filled} own=${own} ways=${WAYS.filter((one) => one !== "source" || sources)} />`}
    ${merged && html`<${Merged} own=${own} />`}
  `;
}

const LINKS = { new: "", this: UNCHOSEN };

function Existing({ own }) {
  const { t } = useWords();
  const { id, target, mine, at, set, record } = own;
  const { link } = mine;
  const way = link === undefined || link === null ? undefined : link === "" ? "new" : "this";
  const usual = target.kind !== "zoho" && t(`matched.${record.when_matched ?? "create"}`);
  return html`
    <${Decision} id=${`${id}-link`} name=${t("record.when_matched")} value=${way} usual=${usual}
      findings=${way === "this" ? undefined : at("link")}
      items=${Object.keys(LINKS).map((one) => [one, t(`link.${one}`)])}
      onPick=${(one) => set({ link: LINKS[one] })} />
    ${way === "this" && html`<${This} own=${own} />`}
  `;
}

function This({ own }) {
  const { t } = useWords();
  const { id, record, mine, at, set, flow } = own;
  const known = mine.link === UNCHOSEN ? null : { id: mine.link, name: mine.link };
  const [typed, setTyped] = useState(known);
  const hear = (next) => {
    setTyped(next);
    set({ link: next?.id || UNCHOSEN });
  };
  const field = { field: "link", label: t("link.which"), type: "lookup", lookup_module: record.module, required: true };
  return html`<${Field} id=${`${id}-this`} field=${field} typed=${typed} ask=${flow.ask} onType=${hear}
    hint=${typed?.id && typed.id === typed.name ? t("link.id") : ""}
    problem=${at("link") && html`<${FaultOf} findings=${at("link")} />`} />`;
}

function Layout({ own }) {
  const { t } = useWords();
  const { id, material, mine, at, set } = own;
  return html`<${Decision} id=${`${id}-layout`} name=${t("record.layout")} value=${mine.layout} findings=${at("layout")}
    items=${material.layouts.map((one) => [one.id, one.name])} onPick=${(layout) => set({ layout })} />`;
}

/** Fields that are filled otherwise than the target says. */
function Filled({ own, ways }) {
  const { t } = useWords();
  const { id, material, mine, label, set } = own;
  const { values = {}, sources = {} } = mine;
  const names = [...new Set([...Object.keys(values), ...Object.keys(sources)])];
  const free = { fields: material.fields.filter(({ field }) => !names.includes(field)) };
  const add = (name) => {
    if (!name) return;
    set({ values: put(values, name, firstValue(fieldOf(material, name))) });
    soon(`${id}-f-${name}`);
  };
  const remove = (name) => {
    set({ values: put(values, name), sources: put(sources, name) });
    soon(`${id}-add`);
  };
  return html`
    <ul class="lines">
      ${names.map((name) => html`<${Line} key=${name} own=${own} name=${name} ways=${ways} onRemove=${() => remove(name)} />`)}
    </ul>
    <${Labelled} id=${`${id}-add`} name=${t("decided.add_field", { label })}>
      <${Select} id=${`${id}-add`} value="" items=${fieldItems(free, t, "")} onPick=${add} />
    <//>
  `;
}

// A control that is about to be drawn.
function soon(id) {
  requestAnimationFrame(() => document.getElementById(id)?.focus());
}

function Line({ own, name, ways, onRemove }) {
  const { t } = useWords();
  const { id, material, mine, at, set, state, flow } = own;
  const { values = {}, sources = {} } = mine;
  const field = fieldOf(material, name);
  const label = labelOf(material, name);
  const way = name in sources ? "source" : values[name] === null ? "empty" : "value";
  const wrong = at(`${way === "source" ? "sources" : "values"}.${name}`);
  const pick = (next) => {
    const value = { value: firstValue(field), empty: null }[next];
    set({
      values: put(values, name, value),
      sources: put(sources, name, next === "source" ? sources[name] ?? "" : undefined),
    });
  };
  const problem = wrong && html`<${FaultOf} findings=${wrong} />`;
  return html`
    <li class="decided__line">
      <div class="line-controls">
        <${Labelled} id=${`${id}-f-${name}`} name=${label}>
          <${Select} id=${`${id}-f-${name}`} value=${way} onPick=${pick}
            items=${ways.map((one) => [one, t(`filled.${one}`)])} />
        <//>
        <${IconButton} icon="bin" name=${t("decided.remove", { label })} onClick=${onRemove} />
      </div>
      ${way === "value" && html`
        <${Value} id=${`${id}-v-${name}`} field=${field} name=${t("filled.value_of", { label })} value=${values[name]}
          ask=${flow.ask} problem=${problem} onChange=${(one) => set({ values: put(values, name, one) })} />
      `}
      ${way === "source" && html`
        <div>
          <${Labelled} id=${`${id}-s-${name}`} name=${t("filled.source_of", { label })}>
            <${Select} id=${`${id}-s-${name}`} value=${sources[name]}
              marks=${{ "aria-invalid": wrong && "true", "aria-describedby": wrong && `${id}-s-${name}-fault` }}
              items=${fieldItems(state.material.Leads, t, sources[name])}
              onPick=${(one) => set({ sources: put(sources, name, one) })} />
          <//>
          <${Findings} id=${`${id}-s-${name}-fault`} findings=${wrong} />
        </div>
      `}
      ${way === "empty" && html`<${Findings} findings=${wrong} />`}
    </li>
  `;
}

/** How the fields of a record that is there already are merged. */
function Merged({ own }) {
  const { t } = useWords();
  const { id, material, mine, label, at, set } = own;
  const merge = mine.merge ?? {};
  const names = Object.keys(merge);
  const free = { fields: material.fields.filter(({ field }) => !names.includes(field)) };
  const add = (name) => {
    if (!name) return;
    set({ merge: put(merge, name, "overwrite") });
    soon(`${id}-m-${name}`);
  };
  const pick = (name) => (policy) => {
    set({ merge: put(merge, name, policy) });
    if (!policy) soon(`${id}-merge`);
  };
  return html`
    ${names.length > 0 && html`<div class="settled settled--top">
      ${names.map((name) => html`
        <${Decision} key=${name} id=${`${id}-m-${name}`} name=${t("record.merge_of", { label: labelOf(material, name) })}
          value=${merge[name]} findings=${at(`merge.${name}`)} items=${MERGES.map((one) => [one, t(`merge.${one}`)])}
          onPick=${pick(name)} />
      `)}
    </div>`}
    <${Labelled} id=${`${id}-merge`} name=${t("decided.add_merge", { label })}>
      <${Select} id=${`${id}-merge`} value="" items=${fieldItems(free, t, "")} onPick=${add} />
    <//>
  `;
}
