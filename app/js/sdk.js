// Zoho CRM around us, through Zoho's embedded app SDK.
//
// The SDK has traps, and this file is where they are known:
// - it never times out: whatever Zoho CRM does not answer hangs for ever, so every call has a limit;
// - calls throw at once, not only reject, before the handshake is done;
// - init() of SDK 1.2 may stay pending although PageLoad came: only PageLoad is waited for;
// - listeners must be there before init(); PageLoad may come twice; EntityId is text or a list;
// - without serviceOrigin in the address the handshake is lost without a word.
// Nothing it says is proof of anything: the backend asks Zoho again.
import { Problem, inTime } from "./failures.js";

const SCRIPT_TIME = 15_000;
const PAGE_TIME = 15_000;
const CALL_TIME = 8_000;

/** The record ids and the module of a PageLoad, whatever shape it came in. */
export function page(data) {
  const given = data?.EntityId;
  const ids = (Array.isArray(given) ? given : [given]).filter((id) => id || id === 0).map(String);
  return { module: data?.Entity ?? "", ids: [...new Set(ids)], button: data?.ButtonPosition ?? "" };
}

/** Why there is no Zoho CRM to talk to, as a code; empty when there is one. */
export function absence(where = window) {
  if (where.parent === where) return "not_in_crm";
  const query = new URLSearchParams(where.location.search);
  return query.get("serviceOrigin") ? "" : "no_service_origin";
}

/** This page's address with the origin of the page around us, as far as the browser tells it. */
export function addressWithOrigin() {
  const address = new URL(location.href);
  if (!address.searchParams.get("serviceOrigin") && document.referrer) {
    address.searchParams.set("serviceOrigin", new URL(document.referrer).origin);
  }
  return address.href;
}

/**
 * Load the SDK and say hello. `onPage` hears of every page that Zoho CRM loads us for, also of
 * one that comes late; the promise fails when none came in time.
 */
export async function connect(url, onPage) {
  const missing = absence();
  if (missing) throw new Problem(missing);
  await load(url);
  const app = window.ZOHO?.embeddedApp;
  if (!app) throw new Problem("sdk_blocked");
  const first = new Promise((resolve) => {
    app.on("PageLoad", (data) => {
      const found = page(data);
      resolve(found);
      onPage(found);
    });
  });
  Promise.resolve(app.init()).catch(() => {});
  await inTime(first, PAGE_TIME, "sdk_silent");
}

function load(url) {
  const script = document.createElement("script");
  const loaded = new Promise((resolve, reject) => {
    script.onload = resolve;
    script.onerror = () => reject(new Problem(navigator.onLine ? "sdk_blocked" : "offline"));
  });
  script.src = url;
  document.head.append(script);
  return inTime(loaded, SCRIPT_TIME, "sdk_blocked");
}

/** What Zoho CRM answers: undefined when it refuses, does not know how, or says nothing. */
async function ask(question) {
  return (await asked(question)).value;
}

async function asked(question) {
  try {
    return { done: true, value: await inTime(question(window.ZOHO.CRM), CALL_TIME, "sdk_silent") };
  } catch {
    return { done: false, value: undefined };
  }
}

/** The id of the org whose CRM we are in, as it says itself; empty when it does not. */
export async function orgId() {
  const answer = await ask((crm) => crm.CONFIG.getOrgInfo());
  return String((answer?.org?.[0] ?? answer)?.zgid ?? "");
}

/** The language that the person has chosen in Zoho CRM, such as "de_DE"; empty when unknown. */
export async function language() {
  const answer = await ask((crm) => crm.CONFIG.getCurrentUser());
  const user = answer?.users?.[0] ?? answer;
  return String(user?.language ?? user?.locale ?? "");
}

/** Open a record in a tab of its own. False when Zoho CRM did not. */
export async function openRecord(module, id) {
  const wish = { Entity: module, RecordID: id, Target: "_blank" };
  return (await asked((crm) => crm.UI.Record.open(wish))).done;
}

/** Where Zoho CRM shows a record, as far as the page around us said where it is; else "". */
export function addressOf(module, id, org) {
  const origin = new URLSearchParams(location.search).get("serviceOrigin") ?? "";
  if (!/^https?:\/\/[^/]+$/.test(origin)) return "";
  const parts = ["crm", ...(org ? [`org${org}`] : []), "tab", module, id];
  return `${origin}/${parts.map(encodeURIComponent).join("/")}`;
}

/** Close the window that Zoho CRM opened for us, and let it draw its page again. */
export async function close() {
  return (await asked((crm) => crm.UI.Popup.closeReload())).done;
}

/** Ask for room. Only a button's pop-up has a size to change. */
export function resize(width, height) {
  return ask((crm) => crm.UI.Resize({ width, height }));
}
