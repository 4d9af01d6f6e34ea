// What could fill this record: each suggestion with why, to be accepted one by one or all at once.
import { html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { Icon } from "../../icons.js";
import { accepted, openSuggestions } from "../suggestions.js";
import { labelOf } from "./parts.js";

export function Suggestions({ state, target, record, material, put, flow }) {
  const { t } = useWords();
  const suggested = state.suggested[record.module];
  const id = `suggestions-${record.key}`;
  if (suggested === undefined) {
    return html`<button type="button" class="button button--plain" onClick=${() => flow.suggest(record.module)}>
      <${Icon} name="info" />${t("suggest.ask")}
    </button>`;
  }
  if (suggested === "busy") return html`<p class="quiet" role="status">${t("loading.suggestions")}</p>`;
  if (suggested === "failed") {
    return html`<p class="line line--careful"><${Icon} name="warn" />${t("suggest.failed")}
      <button type="button" class="button button--plain" onClick=${() => flow.suggest(record.module)}>
        ${t("action.retry")}</button></p>`;
  }
  const open = openSuggestions(record, target.records, material, suggested);
  if (!open.length) return html`<p class="quiet">${t("suggest.none")}</p>`;
  const take = (some) => put(accepted(record, some, suggested));
  return html`
    <section class="suggestions" aria-labelledby=${id}>
      <div class="suggestions__head">
        <h4 id=${id}>${t("suggest.title", { count: open.length })}</h4>
        <button type="button" class="button" onClick=${() => take(open)}>${t("suggest.all")}</button>
      </div>
      <ul class="lines">
        ${open.map((one) => html`
          <${One} key=${one.field} one=${one} material=${material} leads=${state.material.Leads}
            onTake=${() => take([one])} />
        `)}
      </ul>
    </section>
  `;
}

function One({ one, material, leads, onTake }) {
  const { t, say } = useWords();
  const label = labelOf(material, one.field);
  const from = one.rule.link_to
    ? t("suggest.link", { record: one.rule.link_to })
    : (one.rule.first_of ?? [one.rule]).map((name) => labelOf(leads, name)).join(" › ");
  return html`
    <li class="suggestion">
      <div>
        <p class="suggestion__pair"><bdi>${from}</bdi> <${Icon} name="carry" /> <b><bdi>${label}</bdi></b>
          ${" "}<span class="chip">${t(`confidence.${one.confidence}`)}</span></p>
        ${one.reasons.map((reason) => html`<p key=${reason.key} class="quiet">${say("suggestion", reason)}</p>`)}
      </div>
      <button type="button" class="button" onClick=${onTake} aria-label=${t("suggest.take_one", { label })}>
        ${t("suggest.take")}
      </button>
    </li>
  `;
}
