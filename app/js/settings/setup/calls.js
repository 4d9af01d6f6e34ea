// What Zoho has called us for, and what became of it; what came to nothing may be dealt with again.
import { useEffect, useState } from "preact/hooks";
import { asProblem, needsSignIn, sentences } from "../../failures.js";
import { html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { Icon } from "../../icons.js";
import { Trouble, Waiting, useAnswer } from "./asking.js";

const SHOWN = 20;
const AGAIN = new Set(["failed", "nothing", "dropped"]);
const FACTS = { done: "good", failed: "bad", accepted: "plain", nothing: "careful", dropped: "plain" };

export function Calls({ state, flow }) {
  const { t } = useWords();
  const { data, problem, busy, ask } = useAnswer(flow);
  const look = () => ask(() => flow.ask.call("GET", `/deliveries?limit=${SHOWN}`));
  useEffect(() => {
    look();
  }, []);
  return html`
    <section class="panel" aria-labelledby="calls" aria-busy=${busy}>
      <h2 id="calls">${t("calls.title")}</h2>
      <p class="quiet">${t("calls.text")}</p>
      ${data?.refused.length > 0 && html`<${Refused} refused=${data.refused} />`}
      ${data?.deliveries.length === 0 && html`<p>${t("calls.none")}</p>`}
      ${data?.deliveries.length > 0 && html`
        <${Table} deliveries=${data.deliveries} state=${state} flow=${flow} look=${look} />`}
      ${problem
        ? html`<${Trouble} problem=${problem} again=${look} />`
        : html`<${Waiting} busy=${busy} text=${t("calls.looking")} />`}
      <div class="panel__buttons">
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
          <${Row} key=${one.id} delivery=${one} targets=${state.saved.targets} flow=${flow} look=${look} />`)}
      </tbody>
    </table>
  `;
}

function Row({ delivery, targets, flow, look }) {
  const words = useWords();
  const { t, when, say } = words;
  const { action, target, problem, lead } = delivery;
  const label = targets.find(({ key }) => key === target)?.label ?? target;
  return html`
    <tr role="row">
      <td role="cell">${when(delivery.received_at)}</td>
      <td role="cell"><bdi dir="ltr">${lead ?? "–"}</bdi></td>
      <td role="cell">
        ${action ? t(`deed.${action}`) : "–"}${label && html`: <bdi>${label}</bdi>`}
        ${delivery.rule && html`<span class="grid__type"><bdi>${delivery.rule}</bdi></span>`}
      </td>
      <td role="cell">
        <span class=${`fact fact--${FACTS[delivery.state]}`}>${t(`call.${delivery.state}`)}</span>
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
