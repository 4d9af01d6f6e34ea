// The leads of a batch in a list: searched, filtered, left out, opened, and what each has to say.
import { useMemo, useState } from "preact/hooks";
import { Select } from "../controls.js";
import { deeds, useDeed } from "../conversion.js";
import { classes, html } from "../html.js";
import { useWords } from "../i18n.js";
import { Icon } from "../icons.js";
import { Left, Made, Open } from "../views/made.js";
import { Question } from "../views/question.js";
import { matching, views } from "./ledger.js";

const SHOWN = 50;
const ICONS = {
  planned: "carry", blocked: "ban", waiting: "info", failed: "warn", done: "check", cancelled: "ban",
  undone: "again", queued: "again", running: "again", undoing: "again", listed: "again",
};
const TONES = { done: "good", planned: "good", failed: "bad", blocked: "careful", waiting: "careful" };

/** `view` is one of ledger.js; `onView(key)` picks another. `out` are the leads that are left out,
 *  where leaving out is possible: `onOut(lead)` turns one. */
export function Rows({ about, extra = [], view, onView, out, onOut }) {
  const { t } = useWords();
  const { ledger, batch } = about;
  const { rows, more, failed } = ledger;
  const [text, setText] = useState("");
  const [most, setMost] = useState(SHOWN);
  const offered = useMemo(() => views(rows), [rows]);
  const every = [...offered, ...extra];
  const current = every.find(({ key }) => key === view) ?? every[0];
  const found = matching(rows, current, text);
  const items = offered.map(({ key, name, count }) => [key, t("many.view", { what: t(name), count })]);
  const named = offered.includes(current) ? items : [...items, [current.key, current.said ?? current.label]];
  return html`
    <section class="many__rows" aria-labelledby="many-rows">
      <h2 id="many-rows" tabindex="-1">${t("many.rows")}</h2>
      <div class="many__tools">
        <div class="field">
          <label class="field__name" for="many-view">${t("many.show")}</label>
          <${Select} id="many-view" value=${current.key} items=${named} onPick=${onView} />
        </div>
        <div class="field">
          <label class="field__name" for="many-search">${t("many.search")}</label>
          <input class="control" id="many-search" type="search" value=${text} dir="auto"
            onInput=${({ target }) => setText(target.value)} />
        </div>
      </div>
      <p role="status" class="quiet">${t("many.found", { count: found.length })}
        ${failed && html` ${t("many.old")}
          <button type="button" class="button button--plain" onClick=${ledger.again}>${t("action.retry")}</button>`}
      </p>
      <ul class="ledger">
        ${found.slice(0, most).map((row) => html`
          <${Row} key=${row.place} row=${row} about=${about} batch=${batch} out=${out?.has(row.lead)} onOut=${onOut} />
        `)}
      </ul>
      ${found.length > most && html`
        <button type="button" class="button" onClick=${() => setMost(most + 2 * SHOWN)}>
          ${t("many.more_rows", { count: found.length - most })}
        </button>
      `}
      ${more && html`<p class="quiet">${t("many.not_all", { count: rows.length })}</p>`}
    </section>
  `;
}

function Row({ row, about, out, onOut }) {
  const { t } = useWords();
  const { lead, name, company, state, left_alone: left = [] } = row;
  // What was taken back lies in the recycle bin: there is nothing to be opened.
  const records = state === "undone" || left.length ? left : row.records ?? [];
  const called = name || lead;
  const toLeave = onOut && state === "planned";
  const option = { records: (about.list ?? []).find(({ target }) => target === row.target)?.records ?? [] };
  return html`
    <li class=${classes("ledger__row", { "ledger__row--out": out })}>
      <div class="ledger__head">
        ${toLeave && html`<input type="checkbox" class="ledger__tick" checked=${!out} onChange=${() => onOut(lead)}
          aria-label=${t("many.convert_one", { name: called })} />`}
        <div class="ledger__who"><b><bdi>${called}</bdi></b>${company && html` <bdi class="quiet">${company}</bdi>`}</div>
        <p class=${`mark mark--${TONES[state] ?? "plain"}`}>
          <${Icon} name=${ICONS[state] ?? "info"} />${t(out ? "many.left_out" : `rowstate.${state}`)}
        </p>
        <${Open} module="Leads" id=${lead} name=${called} about=${{ me: about.state.me, flow: about.flow }} />
      </div>
      <${Why} row=${row} about=${about} />
      <${Left} left=${left} tone="line line--careful" icon="lock" />
      <${Losses} row=${row} />
      ${row.joined_to !== null && html`<p class="line">
        <${Icon} name="twins" />${t("many.joined_to", { name: about.ledger.rows.find(({ place }) => place === row.joined_to)?.name ?? "—" })}
      </p>`}
      ${state === "waiting" && row.question && html`<${Asked} row=${row} option=${option} about=${about} />`}
      ${records.length > 0 && html`<${Made} records=${records} about=${{ option, me: about.state.me, flow: about.flow }} />`}
    </li>
  `;
}

function Why({ row, about }) {
  const words = useWords();
  if (!row.reason) return null;
  return html`<p class=${row.state === "failed" ? "line ledger__bad" : "line line--careful"}>
    <${Icon} name="warn" />${about.tell(row)}
  </p>`;
}

function Losses({ row }) {
  const { t, say } = useWords();
  const { losses = [], lost } = row;
  if (!lost) return null;
  return html`
    <details class="losses">
      <summary>${t("fact.lost", { count: lost })}</summary>
      <ul class="rows">
        ${losses.map((one) => html`
          <li key=${one.field} class="row">
            <span class="row__name"><bdi>${one.label}</bdi></span>
            <span class="row__why">${say("loss", one)}</span>
          </li>
        `)}
      </ul>
    </details>
  `;
}

/** The question of one lead's conversion, answered here; then the batch goes on. */
function Asked({ row, option, about }) {
  const { t, apart } = useWords();
  const { flow, state, look } = about;
  const ask = useMemo(() => deeds(flow.ask), [flow]);
  const conversion = { id: row.conversion, target: row.target, question: row.question };
  const deed = useDeed(ask, conversion, { hear: look, onSignIn: flow.fail });
  const on = { conversion, option, me: state.me, flow, deed };
  const changed = row.question.code === "lead_changed";
  return html`
    <div class="ledger__question">
      ${changed
        ? html`<p>${t("many.lead_changed")}</p>
            <button type="button" class="button" onClick=${() => deed.act("cancel")}
              aria-disabled=${deed.busy ? "true" : undefined}>${t("many.leave_out")}</button>`
        : html`<${Question} about=${on} returned=${state.returned} />`}
      <div role="alert">${deed.problem && html`<p class="ledger__bad">${apart(deed.problem.said || t("convert.refused"))}</p>`}</div>
    </div>
  `;
}
