// The right control for every type of field. They hold what was typed, whatever comes of it:
// values.js says how that is read.
import { useEffect, useRef, useState } from "preact/hooks";
import { Combobox } from "./combobox.js";
import { classes, html } from "./html.js";
import { useWords } from "./i18n.js";
import { Icon } from "./icons.js";
import { UNREADABLE, kindOf, zone } from "./values.js";

/**
 * A field with its label, what is to be known of it, and what is wrong with it.
 *
 * `field` is {field, label, type, required, choices, lookup_module, max_length}; `typed` is what
 * its control holds (values.js: asTyped); `problem` is a sentence. `onType(typed)` hears of every
 * change, `onLeave()` when the person goes on. `ask` finds what the control does not know:
 * {records(module, text, signal) -> [{id, name}], people() -> [{id, name}]}, both promises.
 * `children` come beside the label.
 */
export function Field({ id, field, typed, problem, hint, ask, onType, onLeave, children }) {
  const { t } = useWords();
  const kind = kindOf(field);
  const notes = [hint, noteOn(kind, field, t)].filter(Boolean);
  const described = [notes.length && `${id}-note`, problem && `${id}-problem`].filter(Boolean);
  const box = {
    id,
    field,
    typed,
    ask,
    onType,
    onLeave,
    marks: {
      "aria-required": field.required ? "true" : undefined,
      "aria-invalid": problem ? "true" : undefined,
      "aria-describedby": described.join(" ") || undefined,
    },
  };
  const Control = CONTROLS[kind] ?? Line;
  const several = kind === "choices";
  const name = html`<${Name} id=${id} field=${field} as=${several ? "legend" : "label"} />`;
  const below = html`
    ${notes.length > 0 && html`<p class="field__note" id=${`${id}-note`}>${notes.join(" ")}</p>`}
    <p class="field__problem" id=${`${id}-problem`} hidden=${!problem}>
      ${problem && html`<${Icon} name="warn" />${problem}`}
    </p>
  `;
  const look = classes("field", { "field--wrong": Boolean(problem), [`field--${kind}`]: true });
  return several
    ? html`<fieldset class=${look} aria-describedby=${box.marks["aria-describedby"]}
          aria-invalid=${box.marks["aria-invalid"]}>
        ${name}${children}<${Control} ...${box} />${below}
      </fieldset>`
    : html`<div class=${look}>
        <div class="field__head">${name}${children}</div><${Control} ...${box} />${below}
      </div>`;
}

function Name({ id, field, as }) {
  const { t } = useWords();
  const inside = html`<bdi>${field.label}</bdi>${field.required && html`
    <span class="field__required"> ${t("field.required")}</span>`}`;
  return as === "legend"
    ? html`<legend class="field__name">${inside}</legend>`
    : html`<label class="field__name" for=${id} id=${`${id}-name`}>${inside}</label>`;
}

function noteOn(kind, field, t) {
  if (kind === "moment") return t("field.zone", { zone: zone() });
  const counted = ["text", "lines", "email", "tel", "url"].includes(kind);
  return counted && field.max_length ? t("fill.length", { count: field.max_length }) : "";
}

const INPUTS = {
  email: { type: "email", dir: "ltr", autocomplete: "off" },
  tel: { type: "tel", dir: "ltr", autocomplete: "off" },
  url: { type: "url", dir: "ltr", autocomplete: "off" },
  number: { type: "number", step: "any", dir: "ltr" },
  day: { type: "date", max: "9999-12-31" },
  moment: { type: "datetime-local", max: "9999-12-31T23:59" },
};

function Line({ id, field, typed, onType, onLeave, marks }) {
  const look = INPUTS[kindOf(field)] ?? { type: "text", dir: "auto", autocomplete: "off" };
  const hear = ({ target }) => onType(target.validity.badInput ? UNREADABLE : target.value);
  return html`<input class="control" id=${id} ...${look} ...${marks}
    value=${typed === UNREADABLE ? "" : typed ?? ""} onInput=${hear} onBlur=${onLeave} />`;
}

function Lines({ id, typed, onType, onLeave, marks }) {
  return html`<textarea class="control" id=${id} rows="4" dir="auto" ...${marks} value=${typed ?? ""}
    onInput=${({ target }) => onType(target.value)} onBlur=${onLeave}></textarea>`;
}

