// What the page is doing now, and what makes it do something else.
import { Problem, asProblem, endsSignIn, needsSignIn } from "../failures.js";
import { absence, connect } from "../sdk.js";
import { keepSession } from "../session.js";
import { clashes, differences, onTop } from "./differences.js";
import { same } from "./draft.js";
import { asFindings, errorsIn } from "./places.js";
import { targetsApi } from "./server.js";

export const START = {
  view: "loading", // loading | sign-in | failure | ready
  step: "settings",
  part: "targets", // targets | automation | setup
  problem: null, // of failure, and why there is a sign-in
  backend: "",
  org: "",
  leads: [],
  index: 0,
  me: null,
  of: "", // the org that the draft belongs to
  saved: null, // what the backend said last: {version, targets, findings, changed_at, changed_by, modules}
  draft: [],
  past: [], // earlier drafts, each with what was changed then
  chosen: null, // key of the target that is open
  goal: null, // the place of it that somebody wants to see: {place}
  findings: [],
  checking: "done", // done | busy | failed
  material: {}, // by module: its fields and layouts, "busy" or "failed"
  suggested: {}, // the same of suggestions
  profiles: null, // null | "failed" | [{id, name}]
  preview: { lead: null, plan: null, problem: null, busy: false },
  saving: false,
  refused: null, // why it was not saved
  conflict: null, // what somebody else has saved meanwhile
  imported: null, // {changes, problem} of a file that was read
  notice: null,
  automation: null, // {saved, draft, acts, findings, theirs}, once somebody has looked
};

/** Behind the # of the address; no target is called that. */
export const SETUP = "/setup";
export const AUTOMATION = "/automation";
const PARTS = { [SETUP]: "setup", [AUTOMATION]: "automation" };
const CALM = 500;
const SAID_FOR = 8_000;
const MOST_UNDONE = 100;

