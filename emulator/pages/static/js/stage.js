// The dialog that shows the widget, and what a widget may ask of it: size, closing, messages.

import { Host, refusal } from "./host.js";
import { say } from "./toast.js";
import { ask } from "./wire.js";
import { zdk } from "./zdk-events.js";

const dialog = document.getElementById("stage");
const well = dialog?.querySelector("[data-well]");
const note = dialog?.querySelector("[data-note]");
let host = null;

// Open the widget for these records: a list of ids, or one id.
export function open(entityId) {
  const { widgetUrl, entity, position, locale } = dialog.dataset;
  dialog.showModal();
  if (!widgetUrl) return;
  show("Loading the widget …");
  const url = new URL(widgetUrl);
  const frame = document.createElement("iframe");
  frame.title = "Widget";
  frame.src = hosted(url);
  host = new Host({
    frame,
    origin: url.origin,
    pageLoad: { Entity: entity, EntityId: entityId, ButtonPosition: position },
    locale,
    answer,
    notice: (state) => show(state === "silent" ? silence(url) : ""),
  });
  well.append(frame);
}

export function close() {
  dialog.close();
}

dialog?.addEventListener("close", () => {
  host?.stop();
  host = null;
  well.replaceChildren();
  resize("", "");
  show("");
});

// The URL with the one parameter that the SDK needs; it looks for it after the first "?".
function hosted(url) {
  const whole = new URL(url);
  const mine = `serviceOrigin=${encodeURIComponent(window.location.origin)}`;
  whole.search = whole.search ? `${whole.search}&${mine}` : `?${mine}`;
  return whole.href;
}

function silence(url) {
  return (
    `The widget at ${url.origin}${url.pathname} has not registered. Either nothing is served ` +
    "there, or the page has not loaded the SDK, or it never called ZOHO.embeddedApp.init()."
  );
}

function show(text) {
  note.textContent = text;
  note.hidden = !text;
}

async function answer(eventName, data) {
  if (eventName === "ZDK_EVENT") return zdk(data ?? {}, { close, events: dialog.dataset.events });
  if (eventName !== "CRM_EVENT") throw refusal(`The emulator knows no ${eventName}.`);
  if (data?.category === "UI") return manipulate(data);
  if (data?.category === "GET_PARENT_URL") return { value: window.location.origin };
  return { value: await ask(dialog.dataset.events, data ?? {}) };
}

function manipulate({ action, data }) {
  if (action === "RESIZE") return resized(data ?? {});
  if (action?.popup === "CLOSE") return { value: true, after: close };
  if (action?.popup === "CLOSE_RELOAD") {
    return { value: true, after: () => window.location.reload() };
  }
  if (action?.record === "OPEN") return record(data ?? {});
  if (action?.record) throw refusal("The emulator has no forms to edit, create or fill records.");
  if (action?.telephony) return dialer(action.telephony);
  if (action?.webTab) throw refusal("The emulator has no web tabs.");
  throw refusal("The emulator knows no such UI action.");
}

// Widgets give numbers or their text; the dialog never leaves the window (see stage.css).
function resized({ width, height }) {
  const [wide, high] = [length(width, "vw"), length(height, "vh")];
  if (wide === null || high === null) throw refusal("Resize needs a width and a height in pixels.");
  resize(wide, high);
  return { value: true };
}

// A CSS length; per cent are of the window. Null if it is none.
function length(value, ofWindow) {
  if (value === undefined) return "";
  const [, number, unit] = /^(\d{1,5}(?:\.\d+)?)(px|%)?$/.exec(String(value).trim()) ?? [];
  if (number === undefined) return null;
  return number + (unit === "%" ? ofWindow : "px");
}

function resize(width, height) {
  well.style.setProperty("--wide", width);
  well.style.setProperty("--high", height);
}

function record({ Entity, RecordID, target }) {
  const id = Array.isArray(RecordID) ? RecordID[0] : RecordID;
  if (!Entity || !id) throw refusal("Record.open needs Entity and RecordID.");
  const tab = `${dialog.dataset.tabs}${encodeURIComponent(Entity)}/${encodeURIComponent(id)}`;
  if (target === "_blank") {
    if (!window.open(tab, "_blank")) throw refusal("The browser blocked the new window.");
    return { value: true };
  }
  return { value: true, after: () => window.location.assign(tab) };
}

function dialer(wish) {
  const actions = {
    MAXIMIZE: () => resize("100vw", "100vh"),
    MINIMIZE: () => resize("", ""),
    NOTIFY: () => say("The widget asks for your attention."),
  };
  if (!(wish in actions)) throw refusal("The emulator knows no such dialer action.");
  actions[wish]();
  return { value: true };
}
