// One target: what it is called, its records, for whom and when it is, and what it would do.
import { useEffect } from "preact/hooks";
import { html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { Icon } from "../../icons.js";
import { MOST_RECORDS, changed, newRecord, replaced, without } from "../draft.js";
import { placed, targetPlace } from "../places.js";
import { Along } from "./along.js";
import { Audience } from "./audience.js";
import { Findings, Labelled, TextBox } from "./parts.js";
import { Select } from "../../controls.js";
import { Preview } from "./preview.js";
import { RecordEditor } from "./record.js";

export function TargetEditor({ state, at, flow }) {
  const { t } = useWords();
  const target = state.draft[at];
  const here = targetPlace(target);
  const found = placed(state.findings, state.draft);
  const put = (one, tag = null) => flow.change(replaced(state.draft, at, one), tag);
  const leave = () => {
    flow.open(null);
    requestAnimationFrame(() => document.getElementById(`open-${target.key}`)?.focus());
  };
  useEffect(() => reach(state.goal?.place), [state.goal]);
  return html`
    <div class="editor">
      <section class="editor__target" id=${here} aria-labelledby="target-title">
        <button type="button" class="button button--plain" onClick=${leave}>
          <${Icon} name="previous" />${t("target.back")}
        </button>
        <h2 id="target-title" tabindex="-1" data-heading><bdi>${target.label || target.key}</bdi></h2>
        <${Findings} findings=${found.get(here)} />
        <${Labelled} id="target-label" name=${t("target.label")} note=${t("target.label_note")}>
          <${TextBox} id="target-label" value=${target.label} marks=${{ "aria-describedby": "target-label-note" }}
            onType=${(label) => put(changed(target, { label }), `label-${target.key}`)} />
        <//>
        ${target.kind === "zoho"
          ? html`<p class="line note"><${Icon} name="info" />${t("target.zoho")}</p>`
          : html`<${Records} state=${state} target=${target} found=${found} put=${put} flow=${flow} />`}
        <${Audience} state=${state} target=${target} found=${found} put=${put} flow=${flow} />
        ${target.kind !== "zoho" && html`
          <${Along} state=${state} target=${target} found=${found} put=${put} flow=${flow} />
        `}
      </section>
      <${Preview} state=${state} flow=${flow} />
    </div>
  `;
}

// Where a finding stands, with its first control; else the heading.
function reach(id) {
  const place = id && document.getElementById(id);
  if (!place) return document.getElementById("target-title")?.focus();
  place.closest("details")?.setAttribute("open", "");
  place.scrollIntoView({ block: "center" });
  return (place.querySelector("select, input, textarea") ?? place).focus();
}

function Records({ state, target, found, put, flow }) {
  const { t } = useWords();
  const { records } = target;
  const { modules } = state.saved;
  const add = (module) => {
    if (!module) return;
    flow.suggest(module);
    put(changed(target, { records: [...records, newRecord(module, records)] }));
  };
  return html`
    ${records.map((record, at) => html`
      <${RecordEditor} key=${record.key} state=${state} target=${target} at=${at} found=${found}
        flow=${flow}
        put=${(one, tag) => put(changed(target, { records: replaced(records, at, one) }), tag)}
        onRemove=${records.length > 1
          ? () => put(changed(target, { records: without(records, at) }))
          : null} />
    `)}
    ${records.length < MOST_RECORDS && html`
      <${Labelled} id="add-record" name=${t("target.add_record")} note=${t("target.add_record_note")}>
        <${Select} id="add-record" value="" onPick=${add} marks=${{ "aria-describedby": "add-record-note" }}
          items=${[["", t("list.choose_module")], ...modules.map((one) => [one.module, one.label])]} />
      <//>
    `}
  `;
}

