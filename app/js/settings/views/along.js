// What goes along with a lead, what becomes of it, and whether workflow rules run.
import { Field, Select } from "../../controls.js";
import { html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { asTaken, asTyped } from "../../values.js";
import { AFTERS, LISTS, carried, changed, withAfter, withCarry } from "../draft.js";
import { Findings, IconButton, Labelled, Tick, fieldOf, labelOf } from "./parts.js";

export function Along({ state, target, found, put, flow }) {
  const { t } = useWords();
  const left = Object.keys(LISTS).filter((list) => !carried(target, list)).length;
  const after = target.lead_after?.kind ?? "leave";
  return html`
    <details class="fold">
      <summary>
        ${t("along.title")}${" "}
        <span class="quiet">${t("along.settled", { after: t(`after.${after}`), count: left })}</span>
      </summary>
      <fieldset class="ticks" id=${`t-${target.key}-carry`}>
        <legend>${t("along.carry")}</legend>
        <div class="ticks__grid">
          ${Object.entries(LISTS).map(([list, how]) => html`
            <${Tick} key=${list} checked=${carried(target, list)}
              onChange=${(on) => put(withCarry(target, list, on))}>
              ${t(`hanging.${list.toLowerCase()}`)} <span class="quiet">${t(`taken.${how}`)}</span>
            <//>
          `)}
        </div>
        <${Findings} findings=${found.get(`t-${target.key}-carry`)} />
      </fieldset>
      <${After} state=${state} target=${target} after=${after} found=${found} put=${put} flow=${flow} />
      <${Tick} checked=${target.workflows !== false}
        onChange=${(on) => put(changed(target, { workflows: on ? undefined : false }))}>
        ${t("along.workflows")}
      <//>
    </details>
  `;
}

function After({ state, target, after, found, put, flow }) {
  const { t } = useWords();
  const place = `t-${target.key}-after`;
  const leads = state.material.Leads;
  const set = (next, tag) => put(changed(target, { lead_after: { kind: "mark", values: next } }), tag);
  return html`
    <div id=${place} class="after">
      <${Labelled} id="after" name=${t("along.after")}>
        <${Select} id="after" value=${after} items=${AFTERS.map((one) => [one, t(`after.${one}`)])}
          onPick=${(kind) => put(withAfter(target, kind))} />
      <//>
      ${after === "mark" && html`<${Marks} id="after" leads=${leads} values=${target.lead_after.values ?? {}}
        ask=${flow.ask} set=${(next, name) => set(next, name && `${place}-${name}`)} />`}
      <${Findings} findings=${found.get(place)} />
    </div>
  `;
}

/** The lead's fields that mark it: `set(values, name)`, `name` where one letter follows another. */
export function Marks({ id, leads, values, ask, set, problemOf = () => null }) {
  const { t } = useWords();
  const free = (leads?.fields ?? []).filter((one) => one.writable && !(one.field in values));
  const remove = (name) => set(Object.fromEntries(Object.entries(values).filter(([key]) => key !== name)));
  return html`
    <ul class="lines">
      ${Object.entries(values).map(([name, value]) => html`
        <li key=${name} class="line-controls">
          <${Value} id=${`${id}-${name}`} field=${fieldOf(leads, name)} name=${labelOf(leads, name)}
            value=${value} ask=${ask} problem=${problemOf(name)}
            onChange=${(one) => set({ ...values, [name]: one }, name)} />
          <${IconButton} icon="bin" name=${t("along.remove", { label: labelOf(leads, name) })}
            onClick=${() => remove(name)} />
        </li>
      `)}
    </ul>
    <${Select} value="" name=${t("along.mark")} onPick=${(name) => name && set({ ...values, [name]: first(leads, name) })}
      items=${[["", t("along.mark")], ...free.map((one) => [one.field, one.label])]} />
  `;
}

function first(leads, name) {
  const field = fieldOf(leads, name);
  if (field?.type === "boolean") return true;
  return field?.choices?.[0]?.value ?? "";
}

/** A value of a field's own type, as plain data. */
export function Value({ id, field, name, value, ask, problem, onChange }) {
  const shown = { choices: [], type: "text", ...field, label: name, required: false };
  const typed = asTyped(shown, value);
  const hear = (next) => {
    const taken = asTaken(shown, next);
    onChange("problem" in taken ? next?.name ?? String(next) : taken.value ?? "");
  };
  return html`<${Field} id=${id} field=${shown} typed=${typed} ask=${ask} problem=${problem} onType=${hear} />`;
}
