// Markup as tagged templates: htm reads them, Preact draws them, and every value is text.
import { h } from "preact";
import htm from "htm";

export const html = htm.bind(h);

/** Class names from a string and the keys of an object that are true. */
export function classes(base, flags = {}) {
  const on = Object.keys(flags).filter((name) => flags[name]);
  return [base, ...on].join(" ");
}
