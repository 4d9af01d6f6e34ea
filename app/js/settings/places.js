// Where on the page a finding belongs: its path leads to a row, a record, a target.

const STEPS = /\[(\d+)\]|([^.[\]]+)/g;

/** The id of the place that a finding speaks of, such as "t-Vendors-r-Vendors-f-Phone". */
export function placeOf(path, targets) {
  const steps = [...path.matchAll(STEPS)].map(([, number, name]) => number ?? name);
  const target = targets[Number(steps[0])];
  if (!target) return "all";
  const [part, at, ...rest] = steps.slice(1);
  if (part === "records") return inRecord(target, target.records?.[Number(at)], rest);
  if (part === "offered_when" && at !== undefined) return `t-${target.key}-when-${at}`;
  if (part === "lead_after") return `t-${target.key}-after`;
  if (part === "carry") return `t-${target.key}-carry`;
  return targetPlace(target);
}

function inRecord(target, record, [part, name, third]) {
  if (!record) return targetPlace(target);
  const fieldPlace = (field) =>
    field in record.fields ? rowPlace(target, record, field) : recordPlace(target, record);
  if (part === "fields" && name !== undefined) return fieldPlace(name);
  if (part === "match_on" && name !== undefined) return fieldPlace(record.match_on?.[Number(name)]);
  if (part === "merge" && name === "fields") return fieldPlace(third);
  return recordPlace(target, record);
}

export function targetPlace(target) {
  return `t-${target.key}`;
}

export function recordPlace(target, record) {
  return `t-${target.key}-r-${record.key}`;
}

export function rowPlace(target, record, field) {
  return `${recordPlace(target, record)}-f-${field}`;
}

/** Findings by the id of their place. */
export function placed(findings, targets) {
  const found = new Map();
  for (const finding of findings) {
    const place = placeOf(finding.path, targets);
    found.set(place, [...(found.get(place) ?? []), finding]);
  }
  return found;
}

/** Those of one target, in the order of their paths. */
export function findingsOf(findings, at) {
  return findings.filter(({ path }) => path.startsWith(`[${at}]`));
}

export function errorsIn(findings) {
  return findings.filter(({ severity }) => severity === "error");
}

/** What the server says of a draft that it could not even read, as findings. */
export function asFindings(fields) {
  return Object.entries(fields ?? {}).map(([path, message]) => ({
    path,
    severity: "error",
    code: "unreadable",
    message: typeof message === "string" ? message : JSON.stringify(message),
  }));
}
