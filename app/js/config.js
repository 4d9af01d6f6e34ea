// Where the backend and Zoho's SDK are: config.json, which a hosting may change.
import { Problem, inTime } from "./failures.js";

const FILE = new URL("../config.json", import.meta.url);
const TIME = 15_000;
const SDK = "https://live.zwidgets.com/js-sdk/1.2/ZohoEmbededAppSDK.min.js";

/** `backend` has no slash at its end; an empty one in the file means this page's own origin. */
export async function loadConfig() {
  const answer = await inTime(fetch(FILE), TIME, "timeout").catch(() => null);
  if (!answer) throw new Problem(navigator.onLine ? "backend_down" : "offline");
  if (!answer.ok) throw new Problem("backend_down", { status: answer.status });
  const { backend = "", sdk = "" } = await answer.json().catch(() => ({}));
  return { backend: (backend || location.origin).replace(/\/+$/, ""), sdk: sdk || SDK };
}
