// Targets as plain data while somebody changes them. Values in, values out: nothing is changed in
// place, so that every earlier state can come back.

export const MOST_RECORDS = 5;
export const MERGES = ["fill_blanks", "overwrite", "keep", "append"];
export const OPERATORS = ["filled", "empty", "is", "is_not"];
export const AFTERS = ["leave", "mark", "delete"];

/** What can hang on a lead, and what is done with it unless told otherwise. */
export const LISTS = {
  Notes: "copy",
  Attachments: "copy",
  Tag: "copy",
  Tasks: "move",
  Tasks_History: "move",
  Events: "move",
  Events_History: "move",
  Calls: "move",
  Calls_History: "move",
  Campaigns: "copy",
  Products: "copy",
};

export function unusedKey(wish, taken) {
  let key = wish;
  for (let number = 2; taken.includes(key); number += 1) key = `${wish}_${number}`;
  return key;
}

export function newTarget(module, label, targets) {
  const key = unusedKey(module, targets.map((one) => one.key));
  return { key, label, kind: "records", records: [newRecord(module, [])] };
}

export function newRecord(module, records) {
  return { key: unusedKey(module, records.map((one) => one.key)), module, fields: {} };
}

export function zohoTarget(label, targets) {
  return { key: unusedKey("zoho", targets.map((one) => one.key)), label, kind: "zoho" };
}

export function moved(list, from, to) {
  if (to < 0 || to >= list.length) return list;
  const rest = list.filter((_, at) => at !== from);
  return [...rest.slice(0, to), list[from], ...rest.slice(to)];
}

export function replaced(list, at, one) {
  return list.map((other, place) => (place === at ? one : other));
}

export function without(list, at) {
  return list.filter((_, place) => place !== at);
}

/** The same object with other values; undefined takes a key away, as does an empty list or object
 * where nothing has to be there. */
export function changed(object, change) {
  const all = Object.entries({ ...object, ...change });
  return Object.fromEntries(all.filter(([key, value]) => !(key in change && isUnsaid(key, value))));
}

const ALWAYS_SAID = new Set(["fields", "records", "label", "values"]);

function isUnsaid(key, value) {
  if (value === undefined) return true;
  if (ALWAYS_SAID.has(key) || value === null || typeof value !== "object") return false;
  return Object.keys(value).length === 0;
}

export function withRule(record, field, rule) {
  return changed(record, { fields: { ...record.fields, [field]: rule } });
}

/** Without the rule, and without what was said of that field besides. */
export function withoutRule(record, field) {
  const { [field]: _, ...fields } = record.fields;
  const matched = record.match_on?.filter((name) => name !== field);
  return withMerge(changed(record, { fields, match_on: matched }), field, undefined);
}

export function mergeOf(record, field) {
  return record.merge?.fields?.[field] ?? "";
}

export function withMerge(record, field, policy) {
  const { fields = {}, ...rest } = record.merge ?? {};
  const named = { ...fields, [field]: policy || undefined };
  const kept = Object.fromEntries(Object.entries(named).filter(([, one]) => one));
  return changed(record, { merge: Object.keys(kept).length ? { ...rest, fields: kept } : rest });
}

export function withMergeDefault(record, policy) {
  const { default: _, ...rest } = record.merge ?? {};
  return changed(record, {
    merge: policy === "fill_blanks" ? rest : { ...rest, default: policy },
  });
}

export function matchedOn(record, field, wanted) {
  const others = (record.match_on ?? []).filter((name) => name !== field);
  return changed(record, { match_on: wanted ? [...others, field] : others });
}

export function carried(target, list) {
  return (target.carry?.[list] ?? LISTS[list]) !== "leave";
}

export function withCarry(target, list, wanted) {
  const { [list]: _, ...others } = target.carry ?? {};
  return changed(target, { carry: wanted ? others : { ...others, [list]: "leave" } });
}

export function withAfter(target, kind) {
  if (kind === "leave") return changed(target, { lead_after: undefined });
  const values = target.lead_after?.values ?? {};
  return changed(target, { lead_after: kind === "mark" ? { kind, values } : { kind } });
}

export function operatorOf(condition) {
  return OPERATORS.find((one) => one in condition) ?? "filled";
}

export function condition(field, operator, value = "") {
  const valued = operator === "is" || operator === "is_not";
  return { field, [operator]: valued ? value : true };
}

export function same(one, other) {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

// The order of keys means nothing.
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}
