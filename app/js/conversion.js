// A conversion: how a plan is agreed to, how far it has come, and what can be done about it.
import { useRef, useState } from "preact/hooks";
import { asProblem, nameOf, needsSignIn } from "./failures.js";
import { useLive } from "./live.js";
import { wish } from "./plan.js";

const TIME = 40_000;
/** How long to wait before what got no answer is sent again. */
const WAITS = [1_000, 2_000, 4_000, 8_000];
/** No answer came: what was asked for may have been done. */
export const LOST = new Set(["timeout", "backend_down", "offline"]);
const MOVING = new Set(["queued", "running", "undoing"]);

/** What the page asks the backend for, once a plan is agreed to. */
export function deeds(ask) {
  const at = (id, deed) => `/conversions/${encodeURIComponent(id)}${deed ? `/${deed}` : ""}`;
  return {
    start: (body, key) =>
      ask("POST", "/conversions", { body, headers: { "Idempotency-Key": key }, time: TIME }),
    look: (id, signal) => ask("GET", at(id), { signal }),
    undo: (id, force) => ask("POST", at(id, "undo"), { body: { force }, time: TIME }),
    retry: (id) => ask("POST", at(id, "retry")),
    cancel: (id) => ask("POST", at(id, "cancel")),
    answer: (id, record) => ask("POST", at(id, "resolve"), { body: { record } }),
  };
}

/**
 * Saying yes to the plan that is shown. `phase` is ready | sending | resending; `changed` after the
 * backend had another plan than the one that was agreed to, which is then the one that is shown.
 */
export function useAgreement({ lead, option, choice, drawn, flow }) {
  const [{ phase, problem, changed }, set] = useState(READY);
  const busy = useRef(false);
  const { plan } = drawn;

  const send = async () => {
    if (busy.current || drawn.state !== "current" || !plan.possible) return;
    busy.current = true;
    set({ ...READY, phase: "sending" });
    const agreed = choice.agreed?.digest === plan.digest ? choice.agreed : yes(plan.digest);
    // Written down before it is sent: whatever becomes of this page, it is the same yes.
    flow.agree(lead, option.target, agreed);
    try {
      const body = { lead, choices: wish(option, choice), digest: plan.digest };
      const start = () => deeds(flow.ask).start(body, agreed.key);
      const conversion = await untilAnswered(start, () => set({ ...READY, phase: "resending" }));
      flow.agree(lead, option.target, null);
      flow.begin(conversion, told(plan));
      set(READY);
    } catch (error) {
      refused(asProblem(error));
    } finally {
      busy.current = false;
    }
  };
  const refused = (found) => {
    if (needsSignIn(found)) return flow.fail(found);
    if (nameOf(found) === "not_possible") drawn.again();
    if (nameOf(found) !== "plan_changed") return set({ ...READY, problem: found });
    drawn.take(found.details.plan);
    set({ ...READY, changed: true });
    // New duplicates, say, are to be seen where one chooses among them.
    return flow.reread();
  };
  return { phase, problem, changed, send, seen: () => set(READY) };
}

const READY = { phase: "ready", problem: null, changed: false };

/** A plan is agreed to under a key of its own, which brings the same conversion however often. */
function yes(digest) {
  return { digest, key: newKey() };
}

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
}

function told(plan) {
  const losses = plan.values.filter(({ fate }) => fate === "lost");
  return { losses: losses.map(({ label, reason }) => ({ label, reason })), salvage: plan.salvage };
}

// An answer that was lost says nothing of what was asked: the same is asked again.
export async function untilAnswered(send, tell) {
  for (const wait of WAITS) {
    try {
      return await send();
    } catch (error) {
      if (!LOST.has(asProblem(error).code)) throw error;
      tell();
      await pause(wait);
    }
  }
  return send();
}

function pause(milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", done);
    function done() {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    }
  });
}

/** Follow how far a conversion has come. Returns whether there is no news just now. */
export function useProgress({ id, state }, ask, { stream, hear, onSignIn }) {
  return useLive({
    path: `/conversions/${encodeURIComponent(id)}`,
    moving: MOVING.has(state),
    look: (signal) => ask.look(id, signal),
    stream,
    stamp: ({ changed_at: at, steps_done: done }) => `${at} ${done}`,
    hear,
    onSignIn,
  });
}

/** One deed at a time: `busy` is its name while it is under way, `problem` why the last one failed. */
export function useDeed(ask, conversion, { hear, onSignIn }) {
  const [{ busy, problem }, set] = useState({ busy: "", problem: null });
  const running = useRef(false);
  const act = async (name, ...more) => {
    if (running.current) return null;
    running.current = true;
    set({ busy: name, problem: null });
    try {
      const answer = await ask[name](conversion.id, ...more);
      set({ busy: "", problem: null });
      hear(answer);
      return answer;
    } catch (error) {
      const found = asProblem(error);
      set({ busy: "", problem: found });
      if (needsSignIn(found)) onSignIn(found);
      // It is further along than this page knew, or the answer was lost: what is true now is shown.
      else ask.look(conversion.id).then(hear, () => {});
      return null;
    } finally {
      running.current = false;
    }
  };
  return { busy, problem, act };
}
