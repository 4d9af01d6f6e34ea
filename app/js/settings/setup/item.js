// One thing that Zoho CRM must have, what came of it, and how a person does it by hand.
import { classes, html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { Icon } from "../../icons.js";

/** Whether the server would make or repair it, or take it away. */
export function isOpen({ state }) {
  return state === "missing" || state === "wrong" || state === "surplus";
}

export function Item({ item }) {
  const words = useWords();
  const { t } = words;
  const { came } = item;
  const fate = fateOf(item);
  const hands = fate === "hands" || fate === "failed";
  return html`
    <li class=${classes("item", { [`item--${fate}`]: true })}>
      <${Icon} name=${ICONS[fate]} />
      <div>
        <p>${said(item, words)}</p>
        ${came && html`<p class="item__came">${said(came, words)}</p>`}
        ${item.clicks.length > 0 && fate !== "done" && html`
          <details open=${hands}>
            <summary>${t(hands ? "item.hands" : "item.hands_instead")}</summary>
            <ol>${item.clicks.map((click) => html`<li key=${click.key}>${said(click, words)}</li>`)}</ol>
          </details>
        `}
      </div>
    </li>
  `;
}

const ICONS = { right: "check", done: "check", open: "pen", hands: "warn", failed: "ban" };

function fateOf({ state, came }) {
  if (came) return came.state === "done" ? "done" : "failed";
  if (state === "right") return "right";
  return state === "by_hand" ? "hands" : "open";
}

function said({ key, message, params }, { t, say }) {
  const action = params.action && t(`act.${params.action}`);
  return say("said", { key, message, params: action ? { ...params, action } : params });
}
