// Everything that the lead can become, the possible first; the chosen one with its details.
import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "../html.js";
import { useWords } from "../i18n.js";
import { Icon } from "../icons.js";
import { BlockedCard, Card, planButton } from "./card.js";
import { Details } from "./details.js";
import { PlanPlace } from "./later.js";

const WIDE = "(min-width: 60rem)";
const MANY = 8;

/** The options, or in their place the plan of one of them. */
export function Options({ planned, ...about }) {
  const { t } = useWords();
  const { answer, choices, flow } = about;
  const option = (answer.options ?? []).find(({ target }) => target === planned);
  const left = useRef(null);
  useEffect(() => {
    if (!option && left.current) document.getElementById(planButton(left.current))?.focus();
    left.current = option ?? null;
  }, [option?.target]);
  // Nobody who only looks at the options waits for what draws plans.
  return option
    ? html`<${PlanPlace} key=${option.target} lead=${answer.lead} option=${option}
        choice=${choices[option.target]} me=${about.me} flow=${flow}
        leave=${t("plan.back")} onLeave=${() => flow.plan(null)} />`
    : html`<${Choice} ...${about} />`;
}

function Choice({ answer, picked, choices, flow }) {
  const { t } = useWords();
  const [filter, setFilter] = useState("");
  const wide = useMedia(WIDE);
  const options = answer.options ?? [];
  const shown = options.filter((option) => fits(option, filter));
  const open = shown.filter((option) => option.available);
  const blocked = shown.filter((option) => !option.available);
  // Beside the list there is room for details that nobody has to ask for.
  const chosen = picked ?? (wide ? options.find((option) => option.available)?.target : null);
  const details = (option) => html`<${Details} key=${option.target} lead=${answer.lead}
    option=${option} choice=${choices[option.target]} flow=${flow} />`;
  const current = wide && options.find((option) => option.target === chosen);

  return html`
    <div class=${wide ? "sides" : ""}>
      <div>
        <h2 id="question">${t("options.title")}</h2>
        ${options.length > MANY && html`<${Filter} value=${filter} onInput=${setFilter} />`}
        ${!options.length && html`<p class="quiet">${t("options.none")}</p>`}
        ${options.length > 0 && !shown.length && html`<p class="quiet">${t("options.no_fit")}</p>`}
        <div role="radiogroup" aria-labelledby="question">
          <ul class="cards">
            ${open.map((option) => html`
              <${Card} key=${option.target} option=${option} chosen=${option.target === chosen}
                onPick=${() => flow.pick(option.target)} onPlan=${() => flow.plan(option.target)}>
                ${!wide && option.target === chosen && details(option)}
              <//>
            `)}
          </ul>
        </div>
        ${blocked.length > 0 && html`
          <h2 class="smaller">${t("options.blocked", { count: blocked.length })}</h2>
          <ul class="cards">
            ${blocked.map((option) => html`<${BlockedCard} key=${option.target} option=${option}
              onPlan=${() => flow.plan(option.target)} />`)}
          </ul>
        `}
      </div>
      ${current && html`<div class="sides__details">${details(current)}</div>`}
    </div>
  `;
}

function Filter({ value, onInput }) {
  const { t } = useWords();
  return html`<label class="filter">
    <span class="filter__name">${t("options.filter")}</span>
    <${Icon} name="search" />
    <input type="search" value=${value} onInput=${(event) => onInput(event.target.value)} />
  </label>`;
}

function fits(option, filter) {
  const names = [option.label, ...(option.records ?? []).map((record) => record.label)];
  const wish = filter.trim().toLocaleLowerCase();
  return names.some((name) => (name ?? "").toLocaleLowerCase().includes(wish));
}

function useMedia(query) {
  const [fitting, setFitting] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const hear = () => setFitting(list.matches);
    list.addEventListener("change", hear);
    return () => list.removeEventListener("change", hear);
  }, [query]);
  return fitting;
}