export function createFlow({ loadConfig, draw }) {
  let state = START;
  let session = null;
  let server = null;
  let silence = 0;
  const lint = latest();
  const tries = latest();

  function set(change) {
    state = { ...state, ...change };
    draw(state);
  }

  async function start() {
    set({ view: "loading", problem: null });
    try {
      const { backend, sdk } = await loadConfig();
      // Zoho CRM shows the page as a widget, too, and wants to hear of those. Nothing depends on it.
      if (!absence()) connect(sdk, () => {}).catch(() => {});
      session = keepSession(backend);
      server = targetsApi(backend, session);
      set({ backend });
      await load();
    } catch (error) {
      fail(error);
    }
  }

  async function load() {
    if (!session.token()) return askToSignIn(null);
    set({ view: "loading", problem: null });
    try {
      const [saved, me] = await Promise.all([server.targets(), server.me()]);
      // Whoever has to sign in again in between keeps what they had changed, in the same org only.
      const kept = dirty(state) && state.of === me.org.id;
      const automation = state.of === me.org.id ? state.automation : null;
      if (!kept) set({ ...START, backend: state.backend, saved, draft: saved.targets, automation });
      set({ view: "ready", me, of: me.org.id, ...(kept ? {} : { findings: saved.findings }) });
      if (kept) check();
      known("Leads");
      followHash();
    } catch (error) {
      fail(error);
    }
    return undefined;
  }

  function fail(error) {
    const problem = asProblem(error);
    if (needsSignIn(problem)) return askToSignIn(problem);
    return set({ view: "failure", problem });
  }

  // A failure of one part of the page: only a lost session takes the whole page away.
  function failed(error, change) {
    const problem = asProblem(error);
    if (needsSignIn(problem)) askToSignIn(problem);
    else set(change(problem));
  }

  function askToSignIn(problem) {
    session.forget();
    set({ view: "sign-in", problem, me: null });
  }

  function say(key, params = {}) {
    clearTimeout(silence);
    silence = setTimeout(() => set({ notice: null }), SAID_FOR);
    set({ notice: { key, params } });
  }

  // Changing the draft. Edits in a row with one `tag` (letters typed into one box) are one change.
  function change(draft, tag = null) {
    const last = state.past.at(-1);
    const goesOn = tag !== null && last?.tag === tag;
    const past = goesOn ? state.past : [...state.past, { draft: state.draft, tag }];
    set({ draft, past: past.slice(-MOST_UNDONE), refused: null });
    check();
  }

  function undo() {
    const last = state.past.at(-1);
    if (!last) return;
    set({ draft: last.draft, past: state.past.slice(0, -1), refused: null });
    check();
  }

  function check() {
    set({ checking: "busy" });
    lint.soon(async (signal) => {
      const { draft } = state;
      try {
        const { findings } = await server.lint(draft, signal);
        if (!signal.aborted) set({ findings, checking: "done" });
      } catch (error) {
        if (signal.aborted) return;
        if (error.code === "invalid_input") {
          set({ findings: asFindings(error.details.fields), checking: "done" });
        } else failed(error, () => ({ checking: "failed" }));
      }
    });
    tryOut();
  }

  // What the chosen target would do to the lead that was picked, as the draft is now.
  function tryOut() {
    const { preview } = state;
    const target = state.draft.find(({ key }) => key === state.chosen);
    if (!preview.lead?.id || !target) return tries.stop();
    set({ preview: { ...preview, busy: true } });
    const tell = (result) =>
      set({ preview: { ...state.preview, plan: null, problem: null, busy: false, ...result } });
    return tries.soon(async (signal) => {
      try {
        const plan = await server.preview(preview.lead.id, target, signal);
        if (!signal.aborted) tell({ plan });
      } catch (error) {
        if (!signal.aborted) {
          failed(error, (problem) => ({ preview: { ...state.preview, plan: null, problem, busy: false } }));
        }
      }
    });
  }

  async function save() {
    const { saved, draft } = state;
    if (state.saving || errorsIn(state.findings).length) return;
    set({ saving: true, refused: null });
    try {
      const answer = await server.save(saved.version, draft);
      const untouched = state.draft === draft;
      set({ saved: answer, saving: false, conflict: null, imported: null });
      if (untouched) set({ draft: answer.targets, past: [], findings: answer.findings });
      say("notice.saved");
    } catch (error) {
      set({ saving: false });
      if (error.code === "targets_changed") await meet();
      else if (error.code === "invalid_input" && error.details.fields) {
        set({ findings: [...warnings(state.findings), ...asFindings(error.details.fields)] });
        set({ refused: new Problem("lint") });
      } else failed(error, (problem) => ({ refused: problem }));
    }
  }

  // Somebody else was faster: nothing is saved, nothing of the draft is lost.
  async function meet() {
    try {
      const theirs = await server.targets();
      const { saved, draft } = state;
      set({
        conflict: {
          theirs,
          their: differences(saved.targets, theirs.targets),
          mine: differences(saved.targets, draft),
          clashes: clashes(saved.targets, draft, theirs.targets),
        },
      });
    } catch (error) {
      failed(error, (problem) => ({ refused: problem }));
    }
  }

  function settle(own) {
    const { conflict, saved, draft } = state;
    if (!conflict) return;
    const { theirs } = conflict;
    const next = own ? onTop(saved.targets, draft, theirs.targets) : theirs.targets;
    set({ saved: theirs, conflict: null });
    change(next);
    say(own ? "notice.on_top" : "notice.theirs");
  }

  /** See that the fields of a module are known, and what is suggested for it. */
  async function known(module) {
    if (state.material[module] && state.material[module] !== "failed") return;
    await learn("material", module, () => server.fields(module));
  }

  async function suggest(module) {
    if (state.suggested[module] && state.suggested[module] !== "failed") return;
    await learn("suggested", module, () => server.suggestion(module));
  }

  async function learn(what, module, ask) {
    const note = (value) => ({ [what]: { ...state[what], [module]: value } });
    set(note("busy"));
    try {
      set(note(await ask()));
    } catch (error) {
      failed(error, () => note("failed"));
    }
  }

  async function knowProfiles() {
    if (Array.isArray(state.profiles)) return;
    try {
      set({ profiles: (await server.profiles()).profiles });
    } catch (error) {
      failed(error, () => ({ profiles: "failed" }));
    }
  }

  async function exportFile() {
    try {
      download(await server.file());
    } catch (error) {
      failed(error, (problem) => ({ refused: problem }));
    }
  }

  async function importFile(file) {
    set({ imported: null });
    try {
      const { targets, findings, changes } = await server.readFile(await file.text());
      if (!same(targets, state.draft)) change(targets);
      set({ imported: { name: file.name, changes, problem: null }, findings, chosen: null });
      location.hash = "";
    } catch (error) {
      failed(error, (problem) => ({ imported: { name: file.name, changes: [], problem } }));
    }
  }

  // Modules and fields are read from Zoho again; what was known of them is forgotten.
  async function refresh() {
    try {
      await server.refreshMetadata();
      const modules = Object.keys(state.material);
      set({ material: {}, suggested: {}, profiles: null });
      await Promise.all(modules.map(known));
      check();
      say("notice.refreshed");
    } catch (error) {
      failed(error, (problem) => ({ refused: problem }));
    }
  }

  function followHash() {
    const key = decodeURIComponent(location.hash.slice(1));
    const there = state.draft.some((one) => one.key === key);
    set({ part: PARTS[key] ?? "targets", chosen: there ? key : null });
    tryOut();
  }

  return {
    start,
    retry: () => (server ? load() : start()),
    askForSession: (verifier) => server.askForSession(verifier),
    signedIn(given) {
      session.keep(given);
      return load();
    },
    signInFailed(error) {
      const problem = asProblem(error);
      if (problem.code === "cancelled") return undefined;
      return endsSignIn(problem) ? fail(problem) : askToSignIn(problem);
    },
    async signOut() {
      await server.signOut().catch(() => {});
      set({ ...START, backend: state.backend });
      askToSignIn(null);
    },
    open(key, place = null) {
      location.hash = key === null ? "" : encodeURIComponent(key);
      set({ chosen: key, goal: place && { place } });
      tryOut();
    },
    followHash,
    change,
    undo,
    save,
    takeTheirs: () => settle(false),
    putOnTop: () => settle(true),
    known,
    suggest,
    knowProfiles,
    exportFile,
    importFile,
    closeImport: () => set({ imported: null }),
    pickLead(lead) {
      set({ preview: { lead, plan: null, problem: null, busy: false } });
      tryOut();
    },
    fail,
    recheck: check,
    refresh,
    say,
    ask: {
      records: (module, text, signal) => server.records(module, text, signal),
      people: () => server.people(),
      call: (...what) => server.ask(...what),
    },
    putAutomation: (automation) => set({ automation }),
    noteFindings(draft, findings) {
      const { automation } = state;
      if (automation?.draft === draft) set({ automation: { ...automation, findings } });
    },
    dirty: () => dirty(state) || unsaved(state),
    online() {
      if (state.view === "failure" && state.problem.code === "offline") this.retry();
    },
  };
}

export function dirty({ saved, draft }) {
  return Boolean(saved) && !same(saved.targets, draft);
}

/** Whether something of what happens by itself is not saved. */
export function unsaved({ automation: known }) {
  if (!known) return false;
  const { automation, acts_as: acts } = known.saved;
  return !same(automation, known.draft) || (acts?.id ?? "") !== known.acts;
}

function warnings(findings) {
  return findings.filter(({ severity }) => severity === "warning");
}

// The last wish counts; the one before it is called off.
function latest() {
  let timer = 0;
  let limit = null;
  const stop = () => {
    clearTimeout(timer);
    limit?.abort();
  };
  return {
    stop,
    soon(deed) {
      stop();
      limit = new AbortController();
      const { signal } = limit;
      timer = setTimeout(() => deed(signal), CALM);
    },
  };
}

function download(text) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/yaml" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "targets.yaml";
  link.click();
  URL.revokeObjectURL(url);
}
