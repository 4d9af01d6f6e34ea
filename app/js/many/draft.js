// What is chosen for all leads before they are looked at. Values in, values out.
import { asTaken } from "../values.js";
import { BY_RULE } from "./batch.js";

/** Nothing chosen: everything is as the target says. `owner` is {id, name}; `records`: key ->
 *  {wanted, values: field -> {field, typed}}; `carry`: list -> how; `after`: what becomes of leads. */
export function firstDraft(target) {
  return { target, owner: null, records: {}, carry: {}, after: "", marks: {}, salvage: true };
}

/** The choices as the backend takes them; what is not said is as the target says. */
export function wish(draft, target) {
  const { owner, carry, after, marks, salvage } = draft;
  const shared = { ...(owner ? { owner: owner.id } : {}), ...(salvage ? {} : { salvage }) };
  if (draft.target === BY_RULE) return { target: BY_RULE, ...shared };
  const records = target.records.filter(({ key }) => draft.records[key]);
  const ours = Object.fromEntries(records.map((record) => [record.key, ofRecord(draft, record)]));
  return {
    target: draft.target,
    ...shared,
    ...(records.length ? { records: ours } : {}),
    ...(Object.keys(carry).length ? { carry } : {}),
    ...(after ? { lead_after: { kind: after, values: after === "mark" ? taken(marks) : {} } } : {}),
  };
}

function ofRecord(draft, { key, optional }) {
  const { wanted, values = {} } = draft.records[key];
  const said = optional ? { wanted: wanted === true } : {};
  return optional && !wanted ? said : { ...said, values: taken(values) };
}

function taken(values) {
  const read = Object.entries(values).map(([name, { field, typed }]) => [name, asTaken(field, typed)]);
  return Object.fromEntries(read.filter(([, { problem }]) => !problem).map(([name, { value }]) => [name, value]));
}

/** What cannot be sent like that: path -> {key, parts}. */
export function faults(draft) {
  const places = Object.entries(draft.records).map(([key, one]) => [`records.${key}.values`, one.values]);
  const found = {};
  for (const [path, values] of [...places, ["lead_after.values", draft.after === "mark" ? draft.marks : {}]]) {
    for (const [name, { field, typed }] of Object.entries(values ?? {})) {
      const { problem } = asTaken(field, typed);
      if (problem) found[`${path}.${name}`] = problem;
    }
  }
  if (draft.after === "mark" && !Object.keys(draft.marks).length) found["lead_after.values"] = { key: "after.hint", parts: {} };
  return found;
}

/** Why the backend did not take it, flat: path -> sentence. */
export function refusals(problem, path = "", faulty = problem?.details?.fields ?? {}) {
  if (typeof faulty === "string") return { [path]: faulty };
  if (Array.isArray(faulty)) return { [path]: faulty.join(" ") };
  const inner = Object.entries(faulty ?? {}).map(([name, one]) =>
    refusals(problem, path ? `${path}.${name}` : name, one));
  return Object.assign({}, ...inner);
}
