// The rule by which Zoho calls us, taken away: first what would change, then what came of it.
import { html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { Trouble, Waiting, useAnswer } from "./asking.js";
import { Item, isOpen } from "./item.js";

const LONG = 60_000;
const PATH = "/provision/removal";

export function Removal({ flow, onDone }) {
  const { t } = useWords();
  const { data: look, problem, busy, ask } = useAnswer(flow);
  const show = () => ask(() => flow.ask.call("GET", PATH, { time: LONG }));
  const remove = async () => {
    const body = { digest: look.digest };
    const failed = await ask(() => flow.ask.call("POST", PATH, { body, time: LONG }));
    if (!failed) onDone();
  };
  const tried = look?.items.some(({ came }) => came);
  const open = look?.items.some(isOpen);
  if (!look && !busy && !problem) {
    return html`<p><button type="button" class="button" onClick=${show}>${t("removal.ask")}</button></p>`;
  }
  return html`
    <section class="note" aria-label=${t("removal.title")} aria-busy=${busy}>
      ${look && html`
        <p role="status">${t(textOf(look.items, tried, open))}</p>
        <ul class="items">${look.items.map((one) => html`<${Item} key=${one.id} item=${one} />`)}</ul>`}
      ${problem
        ? html`<${Trouble} problem=${problem} again=${show} />`
        : html`<${Waiting} busy=${busy} text=${t("setup.busy")} />`}
      ${look && !tried && open && html`<div class="panel__buttons">
        <button type="button" class="button button--main" disabled=${busy || Boolean(problem)} onClick=${remove}>${t("removal.do")}</button>
      </div>`}
    </section>
  `;
}

function textOf(items, tried, open) {
  if (!tried) return open ? "removal.would" : "removal.nothing";
  return items.every(({ came }) => !came || came.state === "done") ? "removal.done" : "setup.partly";
}
