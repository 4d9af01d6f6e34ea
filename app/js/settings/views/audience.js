// For whom a target is, and for which leads.
import { useEffect } from "preact/hooks";
import { Select } from "../../controls.js";
import { html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { OPERATORS, changed, condition, operatorOf, replaced, without } from "../draft.js";
import { Findings, IconButton, TextBox, Tick, fieldItems, fieldOf } from "./parts.js";

export function Audience({ state, target, found, put, flow }) {
  const { t } = useWords();
  const conditions = target.offered_when ?? [];
  const set = (offered_when, tag) => put(changed(target, { offered_when }), tag);
  const count = conditions.length + (target.profiles?.length ?? 0);
  return html`
    <details class="fold">
      <summary>${t("audience.title")} <span class="quiet">${t("audience.settled", { count })}</span></summary>
      <${Profiles} state=${state} target=${target} put=${put} flow=${flow} />
      <h4>${t("audience.when")}</h4>
      <p class="quiet">${t(conditions.length ? "audience.all" : "audience.always")}</p>
      <ul class="lines">
        ${conditions.map((one, at) => html`
          <${Condition} key=${at} id=${`t-${target.key}-when-${at}`} at=${at} one=${one} leads=${state.material.Leads}
            found=${found} onChange=${(next, tag) => set(replaced(conditions, at, next), tag)}
            onRemove=${() => set(without(conditions, at))} />
        `)}
      </ul>
      <button type="button" class="button" onClick=${() => set([...conditions, condition("", "filled")])}>
        ${t("audience.add")}
      </button>
    </details>
  `;
}

/** One condition; `id` is its place, where its findings stand. */
export function Condition({ id, at, one, leads, found, onChange, onRemove }) {
  const { t } = useWords();
  const operator = operatorOf(one);
  const field = fieldOf(leads, one.field);
  const value = operator === "is" || operator === "is_not" ? one[operator] : "";
  const number = at + 1;
  const set = (change, tag) => {
    const next = { field: one.field, operator, value, ...change };
    onChange(condition(next.field, next.operator, next.value), tag);
  };
  return html`
    <li id=${id}>
      <div class="line-controls">
        <${Select} value=${one.field} name=${t("audience.field", { number })} items=${fieldItems(leads, t, one.field)}
          onPick=${(name) => set({ field: name, value: "" })} />
        <${Select} value=${operator} name=${t("audience.operator", { number })}
          items=${OPERATORS.map((name) => [name, t(`operator.${name}`)])}
          onPick=${(name) => set({ operator: name })} />
        ${value !== undefined && (operator === "is" || operator === "is_not") && html`
          <${Held} field=${field} value=${value} name=${t("audience.value", { number })}
            onType=${(text) => set({ value: text }, `${id}-value`)} />
        `}
        <${IconButton} icon="bin" name=${t("audience.remove", { number })} onClick=${onRemove} />
      </div>
      <${Findings} findings=${found.get(id)} />
    </li>
  `;
}

// What a lead's field is compared with: one of its choices, or a text.
function Held({ field, value, name, onType }) {
  const { t } = useWords();
  if (field?.type === "boolean") {
    const items = [["", t("rule.choose")], ["true", t("value.yes")], ["false", t("value.no")]];
    return html`<${Select} value=${value} name=${name} items=${items} onPick=${onType} />`;
  }
  if (field?.choices?.length) {
    const items = field.choices.map((one) => [one.value, one.label]);
    const known = !value || items.some(([item]) => item === value);
    return html`<${Select} value=${value} name=${name} onPick=${onType}
      items=${[["", t("rule.choose")], ...(known ? [] : [[value, value]]), ...items]} />`;
  }
  return html`<${TextBox} value=${value} name=${name} onType=${onType} />`;
}

function Profiles({ state, target, put, flow }) {
  const { t } = useWords();
  useEffect(() => {
    flow.knowProfiles();
  }, [state.profiles === null]);
  const held = target.profiles ?? [];
  const { profiles } = state;
  const known = Array.isArray(profiles) ? profiles : [];
  const gone = held.filter((id) => !known.some((one) => one.id === id));
  const set = (id, on) =>
    put(changed(target, { profiles: on ? [...held, id].sort() : held.filter((one) => one !== id) }));
  return html`
    <fieldset class="ticks">
      <legend>${t("audience.profiles")}</legend>
      <p class="quiet">${t(held.length ? "audience.chosen" : "audience.everybody")}</p>
      ${profiles === null && html`<p class="quiet">${t("loading.profiles")}</p>`}
      ${profiles === "failed" && html`<p class="quiet">
        ${t("audience.failed")} <button type="button" class="button button--plain" onClick=${flow.knowProfiles}>
          ${t("action.retry")}</button>
      </p>`}
      <div class="ticks__grid">
        ${[...known, ...gone.map((id) => ({ id, name: id }))].map(({ id, name }) => html`
          <${Tick} key=${id} checked=${held.includes(id)} onChange=${(on) => set(id, on)}><bdi>${name}</bdi><//>
        `)}
      </div>
    </fieldset>
  `;
}
