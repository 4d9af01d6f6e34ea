// What the widget is doing now, and what makes it do something else.
import { api } from "./api.js";
import { renewed } from "./choices.js";
import { Problem, asProblem, endsSignIn, nameOf, needsSignIn } from "./failures.js";
import { keepSession } from "./session.js";

const START = {
  view: "loading", // loading | sign-in | failure | lead | many
  step: "crm", // of loading: crm | lead
  problem: null, // of failure, and why there is a sign-in
  backend: "",
  org: "",
  leads: [],
  index: 0,
  answers: {}, // by lead: what the backend said it can become
  picked: {}, // by lead: the target that is open
  planned: {}, // by lead: the target whose plan is open
  choices: {}, // by lead and target: what the person decided there
  conversions: {}, // by lead: the newest, as far as it had come when we last heard
  begun: {}, // by lead: what was agreed to here, {id, losses, salvage}
  many: {}, // of all leads together: what is chosen, and which batch is open (many/many.js)
  batches: [], // of the person, not over yet
  returned: false, // somebody has signed in here
  me: null,
  notice: null, // said once, in the status line
};

const SAID_FOR = 8_000;
const ROOM = { width: 1040, height: 720 };

/** `crm` is sdk.js or what stands for it; `draw` is called with every new state. */
export function createFlow({ loadConfig, crm, draw }) {
  let state = START;
  let session = null;
  let server = null;
  let running = null;
  let silence = 0;
  let goOn = []; // the conversions that wait for who signs in now
  let all = false; // all leads together, not one by one

  // Every state is drawn at once: what belongs together changes together.
  function set(change) {
    state = { ...state, ...change };
    draw(state);
  }

  async function start() {
    set({ view: "loading", step: "crm", problem: null });
    try {
      const { backend, sdk } = await loadConfig();
      session = keepSession(backend);
      server = api(backend, session);
      set({ backend });
      await crm.connect(sdk, opened);
    } catch (error) {
      if (!state.leads.length) fail(error);
    }
  }

  function opened({ module, ids, button }) {
    if (module && module !== "Leads") return fail(new Problem("not_a_lead"));
    if (!ids.length) return goOnWithout();
    if (ids.join() === state.leads.join()) return undefined;
    set({ view: "loading", step: "lead", leads: ids, index: 0, many: {} });
    if (button) crm.resize(ROOM.width, ROOM.height);
    return ids.length > 1 ? together() : show(0);
  }

  // No lead is chosen: but perhaps many are being converted already.
  async function goOnWithout() {
    if (session.token()) await findBatches();
    return state.batches.length ? together() : fail(new Problem("no_lead"));
  }

  function findBatches() {
    return server.batches().then(({ batches }) => set({ batches }), () => {});
  }

  /** All leads together; `change` may name the batch to go on with. */
  function together(change = {}) {
    running?.abort();
    running = null;
    all = true;
    set({ view: "many", problem: null, many: { ...state.many, ...change } });
    return session.token() ? undefined : askToSignIn(null);
  }

  const goBack = () => (all ? together() : show(state.index));

  async function show(index, { afresh = false } = {}) {
    running?.abort();
    all = false;
    const mine = (running = new AbortController());
    const lead = state.leads[index];
    if (state.answers[lead] && !afresh) return set({ view: "lead", index, problem: null });
    set({ view: "loading", step: "lead", index, problem: null });
    if (!session.token()) return askToSignIn(null);
    try {
      const answer = await server.options(lead, mine.signal);
      if (mine === running) keep(lead, answer);
    } catch (error) {
      if (mine === running) fail(error);
    }
    return undefined;
  }

  function keep(lead, answer) {
    const options = answer.options ?? [];
    const before = state.choices[lead] ?? {};
    const choices = options.map((option) => [option.target, renewed(option, before[option.target])]);
    set({
      view: "lead",
      answers: { ...state.answers, [lead]: answer },
      choices: { ...state.choices, [lead]: Object.fromEntries(choices) },
      picked: { ...state.picked, [lead]: stillOpen(options, state.picked[lead]) },
    });
    if (!state.me) meet();
    // Not beside the options: by now the backend has seen the lead, and need not ask Zoho again.
    server.conversions(lead).then(({ conversions: [newest] }) => newest && heard(newest), () => {});
  }

  function meet() {
    server.me().then((me) => set({ me }), () => {});
    return findBatches();
  }

  /** How far a conversion has come; an answer that was overtaken is not heard. */
  function heard(conversion) {
    const { lead, changed_at: at } = conversion;
    const known = state.conversions[lead];
    if (!state.leads.includes(lead) || Date.parse(known?.changed_at) > Date.parse(at)) return;
    set({ conversions: { ...state.conversions, [lead]: conversion } });
  }

  /** Read the options again, without a word; what was chosen stays. */
  async function reread() {
    const lead = state.leads[state.index];
    const answer = await server.options(lead).catch(() => null);
    if (answer && state.view === "lead" && state.leads[state.index] === lead) keep(lead, answer);
  }

  function fail(error) {
    const problem = asProblem(error);
    if (needsSignIn(problem)) return askToSignIn(problem);
    set({ view: "failure", problem });
    return nameOf(problem) === "not_found" ? suspectAnotherOrg(problem) : undefined;
  }

  // A session of another org finds no lead of this one: then it is the session that is wrong.
  async function suspectAnotherOrg(problem) {
    const [me, org] = await Promise.all([server.me().catch(() => null), crm.orgId()]);
    const other = me?.org?.id && org && String(me.org.id) !== org;
    if (other && state.problem === problem) askToSignIn(new Problem("wrong_org"));
  }

  function askToSignIn(problem) {
    session.forget();
    // Whoever signs in next may see less: nothing read for one person is shown to another.
    set({ view: "sign-in", problem, me: null, answers: {}, conversions: {}, batches: [] });
    crm.orgId().then((org) => set({ org }));
  }

  function say(notice) {
    clearTimeout(silence);
    silence = setTimeout(() => set({ notice: null }), SAID_FOR);
    set({ notice });
  }

  function decide(choice, lead = state.leads[state.index]) {
    const mine = { ...state.choices[lead], [choice.target]: choice };
    set({ choices: { ...state.choices, [lead]: mine } });
  }

  return {
    start,
    show,
    retry: () => (state.leads.length ? show(state.index, { afresh: true }) : start()),
    next: () => show(state.index + 1),
    askForSession: (verifier) => server.askForSession(verifier),
    async signedIn(given) {
      session.keep(given);
      set({ returned: true });
      const waiting = goOn;
      goOn = [];
      for (const id of waiting) await server.resolve(id).catch(() => {});
      return goBack();
    },
    signInFailed(error) {
      const problem = asProblem(error);
      if (problem.code === "cancelled") return undefined;
      return endsSignIn(problem) ? fail(problem) : askToSignIn(problem);
    },
    async signOut() {
      await server.signOut().catch(() => {});
      goOn = [];
      askToSignIn(null);
      set({ choices: {}, picked: {}, planned: {}, begun: {}, many: {} });
    },
    async refreshMetadata() {
      try {
        await server.refreshMetadata();
        await show(state.index, { afresh: true });
        say("notice.refreshed");
      } catch (error) {
        fail(error);
      }
    },
    pick(target) {
      set({ picked: { ...state.picked, [state.leads[state.index]]: target } });
    },
    /** Show the plan of a target; null shows the options again. */
    plan(target) {
      set({ planned: { ...state.planned, [state.leads[state.index]]: target } });
    },
    ask: (...question) => server.ask(...question),
    stream: (...what) => server.stream(...what),
    together,
    meet,
    reread,
    heard,
    /** A plan was agreed to, and this is what carries it out. */
    begin(conversion, { losses, salvage }) {
      const { id, lead } = conversion;
      set({ begun: { ...state.begun, [lead]: { id, losses, salvage } } });
      heard(conversion);
    },
    /** Back from a conversion to the lead, and to the plan of `target` where there is one. */
    leave(target) {
      set({ planned: { ...state.planned, [state.leads[state.index]]: target } });
      return show(state.index, { afresh: true });
    },
    /** The conversions wait for the person to sign in: then they go on. */
    signInFor(...conversions) {
      goOn = conversions.map(({ id }) => id);
      askToSignIn(new Problem("grant_revoked"));
    },
    fail,
    decide: (choice) => decide(choice),
    /** Whatever is decided meanwhile stays. */
    agree(lead, target, agreed) {
      const choice = state.choices[lead]?.[target];
      if (choice) decide({ ...choice, agreed }, lead);
    },
    async open(module, id) {
      const opened = await crm.openRecord(module, id);
      if (!opened) say("notice.not_opened");
      return opened;
    },
    async close() {
      if (!(await crm.close())) say("notice.not_closed");
    },
    say,
    /** The network is back: what failed for want of it is tried again. */
    online() {
      if (state.view === "failure" && state.problem.code === "offline") this.retry();
    },
  };
}

// A choice that was open stays open; an only one opens by itself.
function stillOpen(options, before) {
  const open = options.filter((option) => option.available).map((option) => option.target);
  if (open.includes(before)) return before;
  return open.length === 1 ? open[0] : null;
}
