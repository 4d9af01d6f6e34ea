// The fields of a lead on which is written how ready it is.
import { Select } from "../../controls.js";
import { html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { changed } from "../draft.js";
import { Findings, Labelled, fieldItems } from "../views/parts.js";

const TEXTS = ["text", "textarea", "picklist"];
const HOLDS = {
  readiness: TEXTS,
  losses: ["integer", "bigint", "double", "currency", "percent", "text"],
  target: TEXTS,
  mark: TEXTS,
};

export function Assessed({ leads, held, found, put }) {
  const { t } = useWords();
  return html`
    <section class="panel" aria-labelledby="assessed">
      <h2 id="assessed">${t("auto.assess")}</h2>
      <p class="quiet">${t("auto.assess_text")}</p>
      <div class="settled settled--top">
        ${Object.entries(HOLDS).map(([what, types]) => html`
          <div key=${what}>
            <${Labelled} id=${`assess-${what}`} name=${t(`assess.${what}`)} note=${t(`assess.${what}_note`)}>
              <${Select} id=${`assess-${what}`} value=${held[what] ?? ""}
                marks=${{ "aria-describedby": `assess-${what}-note` }}
                items=${items(leads, types, held[what], t)}
                onPick=${(name) => put(changed(held, { [what]: name || undefined }))} />
            <//>
            <${Findings} findings=${found.get(`assess-${what}`)} />
          </div>
        `)}
      </div>
    </section>
  `;
}

function items(leads, types, held, t) {
  const fitting = (leads?.fields ?? []).filter(
    (one) => types.includes(one.type) && (one.writable || one.field.startsWith("Convert_Anywhere_")),
  );
  return [["", t("assess.nowhere")], ...fieldItems({ fields: fitting }, t, held).slice(1)];
}
