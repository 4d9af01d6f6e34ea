// While the plans are drawn: how far that is.
import { html } from "../html.js";
import { useWords } from "../i18n.js";
import { Deed, Meter, Trouble } from "./parts.js";

export function Planning({ about }) {
  const { t } = useWords();
  const { batch, deed, silent } = about;
  const done = batch.leads - batch.counts.listed;
  return html`
    <h1 tabindex="-1">${t("many.title", { count: batch.leads })}</h1>
    <${Meter} value=${done} max=${batch.leads} silent=${silent} name=${t("many.planning_progress")}
      text=${t("many.planning", { done, count: batch.leads })} />
    <p>${t("many.planning_text")}</p>
    <div class="conversion__deeds">
      <${Deed} name="cancel" deed=${deed}>${t("signin.cancel")}<//>
    </div>
    <div role="alert"><${Trouble} deed=${deed} /></div>
  `;
}
