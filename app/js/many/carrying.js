// While they are converted, and after: how far it is, what came of each, what can be done now.
import { useEffect, useMemo, useState } from "preact/hooks";
import { asProblem, needsSignIn } from "../failures.js";
import { html } from "../html.js";
import { useWords } from "../i18n.js";
import { Icon } from "../icons.js";
import { OVER } from "./batch.js";
import { forceable } from "../views/made.js";
import { another } from "../views/question.js";
import { reasons } from "./ledger.js";
import { Deed, Meter, Obstacle, Trouble, lasting } from "./parts.js";
import { Rows } from "./rows.js";
import { teller } from "./tell.js";

const ICONS = { done: "check", cancelled: "ban", undone: "check", waiting: "info", paused: "info" };

export function Carrying({ about }) {
  const words = useWords();
  const { t } = words;
  const { batch, ledger, flow, silent } = about;
  const { state, counts, problem } = batch;
  const [view, setView] = useState("all");
  const tell = useMemo(() => teller(words), [words]);
  const rows = ledger.rows ?? [];
  const why = useMemo(() => reasons(rows.filter((row) => row.state === "failed"), tell), [rows, tell]);
  const title = t(`carrying.${state}`, { label: batch.target_label, count: counts.done });
  const tone = toneOf(batch);
  const icon = tone === "failed" ? "warn" : ICONS[state];
  return html`
    <section class=${`conversion conversion--${tone}`} aria-labelledby="many-title">
      <h1 class="conversion__title" id="many-title" tabindex="-1">
        ${icon
          ? html`<${Icon} name=${icon} />`
          : html`<span class="spinner" aria-hidden="true"></span>`}
        ${title}
      </h1>
      <p role="status" class="hidden">${title}</p>
      ${all(batch) > 0 && html`<${Meter} value=${settled(batch)} max=${all(batch)} silent=${silent} name=${t("many.progress")}
        text=${progress(batch, words)} />`}
      <div class="conversion__body">
        <${Counts} batch=${batch} view=${setView} />
        ${problem && problem.code !== "sign_in" && html`<${Obstacle} problem=${problem} />`}
        <${SignIns} about=${about} rows=${rows} />
        ${!OVER.has(state) && html`<p class="quiet">${t("many.may_close")}</p>`}
      </div>
      <${Deeds} about=${about} rows=${rows} />
    </section>
    ${ledger.rows && html`<${Rows} about=${{ ...about, tell }} extra=${why} view=${view} onView=${setView} />`}
    ${OVER.has(state) && html`<div class="conversion__deeds">
      <button type="button" class="button" onClick=${() => (flow.together({ batch: null, key: null, sent: null }))}>
        ${t("many.back")}
      </button>
      <button type="button" class="button" onClick=${flow.close}>${t("action.close")}</button>
    </div>`}
  `;
}

function toneOf({ state, counts }) {
  if (state === "done") return counts.failed ? "failed" : "done";
  return { paused: "waiting", undone: "undone", waiting: "waiting", cancelled: "cancelled" }[state] ?? "running";
}

// Those that were never possible are no part of what is carried out.
const all = ({ leads, counts }) => leads - counts.blocked - counts.listed;

function settled({ state, counts }) {
  if (state === "undoing" || state === "undone") return counts.undone;
  return counts.done + counts.failed + counts.cancelled + counts.undone;
}

function progress(batch, { t, locale }) {
  const { state, seconds_left: left } = batch;
  const undo = state === "undoing" || state === "undone";
  const done = undo ? batch.counts.undone : settled(batch);
  const said = t(undo ? "many.undone_of" : "many.done_of", { done, count: all(batch) });
  return left > 0 && !OVER.has(state) ? `${said} ${t("many.left", { time: lasting(left, locale) })}` : said;
}

const LOOKS = {
  done: ["good", "check"], failed: ["bad", "warn"], waiting: ["careful", "info"], cancelled: ["plain", "ban"],
  undone: ["plain", "again"], left_alone: ["careful", "lock"], blocked: ["plain", "ban"],
};

