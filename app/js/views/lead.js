// What frames a lead: which of several it is, who it is, how fresh this is and who looks at it.
import { html } from "../html.js";
import { useWords } from "../i18n.js";
import { Icon } from "../icons.js";

export function Leads({ state, flow }) {
  const { t } = useWords();
  const { index, leads } = state;
  const go = (place) => () => flow.show(place);
  return html`
    <nav class="leads" aria-label=${t("leads.nav")}>
      <button type="button" class="button" disabled=${index === 0} onClick=${go(index - 1)}>
        <${Icon} name="previous" />${t("leads.previous")}
      </button>
      <span class="leads__place">
        ${t("leads.position", { number: index + 1, total: leads.length })}
        <button type="button" class="button button--plain" onClick=${() => flow.together()}>${t("leads.together")}</button>
      </span>
      <button type="button" class="button" disabled=${index + 1 === leads.length}
        onClick=${go(index + 1)}>
        ${t("leads.next")}<${Icon} name="next" />
      </button>
    </nav>
  `;
}

/** Many leads that are being converted, of whichever the person may have lost sight. */
export function Batches({ batches, flow }) {
  const { t } = useWords();
  if (!batches.length) return null;
  return html`<p class="line warning">
    <${Icon} name="info" />${t("leads.under_way", { count: batches.length })}
    <button type="button" class="button button--plain" onClick=${() => flow.together()}>${t("leads.look")}</button>
  </p>`;
}

export function LeadHead({ lead, related }) {
  const { t } = useWords();
  const name = lead.name || lead.company || t("lead.unnamed");
  return html`
    <header class="lead">
      <span class="lead__initials" aria-hidden="true">${initials(name)}</span>
      <div class="lead__words">
        <h1 tabindex="-1"><bdi>${name}</bdi></h1>
        <p class="lead__line">
          ${lead.company && lead.name && html`<bdi>${lead.company}</bdi>`}
          ${lead.email && html`<bdi>${lead.email}</bdi>`}
          ${lead.owner?.name && html`<span>${t("lead.owner", { name: lead.owner.name })}</span>`}
          ${lead.layout?.name && html`<span>${t("lead.layout", { name: lead.layout.name })}</span>`}
        </p>
        <${Related} related=${related ?? []} />
      </div>
    </header>
  `;
}

function Related({ related }) {
  const { t } = useWords();
  const shown = related.filter(({ count }) => count !== 0);
  if (!shown.length) return null;
  return html`
    <ul class="chips" aria-label=${t("related.title")}>
      ${shown.map(({ list, label, count }) => html`
        <li key=${list} class="chip">
          ${count == null ? t("related.uncounted", { label }) : t("related.count", { label, count })}
        </li>
      `)}
    </ul>
  `;
}

function initials(name) {
  const letters = name.match(/\p{L}+/gu) ?? [];
  const chosen = letters.length > 1 ? [letters[0], letters.at(-1)] : letters;
  return chosen.map((word) => [...word][0]).join("").toUpperCase();
}

export function Foot({ asOf, me, flow }) {
  const { t, when } = useWords();
  const name = me?.user?.name || me?.user?.email;
  return html`
    <footer class="foot">
      <p>
        ${when(asOf) && html`<span>${t("foot.as_of", { when: when(asOf) })}</span>`}
        ${name && html`<span>${t("foot.user", { name })}</span>`}
      </p>
      <div class="foot__buttons">
        <button type="button" class="button button--plain" onClick=${flow.retry}>
          <${Icon} name="again" />${t("action.read_again")}
        </button>
        ${me?.user?.administrator && html`
          <button type="button" class="button button--plain" onClick=${flow.refreshMetadata}>
            ${t("action.refresh_setup")}
          </button>
          <a class="button button--plain" href="./settings.html" target="_blank" rel="noopener">${t("action.settings")}</a>
        `}
        <button type="button" class="button button--plain" onClick=${flow.signOut}>
          ${t("action.sign-out")}
        </button>
      </div>
    </footer>
  `;
}
