// Where on the page a finding about what happens by itself stands.

const RULE = /^rules\[(\d+)\](?:\.when\[(\d+)\])?(\.choices\b)?/;

/** The id of its place, such as "rule-0-when-1" or "assess-losses". */
export function placeOf(path) {
  const [, rule, condition, choices] = RULE.exec(path) ?? [];
  if (choices) return choicesPlace(rule);
  if (rule !== undefined) return condition === undefined ? rulePlace(rule) : whenPlace(rule, condition);
  const [part, what] = path.split(".");
  return part === "assess" && what ? `assess-${what}` : "all";
}

export function rulePlace(at) {
  return `rule-${at}`;
}

/** Of all that a rule decides: where exactly, the part that shows it knows. */
export function choicesPlace(at) {
  return `rule-${at}-choices`;
}

export function whenPlace(at, condition) {
  return `rule-${at}-when-${condition}`;
}

/** Findings by the id of their place. */
export function placed(findings) {
  const found = new Map();
  for (const one of findings) {
    const place = placeOf(one.path);
    found.set(place, [...(found.get(place) ?? []), one]);
  }
  return found;
}
