// The person's session: kept for this tab, and begun by signing in with Zoho in a pop-up, of which
// we hear by postMessage, or by asking the backend.
import { Problem } from "./failures.js";

const KEY = "convert-anywhere.session";
const WINDOW = "convert-anywhere-signin";
const LOOK = "popup,width=520,height=640";
const ASK_EVERY = 2_000;
const GIVE_UP = 10 * 60_000;
const FAILURES_IN_A_ROW = 8;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/**
 * The bearer token: in this tab's storage, or in memory alone where that is blocked. It is only
 * ever given to the backend that it came from.
 */
export function keepSession(backend, storage = () => window.sessionStorage) {
  let known = recall(storage);
  return {
    token() {
      if (known?.backend !== backend || isOver(known.expires_at)) return null;
      return known.token;
    },
    keep({ token, expires_at }) {
      known = { backend, token, expires_at };
      quietly(() => storage().setItem(KEY, JSON.stringify(known)));
    },
    forget() {
      known = null;
      quietly(() => storage().removeItem(KEY));
    },
  };
}

function recall(storage) {
  const text = quietly(() => storage().getItem(KEY));
  return text ? quietly(() => JSON.parse(text)) : null;
}

function isOver(moment) {
  const time = Date.parse(moment ?? "");
  return Number.isFinite(time) && time <= Date.now();
}

// Reading window.sessionStorage throws where cookies of third parties are blocked.
function quietly(action) {
  try {
    return action() ?? null;
  } catch {
    return null;
  }
}

/**
 * A secret and what is shown of it. Made before the click: browsers let a page open a pop-up
 * only during the click, and hashing takes a moment.
 */
export async function prepare() {
  if (!globalThis.crypto?.subtle) throw new Problem("not_secure");
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const challenge = base64url(await sha256(verifier));
  return { verifier, challenge, code: base32(await sha256(challenge)).slice(0, 6) };
}

export function address(backend, challenge, org) {
  const query = new URLSearchParams({ challenge, origin: location.origin, org });
  return `${backend}/signin?${query}`;
}

/** The pop-up, or null when the browser did not allow it. */
export function open(url) {
  const popup = window.open(url, WINDOW, LOOK);
  popup?.focus();
  return popup;
}

/**
 * Wait until the pop-up has signed somebody in. Settles with `{token, expires_at}`, or fails
 * with the Problem that the person should read. `onClosed` is called once when the window seems
 * to be gone; that is no proof, because a page may cut itself off from its opener: so we go on
 * asking the backend, which knows.
 */
export function wait({ backend, attempt, popup, askForSession, onClosed, signal }) {
  const stops = [];
  const finished = new Promise((resolve, reject) => {
    stops.push(listen(new URL(backend).origin, attempt.challenge, resolve, reject));
    stops.push(askAgain(() => askForSession(attempt.verifier), resolve, reject));
    stops.push(watch(popup, onClosed));
    const timer = setTimeout(() => reject(new Problem("sign_in_expired")), GIVE_UP);
    stops.push(() => clearTimeout(timer));
    signal.addEventListener("abort", () => reject(new Problem("cancelled")));
  });
  return finished.finally(() => stops.forEach((stop) => stop()));
}

function listen(origin, challenge, resolve, reject) {
  const hear = ({ origin: sender, data }) => {
    if (sender !== origin || data?.challenge !== challenge) return;
    if (data.type === "convert-anywhere:session" && typeof data.token === "string") resolve(data);
    if (data.type === "convert-anywhere:sign-in-failed") {
      reject(new Problem(data.code || "sign_in_failed", { message: data.message }));
    }
  };
  window.addEventListener("message", hear);
  return () => window.removeEventListener("message", hear);
}

function askAgain(ask, resolve, reject) {
  let timer = 0;
  let failures = 0;
  let stopped = false;
  const next = async () => {
    try {
      const answer = await ask();
      if (answer?.token) return resolve(answer);
      failures = 0;
    } catch (problem) {
      failures += 1;
      if (!isPassing(problem) || failures >= FAILURES_IN_A_ROW) return reject(problem);
    }
    if (!stopped) timer = setTimeout(next, ASK_EVERY);
    return undefined;
  };
  timer = setTimeout(next, ASK_EVERY);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

function isPassing({ status }) {
  return status === 0 || status === 429 || status >= 500;
}

function watch(popup, onClosed) {
  const timer = setInterval(() => {
    if (!popup?.closed) return;
    clearInterval(timer);
    onClosed();
  }, 500);
  return () => clearInterval(timer);
}

async function sha256(text) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

function base64url(bytes) {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function base32(bytes) {
  let bits = "";
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  return bits.match(/.{5}/g).map((five) => BASE32[Number.parseInt(five, 2)]).join("");
}
