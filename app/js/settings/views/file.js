// The targets as a file: taken along, and read back into the draft.
import { useRef } from "preact/hooks";
import { sentences } from "../../failures.js";
import { html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { Icon } from "../../icons.js";
import { dirty } from "../flow.js";

export function Files({ state, flow }) {
  const { t } = useWords();
  const input = useRef(null);
  const read = ({ target }) => {
    const [file] = target.files;
    if (file) flow.importFile(file);
    target.value = "";
  };
  return html`
    <div class="tool">
      <p class="labelled__name" id="files">${t("file.title")}</p>
      <div class="tool__line">
        <button type="button" class="button" onClick=${flow.exportFile}>${t("file.export")}</button>
        <button type="button" class="button" onClick=${() => input.current.click()}>${t("file.import")}</button>
        <input ref=${input} type="file" class="hidden" tabindex="-1" aria-label=${t("file.import")}
          accept=".yaml,.yml" onChange=${read} />
      </div>
      <p class="labelled__note">${t(dirty(state) ? "file.note_unsaved" : "file.note")}</p>
    </div>
  `;
}

/** What a file that was read would change, or why it could not be read. */
export function Imported({ imported, flow }) {
  const words = useWords();
  const { t } = words;
  const { name, changes, problem } = imported;
  return html`
    <section class="panel" aria-labelledby="imported">
      <h2 id="imported">
        ${t(problem ? "file.refused" : "file.read", { name })}
      </h2>
      ${problem && html`<${Faults} problem=${problem} />`}
      ${!problem && html`<p>${t(changes.length ? "file.would_change" : "file.no_change")}</p>`}
      ${changes.length > 0 && html`<ul class="changes" dir="ltr">
        ${changes.map((line) => html`<li key=${line}><bdi>${line}</bdi></li>`)}
      </ul>`}
      <div class="panel__buttons">
        <button type="button" class="button" onClick=${flow.closeImport}>${t("panel.close")}</button>
      </div>
    </section>
  `;
}

function Faults({ problem }) {
  const words = useWords();
  const { t } = words;
  const faults = Object.entries(problem.details.fields ?? {});
  const { line, column } = problem.details;
  return html`
    <p class="line line--bad"><${Icon} name="ban" />
      ${problem.said ? html`<bdi lang="en">${problem.said}</bdi>` : sentences(problem, words).title}
      ${line && html` ${t("file.line", { line, column: column ?? 1 })}`}
    </p>
    ${faults.length > 0 && html`<ul class="changes" dir="ltr">
      ${faults.map(([path, said]) => html`
        <li key=${path}>${path && html`<code>${path}</code>`} <bdi lang="en">${String(said)}</bdi></li>
      `)}
    </ul>`}
  `;
}
