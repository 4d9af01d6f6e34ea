// Small parts of what a rule decides.
import { Select } from "../../controls.js";
import { html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { Findings, Labelled, Said } from "../views/parts.js";

/** One of several ways, or as the target says: then `onPick` hears undefined. */
export function Decision({ id, name, value, usual, items, findings, onPick }) {
  const { t } = useWords();
  const fault = `${id}-fault`;
  const asUsual = usual ? t("decided.as_says", { what: usual }) : t("decided.as_usual");
  const known = value === undefined || items.some(([item]) => item === value);
  const marks = { "aria-invalid": findings && "true", "aria-describedby": findings && fault };
  return html`
    <div>
      <${Labelled} id=${id} name=${name}>
        <${Select} id=${id} value=${value ?? ""} marks=${marks} onPick=${(one) => onPick(one || undefined)}
          items=${[["", asUsual], ...(known ? [] : [[value, String(value)]]), ...items]} />
      <//>
      <${Findings} id=${fault} findings=${findings} />
    </div>
  `;
}

/** What is wrong, as the sentence at a field; nothing where all is well. */
export function FaultOf({ findings = [] }) {
  return findings.map((one) => html`<span key=${one.path}><${Said} finding=${one} /> </span>`);
}
