// A record field by field: what the lead holds, what an existing record holds, what will be there.
import { useState } from "preact/hooks";
import { Select } from "../controls.js";
import { classes, html } from "../html.js";
import { useWords } from "../i18n.js";
import { Icon } from "../icons.js";
import { Typed } from "./typed.js";
import { Value } from "./value.js";

export function Compared({ on }) {
  const { t } = useWords();
  const { record, planned, mine, apart } = on;
  const rows = planned.fields.filter(({ field }) =>
    !apart.has(field) && (mine.values[field]?.place ?? "row") === "row");
  if (!rows.length) return null;
  const linked = Boolean(planned.link);
  return html`
    <table class=${classes("compared", { "compared--linked": linked })}>
      <caption class="hidden">${t("plan.compared", { label: record.label })}</caption>
      <thead>
        <tr>
          <th scope="col">${t("compared.field")}</th>
          <th scope="col">${t("compared.lead")}</th>
          ${linked && html`<th scope="col">${t("compared.before")}</th>`}
          <th scope="col">${t("compared.becomes")}</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map((field) => html`<${Row} key=${field.field} field=${field} linked=${linked} on=${on} />`)}
      </tbody>
    </table>
  `;
}

function Row({ field, linked, on }) {
  const { t, say } = useWords();
  const [editing, setEditing] = useState(false);
  const { record, planned, mine, free, forms } = on;
  const mark = markOf(field);
  const layout = planned.layout?.id ?? null;
  const entry = mine.values[field.field];
  const spec = entry?.field ?? (forms.of(record.module, layout) ?? []).find((one) => one.field === field.field);
  const open = free && !field.points_at;
  const edit = () => {
    forms.load(record.module, layout);
    setEditing(true);
  };
  const why = field.reason && !field.typed && field.reason.code !== "kept";
  return html`
    <tr>
      <th scope="row">
        <bdi>${field.label}</bdi>
        <span class=${`mark mark--${mark.tone}`}><${Icon} name=${mark.icon} />${t(`mark.${mark.name}`)}</span>
      </th>
      <td data-name=${t("compared.lead")}><${Sources} field=${field} on=${on} /></td>
      ${linked && html`<td data-name=${t("compared.before")}>
        <${Value} value=${field.before} type=${field.type} />
      </td>`}
      <td data-name=${t("compared.becomes")}>
        ${open && spec && (editing || entry)
          ? html`<${Typed} on=${on} spec=${spec} place="row" held=${willBe(field)} focused=${editing && !entry} />`
          : html`<div class="compared__value">
                <div><${Becomes} field=${field} on=${on} /></div>
                ${open && !editing && html`
                  <button type="button" class="button button--icon" onClick=${edit}
                    id=${`value-${record.key}-${field.field}`} title=${t("compared.change", { label: field.label })}
                    aria-label=${t("compared.change", { label: field.label })}>
                    <${Icon} name="pen" />
                  </button>
                `}
              </div>
              ${open && editing && html`<p class="quiet" role="status">
                ${forms.of(record.module, layout) ? t("plan.closed_field") : t("plan.form_loading")}
              </p>`}`}
        ${why && html`<p class="compared__why">${say(field.fate === "lost" ? "loss" : "reason", field.reason)}</p>`}
        ${linked && html`<${Merge} field=${field} on=${on} />`}
      </td>
    </tr>
  `;
}

/** What a field's row is marked with; an icon never stands without its word. */
function markOf(field) {
  if (field.points_at) return { name: "linked", icon: "carry", tone: "good" };
  if (field.typed) return { name: "typed", icon: "pen", tone: "plain" };
  if (field.reason?.code === "kept") return { name: "kept", icon: "lock", tone: "careful" };
  if (field.fate === "lost") return { name: "lost", icon: "lost", tone: "bad" };
  if (!field.written) return { name: "same", icon: "check", tone: "good" };
  if (field.fate === "transformed") return { name: "transformed", icon: "again", tone: "plain" };
  return { name: "carried", icon: "check", tone: "good" };
}

function willBe(field) {
  return field.fate === "lost" ? field.before : field.value;
}

function Becomes({ field, on }) {
  const { t } = useWords();
  const pointed = field.points_at && on.option.records.find(({ key }) => key === field.points_at);
  if (pointed) return html`<span class="value">${t("plan.points_at", { label: pointed.label })}</span>`;
  return html`<${Value} value=${willBe(field)} type=${field.type} />`;
}

/** The lead's fields that fill it, or would had nobody typed, each with what it holds. */
function Sources({ field, on }) {
  const { t } = useWords();
  const { values } = on.plan;
  const over = ({ reason }) => reason?.code === "typed_over" && reason.params.target === field.field;
  const names = field.typed && !field.sources.length
    ? values.filter(over).map((one) => one.field)
    : field.sources;
  if (!names.length) {
    const why = field.typed || field.points_at ? "compared.nothing" : "compared.rule";
    return html`<span class="quiet">${t(why)}</span>`;
  }
  return names.map((name) => {
    const held = values.find((one) => one.field === name);
    return html`
      <div key=${name} class="source">
        <span class="source__name"><bdi>${held?.label ?? name.replaceAll("_", " ")}</bdi></span>
        ${held && html`<${Value} value=${held.held} type=${field.fate === "carried" ? field.type : ""} />`}
      </div>
    `;
  });
}

const ADDS = new Set(["text", "textarea", "multiselectpicklist"]);

/** How the value of an existing record and the lead's become one, where both have something. */
function Merge({ field, on }) {
  const { t } = useWords();
  const { mine, change, record } = on;
  const chosen = mine.merge[field.field];
  const blank = field.before === null || field.before === "" || field.before?.length === 0;
  const settled = !chosen && field.merge !== "keep" && (blank || (field.fate === "carried" && !field.written));
  if (!field.merge || field.typed || settled) return null;
  const ways = ["keep", "fill_blanks", "overwrite", ...(ADDS.has(field.type) ? ["append"] : [])];
  return html`
    <${Select} id=${`merge-${record.key}-${field.field}`} name=${t("plan.merge", { label: field.label })}
      value=${field.merge} items=${ways.map((way) => [way, t(`merge.${way}`)])}
      onPick=${(way) => change({ merge: { ...mine.merge, [field.field]: way } })} />
  `;
}
