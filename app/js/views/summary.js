// What the person has chosen, in words that can be taken along.
import { useRef, useState } from "preact/hooks";
import { chosenPipeline, outcome, wantsDeal } from "../choices.js";
import { html } from "../html.js";
import { useWords } from "../i18n.js";
import { Icon } from "../icons.js";

export function Summary({ lead, option, choice, fields, say }) {
  const words = useWords();
  const { t } = words;
  const [byHand, setByHand] = useState(false);
  const box = useRef(null);
  const lines = summarised(option, choice, words);
  const text = asText(lead, option, lines, fields, words);
  const copy = async () => {
    const done = await navigator.clipboard.writeText(text).then(() => true, () => false);
    setByHand(!done);
    if (done) say("notice.copied");
    else requestAnimationFrame(() => box.current?.select());
  };
  return html`
    <section class="block summary">
      <h4>${t("summary.title")}</h4>
      <ul class="summary__lines">
        ${lines.map(({ text: line, open }) => html`
          <li key=${line} class=${open ? "line line--careful" : "line"}>
            <${Icon} name=${open ? "warn" : "check"} />${line}
          </li>
        `)}
      </ul>
      <p class="quiet">${t("summary.unchanged")}</p>
      <button type="button" class="button" onClick=${copy}><${Icon} name="copy" />${t("action.copy")}</button>
      ${byHand && html`<label class="by-hand">
        ${t("summary.by_hand")}
        <textarea ref=${box} readonly rows="6" dir="auto" value=${text}></textarea>
      </label>`}
    </section>
  `;
}

function summarised(option, choice, { t }) {
  const lines = outcome(option, choice).map(({ record, undecided, match, layout }) => {
    const { label } = record;
    if (undecided) return { text: t("summary.undecided", { label }), open: true };
    if (match) return { text: t("summary.link", { label, name: match.name }) };
    if (record.layouts?.length > 1 && layout) {
      return { text: t("summary.create_layout", { label, layout: layout.name }) };
    }
    return { text: t("summary.create", { label }) };
  });
  return [...lines, ...pipelineLines(option, choice, t)];
}

function pipelineLines(option, choice, t) {
  const pipeline = chosenPipeline(option, choice);
  if (!pipeline || !wantsDeal(option, choice)) return [];
  const stage = pipeline.stages.find(({ value }) => value === choice.stage);
  const { name } = pipeline;
  if (!stage) return [{ text: t("summary.no_stage", { pipeline: name }), open: true }];
  return [{ text: t("summary.pipeline", { pipeline: name, stage: stage.label }) }];
}

function asText(lead, option, lines, fields, { t, say }) {
  const who = [lead.name, lead.company].filter(Boolean).join(", ");
  const losses = (option.losses ?? []).map((loss) => `${loss.label} (${say("loss", loss)})`);
  const said = [`${who} → ${option.label}`, ...lines.map(({ text }) => text)];
  if (fields.length) said.push(`${t("fill.title")}: ${fields.map(({ label }) => label).join(", ")}`);
  if (losses.length) said.push(`${t("summary.lost")}: ${losses.join(", ")}`);
  return said.join("\n");
}
