// What one option means for this lead, and what the person decides about it.
import {
  changePipeline,
  changeRecord,
  chosenPipeline,
  pipelinesFor,
  stillToFill,
  wantsDeal,
} from "../choices.js";
import { html } from "../html.js";
import { useWords } from "../i18n.js";
import { Carry, Fill } from "./facts.js";
import { RecordChoice } from "./record.js";
import { Summary } from "./summary.js";

export function Details({ lead, option, choice, flow }) {
  const { t } = useWords();
  const decideRecord = (key) => (change) => flow.decide(changeRecord(option, choice, key, change));
  const decidePipeline = (change) => flow.decide(changePipeline(option, choice, change));
  const fields = stillToFill(option, choice);
  return html`
    <section class="details" aria-labelledby="details">
      <h3 id="details" class="hidden">${t("details.title", { label: option.label })}</h3>
      ${(option.records ?? []).map((record) => html`
        <${RecordChoice} key=${record.key} record=${record}
          alwaysNew=${option.kind === "zoho" && record.optional} chosen=${choice.records[record.key]}
          onDecide=${decideRecord(record.key)} onOpen=${flow.open} />
      `)}
      <${Conversion} option=${option} choice=${choice} onRecord=${decideRecord}
        onPipeline=${decidePipeline} />
      <${Fill} fields=${fields} option=${option} />
      <${Carry} option=${option} />
      <${Summary} lead=${lead} option=${option} choice=${choice} fields=${fields}
        say=${flow.say} />
    </section>
  `;
}

// What Zoho's own conversion leaves open: layouts, pipeline and stage, where there are several.
function Conversion({ option, choice, onRecord, onPipeline }) {
  const { t } = useWords();
  const several = (option.records ?? []).filter(
    ({ key, layouts }) => choice.records[key].wanted && !choice.records[key].link && layouts?.length > 1,
  );
  const deal = wantsDeal(option, choice) && (option.pipelines ?? []).length > 0;
  if (!several.length && !deal) return null;
  return html`
    <section class="block">
      <h4>${t("conversion.title")}</h4>
      <div class="selects">
        ${several.map(({ key, label, layouts }) => html`
          <${Select} key=${key} id=${`layout-${key}`} name=${t("conversion.layout", { label })}
            value=${choice.records[key].layout} onPick=${(layout) => onRecord(key)({ layout })}
            items=${layouts.map(({ id, name }) => [id, name])} />
        `)}
        ${deal && html`<${Deal} option=${option} choice=${choice} onPipeline=${onPipeline} />`}
      </div>
    </section>
  `;
}

function Deal({ option, choice, onPipeline }) {
  const { t } = useWords();
  const pipelines = pipelinesFor(option, choice);
  const stages = chosenPipeline(option, choice)?.stages ?? [];
  return html`
    ${pipelines.length > 1 && html`
      <${Select} id="pipeline" name=${t("conversion.pipeline")} value=${choice.pipeline}
        items=${pipelines.map(({ id, name }) => [id, name])}
        onPick=${(pipeline) => onPipeline({ pipeline, stage: null })} />
    `}
    <${Select} id="stage" name=${t("conversion.stage")} value=${choice.stage ?? ""}
      items=${[["", t("conversion.no_stage")], ...stages.map(({ value, label }) => [value, label])]}
      onPick=${(stage) => onPipeline({ stage: stage || null })} />
  `;
}

function Select({ id, name, value, items, onPick }) {
  return html`
    <div class="select">
      <label for=${id}>${name}</label>
      <select id=${id} value=${value} onChange=${(event) => onPick(event.target.value)}>
        ${items.map(([item, label]) => html`
          <option key=${item} value=${item} selected=${item === value}>${label}</option>
        `)}
      </select>
    </div>
  `;
}
