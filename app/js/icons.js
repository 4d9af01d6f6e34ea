// The few drawings of the widget. They only ever decorate words.
import { html } from "./html.js";

const DRAWINGS = {
  contact: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20c1-3.6 4-5.2 7.5-5.2s6.5 1.6 7.5 5.2",
  account: "M5 20.5V4h9v16.5M14 9.5h5v11M3 20.5h18M8 8h3M8 12h3M8 16h3",
  deal: "M12.5 3.5H20.5V11.5L11.5 20.5 3.5 12.5zM16.5 7.5v.01",
  vendor: "M2.5 6h11.5v10.5H2.5zM14 10h4l3.5 3.5v3H14M6.5 19.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM17.5 19.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  module: "M12 3l8 4.5v9L12 21l-8-4.5v-9zM4.2 7.7L12 12l7.8-4.3M12 12v8.8",
  check: "M5 12.5l4.5 4.5L19 7.5",
  warn: "M12 4L2.8 19.5h18.4zM12 10v4.5M12 17v.01",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.8v.01",
  ban: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM5.8 5.8l12.4 12.4",
  lock: "M6 11h12v9.5H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  twins: "M9 12.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 19.5c.8-3 3.3-4.5 6.5-4.5s5.7 1.5 6.5 4.5M15 5.8a3.5 3.5 0 0 1 0 6.4M18 15.6c1.8.7 3 2 3.5 3.9",
  carry: "M4 12h14M13 6.5l5.5 5.5-5.5 5.5",
  lost: "M6.5 6.5l11 11M17.5 6.5l-11 11",
  pen: "M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19z",
  open: "M13.5 4.5h6v6M19.5 4.5L11 13M10 5.5H4.5v14h14V14",
  copy: "M8.5 8.5h11v11h-11zM15.5 8.5v-4h-11v11h4",
  again: "M19.5 12a7.5 7.5 0 1 1-2.2-5.3L20 9.5M20 4.5v5h-5",
  next: "M9.5 5.5L16 12l-6.5 6.5",
  previous: "M14.5 5.5L8 12l6.5 6.5",
  key: "M8 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM12.5 12h9M18 12v3.5",
  offline: "M3 9c5.5-4.7 12.5-4.7 18 0M6.5 13c3.3-2.8 7.7-2.8 11 0M12 18v.01M4 3.5l16 17",
  up: "M6 14.5l6-6 6 6",
  down: "M6 9.5l6 6 6-6",
  bin: "M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 13h9l1-13M10.5 11v5.5M13.5 11v5.5",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L20.5 20.5",
};

const MODULES = { Contacts: "contact", Accounts: "account", Deals: "deal", Vendors: "vendor" };
const DIRECTED = new Set(["carry", "open", "next", "previous", "again"]);

export function Icon({ name }) {
  const flip = DIRECTED.has(name) ? " icon--directed" : "";
  return html`<svg class=${`icon${flip}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d=${DRAWINGS[name]} />
  </svg>`;
}

export function iconOf(module) {
  return MODULES[module] ?? "module";
}
