// The whole page: one of five views, and a status line that a screen reader hears.
import { useEffect, useRef } from "preact/hooks";
import { sentences } from "./failures.js";
import { html } from "./html.js";
import { Words } from "./i18n.js";
import { Icon } from "./icons.js";
import { Batches, Foot, LeadHead, Leads } from "./views/lead.js";
import { ConversionPlace, ManyPlace } from "./views/later.js";
import { Failure, Loading } from "./views/message.js";
import { Options } from "./views/options.js";
import { SignIn } from "./views/signin.js";

export function App({ words, state, flow }) {
  const { view, leads, notice } = state;
  useFocus(view, state.problem, state.index);
  useLanguage(words);
  return html`
    <${Words.Provider} value=${words}>
      <p role="status" class="hidden">${announcement(state, words)}</p>
      <div role="status" class="notice-place">
        ${notice && html`<p class="notice">${words.t(notice)}</p>`}
      </div>
      ${leads.length > 1 && view !== "sign-in" && view !== "many" && html`<${Leads} state=${state} flow=${flow} />`}
      ${view === "loading" && html`<${Loading} step=${state.step} />`}
      ${view === "sign-in" && html`<${SignIn} state=${state} flow=${flow} />`}
      ${view === "failure" && html`<${Failure} state=${state} flow=${flow} />`}
      ${view === "many" && html`<${ManyPlace} state=${state} flow=${flow} />`}
      ${view === "lead" && html`<${Lead} words=${words} state=${state} flow=${flow} />`}
    <//>
  `;
}

function Lead({ words, state, flow }) {
  const id = state.leads[state.index];
  const answer = state.answers[id];
  const conversion = state.conversions[id];
  const lead = answer.lead ?? {};
  return html`
    <${LeadHead} lead=${lead} related=${answer.related} />
    <main key=${id}>
      <${Batches} batches=${state.batches} flow=${flow} />
      ${lead.converted && html`<${Warning} text=${words.t("lead.converted")} />`}
      ${(answer.warnings ?? []).map((warning) => html`
        <${Warning} key=${warning.message} text=${words.say("warning", warning)} />
      `)}
      ${conversion && html`
        <${ConversionPlace} key=${conversion.id} conversion=${conversion} answer=${answer}
          begun=${state.begun[id]} fresh=${!outdated(conversion, answer)} state=${state} flow=${flow} />
      `}
      ${!(conversion && outdated(conversion, answer)) && html`
        <${Options} answer=${answer} picked=${state.picked[id]} planned=${state.planned[id]}
          choices=${state.choices[id]} me=${state.me} flow=${flow} />
      `}
    </main>
    <${Foot} asOf=${answer.as_of} me=${state.me} flow=${flow} />
  `;
}

const OVER = new Set(["done", "undone", "cancelled"]);

/** What was said of the lead does not hold any more, or will not in a moment. */
function outdated({ state, changed_at: changed }, { as_of: read }) {
  return !OVER.has(state) || Date.parse(changed) > Date.parse(read);
}

function Warning({ text }) {
  return html`<p class="line line--careful warning"><${Icon} name="warn" />${text}</p>`;
}

function announcement(state, words) {
  const { t } = words;
  const { view, step, problem } = state;
  if (view === "many") return "";
  if (view === "loading") return t(`loading.${step}`);
  if (view === "sign-in") return problem ? sentences(problem, words).title : t("signin.title");
  if (view === "failure") return sentences(problem, words).title;
  const answer = state.answers[state.leads[state.index]];
  const count = (answer.options ?? []).filter((option) => option.available).length;
  return t("announce.lead", { name: answer.lead?.name || t("lead.unnamed"), count });
}

// The button that was pressed may be gone with its view: then the new view's heading takes over,
// or the keyboard would start again at the top. Opening the widget steals no focus.
function useFocus(...what) {
  const first = useRef(true);
  useEffect(() => {
    const lost = document.activeElement === document.body && document.hasFocus();
    if (!first.current && lost) document.querySelector("h1")?.focus();
    first.current = false;
  }, what);
}

function useLanguage({ locale, dir, t }) {
  useEffect(() => {
    document.documentElement.lang = locale;
    document.documentElement.dir = dir;
    document.title = t("page.title");
  }, [locale]);
}
