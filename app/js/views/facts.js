// The facts of an option: its duplicates, what is carried and lost, what is still to fill in.
import { html } from "../html.js";
import { useWords } from "../i18n.js";
import { Icon } from "../icons.js";

export function Facts({ option, id }) {
  const { t } = useWords();
  const facts = [duplicates(option, t), ...values(option, t)];
  return html`
    <ul class="facts" id=${id}>
      ${facts.map(({ tone, icon, text }) => html`
        <li key=${icon} class=${`fact fact--${tone}`}><${Icon} name=${icon} />${text}</li>
      `)}
    </ul>
  `;
}

// What an optional record demands is asked for only once somebody wants that record.
function demanded({ records = [], to_fill: fields = [] }) {
  const optional = new Set(records.filter((record) => record.optional).map(({ key }) => key));
  return fields.filter((field) => field.required !== false && !optional.has(field.record));
}

/** Every match of an option, the most alike first, each with the record that it would stand for. */
export function allMatches(option) {
  const found = (option.records ?? []).flatMap((record) =>
    (record.matches ?? []).map((match) => ({ record, match })),
  );
  return found.sort((one, other) => (other.match.score ?? 0) - (one.match.score ?? 0));
}

function duplicates(option, t) {
  const records = option.records ?? [];
  const count = allMatches(option).length;
  if (count) {
    const more = records.some((record) => record.more_matches);
    const text = t(more ? "fact.matches_more" : "fact.matches", { count });
    return { tone: "careful", icon: "twins", text };
  }
  if (records.some((record) => record.matches_state === "unknown")) {
    return { tone: "careful", icon: "info", text: t("fact.matches_unknown") };
  }
  return { tone: "good", icon: "check", text: t("fact.no_matches") };
}

function values(option, t) {
  const facts = [
    { tone: "plain", icon: "carry", text: t("fact.carried", { count: option.carried ?? 0 }) },
  ];
  const { lost = 0 } = option;
  const fields = demanded(option);
  if (lost) facts.push({ tone: "bad", icon: "lost", text: t("fact.lost", { count: lost }) });
  if (fields.length) {
    facts.push({ tone: "plain", icon: "pen", text: t("fact.fill", { count: fields.length }) });
  }
  return facts;
}

/** How much of the lead arrives, and what does not, each with its reason. */
export function Carry({ option }) {
  const { t, say } = useWords();
  const { carried = 0, lost = 0, losses = [] } = option;
  return html`
    <section class="block">
      <h4><${Icon} name="carry" />${t("carry.title")}</h4>
      <${Meter} carried=${carried} lost=${lost} />
      <p>
        ${t("fact.carried", { count: carried })}
        ${" · "}
        ${lost ? t("fact.lost", { count: lost }) : t("carry.none_lost")}
      </p>
      ${losses.length > 0 && html`
        <details class="losses">
          <summary>${t("carry.show", { count: losses.length })}</summary>
          <ul class="rows">
            ${losses.map((loss) => html`
              <li key=${loss.field} class="row">
                <span class="row__name"><bdi>${loss.label}</bdi></span>
                <span class="row__why">${say("loss", loss)}</span>
              </li>
            `)}
          </ul>
        </details>
      `}
    </section>
  `;
}

// Drawn, not styled: our content security policy allows no style attributes.
function Meter({ carried, lost }) {
  const share = carried + lost ? (100 * carried) / (carried + lost) : 0;
  return html`
    <svg class="meter" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect class="meter__lost" width=${carried + lost ? 100 : 0} height="4" />
      <rect class="meter__carried" width=${share} height="4" />
    </svg>
  `;
}

/** Which fields the lead has no value for: the person will be asked for them. */
export function Fill({ fields, option }) {
  const { t } = useWords();
  const needed = fields.filter((field) => field.required !== false);
  const offered = fields.filter((field) => field.required === false);
  if (!fields.length) return null;
  return html`
    <section class="block">
      <h4><${Icon} name="pen" />${t("fill.title")}</h4>
      <${Fields} hint=${t("fill.hint")} fields=${needed} option=${option} />
      <${Fields} hint=${t("fill.optional_hint")} fields=${offered} option=${option} />
    </section>
  `;
}

function Fields({ hint, fields, option }) {
  const { t } = useWords();
  if (!fields.length) return null;
  return html`
    <p class="quiet">${hint}</p>
    <ul class="rows">
      ${fields.map((field) => html`
        <li key=${`${field.record}.${field.field}`} class="row">
          <span class="row__name"><bdi>${field.label}</bdi></span>
          <span class="row__why">${described(field, option, t)}</span>
        </li>
      `)}
    </ul>
  `;
}

function described(field, option, t) {
  const records = option.records ?? [];
  const record = records.length > 1 && records.find(({ key }) => key === field.record);
  const parts = [record?.label, kindOf(field, t), sizeOf(field, t)];
  return parts.filter(Boolean).join(" · ");
}

// Kinds that a person types in alike.
const ALIKE = { bigint: "integer", userlookup: "ownerlookup" };

function kindOf(field, t) {
  if (field.choices?.length) return t("fill.choices", { count: field.choices.length });
  return t(`type.${ALIKE[field.type] ?? field.type}`, {}, t("type.text"));
}

function sizeOf(field, t) {
  return field.max_length ? t("fill.length", { count: field.max_length }) : "";
}
