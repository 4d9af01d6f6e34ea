// Small parts that every view of this page is made of.
import { classes, html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { Icon } from "../../icons.js";

/** A label above its control. `control` is a function of the control's id. */
export function Labelled({ id, name, note, children }) {
  return html`
    <div class="labelled">
      <label for=${id} class="labelled__name">${name}</label>
      ${children}
      ${note && html`<p class="labelled__note" id=${`${id}-note`}>${note}</p>`}
    </div>
  `;
}

export function TextBox({ id, value, onType, name, dir = "auto", marks }) {
  return html`<input type="text" class="control" id=${id} dir=${dir} value=${value}
    autocomplete="off" aria-label=${name} ...${marks}
    onInput=${({ target }) => onType(target.value)} />`;
}

export function IconButton({ icon, name, onClick, disabled = false, id }) {
  return html`<button type="button" class="button button--icon" id=${id} aria-label=${name}
    title=${name} disabled=${disabled} onClick=${onClick}><${Icon} name=${icon} /></button>`;
}

export function Tick({ checked, onChange, children }) {
  return html`<label class="tick">
    <input type="checkbox" checked=${checked} onChange=${({ target }) => onChange(target.checked)} />
    <span>${children}</span>
  </label>`;
}

/** What is wrong at one place, or will be. */
export function Findings({ id, findings = [] }) {
  const { t } = useWords();
  return html`<ul class="findings" id=${id}>
    ${findings.map((one) => html`
      <li key=${one.path + one.code + one.message}
        class=${classes("finding", { [`finding--${one.severity}`]: true })}>
        <${Icon} name=${one.severity === "error" ? "ban" : "warn"} />
        <span>
          <b>${t(`severity.${one.severity}`)}</b> <${Said} finding=${one} />
        </span>
      </li>
    `)}
  </ul>`;
}

// The server speaks English: where there is no translation, its kind is said first.
export function Said({ finding }) {
  const { t, say, language } = useWords();
  const said = finding.key && say("said", { ...finding, message: "" });
  if (said) return finding.params.choice ? `${finding.params.choice}: ${said}` : said;
  if (language === "en") return finding.message;
  return html`${t(`finding.${finding.code}`, {}, "")} <bdi lang="en" class="quiet">${finding.message}</bdi>`;
}

/** How many errors and warnings, as chips; nothing where there are none. */
export function Counts({ findings }) {
  const { t } = useWords();
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const others = findings.length - errors;
  if (!findings.length) {
    return html`<span class="fact fact--good"><${Icon} name="check" />${t("findings.none")}</span>`;
  }
  return html`
    ${errors > 0 && html`<span class="fact fact--bad">
      <${Icon} name="ban" />${t("findings.errors", { count: errors })}</span>`}
    ${others > 0 && html`<span class="fact fact--careful">
      <${Icon} name="warn" />${t("findings.warnings", { count: others })}</span>`}
  `;
}

export function labelOf(material, name) {
  return fieldOf(material, name)?.label ?? name;
}

export function fieldOf(material, name) {
  return material?.fields?.find((one) => one.field === name);
}

/** The fields of a module as items of a select, with their types. */
export function fieldItems(material, t, held) {
  const items = (material?.fields ?? []).map((one) => [one.field, named(one, t)]);
  const known = !held || items.some(([value]) => value === held);
  return [["", t("rule.choose")], ...(known ? [] : [[held, held]]), ...items];
}

function named(field, t) {
  return `${field.label} · ${typeName(field.type, t)}`;
}

const ALIKE = { bigint: "integer", userlookup: "ownerlookup" };

export function typeName(type, t) {
  return t(`type.${ALIKE[type] ?? type}`, {}, type);
}
