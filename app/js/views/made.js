// Records that a conversion made or left alone, each to be opened in Zoho CRM.
import { useState } from "preact/hooks";
import { html } from "../html.js";
import { useWords } from "../i18n.js";
import { Icon, iconOf } from "../icons.js";
import { addressOf } from "../sdk.js";

export function Made({ records, about }) {
  if (!records.length) return null;
  return html`
    <ul class="made">
      ${records.map((record) => html`
        <${One} key=${`${record.module}/${record.id}`} record=${record} about=${about} />
      `)}
    </ul>
  `;
}

const LEFT = { changed: "converting.left_alone", cannot_undo: "refused.cannot_undo" };

/** Whether the person may insist that it is taken back too. */
export const forceable = ({ code }) => /^(changed|member|added|needed)/.test(code);

/** What undoing has not touched: a sentence for each reason. */
export function Left({ left, tone, icon }) {
  const { t, apart, list } = useWords();
  return [...new Set(left.map(({ code }) => code))].map((code) => {
    const each = left.filter((one) => one.code === code);
    const [{ added = {}, message }] = each;
    const what = list(Object.entries(added).map(([module, count]) => `${module} (${count})`));
    const said = t(LEFT[code] ?? `left.${code}`, { count: each.length, what }, apart(message));
    return html`<p key=${code} class=${tone}><${Icon} name=${icon} />${said}</p>`;
  });
}

function One({ record, about }) {
  const { module, id } = record;
  const label = labelOf(record, about.option);
  return html`
    <li class="made__one">
      <span class="becomes"><${Icon} name=${iconOf(module)} /><b><bdi>${label}</bdi></b></span>
      <${Open} module=${module} id=${id} name=${label} about=${about} />
    </li>
  `;
}

/** Zoho CRM opens the record; where it does not, the browser does. */
export function Open({ module, id, name, about }) {
  const { t } = useWords();
  const [plain, setPlain] = useState(false);
  const address = addressOf(module, id, about.me?.org?.id);
  const said = html`<${Icon} name="open" />${t("made.open")}<span class="hidden"> ${name}</span>`;
  if (plain && address) {
    return html`<a class="button button--plain" href=${address} target="_blank" rel="noopener">
      ${said} <span>${t("made.tab")}</span>
    </a>`;
  }
  const open = async () => setPlain(!(await about.flow.open(module, id)));
  return html`<button type="button" class="button button--plain" onClick=${open}>${said}</button>`;
}

function labelOf({ key, module }, option) {
  const records = option?.records ?? [];
  const found = records.find((one) => one.key === key) ?? records.find((one) => one.module === module);
  return found?.label ?? module.replaceAll("_", " ");
}
