// One record of a plan: new or there already, what must be typed in, and every field's fate.
import { useState } from "preact/hooks";
import { changePipeline, changeRecord, chosenPipeline, pipelinesFor } from "../choices.js";
import { Select } from "../controls.js";
import { html } from "../html.js";
import { useWords } from "../i18n.js";
import { Compared } from "./compared.js";
import { RecordChoice } from "./record.js";
import { Asked, More } from "./typed.js";

export function PlannedRecord({ record, about }) {
  const { option, choice, plan, decide, flow } = about;
  const mine = choice.records[record.key];
  const planned = plan.records.find(({ key }) => key === record.key);
  const free = option.kind === "records" || record.module === "Deals";
  const change = (what) => decide(changeRecord(option, choice, record.key, what));
  // What nobody decided, the target may have: then its record is the chosen one.
  const link = mine.link === undefined && planned?.link ? planned.link : mine.link;
  const staged = option.kind === "zoho" && record.module === "Deals" && option.pipelines?.length > 0;
  const on = { ...about, record, planned, mine, free, change, apart: staged ? STAGED : NONE };
  return html`
    <div class="planned" id=${`planned-${record.key}`}>
      <${RecordChoice} record=${record} chosen=${{ ...mine, link }} onOpen=${flow.open}
        alwaysNew=${option.kind === "zoho" && record.optional} onDecide=${change} />
      ${planned && mine.wanted && html`
        <${Shape} on=${on} staged=${staged} />
        ${free && html`<${Asked} on=${on} />`}
        <${Compared} on=${on} />
        ${free && html`<${More} on=${on} />`}
      `}
    </div>
  `;
}

// Fields that have controls of their own: their choices hang together.
const STAGED = new Set(["Pipeline", "Stage"]);
const NONE = new Set();

/** Layout, pipeline and stage: what decides which fields and choices there are. */
function Shape({ on, staged }) {
  const { t } = useWords();
  const { record, planned, mine, free, change, option, choice, decide } = on;
  const several = free && !planned.link && record.layouts?.length > 1;
  if (!several && !staged) return null;
  return html`<div class="selects">
    ${several && html`
      <${Picked} id=${`plan-layout-${record.key}`} name=${t("conversion.layout", { label: record.label })}
        value=${mine.layout} items=${record.layouts.map(({ id, name }) => [id, name])}
        onPick=${(layout) => change({ layout })} />
    `}
    ${staged && html`<${Stages} option=${option} choice=${choice}
      onPick=${(what) => decide(changePipeline(option, choice, what))} />`}
  </div>`;
}

function Stages({ option, choice, onPick }) {
  const { t } = useWords();
  const pipelines = pipelinesFor(option, choice);
  const stages = chosenPipeline(option, choice)?.stages ?? [];
  return html`
    <${Picked} id="value-Deals-Pipeline" name=${t("conversion.pipeline")} value=${choice.pipeline}
      items=${pipelines.map(({ id, name }) => [id, name])}
      onPick=${(pipeline) => onPick({ pipeline, stage: null })} />
    <${Picked} id="value-Deals-Stage" name=${t("conversion.stage")} value=${choice.stage ?? ""} required
      items=${[["", t("conversion.no_stage")], ...stages.map(({ value, label }) => [value, label])]}
      onPick=${(stage) => onPick({ stage: stage || null })} />
  `;
}

function Picked({ id, name, value, items, required, onPick }) {
  const { t } = useWords();
  return html`<div class="field">
    <label class="field__name" for=${id}>${name}${required && html`
      <span class="field__required"> ${t("field.required")}</span>`}</label>
    <${Select} id=${id} value=${value} items=${items} onPick=${onPick}
      marks=${{ "aria-required": required ? "true" : undefined }} />
  </div>`;
}
