// A batch: many leads converted together; what can be asked of it, and how far it has come.
import { useEffect, useRef, useState } from "preact/hooks";
import { LOST, untilAnswered } from "../conversion.js";
import { asProblem, nameOf, needsSignIn } from "../failures.js";
import { useLive } from "../live.js";

/** So many leads at once the backend takes. */
export const MOST = 500;
export const BY_RULE = "by_rule";
const TIME = 60_000;
const PAGE = 200;
const MOST_ROWS = 2_000;
/** At least so long between two readings of a page of rows. */
const CALM = 1_500;
const RECENT = 3;
/** States of a batch of which nothing more is done. */
export const OVER = new Set(["done", "cancelled", "undone"]);
const STILL = new Set(["planned", ...OVER]);

export function batches(ask) {
  const at = (id, deed) => `/batches/${encodeURIComponent(id)}${deed ? `/${deed}` : ""}`;
  const deed = (name) => (id, body) => ask("POST", at(id, name), { body, time: TIME });
  return {
    targets: () => ask("GET", "/batch-targets", { time: TIME }),
    /** Those that are not over, and the last ones that are: one may want to see what came of them. */
    begun: async () => {
      const { batches: found } = await ask("GET", "/batches");
      const over = found.filter(({ state }) => OVER.has(state)).slice(0, RECENT);
      return found.filter((one) => !OVER.has(one.state) || over.includes(one));
    },
    plan: (body, key) =>
      ask("POST", "/batches", { body, headers: { "Idempotency-Key": key }, time: TIME }),
    look: (id, signal) => ask("GET", at(id), { signal }),
    rows: (id, after, signal) => {
      const query = new URLSearchParams({ limit: PAGE, ...(after ? { after } : {}) });
      return ask("GET", `${at(id, "ledger")}?${query}`, { signal });
    },
    csv: (id) => ask("GET", at(id, "ledger.csv"), { time: TIME }),
    start: (id, digest) => deed("start")(id, { digest }),
    cancel: deed("cancel"),
    retry: deed("retry"),
    undo: (id, force) => deed("undo")(id, { force }),
  };
}

/** The batch as it was last heard of: null until it is there. `problem` is why it is not. */
export function useBatch(id, ask, { stream, onSignIn }) {
  const [{ batch, problem }, set] = useState({ batch: null, problem: null }); // problem: {of, found}
  const known = useRef(null);
  // An answer that was overtaken is not heard.
  const hear = (found) => {
    const newer = known.current?.id !== found.id || known.current.changed_at <= found.changed_at;
    if (!newer) return;
    known.current = found;
    set({ batch: found, problem: null });
  };
  const look = () =>
    ask.look(id).then(hear, (error) => {
      const found = asProblem(error);
      if (needsSignIn(found)) onSignIn(found);
      else set((now) => ({ ...now, problem: { of: id, found } }));
    });
  useEffect(() => {
    if (id && known.current?.id !== id) look();
  }, [id]);
  const mine = batch?.id === id ? batch : null;
  const silent = useLive({
    path: `/batches/${encodeURIComponent(id)}`,
    moving: Boolean(mine) && !STILL.has(mine.state),
    look: (signal) => ask.look(id, signal),
    stream,
    stamp: ({ changed_at: at, counts }) => `${at} ${JSON.stringify(counts)}`,
    hear,
    onSignIn,
  });
  const failed = !mine && problem && problem.of === id ? problem.found : null;
  return { batch: mine, problem: failed, silent, hear, look };
}

/**
 * The rows of a batch, read again when it has moved, not too often. `more` tells that there are
 * others that were not read; `failed` that what is shown may be old.
 */
export function useLedger(batch, ask, onSignIn) {
  const [{ rows, of, more, failed }, set] = useState(EMPTY);
  const [round, again] = useState(0);
  const last = useRef(0);
  const planning = !batch || batch.state === "planning";
  const stamp = batch && `${batch.changed_at} ${JSON.stringify(batch.counts)} ${batch.state}`;
  useEffect(() => {
    if (planning) return undefined;
    const limit = new AbortController();
    const read = async () => {
      last.current = Date.now();
      try {
        const found = await everyRow(batch.id, ask, limit.signal);
        if (!limit.signal.aborted) set({ ...found, of: batch.id, failed: false });
      } catch (error) {
        if (limit.signal.aborted) return;
        const problem = asProblem(error);
        if (needsSignIn(problem)) onSignIn(problem);
        else set((now) => ({ ...now, failed: true }));
      }
    };
    const calm = OVER.has(batch.state) ? 0 : CALM * Math.ceil(Math.min(batch.leads, MOST_ROWS) / PAGE);
    const timer = setTimeout(read, Math.max(0, last.current + calm - Date.now()));
    return () => {
      clearTimeout(timer);
      limit.abort();
    };
  }, [batch?.id, stamp, planning, round]);
  const mine = of === batch?.id;
  return { rows: mine ? rows : null, more: mine && more, failed, again: () => again(round + 1) };
}

const EMPTY = { rows: [], of: null, more: false, failed: false };

async function everyRow(id, ask, signal) {
  const rows = [];
  let after = null;
  do {
    const answer = await ask.rows(id, after, signal);
    rows.push(...answer.rows);
    after = answer.next;
  } while (after && rows.length < MOST_ROWS);
  return { rows, more: Boolean(after) };
}

/** One deed at a time; an answer that was lost is asked for again where that does no harm. */
export function useBatchDeed(ask, { id, hear, look, onSignIn }) {
  const [{ busy, problem }, set] = useState(CALMED);
  const running = useRef(false);
  const act = async (name, ...more) => {
    if (running.current) return null;
    running.current = true;
    set({ busy: name, problem: null });
    try {
      const answer = await ask[name](id, ...more);
      set(CALMED);
      if (answer?.id) hear(answer);
      return answer;
    } catch (error) {
      const found = asProblem(error);
      set({ busy: "", problem: found });
      if (needsSignIn(found)) onSignIn(found);
      else if (nameOf(found) === "plan_changed" && found.details.batch) hear(found.details.batch);
      else if (!LOST.has(found.code)) look();
      // It may have been done all the same: what is true now is shown as soon as that can be asked.
      else untilAnswered(() => ask.look(id), () => {}).then(hear, () => {});
      return null;
    } finally {
      running.current = false;
    }
  };
  return { busy, problem, act, seen: () => set(CALMED) };
}

const CALMED = { busy: "", problem: null };

/** Ask for the plans; `key` brings the same batch, however often an answer is lost. */
export function begin(ask, body, key, tell) {
  return untilAnswered(() => ask.plan(body, key), tell);
}