function Tick({ id, typed, onType, onLeave, marks }) {
  const { t } = useWords();
  return html`<span class="control-tick">
    <input type="checkbox" id=${id} ...${marks} checked=${typed === true} onBlur=${onLeave}
      onChange=${({ target }) => onType(target.checked)} />
    <span aria-hidden="true">${t(typed === true ? "value.yes" : "value.no")}</span>
  </span>`;
}

function Choice({ id, field, typed, onType, onLeave, marks }) {
  const { t } = useWords();
  return html`<${Select} id=${id} value=${typed ?? ""} marks=${marks} onLeave=${onLeave}
    onPick=${onType} items=${withHeld(field.choices ?? [], typed, t("field.choose"))} />`;
}

// What is held stays to be seen, also where it is no longer offered.
function withHeld(choices, held, nothing) {
  const items = choices.map(({ value, label }) => [value, label]);
  const known = !held || items.some(([value]) => value === held);
  return [["", nothing], ...items, ...(known ? [] : [[held, held]])];
}

/** A plain choice of one: `items` are [value, label]; `name` is for those without a label. */
export function Select({ id, value, items, name, marks, disabled, onPick, onLeave }) {
  return html`<select class="control" id=${id} ...${marks} aria-label=${name} value=${value}
    disabled=${disabled} onChange=${({ target }) => onPick(target.value)} onBlur=${onLeave}>
    ${items.map(([item, label]) => html`
      <option key=${item} value=${item} selected=${item === value}>${label}</option>
    `)}
  </select>`;
}

function Choices({ id, field, typed, onType, onLeave }) {
  const held = typed ?? [];
  const offered = (field.choices ?? []).map(({ value, label }) => [value, label]);
  const gone = held.filter((one) => !offered.some(([value]) => value === one));
  const change = (value, on) => onType(on ? [...held, value] : held.filter((one) => one !== value));
  return html`<div class="control-ticks">
    ${[...offered, ...gone.map((one) => [one, one])].map(([value, label], place) => html`
      <label key=${value} class="tick">
        <input type="checkbox" id=${place ? undefined : id} checked=${held.includes(value)}
          onBlur=${onLeave} onChange=${({ target }) => change(value, target.checked)} />
        <bdi>${label}</bdi>
      </label>
    `)}
  </div>`;
}

function RecordControl({ id, field, typed, ask, onType, onLeave, marks }) {
  const find = (text, signal) => ask.records(field.lookup_module, text, signal);
  return html`<${Combobox} id=${id} chosen=${typed} find=${find} onChoose=${onType}
    onLeave=${onLeave} marks=${marks} labelledBy=${`${id}-name`} />`;
}

function PersonControl({ id, typed, ask, onType, onLeave, marks }) {
  const { t } = useWords();
  return html`<${PersonSelect} id=${id} chosen=${typed} ask=${ask} marks=${marks}
    nobody=${t("field.choose")} onLeave=${onLeave} onPick=${onType} />`;
}

/** One of the people of the org, or `nobody`: onPick({id, name} | null). */
export function PersonSelect({ id, chosen, ask, nobody, marks, onPick, onLeave }) {
  const { t } = useWords();
  const [people, setPeople] = useState(null);
  const [failed, setFailed] = useState(false);
  const there = useRef(true);
  const load = () => {
    setFailed(false);
    ask.people().then(
      (found) => there.current && setPeople(found),
      () => there.current && setFailed(true),
    );
  };
  useEffect(() => {
    load();
    return () => (there.current = false);
  }, []);
  const items = (people ?? []).map((one) => [one.id, one.name]);
  const held = chosen?.id && !items.some(([value]) => value === chosen.id);
  const pick = (value) => {
    const name = items.find(([item]) => item === value)?.[1] ?? chosen?.name ?? "";
    onPick(value ? { id: value, name } : null);
  };
  return html`
    <${Select} id=${id} value=${chosen?.id ?? ""} marks=${marks} onPick=${pick} onLeave=${onLeave}
      items=${[["", nobody], ...(held ? [[chosen.id, chosen.name || chosen.id]] : []), ...items]} />
    ${failed && html`<p class="field__note">
      ${t("field.people_failed")}${" "}
      <button type="button" class="button button--plain" onClick=${load}>${t("action.retry")}</button>
    </p>`}
  `;
}

const CONTROLS = {
  lines: Lines,
  tick: Tick,
  choice: Choice,
  choices: Choices,
  record: RecordControl,
  person: PersonControl,
};
