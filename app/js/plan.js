// One plan: what the backend is asked for a choice, and its answers as they come.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { chosenPipeline, dealOf, wantsDeal } from "./choices.js";
import { asProblem, nameOf, needsSignIn } from "./failures.js";
import { asTaken } from "./values.js";

const CALM = 400;
// A record that stands in is read anew for each plan.
const TIME = 40_000;

/** The body of the question: everything that was decided and that can be said. */
export function wish(option, choice) {
  const records = (option.records ?? []).map((record) => [record.key, ofRecord(option, record, choice)]);
  const { owner, carry, after, salvage, attachmentsTo, overwrite, notify } = choice;
  return {
    target: option.target,
    records: Object.fromEntries(records),
    ...(owner ? { owner: owner.id } : {}),
    ...(carry ? { carry } : {}),
    ...afterwards(after),
    ...(salvage === false ? { salvage } : {}),
    ...(attachmentsTo && choice.records[attachmentsTo]?.wanted ? { attachments_to: attachmentsTo } : {}),
    ...(overwrite ? { overwrite } : {}),
    ...(notify?.length ? { notify } : {}),
  };
}

// Zoho's own conversion lets people decide about its deal, and of the others who stands in.
function ofRecord(option, record, choice) {
  const { wanted, link, layout, values, sources, merge } = choice.records[record.key];
  if (!wanted) return { wanted };
  // Not said is not the same as a new one: the target may link by itself.
  const said = link === undefined ? { wanted } : { wanted, link: link ?? "" };
  const shape = layout ? { layout } : {};
  if (option.kind === "records") return { ...said, ...shape, values: taken(values), sources, merge };
  if (record.key !== dealOf(option)?.key) return said;
  const { pipeline, stage } = stageOf(option, choice);
  return {
    wanted,
    ...shape,
    values: { ...taken(values), ...(pipeline ? { Pipeline: pipeline } : {}), ...(stage ? { Stage: stage } : {}) },
  };
}

function stageOf(option, choice) {
  if (!wantsDeal(option, choice)) return {};
  const pipeline = chosenPipeline(option, choice);
  return { pipeline: pipeline?.value ?? pipeline?.name, stage: choice.stage };
}

// A lead is marked with something: until that is said, it stays as it is.
function afterwards(after) {
  if (!after) return {};
  const values = taken(after.values ?? {});
  if (after.kind === "mark" && !Object.keys(values).length) return {};
  return { lead_after: { kind: after.kind, values } };
}

/** What was typed in and can be read; the rest is told by `problems`. */
function taken(values) {
  const read = Object.entries(values).map(([name, { field, typed }]) => [name, asTaken(field, typed)]);
  return Object.fromEntries(read.filter(([, one]) => !one.problem).map(([name, { value }]) => [name, value]));
}

/** What was typed in and cannot be read: path -> {key, parts}. */
export function problems(choice) {
  const places = Object.entries(choice.records).map(([key, one]) => [`records.${key}.values`, one.values]);
  const found = {};
  for (const [path, values] of [...places, ["lead_after.values", choice.after?.values ?? {}]]) {
    for (const [name, { field, typed }] of Object.entries(values)) {
      const { problem } = asTaken(field, typed);
      if (problem) found[`${path}.${name}`] = problem;
    }
  }
  return found;
}

/** What the page asks the backend for, besides options. */
export function questions(ask) {
  let people = null;
  const part = encodeURIComponent;
  return {
    plan: (lead, body, signal) =>
      ask("POST", `/leads/${part(lead)}/plan`, { body, signal, time: TIME }),
    form: (module, layout) =>
      ask("GET", `/modules/${part(module)}/form${layout ? `?layout=${part(layout)}` : ""}`),
    records: async (module, text, signal) => {
      const query = new URLSearchParams({ module, text });
      return (await ask("GET", `/records/search?${query}`, { signal })).records;
    },
    people() {
      people ??= ask("GET", "/users").then(({ users }) => users);
      people.catch(() => (people = null));
      return people;
    },
    always: (target, record, field, source) =>
      ask("PUT", `/targets/${part(target)}/records/${part(record)}/fields/${part(field)}`, {
        body: { rule: source },
      }),
  };
}

