// What is shown when there is no lead to show: waiting for one, or a failure and its way out.
import { useEffect, useState } from "preact/hooks";
import { actionsFor, nameOf, sentences } from "../failures.js";
import { html } from "../html.js";
import { useWords } from "../i18n.js";
import { Icon } from "../icons.js";
import { addressWithOrigin } from "../sdk.js";

const SLOW = 6_000;

export function Loading({ step }) {
  const { t } = useWords();
  const slow = useLater(SLOW, step);
  return html`
    <main class="waiting" aria-busy="true">
      <h1 class="waiting__words">
        <span class="spinner" aria-hidden="true"></span>${t(`loading.${step}`)}
      </h1>
      <p class="waiting__slow">${slow && t("loading.slow")}</p>
      <div class="ghost ghost--head" aria-hidden="true"></div>
      <div class="ghosts" aria-hidden="true">
        <div class="ghost"></div>
        <div class="ghost"></div>
        <div class="ghost"></div>
      </div>
    </main>
  `;
}

function useLater(milliseconds, what) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    const timer = setTimeout(() => setLate(true), milliseconds);
    return () => clearTimeout(timer);
  }, [what]);
  return late;
}

const CRM = "https://crm.zoho.com/";
const PICTURES = {
  offline: "offline",
  not_found: "search",
  not_permitted: "lock",
  no_lead: "info",
  not_a_lead: "info",
  not_in_crm: "info",
};

export function Failure({ state, flow }) {
  const words = useWords();
  const { t } = words;
  const { problem } = state;
  const { title, text } = sentences(problem, words);
  const last = state.index + 1 >= state.leads.length;
  const shown = actionsFor(problem).filter((action) => action !== "next" || !last);
  return html`
    <main class="message">
      <span class="message__picture"><${Icon} name=${PICTURES[nameOf(problem)] ?? "warn"} /></span>
      <h1 tabindex="-1">${title}</h1>
      <p class="message__text">${text}</p>
      ${problem.retryAfter && html`<p>${t("failure.wait", { count: problem.retryAfter })}</p>`}
      <div class="message__buttons">
        ${shown.map((action, place) => html`
          <${Action} key=${action} action=${action} main=${place === 0} state=${state} flow=${flow} />
        `)}
      </div>
      <p class="message__code">${t("failure.code", { code: problem.code })}</p>
    </main>
  `;
}

function Action({ action, main, state, flow }) {
  const { t } = useWords();
  const look = main ? "button button--main" : "button";
  const links = { crm: CRM, install: `${state.backend}/install` };
  const name = t(`action.${action === "reload" ? "retry" : action}`);
  if (links[action]) {
    return html`<a class=${look} href=${links[action]} target="_blank" rel="noopener">${name}</a>`;
  }
  return html`<button type="button" class=${look} onClick=${deed(action, flow)}>${name}</button>`;
}

function deed(action, flow) {
  const deeds = {
    retry: flow.retry,
    next: flow.next,
    close: flow.close,
    "sign-out": flow.signOut,
    reload: () => location.reload(),
    reconnect: () => location.replace(addressWithOrigin()),
  };
  return deeds[action];
}
