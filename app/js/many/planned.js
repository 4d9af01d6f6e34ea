// What would happen to all of them, before it happens; and the button that makes it happen.
import { useMemo, useState } from "preact/hooks";
import { newKey } from "../conversion.js";
import { asProblem, needsSignIn } from "../failures.js";
import { classes, html } from "../html.js";
import { useWords } from "../i18n.js";
import { Icon } from "../icons.js";
import { MOST, begin } from "./batch.js";
import { becoming, lostFields, reasons } from "./ledger.js";
import { Deed, Obstacle, Trouble, labelOf, lasting } from "./parts.js";
import { Rows } from "./rows.js";
import { teller } from "./tell.js";

export function Planned({ about }) {
  const words = useWords();
  const { t } = words;
  const { batch, ledger, deed, flow } = about;
  const [view, setView] = useState("all");
  const [out, setOut] = useState(new Set());
  const tell = useMemo(() => teller(words), [words]);
  const rows = ledger.rows ?? [];
  const blocked = useMemo(() => reasons(rows, tell), [rows, tell]);
  const lost = useMemo(() => lostFields(rows), [rows]);
  const show = (key) => {
    setView(key);
    requestAnimationFrame(() => document.getElementById("many-rows")?.focus());
  };
  const turn = (lead) => {
    const next = new Set(out);
    if (!next.delete(lead)) next.add(lead);
    setOut(next);
  };
  const { planned } = batch.counts;
  return html`
    <h1 tabindex="-1">${t("many.planned", { count: planned, all: batch.leads })}</h1>
    <${Sums} about=${about} />
    <div class="plan__columns">
      <${Groups} title=${t("many.blocked", { count: batch.counts.blocked })} list=${blocked} show=${show}
        text=${(one) => one.said} />
      <${Groups} title=${t("many.lost", { count: batch.lost })} list=${lost} show=${show}
        text=${(one) => one.label} />
    </div>
    <${Agreement} about=${about} out=${out} />
    ${ledger.rows
      ? html`<${Rows} about=${{ ...about, tell }} extra=${[...blocked, ...lost]} view=${view} onView=${setView}
          out=${out} onOut=${sentOf(about) ? turn : undefined} />`
      : html`<div class="ghosts" aria-busy="true"><div class="ghost"></div></div>`}
    <div class="conversion__deeds">
      <${Deed} name="cancel" deed=${deed}>${t("many.give_up")}<//>
      ${batch.counts.blocked > 0 && html`<${Deed} name="retry" deed=${deed}>${t("many.plan_blocked_again")}<//>`}
      <button type="button" class="button button--plain" onClick=${() => flow.together({ batch: null, key: null })}>
        ${t("many.back")}
      </button>
    </div>
    <div class="plan__trouble-place" role="alert"><${Trouble} deed=${deed} /></div>
  `;
}

function Sums({ about: { batch } }) {
  const { t, locale } = useWords();
  const { counts, lost, joined, estimate, problem } = batch;
  const facts = [
    { tone: "good", icon: "check", text: t("many.can", { count: counts.planned }) },
    counts.blocked > 0 && { tone: "bad", icon: "ban", text: t("many.cannot", { count: counts.blocked }) },
    lost > 0
      ? { tone: "bad", icon: "lost", text: t("fact.lost", { count: lost }) }
      : { tone: "good", icon: "check", text: t("carry.none_lost") },
    joined > 0 && { tone: "plain", icon: "twins", text: t("many.joined", { count: joined }) },
  ].filter(Boolean);
  return html`
    <div class="plan__sums"><ul class="facts">
      ${facts.map(({ tone, icon, text }) => html`
        <li key=${text} class=${`fact fact--${tone}`}><${Icon} name=${icon} />${text}</li>
      `)}
    </ul></div>
    ${estimate && html`<p class="quiet">
      <bdi>${t("cost.credits", { count: estimate.credits })}</bdi> · <bdi>${t("cost.calls", { count: estimate.calls })}</bdi>
      ${" · "}<bdi>${t("many.about", { time: lasting(estimate.seconds, locale) })}</bdi>
      ${estimate.credits_left !== null && html` · <bdi>${t("many.credits_left", { count: estimate.credits_left })}</bdi>`}
    </p>`}
    ${problem && html`<${Obstacle} problem=${problem} />`}
  `;
}

const GROUPS = 6;

/** What rows have in common, each group to be opened. */
function Groups({ title, list, show, text }) {
  const { t } = useWords();
  const [all, setAll] = useState(false);
  if (!list.length) return null;
  const shown = all ? list : list.slice(0, GROUPS);
  return html`
    <section class="plan__part">
      <h2>${title}</h2>
      <ul class="many__groups">
        ${shown.map((one) => html`
          <li key=${one.key}>
            <button type="button" class="button button--plain" onClick=${() => show(one.key)}>
              <span class="chip">${t("many.leads", { count: one.count })}</span> <bdi>${text(one)}</bdi>
            </button>
          </li>
        `)}
      </ul>
      ${!all && list.length > GROUPS && html`
        <button type="button" class="button button--plain" onClick=${() => setAll(true)}>
          ${t("plan.more_losses", { count: list.length - GROUPS })}
        </button>
      `}
    </section>
  `;
}

function Agreement({ about, out }) {
  const words = useWords();
  const { t } = words;
  const { batch, deed } = about;
  const count = batch.counts.planned - out.size;
  const zoho = forGood(about, out);
  const why = count < 1 ? t("many.nothing") : batch.possible || out.size ? "" : t("many.not_possible");
  const off = count < 1 || deed.busy !== "";
  return html`
    <section class=${classes("agreement", { "agreement--near": out.size > 0 })} aria-labelledby="many-agreement">
      <div class="agreement__words">
        <h2 id="many-agreement">${t("convert.title")}</h2>
        <p id="many-says">${saying(about, out, words).join(" ")}</p>
        ${zoho > 0
          ? html`<p class="line line--careful" id="many-final"><${Icon} name="warn" />${t("many.final", { count: zoho })}</p>`
          : html`<p class="quiet" id="many-final">${t("many.undoable")}</p>`}
      </div>
      <div class="agreement__deed">
        ${out.size || !batch.possible
          ? html`<${Again} about=${about} out=${out} off=${count < 1 || !sentOf(about)} />`
          : html`<button type="button" class="button button--main agreement__button" aria-disabled=${off ? "true" : undefined}
              onClick=${() => !off && deed.act("start", batch.digest)} aria-describedby="many-says many-final many-why">
              ${deed.busy === "start" && html`<span class="spinner" aria-hidden="true"></span>`}
              ${t("many.convert", { count })}
            </button>`}
        <p class="agreement__why" id="many-why" role="status">${why}</p>
      </div>
    </section>
  `;
}

/** What was asked for when this batch was begun, where that is known. */
function sentOf({ state, batch, ledger }) {
  if (state.many.sent) return state.many.sent;
  const leads = (ledger.rows ?? []).map(({ lead }) => lead);
  return batch.choices && leads.length && leads.length <= MOST ? { leads, choices: batch.choices } : null;
}

/** Leads were left out, or something was in the way: that is another plan, and is looked at first. */
function Again({ about, out, off }) {
  const { t } = useWords();
  const { flow, ask, batch } = about;
  const [{ busy, problem }, set] = useState({ busy: false, problem: null });
  const go = async () => {
    if (busy || off) return;
    set({ busy: true, problem: null });
    const sent = sentOf(about);
    const body = { ...sent, leads: sent.leads.filter((lead) => !out.has(lead)) };
    try {
      const next = await begin(ask, body, newKey(), () => {});
      ask.cancel(batch.id).catch(() => {});
      flow.together({ batch: next.id, sent: body });
    } catch (error) {
      const found = asProblem(error);
      if (needsSignIn(found)) flow.fail(found);
      else set({ busy: false, problem: found });
    }
  };
  return html`
    <button type="button" class="button button--main agreement__button" onClick=${go} aria-disabled=${busy || off ? "true" : undefined}>
      ${busy && html`<span class="spinner" aria-hidden="true"></span>`}${out.size ? t("many.without", { count: out.size }) : t("many.again")}
    </button>
    <div role="alert"><${Trouble} deed=${{ problem, seen: () => set({ busy: false, problem: null }) }} again=${go} /></div>
  `;
}

/** How many of them cannot be taken back. */
function forGood({ batch, ledger, list }, out) {
  const zoho = new Set((list ?? []).filter(({ kind }) => kind === "zoho").map(({ target }) => target));
  if (zoho.has(batch.target)) return batch.counts.planned - out.size;
  return (ledger.rows ?? []).filter(({ state, target, lead }) =>
    state === "planned" && zoho.has(target) && !out.has(lead)).length;
}

/** What will happen, part by part. */
function saying(about, out, { t }) {
  const { batch, list } = about;
  const { each, joined, lost } = sums(about, out);
  const left = batch.leads - batch.counts.planned + out.size;
  return [
    ...each.map(({ target, count }) => t("many.becomes", { count, label: labelOf(target, batch, list) })),
    joined > 0 && t("many.shares", { count: joined }),
    left > 0 && t("many.stays", { count: left }),
    lost > 0 ? t("many.loses", { count: lost }) : t("convert.none_lost"),
  ].filter(Boolean);
}

// Of those that are not left out; where not all rows are here, as the backend counts them.
function sums({ batch, ledger }, out) {
  const { target, counts, joined, lost } = batch;
  if (!ledger.rows?.length || ledger.more) return { each: [{ target, count: counts.planned }], joined, lost };
  const rows = ledger.rows.filter(({ state, lead }) => state === "planned" && !out.has(lead));
  return {
    each: becoming(rows),
    joined: rows.filter((row) => row.joined_to !== null).length,
    lost: rows.reduce((sum, row) => sum + row.lost, 0),
  };
}
