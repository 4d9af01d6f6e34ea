// What happens by itself: as whom, to which leads, and where on a lead it is shown.
import { useEffect } from "preact/hooks";
import { Select } from "../../controls.js";
import { html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { Icon } from "../../icons.js";
import { styled } from "../../views/styled.js";
import { same } from "../draft.js";
import { unsaved } from "../flow.js";
import { asFindings, errorsIn } from "../places.js";
import { Trouble, Waiting, useAnswer } from "../setup/asking.js";
import { Counts, Findings, Labelled, TextBox } from "../views/parts.js";
import { Assessed } from "./fields.js";
import { placed } from "./places.js";
import { Rules } from "./rules.js";

await styled("../../css/setup.css");

const CALM = 500;
const LONG = 60_000;

export function Automation({ state, flow }) {
  const { t } = useWords();
  const { problem, busy, ask } = useAnswer(flow);
  const known = state.automation;
  const keep = (saved) => flow.putAutomation({ saved, ...draftOf(saved), findings: saved.findings });
  const call = (...what) => ask(() => flow.ask.call(...what).then(keep));
  const look = () => call("GET", "/automation", { time: LONG });
  useEffect(() => {
    if (!known) look();
  }, [!known]);
  useChecks(known, flow);

  async function save(version) {
    const { draft, acts, saved } = state.automation;
    const as = acts === (saved.acts_as?.id ?? "") ? {} : { acts_as: acts };
    const body = { version, automation: draft, ...as };
    const failed = await call("PUT", "/automation", { body, time: LONG });
    if (!failed) return flow.say("notice.saved");
    if (failed.code === "automation_changed") {
      return flow.putAutomation({ ...state.automation, theirs: failed.details.version });
    }
    const faults = asFindings(failed.code === "invalid_input" && failed.details.fields);
    return faults.length && flow.putAutomation({ ...state.automation, findings: faults });
  }

  if (!known) {
    return html`<section class="panel">${problem
      ? html`<${Trouble} problem=${problem} again=${look} />`
      : html`<${Waiting} busy=${busy} text=${t("auto.looking")} />`}</section>`;
  }
  const clash = known.theirs !== undefined;
  return html`
    <div class="setup">
      <${Editor} state=${state} flow=${flow} />
      ${clash && html`<${Clash} onTheirs=${look} onMine=${() => save(known.theirs)} />`}
      ${problem && !clash && html`<${Trouble} problem=${problem} again=${() => save(known.saved.version)} />`}
      <${Buttons} state=${state} busy=${busy || clash} onSave=${() => save(known.saved.version)}
        onDrop=${() => keep(known.saved)} />
    </div>
  `;
}

function draftOf({ automation, acts_as: acts }) {
  return { draft: automation, acts: acts?.id ?? "" };
}

// What is wrong with the draft is said soon after it was changed; the last change counts.
function useChecks(known, flow) {
  const draft = known?.draft;
  useEffect(() => {
    if (!draft || same(draft, known.saved.automation)) return undefined;
    const limit = new AbortController();
    const { signal } = limit;
    const tell = (findings) => signal.aborted || flow.noteFindings(draft, findings);
    const timer = setTimeout(() => {
      flow.ask.call("POST", "/automation/lint", { body: { automation: draft }, signal }).then(
        ({ findings }) => tell(findings),
        (error) => error.code === "invalid_input" && tell(asFindings(error.details.fields)),
      );
    }, CALM);
    return () => {
      clearTimeout(timer);
      limit.abort();
    };
  }, [draft]);
}

function Editor({ state, flow }) {
  const { t } = useWords();
  const known = state.automation;
  const { draft, acts, saved } = known;
  const found = placed(known.findings);
  const put = (change) => flow.putAutomation({ ...known, draft: { ...draft, ...change } });
  const people = saved.people.map((one) => [one.id, one.name]);
  return html`
    <section class="panel" aria-labelledby="acts">
      <h2 id="acts" tabindex="-1" data-heading>${t("auto.acts")}</h2>
      <p class="quiet">${t("auto.acts_text")}</p>
      <${Labelled} id="acts-as" name=${t("auto.acts_as")}>
        <${Select} id="acts-as" value=${acts} onPick=${(one) => flow.putAutomation({ ...known, acts: one })}
          items=${saved.acts_as ? people : [["", t("auto.nobody")], ...people]} />
      <//>
    </section>
    <${Rules} state=${state} flow=${flow} rules=${draft.rules} found=${found} put=${(rules) => put({ rules })} />
    <${Assessed} leads=${state.material.Leads} held=${draft.assess} found=${found}
      put=${(assess) => put({ assess })} />
    <section class="panel" aria-labelledby="text">
      <h2 id="text">${t("auto.text")}</h2>
      <${Labelled} id="lead-in-text" name=${t("auto.marker")} note=${t("auto.marker_note")}>
        <${TextBox} id="lead-in-text" value=${draft.lead_in_text}
          marks=${{ "aria-describedby": "lead-in-text-note", maxlength: 60 }}
          onType=${(text) => put({ lead_in_text: text })} />
      <//>
      <${Findings} findings=${found.get("all")} />
    </section>
  `;
}

function Clash({ onTheirs, onMine }) {
  const { t } = useWords();
  return html`
    <section class="panel panel--careful" role="alert">
      <p class="line line--careful"><${Icon} name="warn" />${t("auto.clash")}</p>
      <div class="panel__buttons">
        <button type="button" class="button button--main" onClick=${onTheirs}>${t("conflict.take")}</button>
        <button type="button" class="button" onClick=${onMine}>${t("auto.mine")}</button>
      </div>
    </section>
  `;
}

function Buttons({ state, busy, onSave, onDrop }) {
  const { t } = useWords();
  const known = state.automation;
  const changed = unsaved(state);
  const errors = errorsIn(known.findings).length;
  return html`
    <div class="panel__buttons" aria-busy=${busy}>
      <button type="button" class="button button--main" disabled=${!changed || busy || errors > 0}
        aria-describedby="auto-why" onClick=${onSave}>${t("bar.save")}</button>
      <button type="button" class="button" disabled=${!changed || busy} onClick=${onDrop}>${t("auto.drop")}</button>
      <p id="auto-why" role="status"><${Counts} findings=${known.findings} /></p>
    </div>
  `;
}