/**
 * The plan for what is chosen now, asked for anew whenever that changes; one question each, and
 * only the answer to the last one counts. `state` is drawing | current | wrong | failed.
 */
export function usePlan({ lead, option, choice, ask, onSignIn }) {
  const [{ plan, drawn, refused, problem }, set] = useState({ plan: null, drawn: "" });
  const [round, setRound] = useState(0);
  const typing = useRef(false);
  const heeded = useRef(0);
  const said = wish(option, choice);
  const body = JSON.stringify(said);

  useEffect(() => {
    const wait = typing.current ? CALM : 0;
    typing.current = false;
    const settled = body === drawn && heeded.current === round;
    heeded.current = round;
    if (settled) return set((now) => ({ ...now, refused: "", problem: null }));
    const limit = new AbortController();
    const answered = (next) => limit.signal.aborted || set((now) => ({ ...now, ...next }));
    const draw = () =>
      ask.plan(lead, said, limit.signal).then(
        (answer) => answered({ plan: answer, drawn: body, refused: "", problem: null }),
        (error) => {
          const found = limit.signal.aborted ? null : asProblem(error);
          if (found && needsSignIn(found)) onSignIn(found);
          else if (found) answered({ refused: body, problem: found });
        },
      );
    const timer = setTimeout(draw, wait);
    return () => {
      clearTimeout(timer);
      limit.abort();
    };
  }, [lead, body, round]);

  const again = () => setRound((now) => now + 1);
  const offline = problem && nameOf(problem) === "offline";
  useEffect(() => {
    if (!offline) return undefined;
    addEventListener("online", again);
    return () => removeEventListener("online", again);
  }, [offline]);

  const wrong = problem && nameOf(problem) === "invalid_input";
  const settled = wrong ? "wrong" : "failed";
  return {
    plan,
    problem: problem && !wrong ? problem : null,
    faults: wrong ? flat(problem.details.fields ?? {}) : {},
    reasons: (wrong && problem.details.reasons) || {},
    state: body === drawn ? "current" : refused === body ? settled : "drawing",
    typing: () => (typing.current = true),
    /** The backend has drawn another plan for the same choices. */
    take: (answer) => set((now) => (now.drawn === body ? { ...now, plan: answer } : now)),
    again,
  };
}

/** Faults by their path, however deep the answer nests them. */
function flat(faults, path = "") {
  if (typeof faults === "string") return { [path]: faults };
  if (Array.isArray(faults)) return { [path]: faults.join(" ") };
  const inner = Object.entries(faults ?? {}).map(([name, one]) => flat(one, path ? `${path}.${name}` : name));
  return Object.assign({}, ...inner);
}

/** Forms by module and layout, each read once: `forms.of(…)` is null until it is there. */
export function useForms(ask, onSignIn) {
  const [known, set] = useState({});
  const asked = useRef(new Set());
  return useMemo(() => {
    const at = (module, layout) => `${module}/${layout ?? ""}`;
    const keep = (key, what) => set((now) => ({ ...now, [key]: what }));
    return {
      of: (module, layout) => known[at(module, layout)]?.fields ?? null,
      failed: (module, layout) => known[at(module, layout)]?.problem ?? null,
      load(module, layout) {
        const key = at(module, layout);
        if (asked.current.has(key)) return;
        asked.current.add(key);
        keep(key, {});
        ask.form(module, layout).then(
          ({ fields }) => keep(key, { fields }),
          (error) => {
            asked.current.delete(key);
            const problem = asProblem(error);
            if (needsSignIn(problem)) onSignIn(problem);
            else keep(key, { problem });
          },
        );
      },
    };
  }, [known]);
}
