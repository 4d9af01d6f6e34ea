// A value to be read: of either direction, and long ones folded.
import { useState } from "preact/hooks";
import { html } from "../html.js";
import { useWords } from "../i18n.js";
import { readable } from "../values.js";

const LONG = 240;

export function Value({ value, type = "", nothing = "—" }) {
  const words = useWords();
  const [whole, setWhole] = useState(false);
  const text = readable(value, words, type);
  if (!text) return html`<span class="value value--none">${nothing}</span>`;
  const long = text.length > LONG;
  return html`
    <bdi class="value">${long && !whole ? `${text.slice(0, LONG)}…` : text}</bdi>
    ${long && html`
      <button type="button" class="button button--plain value__more" onClick=${() => setWhole(!whole)}>
        ${words.t(whole ? "value.less" : "value.whole")}
      </button>
    `}
  `;
}
