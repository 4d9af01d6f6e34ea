// Values: as people type them, as Zoho takes them, and as they are read.

const NUMBERS = new Set(["integer", "bigint", "double", "currency", "percent"]);
const WHOLE = new Set(["integer", "bigint"]);
const KINDS = {
  textarea: "lines",
  email: "email",
  phone: "tel",
  website: "url",
  boolean: "tick",
  picklist: "choice",
  multiselectpicklist: "choices",
  date: "day",
  datetime: "moment",
  lookup: "record",
  ownerlookup: "person",
  userlookup: "person",
};
const DAY = /^\d{4}-\d\d-\d\d$/;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
const MOST_DIGITS = 20;

/** What the browser tells us of a number that is none: the letters themselves it keeps. */
export const UNREADABLE = "\u0000";

/** What a field of this type is typed in with. */
export function kindOf({ type }) {
  return NUMBERS.has(type) ? "number" : KINDS[type] ?? "text";
}

/** A value of Zoho's, as its control holds it. */
export function asTyped(field, value) {
  const kind = kindOf(field);
  if (kind === "tick") return value === true;
  if (kind === "choices") return Array.isArray(value) ? value.map(String) : [];
  if (kind === "record" || kind === "person") return link(value);
  if (value === null || value === undefined) return "";
  return kind === "moment" ? hereAndNow(value) : String(value);
}

/** What a control holds, as Zoho takes it: `{value}`, or `{problem}`, a key and its parts. */
export function asTaken(field, typed) {
  const kind = kindOf(field);
  if (kind === "tick") return { value: typed === true };
  if (kind === "choices") return { value: typed?.length ? typed : null };
  if (kind === "record" || kind === "person") return linked(typed);
  if (typed === null || typed === undefined || String(typed).trim() === "") return { value: null };
  if (kind === "number") return number(field, typed);
  if (kind === "moment") return { value: withOffset(typed) };
  const length = [...String(typed)].length;
  const most = field.max_length ?? Number.POSITIVE_INFINITY;
  if (length <= most || kind === "choice" || kind === "day") return { value: typed };
  const parts = { target_label: field.label, max_length: most, length };
  return { problem: { key: "loss.too_long", parts } };
}

function number(field, typed) {
  const found = Number(typed);
  const label = { label: field.label };
  if (typed === UNREADABLE || !Number.isFinite(found)) {
    return { problem: { key: "problem.number", parts: label } };
  }
  if (WHOLE.has(field.type) && !Number.isInteger(found)) {
    return { problem: { key: "problem.whole", parts: label } };
  }
  // JSON's numbers hold 15 digits for sure: more would arrive as others.
  const digits = String(typed).replace(/^-?0*\.?0*|\D/g, "").replace(/e.*$/i, "");
  if (digits.length > 15) {
    return { problem: { key: "loss.too_long.precision", parts: { target_label: field.label } } };
  }
  return { value: found };
}

function link(value) {
  if (!value) return null;
  return typeof value === "object"
    ? { id: String(value.id ?? ""), name: String(value.name ?? "") }
    : { id: String(value), name: "" };
}

function linked(typed) {
  if (typed?.id) return { value: typed.id };
  return typed?.name?.trim() ? { problem: { key: "problem.pick", parts: {} } } : { value: null };
}

// What the person types is a time where the person is.
function hereAndNow(value) {
  const moment = new Date(value);
  if (Number.isNaN(moment.getTime())) return "";
  const here = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return here.toISOString().slice(0, 16);
}

function withOffset(typed) {
  const minutes = -new Date(typed).getTimezoneOffset();
  const two = (amount) => String(Math.trunc(amount)).padStart(2, "0");
  const size = Math.abs(minutes);
  return `${typed.slice(0, 16)}:00${minutes < 0 ? "-" : "+"}${two(size / 60)}:${two(size % 60)}`;
}

/** The zone that a typed-in time belongs to. */
export function zone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";
}

/** A value as a person reads it; "" where there is none. `type` may be unknown. */
export function readable(value, { t, locale, list }, type = "") {
  if (value === null || value === undefined || value === "") return "";
  if (typeof value === "boolean") return t(value ? "value.yes" : "value.no");
  if (typeof value === "number") return plainNumber(locale, type).format(value);
  if (Array.isArray(value)) return several(value, { t, list });
  if (typeof value === "object") return nameOf(value);
  if (DAY.test(value) && (type === "date" || !type)) return day(value, locale);
  if (MOMENT.test(value) && (type === "datetime" || !type)) return moment(value, locale);
  return String(value);
}

// A year is no thousand: whole numbers of few digits go without separators, money never does.
function plainNumber(locale, type) {
  const useGrouping = type === "currency" ? true : "min2";
  return new Intl.NumberFormat(locale, { maximumFractionDigits: MOST_DIGITS, useGrouping });
}

function several(rows, { t, list }) {
  if (!rows.length) return "";
  const names = rows.map((row) => (typeof row === "object" && row ? nameOf(row) : String(row)));
  return names.every(Boolean) ? list(names) : t("value.rows", { count: rows.length });
}

/** A record, a file, or a row that holds one of them, by its name. */
function nameOf(row) {
  const own = row.name ?? row.File_Name__s;
  if (own) return String(own);
  const inner = Object.entries(row).find(([key, held]) => key !== "Parent_Id" && held?.name);
  return inner ? String(inner[1].name) : "";
}

function day(value, locale) {
  const found = new Date(`${value}T00:00:00Z`);
  if (Number.isNaN(found.getTime())) return value;
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" }).format(found);
}

function moment(value, locale) {
  const found = new Date(value);
  if (Number.isNaN(found.getTime())) return value;
  const look = { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(locale, look).format(found);
}
