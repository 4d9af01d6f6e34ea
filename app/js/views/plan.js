// The plan of one option: what becomes of everything, and what a person changes about it.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useAgreement } from "../conversion.js";
import { sentences } from "../failures.js";
import { html } from "../html.js";
import { useWords } from "../i18n.js";
import { Icon } from "../icons.js";
import { problems, questions, useForms, usePlan } from "../plan.js";
import { Aftermath } from "./aftermath.js";
import { Agreement, CONVERT, Disagreement } from "./agreement.js";
import { Losses } from "./losses.js";
import { PlannedRecord } from "./planned.js";
import { styled } from "./styled.js";

await styled("../../css/controls.css", "../../css/plan.css", "../../css/conversion.css");

export function Plan({ lead, option, choice, me, flow }) {
  const words = useWords();
  const { t, say } = words;
  const ask = useMemo(() => questions(flow.ask), [flow]);
  const drawn = usePlan({ lead: lead.id, option, choice, ask, onSignIn: flow.fail });
  const forms = useForms(ask, flow.fail);
  const agreement = useAgreement({ lead: lead.id, option, choice, drawn, flow });
  const [left, setLeft] = useState({}); // the fields that somebody has gone on from
  const title = useRef(null);
  useEffect(() => title.current.focus(), []);

  const back = () => flow.plan(null);
  const close = (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing) back();
  };
  const decide = (change) => flow.decide({ ...choice, ...change });
  const told = { ...drawn.faults, ...spoken(drawn, say), ...own(problems(choice), t) };
  const about = {
    option,
    choice,
    plan: drawn.plan,
    ask,
    forms,
    flow,
    decide,
    typing: drawn.typing,
    leave: (path) => setLeft((now) => ({ ...now, [path]: true })),
    // What is still being typed is not called wrong.
    problem: (path) => (left[path] ? told[path] : undefined),
  };
  const stray = strays(told, choice);
  const wrong = stray.length > 0 || Object.keys(told).some((path) => left[path]);
  return html`
    <section class="plan" aria-labelledby="plan-title" onKeyDown=${close}>
      <header class="plan__bar">
        <button type="button" class="button button--plain plan__back" onClick=${back}>
          <${Icon} name="previous" />${t("plan.back")}
        </button>
        <${State} state=${drawn.state} wrong=${wrong} />
      </header>
      <h2 class="plan__title" id="plan-title" tabindex="-1" ref=${title}>
        ${t("plan.title", { label: nameOf(option, words) })}
      </h2>
      ${drawn.plan
        ? html`<${Drawn} about=${about} stray=${stray} me=${me} />
            <${Agreement} about=${about} state=${drawn.state} agreement=${agreement} />`
        : !drawn.problem && html`<div class="ghosts" aria-hidden="true">
            <div class="ghost"></div><div class="ghost"></div><div class="ghost"></div>
          </div>`}
      <div class="plan__trouble-place" role="alert">
        ${drawn.problem && html`<${Trouble} problem=${drawn.problem} again=${drawn.again} />`}
        ${!drawn.problem && html`<${Disagreement} agreement=${agreement} look=${() => title.current.focus()} />`}
      </div>
    </section>
  `;
}

function nameOf(option, { list }) {
  const labels = (option.records ?? []).map(({ label }) => label);
  return option.kind === "zoho" && labels.length ? list(labels) : option.label;
}

// What cannot even be asked: the sentence that the page has for it.
function own(found, t) {
  return Object.fromEntries(Object.entries(found).map(([path, { key, parts }]) => [path, t(key, parts)]));
}

// What the server has refused and named by a code.
function spoken({ reasons, faults }, say) {
  const told = (path, one) => say("fault", { ...one, message: faults[path] ?? "" });
  return Object.fromEntries(Object.entries(reasons).map(([path, one]) => [path, told(path, one)]));
}

function State({ state, wrong }) {
  const { t } = useWords();
  // Of what is still being typed nobody says that it is wrong, only that the plan is older.
  const settled = state === "current" || state === "wrong";
  const said = settled && wrong ? "wrong" : state === "wrong" ? "failed" : state;
  const icon = { current: "check", drawing: "again", wrong: "warn", failed: "warn" }[said];
  return html`<p role="status" class=${`plan__state plan__state--${said}`}>
    <${Icon} name=${icon} />${t(`state.${said}`)}
  </p>`;
}

