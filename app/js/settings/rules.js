// The kinds of rules: which there are for a field, what a new one is, and what it says.

export const KINDS = [
  "field",
  "first_of",
  "template",
  "constant",
  "translate",
  "lookup_by_name",
  "user",
  "date",
  "link_to",
];

const TEXTS = new Set(["text", "textarea", "email", "phone", "website"]);
const USERS = new Set(["ownerlookup", "userlookup"]);
const CHOICES = new Set(["picklist", "multiselectpicklist"]);
const MOMENTS = new Set(["date", "datetime"]);

export function kindOf(rule) {
  if (typeof rule === "string") return "field";
  if ("current" in rule) return rule.current === "date" ? "date" : "user";
  return KINDS.find((kind) => kind in rule) ?? "field";
}

/** The kinds that can fill a field of this type; a kind that is there already stays choosable. */
export function kindsFor(field, records, now) {
  const type = field?.type ?? "";
  const fits = {
    field: true,
    first_of: true,
    constant: true,
    template: TEXTS.has(type),
    translate: TEXTS.has(type) || CHOICES.has(type),
    lookup_by_name: type === "lookup",
    user: USERS.has(type) || TEXTS.has(type),
    date: MOMENTS.has(type) || TEXTS.has(type),
    link_to: records.some((one) => pointsAt(field, one)),
  };
  return KINDS.filter((kind) => fits[kind] || kind === now || !field);
}

export function pointsAt(field, record) {
  return field?.type === "lookup" && field.lookup_module === record.module;
}

/** A first rule of a kind, which keeps what the rule before it was about. */
export function newRule(kind, before, field, records) {
  const [source = ""] = sourcesOf(before);
  const rules = {
    field: () => source,
    first_of: () => ({ first_of: sourcesOf(before).length ? sourcesOf(before) : [""] }),
    template: () => ({ template: source ? `{${source}}` : "" }),
    constant: () => ({ constant: firstValue(field) }),
    translate: () => ({ translate: source, table: {} }),
    lookup_by_name: () => ({ lookup_by_name: source }),
    user: () => ({ current: "user" }),
    date: () => ({ current: "date" }),
    link_to: () => ({ link_to: records.find((one) => pointsAt(field, one))?.key ?? "" }),
  };
  return rules[kind]();
}

export function firstValue(field) {
  if (field?.type === "boolean") return true;
  if (field?.type === "multiselectpicklist") return [];
  return "";
}

/** The lead's fields that a rule takes from, in order. */
export function sourcesOf(rule) {
  if (rule === undefined) return [];
  if (typeof rule === "string") return rule ? [rule] : [];
  if (rule.first_of) return rule.first_of.filter(Boolean);
  if (rule.template) return [...rule.template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const one = rule.translate ?? rule.lookup_by_name;
  return one ? [one] : [];
}

const NUMBERS = new Set(["integer", "bigint", "double", "currency", "percent"]);

/** What was typed, as the field's type wants it; what is no number stays the text that it is. */
export function typedValue(field, text) {
  if (!NUMBERS.has(field?.type) || !text.trim()) return text;
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

/** The choices of a pick list that a translation does not name yet. */
export function untranslated(rule, source) {
  const named = new Set(Object.keys(rule.table).map((one) => one.trim().toLowerCase()));
  return (source?.choices ?? []).filter(
    ({ value, label }) => !named.has(value.toLowerCase()) && !named.has(label.toLowerCase()),
  );
}
