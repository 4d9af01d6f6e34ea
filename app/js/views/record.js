// One record that would be created: is it there already, and which one is it?
import { classes, html } from "../html.js";
import { useWords } from "../i18n.js";
import { Icon, iconOf } from "../icons.js";

export function RecordChoice({ record, alwaysNew, chosen, onDecide, onOpen }) {
  const { t } = useWords();
  const matches = record.matches ?? [];
  return html`
    <fieldset class="record">
      <legend class="record__name"><${Icon} name=${iconOf(record.module)} /><bdi>${record.label}</bdi></legend>
      ${record.optional && html`
        <label class="tick">
          <input type="checkbox" checked=${chosen.wanted}
            onChange=${(event) => onDecide({ wanted: event.target.checked })} />
          <span>${t("record.want", { label: record.label })}</span>
        </label>
      `}
      ${chosen.wanted && !matches.length && html`<${NoMatch} record=${record} alwaysNew=${alwaysNew} />`}
      ${chosen.wanted && matches.length > 0 && html`
        <p class="record__question">${t("record.question")}</p>
        <ul class="matches">
          ${matches.map((match) => html`
            <${Match} key=${match.id} record=${record} match=${match}
              checked=${chosen.link === match.id} onUse=${() => onDecide({ link: match.id })}
              onOpen=${() => onOpen(record.module, match.id)} />
          `)}
          <${New} record=${record} checked=${chosen.link === null}
            onUse=${() => onDecide({ link: null })} />
        </ul>
        ${record.more_matches && html`<p class="quiet">${t("match.more", { label: record.label })}</p>`}
      `}
    </fieldset>
  `;
}

function NoMatch({ record, alwaysNew }) {
  const { t } = useWords();
  if (alwaysNew) return html`<p class="quiet">${t("record.new")}</p>`;
  return record.matches_state === "unknown"
    ? html`<p class="line line--careful"><${Icon} name="warn" />${t("record.unknown")}</p>`
    : html`<p class="line line--good"><${Icon} name="check" />${t("record.clear")}</p>`;
}

function Match({ record, match, checked, onUse, onOpen }) {
  const { t, percent } = useWords();
  const id = `match-${record.key}-${match.id}`;
  return html`
    <li class=${classes("match", { "match--chosen": checked })}>
      <input type="radio" id=${id} name=${`link-${record.key}`} checked=${checked}
        onChange=${onUse} aria-describedby=${`${id}-why`} />
      <div class="match__body">
        <label for=${id} class="match__label">
          <span class="match__use">${t("match.use")}</span> <bdi class="match__name">${match.name}</bdi>
        </label>
        ${match.detail && html`<p class="match__detail"><bdi>${match.detail}</bdi></p>`}
        <div id=${`${id}-why`}>
          <${Why} match=${match} percent=${percent} />
          <${Limits} match=${match} />
        </div>
      </div>
      <button type="button" class="button button--icon" onClick=${onOpen}
        aria-label=${t("match.open", { name: match.name })} title=${t("match.open", { name: match.name })}>
        <${Icon} name="open" />
      </button>
    </li>
  `;
}

function New({ record, checked, onUse }) {
  const { t } = useWords();
  const id = `new-${record.key}`;
  return html`
    <li class=${classes("match match--new", { "match--chosen": checked })}>
      <input type="radio" id=${id} name=${`link-${record.key}`} checked=${checked} onChange=${onUse} />
      <div class="match__body">
        <label for=${id} class="match__label">${t("record.create", { label: record.label })}</label>
      </div>
    </li>
  `;
}

function Why({ match, percent }) {
  const { t, say } = useWords();
  return html`
    <ul class="chips">
      ${match.score != null && html`
        <li class="chip chip--strong">${t("match.alike", { share: percent(match.score) })}</li>
      `}
      ${(match.reasons ?? []).map((reason) => html`
        <li key=${reason.message} class="chip">${say("reason", reason)}</li>
      `)}
    </ul>
  `;
}

function Limits({ match }) {
  const { t } = useWords();
  const limit = (match.locked && "match.locked") || (match.editable === false && "match.read_only");
  return html`
    ${match.owner && html`<p class="match__detail">${t("match.owner", { name: match.owner })}</p>`}
    ${limit && html`<p class="line line--careful"><${Icon} name="lock" />${t(limit)}</p>`}
  `;
}
