// What is suggested for a record, and what it becomes once it is accepted.
import { changed, withRule } from "./draft.js";
import { pointsAt } from "./rules.js";

/** Those still open: fields that no rule fills yet. Links to other records of the target first. */
export function openSuggestions(record, records, material, suggested) {
  const free = ({ field }) => record.fields[field] === undefined;
  const offered = (suggested?.suggestions ?? []).filter(free);
  return [...links(record, records, material).filter(free), ...grouped(offered)];
}

function links(record, records, material) {
  const others = records.filter((one) => one !== record && !linked(one, record.key));
  return (material?.fields ?? []).flatMap((field) => {
    const other = others.find((one) => pointsAt(field, one));
    if (!other) return [];
    const reason = { key: "link", code: "link", message: "", params: { record: other.key } };
    const rule = { link_to: other.key };
    return [{ field: field.field, source: "", rule, reasons: [reason], confidence: "likely" }];
  });
}

// Two records cannot point at each other.
function linked(record, key) {
  return Object.values(record.fields).some((rule) => rule?.link_to === key);
}

// Two sources for one field are one rule: the first that is filled.
function grouped(suggestions) {
  const found = new Map();
  for (const { field, source, reason, confidence } of suggestions) {
    const before = found.get(field);
    found.set(field, {
      field,
      source,
      rule: before ? { first_of: [before.source, source] } : source,
      reasons: [...(before?.reasons ?? []), reason],
      confidence: before?.confidence ?? confidence,
    });
  }
  return [...found.values()];
}

/** The record with these suggestions accepted, and what they let doubles be known by. */
export function accepted(record, some, suggested) {
  const filled = some.reduce((one, { field, rule }) => withRule(one, field, rule), record);
  const proposed = suggested?.target.records[0].match_on ?? [];
  const names = some.map(({ field }) => field);
  const more = proposed.filter((name) => names.includes(name));
  const known = record.match_on ?? [];
  const matched = proposed.filter((name) => more.includes(name) || known.includes(name));
  const others = known.filter((name) => !matched.includes(name));
  return changed(filled, { match_on: [...matched, ...others] });
}