/** How many are where; each opens its rows. */
function Counts({ batch: { counts, left_alone: left }, view }) {
  const { t } = useWords();
  const many = { ...counts, left_alone: left };
  const there = Object.entries(LOOKS).filter(([name]) => many[name] > 0);
  return html`<ul class="facts many__counts">
    ${there.map(([name, [tone, icon]]) => html`
      <li key=${name}>
        <button type="button" class=${`button fact fact--${tone}`}
          onClick=${() => view(name in counts ? `state.${name}` : name)}>
          <${Icon} name=${icon} />${t(`counted.${name}`, { count: many[name] })}
        </button>
      </li>
    `)}
  </ul>`;
}

/** Zoho lets nobody in for whoever asked for this: once is enough for all of them. */
function SignIns({ about: { batch, flow, state: { me } }, rows }) {
  const { t } = useWords();
  const waiting = rows.filter(({ question }) => question?.code === "sign_in");
  // While it is planned or taken back the batch itself waits.
  const asked = batch.problem?.code === "sign_in" ? batch.problem : waiting[0]?.question;
  if (!asked) return null;
  const name = another(asked, me);
  const go = () => flow.signInFor(...waiting.map(({ conversion }) => ({ id: conversion })));
  return html`<div class="remark">
    <${Icon} name="key" /><span>${t(name ? "question.sign_in_of" : "question.sign_in", { name })}</span>
    ${!name && html`<button type="button" class="button button--main" onClick=${go}>${t("signin.button")}</button>`}
  </div>`;
}

const SURE = "many-sure";

function Deeds({ about, rows }) {
  const { t } = useWords();
  const { batch, deed } = about;
  const { state, counts, problem } = batch;
  const [sure, setSure] = useState(false);
  useEffect(() => setSure(false), [state]);
  const askFirst = () => {
    setSure(true);
    requestAnimationFrame(() => document.getElementById(SURE)?.focus());
  };
  const over = OVER.has(state);
  const undone = state === "undone";
  // Locked out with every lead looked at, it is on its way back.
  const back = state === "undoing" || (problem?.code === "sign_in" && !counts.listed);
  const still = (over || state === "waiting") && !back;
  const { undoable } = batch;
  const forced = over && rows.some(({ left_alone: left = [] }) => left.some(forceable));
  return html`
    <div class="conversion__deeds">
      ${still && !undone && counts.failed > 0 && html`<${Deed} name="retry" main deed=${deed}>
        ${t("many.retry", { count: counts.failed })}<//>`}
      ${!over && !back && html`<${Deed} name="cancel" deed=${deed}>${t("many.cancel_rest")}<//>`}
      ${still && undoable > 0 && !sure && html`
        <button type="button" class="button" onClick=${askFirst}>${t("many.undo", { count: undoable })}</button>
      `}
      ${forced && html`<${Deed} name="undo" what=${[true]} deed=${deed}>${t("converting.force")}<//>`}
      <${Csv} about=${about} />
    </div>
    ${sure && html`<div class="remark" role="group" id=${SURE} tabindex="-1" aria-label=${t("many.sure", { count: undoable })}>
      <${Icon} name="warn" /><span>${t("many.sure", { count: undoable })}</span>
      <${Deed} name="undo" what=${[false]} main deed=${deed}>${t("many.undo_yes")}<//>
      <button type="button" class="button" onClick=${() => setSure(false)}>${t("signin.cancel")}</button>
    </div>`}
    <div role="alert"><${Trouble} deed=${deed} /></div>
  `;
}

/** The whole ledger as a file. The browser keeps no bearer token, so the page fetches it. */
function Csv({ about: { ask, batch, flow } }) {
  const { t } = useWords();
  const [{ busy, problem }, set] = useState({ busy: false, problem: null });
  const save = async () => {
    if (busy) return;
    set({ busy: true, problem: null });
    try {
      download(await ask.csv(batch.id), `leads-${batch.id}.csv`);
      set({ busy: false, problem: null });
    } catch (error) {
      const found = asProblem(error);
      set({ busy: false, problem: found });
      if (needsSignIn(found)) flow.fail(found);
    }
  };
  return html`
    <button type="button" class="button" onClick=${save} aria-disabled=${busy ? "true" : undefined}>
      <${Icon} name="down" />${t("many.csv")}
    </button>
    ${problem && html`<p role="alert" class="ledger__bad">${t("many.csv_failed")}</p>`}
  `;
}

function download(text, name) {
  // The mark in front tells spreadsheets that the text is UTF-8.
  const marked = text.startsWith("\ufeff") ? text : `\ufeff${text}`;
  const url = URL.createObjectURL(new Blob([marked], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
