// Words, numbers and dates in the person's language.
import { createContext } from "preact";
import { useContext } from "preact/hooks";

export const LANGUAGES = ["en", "de", "vi", "ar"];

/** What every component speaks with. */
export const Words = createContext(null);
export const useWords = () => useContext(Words);

const RIGHT_TO_LEFT = new Set(["ar"]);
const KEY = "convert-anywhere.language";
const RTL_LETTER = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const LTR_OR_DIGIT = /[A-Za-z\u00c0-\u024f\u1e00-\u1eff0-9]/;

/** Where no translation at all can be loaded, the way out of that is still said in words. */
const LAST_RESORT = {
  "failure.offline.title": "You are offline",
  "failure.offline.text": "There is no connection to the internet just now.",
  "failure.backend_down.title": "Convert Anywhere cannot be reached",
  "failure.backend_down.text": "The texts of this page could not be loaded. Try again in a moment.",
  "action.retry": "Try again",
};

/** The locale to speak: ?lang=, else what was learnt from Zoho CRM, else the browser's wish. */
export function wanted() {
  const asked = new URLSearchParams(location.search).get("lang");
  return pick([asked, remembered(), ...navigator.languages]);
}

/** The first of these locales that we speak, with its region; else English. */
export function pick(locales) {
  const known = locales.filter(Boolean).map((name) => name.replaceAll("_", "-"));
  return known.find((name) => LANGUAGES.includes(base(name)) && isLocale(name)) ?? "en";
}

/** The locale to change to when Zoho CRM names one; null when nothing changes. */
export function learnt(locale, now) {
  const asked = new URLSearchParams(location.search).get("lang");
  const wish = pick([locale]);
  if (asked || !locale || base(wish) === base(now)) return null;
  if (base(wish) !== base(locale.replaceAll("_", "-"))) return null;
  remember(wish);
  return wish;
}

/** The words of a locale, of all of these folders. Falls back to English, and to the last resort without a network. */
export async function loadWords(locale, folders = [""]) {
  for (const name of new Set([locale, "en"])) {
    const parts = await Promise.all(folders.map((folder) => texts(`${folder}${base(name)}`)));
    if (parts.every(Boolean)) return words(name, Object.assign({}, ...parts));
  }
  return words("en", LAST_RESORT);
}

/** The same words and those of one more folder; null where these do not come. */
export async function loadMore(known, folder) {
  const more = await texts(`${folder}${known.language}`);
  return more && words(known.locale, { ...known.texts, ...more });
}

async function texts(name) {
  const file = new URL(`../translations/${name}.json`, import.meta.url);
  const answer = await fetch(file).catch(() => null);
  return answer?.ok ? answer.json().catch(() => null) : null;
}

export function words(locale, texts) {
  const plural = new Intl.PluralRules(locale);
  const number = new Intl.NumberFormat(locale);
  const share = new Intl.NumberFormat(locale, { style: "percent" });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const rtl = RIGHT_TO_LEFT.has(base(locale));
  const shown = (value) => (typeof value === "number" ? number.format(value) : apart(value, rtl));

  /** The text of a key; `otherwise` (the server's own sentence) where we have none that fits. */
  function t(key, params = {}, otherwise = key) {
    const text = texts[key];
    if (text === undefined) return otherwise;
    const form = typeof text === "string" ? text : text[plural.select(params.count)] ?? text.other;
    return filled(form, params, shown) ?? otherwise;
  }

  /**
   * What the server says, by its code, in our words: `key` is the code with, after a dot, which of
   * several sentences of that code is meant, or another kind's sentence, such as "loss.too_long".
   * Its own sentence where we have none.
   */
  function say(kind, { key, code, message, params }) {
    const name = [key, `${kind}.${key}`, `${kind}.${code}`].find((one) => one in texts);
    const said = apart(message, rtl);
    return name ? t(name, params ?? {}, said) : said;
  }

  return {
    t,
    say,
    apart: (text) => apart(text, rtl),
    texts,
    locale,
    language: base(locale),
    dir: rtl ? "rtl" : "ltr",
    number: (value) => number.format(value),
    percent: (value) => share.format(value),
    when: (text) => (Number.isNaN(Date.parse(text)) ? "" : moment.format(new Date(text))),
    list: (items) => new Intl.ListFormat(locale).format(items.map((item) => apart(item, rtl))),
  };
}

function filled(text, params, shown) {
  let complete = true;
  const result = text.replace(/\{(\w+)\}/g, (_, name) => {
    const value = params[name];
    if (value === undefined || value === null || value === "") complete = false;
    return complete ? shown(value) : "";
  });
  return complete ? result : null;
}

// A name written the other way would drag its neighbours along, a date the words: isolate it.
function apart(value, rtl) {
  const text = String(value);
  return (rtl ? LTR_OR_DIGIT : RTL_LETTER).test(text) ? `\u2068${text}\u2069` : text;
}

function base(locale) {
  return locale.split("-")[0].toLowerCase();
}

function isLocale(name) {
  try {
    return Intl.getCanonicalLocales(name).length === 1;
  } catch {
    return false;
  }
}

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function remember(locale) {
  try {
    localStorage.setItem(KEY, locale);
  } catch {
    // Storage is blocked: the next opening learns it again.
  }
}
