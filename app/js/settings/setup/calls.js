// What Zoho has called us for, and what became of it; what came to nothing may be dealt with again.
import { useEffect, useState } from "preact/hooks";
import { Select } from "../../controls.js";
import { asProblem, needsSignIn, sentences } from "../../failures.js";
import { html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { Icon } from "../../icons.js";
import { Labelled } from "../views/parts.js";
import { Trouble, Waiting, useAnswer } from "./asking.js";

const SHOWN = 20;
const AGAIN = new Set(["failed", "nothing", "dropped"]);
const FACTS = { done: "good", failed: "bad", accepted: "plain", nothing: "careful", dropped: "plain" };

export function Calls({ state, flow }) {
  const { t } = useWords();
  const { data, problem, busy, ask } = useAnswer(flow);
  const [which, setWhich] = useState("");
  const calls = data?.deliveries ?? [];
  const read = (limit, before = "") =>
    flow.ask.call("GET", `/deliveries?${new URLSearchParams({ limit, state: which, before })}`);
  const look = () => ask(() => read(Math.min(calls.length || SHOWN, 200)));
  const more = () => ask(async () => {
    const page = await read(SHOWN, data.next);
    return { ...page, deliveries: [...calls, ...page.deliveries], first: calls.length };
  });
  useEffect(() => {
    ask(() => read(SHOWN));
  }, [which]);
  // Where the button is gone, so were the focus.
  useEffect(() => document.getElementById(calls[data?.first]?.id)?.focus(), [data?.first]);
  const states = Object.keys(FACTS).map((one) => [one, t(`call.${one}`)]);
  return html`
    <section class="panel" aria-labelledby="calls" aria-busy=${busy}>
      <h2 id="calls">${t("calls.title")}</h2>
      <p class="quiet">${t("calls.text")}</p>
      ${data?.refused.length > 0 && html`<${Refused} refused=${data.refused} />`}
      <${Labelled} id="calls-of" name=${t("column.state")}>
        <${Select} id="calls-of" value=${which} onPick=${setWhich} items=${[["", t("calls.all")], ...states]} />
      <//>
      ${data && html`<p role="status" class="quiet">${t(calls.length || which ? "calls.count" : "calls.none", { count: calls.length })}</p>`}
      ${calls.length > 0 && html`<${Table} deliveries=${calls} state=${state} flow=${flow} look=${look} />`}
      ${problem
        ? html`<${Trouble} problem=${problem} again=${look} />`
        : html`<${Waiting} busy=${busy} text=${t("calls.looking")} />`}
      <div class="panel__buttons">
        ${data?.next && html`<button type="button" class="button" disabled=${busy} onClick=${more}>${t("calls.more")}</button>`}
        <button type="button" class="button" disabled=${busy} onClick=${look}>${t("setup.again")}</button>
      </div>
    </section>
  `;
}

// Who calls is told nothing of what was wrong, and Zoho shows nobody our answers: so it is said here.
function Refused({ refused }) {
  const { t, when } = useWords();
  return html`<ul class="findings">
    ${refused.map(({ kind, count, last_at: last, message, fix }) => html`
      <li key=${kind} class="finding finding--warning">
        <${Icon} name="warn" />
        <span>
          ${t(`refused.${kind}`, { count, when: when(last) }, message)}
          <span class="finding__fix">${t(`fix.refused_${kind}`, {}, fix)}</span>
        </span>
      </li>
    `)}
  </ul>`;
}

const COLUMNS = ["when", "lead", "asked", "state"];

function Table({ deliveries, state, flow, look }) {
  const { t } = useWords();
  return html`
    <table class="grid" role="table" aria-labelledby="calls">
      <thead role="rowgroup"><tr role="row">
        ${COLUMNS.map((one) => html`<th key=${one} role="columnheader" scope="col">${t(`column.${one}`)}</th>`)}
        <th role="columnheader" scope="col"><span class="hidden">${t("calls.replay_column")}</span></th>
      </tr></thead>
      <tbody role="rowgroup">
        ${deliveries.map((one) => html`
          <${Row} key=${one.id} delivery=${one} state=${state} flow=${flow} look=${look} />`)}
      </tbody>
    </table>
  `;
}

function Row({ delivery, state, flow, look }) {
  const { t, when, say } = useWords();
  const { action, target, problem, lead, conversion_state: made } = delivery;
  const label = state.saved.targets.find(({ key }) => key === target)?.label ?? target;
  return html`
    <tr role="row" id=${delivery.id} tabindex="-1">
      <td role="cell">${when(delivery.received_at)}</td>
      <td role="cell">${lead
        ? html`<a class="button button--plain" href=${`${state.me.installation.records_at}/Leads/${lead}`} target="_blank" rel="noopener"><bdi dir="ltr">${lead}</bdi> <${Icon} name="open" /></a>`
        : "–"}</td>
      <td role="cell">
        ${action ? t(`deed.${action}`) : "–"}${label && html`: <bdi>${label}</bdi>`}
        ${delivery.rule && html`<span class="grid__type"><bdi>${delivery.rule}</bdi></span>`}
      </td>
      <td role="cell">
        <span class=${`fact fact--${FACTS[delivery.state]}`}>${t(`call.${delivery.state}`)}</span>
        ${made && html`<span class="grid__type">${t(`made.${made}`)}</span>`}
        ${problem && html`<span class="grid__type">${say("why", { key: problem.code, message: problem.message })}</span>`}
      </td>
      <td role="cell" class="grid__end">
        ${AGAIN.has(delivery.state) && lead && html`<${Replay} delivery=${delivery} flow=${flow} look=${look} />`}
      </td>
    </tr>
  `;
}

function Replay({ delivery: { id, lead }, flow, look }) {
  const words = useWords();
  const { t } = words;
  const [why, setWhy] = useState("");
  const replay = () =>
    flow.ask.call("POST", `/deliveries/${encodeURIComponent(id)}/replay`).then(look, (error) => {
      const problem = asProblem(error);
      if (needsSignIn(problem)) flow.fail(problem);
      else setWhy(sentences(problem, words).title);
    });
  return html`
    <button type="button" class="button" aria-label=${t("calls.replay_of", { lead })} onClick=${replay}>${t("calls.replay")}</button>
    <span role="status" class="grid__type">${why}</span>
  `;
}
