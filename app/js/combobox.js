// A text box that looks for records while one types, after the ARIA pattern of a combobox with a
// list: the focus stays in the box, the arrows choose, Enter takes, Escape closes.
import { useEffect, useRef, useState } from "preact/hooks";
import { classes, html } from "./html.js";
import { useWords } from "./i18n.js";

const LEAST = 2;
const CALM = 250;
const QUIET = { state: "quiet", records: [] };

/**
 * `chosen` is {id, name}: without an id it is what was typed and nothing chosen of. `find(text,
 * signal)` promises [{id, name}]; `onChoose` hears of every letter and of the choice.
 */
export function Combobox({ id, chosen, find, onChoose, onLeave, marks, labelledBy }) {
  const { t } = useWords();
  const [found, setFound] = useState(QUIET); // quiet | short | searching | found | failed
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const search = useSearch(find, (next) => {
    setFound(next);
    setActive(-1);
  });
  const { records } = found;
  const listed = open && records.length > 0;
  const close = () => {
    setOpen(false);
    setActive(-1);
  };
  const take = (record) => {
    search.stop();
    onChoose({ id: record.id, name: record.name });
    setFound(QUIET);
    close();
  };
  const type = ({ target }) => {
    onChoose(target.value ? { id: "", name: target.value } : null);
    setOpen(true);
    search.begin(target.value.trim());
  };
  const leave = () => {
    search.stop();
    close();
    setFound(QUIET);
    onLeave?.();
  };
  const move = (step) => {
    if (!open) setOpen(true);
    if (!records.length) return search.begin((chosen?.name ?? "").trim());
    const next = active < 0 && step < 0 ? records.length - 1 : active + step;
    return setActive((next + records.length) % records.length);
  };
  const keys = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => records[active] && take(records[active]),
    Escape: close,
  };
  const press = (event) => {
    const deed = keys[event.key];
    const ours = deed && (open || event.key.startsWith("Arrow"));
    if (!ours || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    deed();
  };
  return html`<div class="combobox">
    <input class="control" type="text" id=${id} role="combobox" dir="auto" autocomplete="off"
      ...${marks} aria-expanded=${listed ? "true" : "false"} aria-controls=${`${id}-list`}
      aria-autocomplete="list" aria-activedescendant=${listed && active >= 0 ? `${id}-${active}` : undefined}
      value=${chosen?.name ?? ""} placeholder=${t("combobox.hint")} onInput=${type} onKeyDown=${press}
      onBlur=${leave} />
    <div class=${classes("combobox__pop", { "combobox__pop--open": open && found.state !== "quiet" })}>
      <ul role="listbox" id=${`${id}-list`} aria-labelledby=${labelledBy} hidden=${!listed}>
        ${records.map((record, place) => html`
          <li key=${record.id} id=${`${id}-${place}`} role="option"
            class=${classes("combobox__one", { "combobox__one--active": place === active })}
            aria-selected=${place === active ? "true" : "false"}
            onMouseDown=${(event) => event.preventDefault()} onClick=${() => take(record)}>
            <bdi>${record.name || record.id}</bdi>
          </li>
        `)}
      </ul>
      <p role="status" class="combobox__said">${open && said(found, t)}</p>
    </div>
  </div>`;
}

function said({ state, records }, t) {
  if (state === "quiet") return "";
  return t(`combobox.${state}`, { count: records.length });
}

// The last search counts; whatever is answered late is not heard.
function useSearch(find, tell) {
  const running = useRef({ timer: 0, limit: null });
  const stop = () => {
    clearTimeout(running.current.timer);
    running.current.limit?.abort();
  };
  const begin = (text) => {
    stop();
    if (text.length < LEAST) return tell({ state: text ? "short" : "quiet", records: [] });
    const limit = new AbortController();
    tell({ state: "searching", records: [] });
    const answer = (next) => limit.signal.aborted || tell(next);
    const ask = () =>
      find(text, limit.signal).then(
        (records) => answer({ state: "found", records }),
        () => answer({ state: "failed", records: [] }),
      );
    running.current = { limit, timer: setTimeout(ask, CALM) };
    return undefined;
  };
  useEffect(() => stop, []);
  return { begin, stop };
}
