// What a rule decides besides its target, as plain data. What is absent is as the target says.
export const HOWS = { copy: ["copy", "leave"], move: ["move", "leave"] };
export const NOTIFIED = ["lead_owner", "record_owner"];

/** In the place of an id that is still to be chosen: nothing with it can be saved. */
export const UNCHOSEN = "?";

/** The records of Zoho's own conversion, which no target lists. */
const IN_ZOHO = [
  { key: "Contacts", module: "Contacts" },
  { key: "Accounts", module: "Accounts" },
  { key: "Deals", module: "Deals", optional: true },
];

export function recordsOf(target) {
  return target.kind === "zoho" ? IN_ZOHO : target.records;
}

/** The choices with this under `key`; undefined or nothing in it takes it away. */
export function decided(choices, key, value) {
  return changed(choices, { [key]: value });
}

function changed(object, change) {
  return Object.fromEntries(Object.entries({ ...object, ...change }).filter(([, one]) => !isNothing(one)));
}

function isNothing(value) {
  return value === undefined || (value !== null && typeof value === "object" && !Object.keys(value).length);
}

export function ofRecord(choices, key) {
  return choices?.records?.[key];
}

/** The choices with another decision about one record; undefined takes it away as a whole. */
export function withRecord(choices, key, record) {
  const { [key]: _, ...others } = choices?.records ?? {};
  const records = record === undefined ? others : { ...others, [key]: record };
  return decided(choices, "records", records);
}

/** The decision about a record with this in it. One that is only made when asked for stays. */
export function recordWith(record, optional, change) {
  const next = changed(record, change);
  const asked = optional ? { ...next, wanted: true } : next;
  return Object.keys(asked).length ? asked : undefined;
}

/** `object` with another value under `name`, in the same order; undefined takes it away. */
export function put(object, name, value) {
  const next = { ...object, [name]: value };
  if (value === undefined) delete next[name];
  return next;
}

/** Findings by the control that they stand at: of `places` the longest that their path begins with;
 * under "" what has no control of its own. */
export function spread(findings, at, places) {
  const start = `rules[${at}].choices.`;
  const longest = [...places].sort((one, other) => other.length - one.length);
  const found = new Map();
  for (const finding of findings) {
    if (!finding.path.startsWith(start)) continue;
    const path = finding.path.slice(start.length);
    const place = longest.find((one) => path === one || path.startsWith(`${one}.`) || path.startsWith(`${one}[`)) ?? "";
    found.set(place, [...(found.get(place) ?? []), finding]);
  }
  return found;
}
