// The whole page: waiting, signing in, a failure, the targets, or Zoho CRM around us.
import { useEffect, useRef } from "preact/hooks";
import { sentences } from "../failures.js";
import { html } from "../html.js";
import { Words } from "../i18n.js";
import { later } from "../later.js";
import { Failure, Loading } from "../views/message.js";
import { SignIn } from "../views/signin.js";
import { Bar } from "./views/bar.js";
import { Conflict } from "./views/conflict.js";
import { Imported } from "./views/file.js";
import { Foot } from "./views/foot.js";
import { TargetList } from "./views/list.js";
import { Head, Nav } from "./views/nav.js";
import { TargetEditor } from "./views/target.js";
import { learn } from "./words.js";

const SetUpPlace = later(
  () => import("./setup/setup.js").then(({ SetUp }) => SetUp),
  () => learn("setup/"),
  "loading.setup",
);

export function App({ words, state, flow }) {
  const { view, notice, chosen } = state;
  useLanguage(words);
  useFocus(view, chosen, state.conflict, state.part);
  return html`
    <${Words.Provider} value=${words}>
      <p role="status" class="hidden">${announcement(state, words)}</p>
      <div role="status" class="notice-place">
        ${notice && html`<p class="notice">${words.t(notice.key, notice.params)}</p>`}
      </div>
      ${view === "loading" && html`<${Loading} step=${state.step} />`}
      ${view === "sign-in" && html`<${SignIn} state=${state} flow=${flow} />`}
      ${view === "failure" && html`<${Failure} state=${state} flow=${flow} />`}
      ${view === "ready" && html`<${READY[state.part]} state=${state} flow=${flow} />`}
    <//>
  `;
}

const AutomationPlace = later(
  () => import("./automation/automation.js").then(({ Automation }) => Automation),
  () => learn("setup/"),
  "loading.setup",
);

const READY = { targets: Targets, automation: Beside, setup: Beside };
const PLACES = { automation: AutomationPlace, setup: SetUpPlace };

function Beside({ state, flow }) {
  const { part } = state;
  return html`
    <${Head} state=${state} part=${part} />
    <${Nav} part=${part} />
    <main><${PLACES[part]} key=${part} state=${state} flow=${flow} /></main>
    <${Foot} state=${state} flow=${flow} />
  `;
}

function Targets({ state, flow }) {
  const at = state.draft.findIndex(({ key }) => key === state.chosen);
  return html`
    <${Bar} state=${state} flow=${flow} />
    <${Nav} part="targets" />
    <main>
      ${state.conflict && html`<${Conflict} state=${state} flow=${flow} />`}
      ${state.imported && html`<${Imported} imported=${state.imported} flow=${flow} />`}
      ${at < 0
        ? html`<${TargetList} state=${state} flow=${flow} />`
        : html`<${TargetEditor} key=${state.chosen} state=${state} at=${at} flow=${flow} />`}
    </main>
    <${Foot} state=${state} flow=${flow} />
  `;
}

function announcement({ view, part, step, problem, checking, findings }, words) {
  const { t } = words;
  if (view === "loading") return t(`loading.${step}`);
  if (view === "sign-in") return problem ? sentences(problem, words).title : t("signin.title");
  if (view === "failure") return sentences(problem, words).title;
  if (part !== "targets" || checking === "busy") return "";
  return findings.length ? t("bar.findings", { count: findings.length }) : t("bar.none");
}

// What was pressed may be gone with its view: the new view's heading takes the focus over. Opening
// the page takes it from nobody.
function useFocus(...what) {
  const opening = useRef(true);
  useEffect(() => {
    const lost = document.activeElement === document.body && document.hasFocus();
    if (!opening.current && lost) document.querySelector("[data-heading], h1")?.focus();
    if (what[0] !== "loading") opening.current = false;
  }, what);
}

function useLanguage({ locale, dir, t }) {
  useEffect(() => {
    document.documentElement.lang = locale;
    document.documentElement.dir = dir;
    document.title = t("settings.title");
  }, [locale]);
}
