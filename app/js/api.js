// Our backend's HTTP API, with a time limit on every call.
import { Problem } from "./failures.js";

const TIME = 20_000;
const YAML = "text/yaml";
const TEXT = /^text\/(yaml|csv)/; // files of targets, and ledgers
// With cold metadata the backend asks Zoho for modules, fields and layouts first.
const OPTIONS_TIME = 60_000;

export function api(backend, session) {
  const ask = (method, path, more) => call(`${backend}/api/v1${path}`, method, session, more);
  return {
    ask,
    /** The answer itself, to be read while it comes. */
    async stream(path, signal) {
      const answer = await fetch(`${backend}/api/v1${path}`, { ...request("GET", session), signal });
      if (!answer.ok) await read(answer);
      return answer;
    },
    me: () => ask("GET", "/me"),
    options: (id, signal) =>
      ask("GET", `/leads/${encodeURIComponent(id)}/options`, { time: OPTIONS_TIME, signal }),
    conversions: (lead) => ask("GET", `/conversions?lead=${encodeURIComponent(lead)}`),
    batches: () => ask("GET", "/batches?state=open"),
    resolve: (id) => ask("POST", `/conversions/${encodeURIComponent(id)}/resolve`, { body: {} }),
    refreshMetadata: () => ask("POST", "/metadata/refresh"),
    askForSession: (verifier) => ask("POST", "/sessions", { body: { verifier } }),
    signOut: () => ask("DELETE", "/sessions/current"),
  };
}

async function call(url, method, session, { body, headers, time = TIME, signal } = {}) {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), time);
  const stop = () => limit.abort();
  signal?.addEventListener("abort", stop);
  try {
    const answer = await fetch(url, { ...request(method, session, body, headers), signal: limit.signal });
    return await read(answer);
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (limit.signal.aborted) throw new Problem("timeout");
    throw new Problem(navigator.onLine ? "backend_down" : "offline");
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

function request(method, session, body, more) {
  const headers = { Accept: "application/json", ...more };
  const token = session.token();
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body === undefined) return { method, headers };
  const file = typeof body === "string"; // of targets
  return {
    method,
    headers: { ...headers, "Content-Type": file ? YAML : "application/json" },
    body: file ? body : JSON.stringify(body),
  };
}

async function read(answer) {
  // A connection cut inside the body is the network's trouble, a body that is no JSON is not.
  const text = await answer.text();
  if (answer.ok && TEXT.test(answer.headers.get("Content-Type"))) return text;
  const data = parsed(text);
  if (answer.ok && (data !== null || answer.status === 204)) return data;
  const { code, message, details } = data?.error ?? {};
  throw new Problem(code || codeOf(answer.status), {
    message: message || "",
    details: details || {},
    status: answer.status,
    retryAfter: waiting(answer.headers.get("Retry-After")),
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// Something between us and the backend answered, without words of the backend's own.
function codeOf(status) {
  if (status === 401) return "not_signed_in";
  if (status === 429) return "zoho_busy";
  return "backend_down";
}

function waiting(header) {
  const seconds = Number.parseInt(header ?? "", 10);
  return seconds > 0 ? seconds : null;
}
