// What the open target would do to a lead of choice, as the draft is now.
import { Combobox } from "../../combobox.js";
import { sentences } from "../../failures.js";
import { classes, html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { Icon } from "../../icons.js";
import { readable } from "../../values.js";

const AN_ID = /^\d{10,20}$/;

export function Preview({ state, flow }) {
  const words = useWords();
  const { t } = words;
  const { lead, plan, problem, busy } = state.preview;
  const find = async (text, signal) =>
    AN_ID.test(text) ? [{ id: text, name: text }] : flow.ask.records("Leads", text, signal);
  return html`
    <aside class="preview" aria-labelledby="preview">
      <h3 id="preview">${t("preview.title")}</h3>
      <label for="preview-lead" id="preview-lead-name" class="labelled__name">${t("preview.lead")}</label>
      <${Combobox} id="preview-lead" chosen=${lead} find=${find} onChoose=${flow.pickLead}
        labelledBy="preview-lead-name" marks=${{ "aria-describedby": "preview-note" }} />
      <p class="labelled__note" id="preview-note">${t("preview.note")}</p>
      <p class="preview__state" role="status">${stated(state.preview, t)}</p>
      ${problem && html`<p class="line line--careful"><${Icon} name="warn" />${said(problem, words)}</p>`}
      ${plan && html`<div class=${classes("preview__plan", { "preview__plan--old": busy })}>
        <${Plan} plan=${plan} />
      </div>`}
    </aside>
  `;
}

function stated({ lead, busy, plan }, t) {
  if (!lead?.id) return "";
  if (busy) return t("preview.busy");
  if (!plan) return "";
  const { carried, transformed, lost } = plan;
  return t("preview.counts", { carried, transformed, lost });
}

function said(problem, words) {
  if (problem.code === "invalid_input") return words.t("preview.faulty");
  const { title, text } = sentences(problem, words);
  return `${title}. ${text}`;
}

function Plan({ plan }) {
  const words = useWords();
  const { t, say } = words;
  const losses = plan.values.filter(({ fate }) => fate === "lost");
  return html`
    ${plan.blockers.map((one) => html`<p key=${one.message} class="line line--bad">
      <${Icon} name="ban" />${say("blocker", one)}</p>`)}
    ${plan.warnings.map((one) => html`<p key=${one.message} class="line line--careful">
      <${Icon} name="warn" />${say("warning", one)}</p>`)}
    ${plan.records.map((record) => html`
      <h4 key=${record.key}><bdi>${record.label}</bdi></h4>
      <ul class="fates">
        ${record.fields.map((one) => html`<${Filled} key=${one.field} one=${one} />`)}
        ${plan.to_fill.filter((one) => one.record === record.key && one.required).map((one) => html`
          <li key=${`fill-${one.field}`} class="fate fate--fill">
            <b><bdi>${one.label}</bdi></b> <span>${t("preview.asked")}</span>
          </li>
        `)}
      </ul>
    `)}
    ${losses.length > 0 && html`
      <h4>${t("preview.lost")}</h4>
      <ul class="fates">
        ${losses.map((one) => html`
          <li key=${one.field} class="fate fate--lost">
            <b><bdi>${one.label}</bdi></b>
            <span><bdi>${readable(one.held, words)}</bdi></span>
            <span class="fate__why">${one.reason && say("loss", one.reason)}</span>
          </li>
        `)}
      </ul>
    `}
  `;
}

function Filled({ one }) {
  const words = useWords();
  const { t, say } = words;
  const value = one.points_at ? t("preview.points_at", { record: one.points_at }) : readable(one.value, words, one.type);
  return html`
    <li class=${`fate fate--${one.fate}`}>
      <b><bdi>${one.label}</bdi></b>
      <span>${one.fate === "lost" ? "—" : html`<bdi>${value}</bdi>`}</span>
      <span class="fate__why">${t(`mark.${one.fate}`)}${one.reason ? `: ${say(one.fate === "lost" ? "loss" : "reason", one.reason)}` : ""}</span>
    </li>
  `;
}