function Trouble({ problem, again }) {
  const words = useWords();
  const { t } = words;
  const { title, text } = sentences(problem, words);
  return html`<div class="plan__trouble">
    <div>
      <p><b>${title}</b></p>
      <p>${text} ${t("plan.kept")}</p>
      ${problem.retryAfter && html`<p>${t("failure.wait", { count: problem.retryAfter })}</p>`}
    </div>
    <button type="button" class="button button--main" onClick=${again}>${t("action.retry")}</button>
  </div>`;
}

function Drawn({ about, stray, me }) {
  const { t } = useWords();
  const { option, plan } = about;
  return html`
    <${Sums} plan=${plan} />
    <${Remarks} plan=${plan} />
    <${Stray} stray=${stray} />
    <${Losses} about=${about} administrator=${me?.user?.administrator === true} />
    <section class="plan__part" aria-labelledby="plan-records">
      <h3 id="plan-records">${t("plan.records")}</h3>
      <div class="plan__records">
        ${(option.records ?? []).map((record) => html`
          <${PlannedRecord} key=${record.key} record=${record} about=${about} />
        `)}
      </div>
    </section>
    <${Aftermath} about=${about} />
  `;
}

function Sums({ plan }) {
  const { t } = useWords();
  const { carried, transformed, lost } = plan;
  const missing = plan.to_fill.filter(({ required }) => required);
  const facts = [
    { tone: "good", icon: "check", text: t("fact.carried", { count: carried }) },
    transformed > 0 && { tone: "plain", icon: "pen", text: t("plan.transformed", { count: transformed }) },
    lost
      ? { tone: "bad", icon: "lost", text: t("fact.lost", { count: lost }) }
      : { tone: "good", icon: "check", text: t("carry.none_lost") },
  ].filter(Boolean);
  const go = () => {
    const [{ record, field }] = missing;
    const control = document.getElementById(`value-${record}-${field}`);
    control?.focus();
  };
  return html`<div class="plan__sums">
    <ul class="facts">
      ${facts.map(({ tone, icon, text }) => html`
        <li key=${text} class=${`fact fact--${tone}`}><${Icon} name=${icon} />${text}</li>
      `)}
    </ul>
    ${missing.length > 0
      ? html`<button type="button" class="button plan__missing" onClick=${go}>
          <${Icon} name="pen" />${t("plan.missing", { count: missing.length })}
        </button>`
      : html`<button type="button" class="button button--plain"
            onClick=${() => document.getElementById(CONVERT)?.focus()}>
          ${t("convert.jump")}<${Icon} name="down" />
        </button>`}
  </div>`;
}

// What must be filled in is said at its field.
function Remarks({ plan }) {
  const { say } = useWords();
  const asked = new Set(plan.to_fill.map(({ record, field }) => `${record}.${field}`));
  const blockers = plan.blockers.filter(({ code, params }) =>
    code !== "mandatory_without_value" || !asked.has(`${params.record}.${params.field}`));
  if (!blockers.length && !plan.warnings.length) return null;
  return html`<ul class="plan__remarks">
    ${blockers.map((one) => html`
      <li key=${one.message} class="remark remark--bad"><${Icon} name="ban" />${say("blocker", one)}</li>
    `)}
    ${plan.warnings.map((one) => html`
      <li key=${one.message} class="remark"><${Icon} name="warn" />${say("warning", one)}</li>
    `)}
  </ul>`;
}

// A fault that belongs to no control is still said, or nobody could mend it.
function strays(told, choice) {
  const typed = Object.entries(choice.records).flatMap(([key, { values }]) =>
    Object.keys(values).map((name) => `records.${key}.values.${name}`));
  const marks = Object.keys(choice.after?.values ?? {}).map((name) => `lead_after.values.${name}`);
  const known = new Set([...typed, ...marks]);
  return Object.entries(told).filter(([path]) => !known.has(path));
}

function Stray({ stray }) {
  const { apart } = useWords();
  return stray.length > 0 && html`<ul class="plan__remarks">
    ${stray.map(([path, text]) => html`
      <li key=${path} class="remark remark--bad"><${Icon} name="warn" />${apart(text)}</li>
    `)}
  </ul>`;
}
