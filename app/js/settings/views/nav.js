// The parts of the page, one of which is shown.
import { html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { AUTOMATION, SETUP, dirty } from "../flow.js";

const PARTS = { targets: "#", automation: `#${AUTOMATION}`, setup: `#${SETUP}` };

export function Nav({ part }) {
  const { t } = useWords();
  return html`<nav class="parts" aria-label=${t("nav.title")}>
    ${Object.entries(PARTS).map(([name, href]) => html`
      <a key=${name} class="parts__one" href=${href} aria-current=${name === part ? "page" : undefined}>
        ${t(`nav.${name}`)}
      </a>
    `)}
  </nav>`;
}

/** What stays in sight where no targets are changed. */
export function Head({ state, part }) {
  const { t } = useWords();
  return html`
    <header class="bar">
      <div class="bar__words">
        <h1 tabindex="-1">${t(`nav.${part}`)}</h1>
        <p class="bar__line">${dirty(state) && t("bar.unsaved")}</p>
      </div>
    </header>
  `;
}
