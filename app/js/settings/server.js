// What the page asks of our backend: for administrators alone.
import { api } from "../api.js";

const LONG = 60_000; // with cold metadata the backend asks Zoho for it first

export function targetsApi(backend, session) {
  const common = api(backend, session);
  const { ask } = common;
  const query = (path, params) => `${path}?${new URLSearchParams(params)}`;
  return {
    ask,
    me: common.me,
    askForSession: common.askForSession,
    signOut: common.signOut,
    refreshMetadata: common.refreshMetadata,
    targets: () => ask("GET", "/targets", { time: LONG }),
    save: (version, targets) => ask("PUT", "/targets", { body: { version, targets }, time: LONG }),
    lint: (targets, signal) => ask("POST", "/targets/lint", { body: { targets }, signal }),
    suggestion: (module) => ask("GET", query("/targets/suggestion", { module }), { time: LONG }),
    fields: (module) => ask("GET", query("/targets/fields", { module }), { time: LONG }),
    profiles: () => ask("GET", "/targets/profiles"),
    preview: (lead, target, signal) =>
      ask("POST", "/targets/preview", { body: { lead, target }, time: LONG, signal }),
    file: () => ask("GET", "/targets/file"),
    readFile: (text) => ask("POST", "/targets/file", { body: text }),
    async records(module, text, signal) {
      return (await ask("GET", query("/records/search", { module, text }), { signal })).records;
    },
    people: async () => (await ask("GET", "/users")).users,
  };
}
