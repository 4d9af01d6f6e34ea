// What Zoho CRM must have for us: what is there, what would change, and what came of it.
import { useEffect, useState } from "preact/hooks";
import { html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { Icon } from "../../icons.js";
import { Trouble, Waiting, useAnswer } from "./asking.js";
import { Item, isOpen } from "./item.js";
import { Removal } from "./removal.js";
import { RuleForm, isWhole } from "./rule.js";

const LONG = 120_000; // one call of Zoho's after another

export function Zoho({ state, flow, onDone }) {
  const { t } = useWords();
  const { data: look, problem, busy, ask } = useAnswer(flow);
  const [wish, setWish] = useState(null); // null: the rule that was applied last, if any
  const [applied, setApplied] = useState(null); // the wish that Zoho was set up with just now
  const [stale, setStale] = useState(false);
  const [removes, setRemoves] = useState(false); // what came of it stays in sight
  const shown = (rule) => ask(() => flow.ask.call("GET", `/provision${query(rule)}`, { time: LONG }));
  const again = () => shown(wish && isWhole(wish) ? wish : null);
  useEffect(() => {
    if (!wish || isWhole(wish)) again();
  }, [wish]);

  async function apply() {
    const body = { digest: look.digest, ...(wish ? { rule: wish } : {}) };
    const failed = await ask(() => flow.ask.call("POST", "/provision", { body, time: LONG }));
    setStale(failed?.code === "setup_changed");
    if (failed?.code === "setup_changed") await again();
    else if (!failed) {
      setApplied(wish);
      onDone();
    }
  }

  function removed() {
    setRemoves(true);
    setApplied(null);
    onDone();
    if (wish) setWish(null); // which shows it anew
    else again();
  }

  const rule = wish ?? look?.rule ?? {};
  const pending = wish && wish !== applied;
  return html`
    <section class="panel" aria-labelledby="zoho" aria-busy=${busy}>
      <h2 id="zoho" tabindex="-1" data-heading>${t("setup.title")}</h2>
      <p class="quiet">${t("setup.text")}</p>
      ${stale && html`<p class="line line--careful" role="alert"><${Icon} name="warn" />${t("setup.stale")}</p>`}
      ${look?.missing_scopes.length > 0 && html`<${Consent} look=${look} again=${again} />`}
      ${look && html`<${RuleForm} rule=${rule} fixed=${Boolean(look.rule) && !pending} state=${state} onChange=${setWish} />`}
      ${(removes || look?.rule) && !pending && html`<${Removal} flow=${flow} onDone=${removed} />`}
      ${look && html`<${Items} items=${look.items} />`}
      ${problem
        ? html`<${Trouble} problem=${problem} again=${again} />`
        : html`<${Waiting} busy=${busy} text=${t(look ? "setup.busy" : "setup.looking")} />`}
      ${look && html`<${Buttons} look=${look} still=${!busy && !problem && (!wish || isWhole(wish))} apply=${apply} again=${again} />`}
    </section>
  `;
}

function query(rule) {
  return rule ? `?${new URLSearchParams(rule)}` : "";
}

function Items({ items }) {
  const { t } = useWords();
  const right = items.filter((one) => one.state === "right");
  const others = items.filter((one) => one.state !== "right");
  const open = items.filter(isOpen).length;
  return html`
    <p role="status" class="setup__sum">${t(others.length ? sumOf(others) : "setup.all_right", { count: open })}</p>
    ${others.length > 0 && html`<ul class="items">${others.map((one) => html`<${Item} key=${one.id} item=${one} />`)}</ul>`}
    ${right.length > 0 && html`<details class="setup__right">
      <summary>${t("setup.right", { count: right.length })}</summary>
      <ul class="items">${right.map((one) => html`<${Item} key=${one.id} item=${one} />`)}</ul>
    </details>`}
  `;
}

function sumOf(others) {
  const tried = others.filter(({ came }) => came);
  if (!tried.length) return others.some(isOpen) ? "setup.would" : "setup.hands";
  const done = others.every(({ came }) => came?.state === "done");
  return done ? "setup.done" : "setup.partly";
}

function Buttons({ look, still, apply, again }) {
  const { t } = useWords();
  const tried = look.items.some(({ came }) => came);
  return html`<div class="panel__buttons">
    ${!tried && look.items.some(isOpen) && html`
      <button type="button" class="button button--main" disabled=${!still} onClick=${apply}>${t("setup.do")}</button>`}
    <button type="button" class="button" disabled=${!still} onClick=${again}>${t("setup.again")}</button>
  </div>`;
}

function Consent({ look, again }) {
  const { t } = useWords();
  return html`
    <div class="note setup__consent">
      <p class="line line--careful"><${Icon} name="key" />${t("consent.text")}</p>
      <ul class="chips" dir="ltr">${look.missing_scopes.map((one) => html`<li key=${one} class="chip">${one}</li>`)}</ul>
      <p class="panel__buttons">
        <a class="button" href=${look.consent_url} target="_blank" rel="noopener">${t("consent.open")}<${Icon} name="open" /></a>
        <button type="button" class="button button--plain" onClick=${again}>${t("setup.again")}</button>
      </p>
    </div>
  `;
}
