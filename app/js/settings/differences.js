// What two administrators have changed, and one list out of both.
import { same } from "./draft.js";

/** One entry for each target that is not the same: {key, label, kind, lines}. */
export function differences(before, after) {
  const old = byKey(before);
  const now = byKey(after);
  const entries = [];
  for (const [key, target] of old) {
    if (!now.has(key)) entries.push({ key, label: target.label, kind: "removed", lines: [] });
  }
  for (const [key, target] of now) {
    const other = old.get(key);
    if (!other) entries.push({ key, label: target.label, kind: "added", lines: [] });
    else if (!same(other, target)) {
      entries.push({ key, label: target.label, kind: "changed", lines: lines(other, target) });
    }
  }
  if (!entries.length && !same([...old.keys()], [...now.keys()])) {
    entries.push({ key: "", label: "", kind: "order", lines: [] });
  }
  return entries;
}

function byKey(targets) {
  return new Map(targets.map((one) => [one.key, one]));
}

// Each value that differs: {path: [names], before, after}, undefined where there is none.
function lines(before, after) {
  const old = flat(before);
  const now = flat(after);
  const paths = [...new Set([...old.keys(), ...now.keys()])];
  return paths
    .filter((path) => old.get(path) !== now.get(path))
    .map((path) => ({ path: path.split("\n"), before: old.get(path), after: now.get(path) }));
}

// A rule is one value, however many parts it has; records go by their key.
function flat(target) {
  const found = new Map();
  for (const [name, value] of Object.entries(target)) {
    if (name === "records") value.forEach((record) => flatRecord(record, found));
    else found.set(name, written(value));
  }
  return found;
}

function flatRecord(record, found) {
  const { key, fields, ...rest } = record;
  found.set(key, written(record.module));
  for (const [name, rule] of Object.entries(fields)) found.set(`${key}\n${name}`, written(rule));
  for (const [name, value] of Object.entries(rest)) {
    if (name !== "module") found.set(`${key}\n${name}`, written(value));
  }
}

function written(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Targets that both have changed since `base`. */
export function clashes(base, mine, theirs) {
  const touched = (list) => differences(base, list).map(({ key }) => key);
  const other = new Set(touched(theirs));
  return touched(mine).filter((key) => key && other.has(key));
}

/** Theirs, with whatever I have changed since `base` in its place. */
export function onTop(base, mine, theirs) {
  const changes = new Map(differences(base, mine).map((one) => [one.key, one.kind]));
  const own = byKey(mine);
  const kept = theirs
    .filter(({ key }) => changes.get(key) !== "removed")
    .map((one) => (changes.has(one.key) && own.has(one.key) ? own.get(one.key) : one));
  const there = new Set(kept.map(({ key }) => key));
  const more = mine.filter(({ key }) => changes.has(key) && !there.has(key));
  return ordered([...kept, ...more], base, mine);
}

// My order, where I have changed it; what I do not know of stays behind what it stood behind.
function ordered(list, base, mine) {
  const order = mine.map(({ key }) => key);
  const known = base.map(({ key }) => key).filter((key) => order.includes(key));
  if (same(known, order.filter((key) => known.includes(key)))) return list;
  const mineFirst = list.filter(({ key }) => order.includes(key));
  mineFirst.sort((one, other) => order.indexOf(one.key) - order.indexOf(other.key));
  let at = 0;
  return list.map((one) => (order.includes(one.key) ? mineFirst[at++] : one));
}
