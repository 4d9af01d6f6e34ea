// What a conversion waits for, and the person's answer to it.
import { useState } from "preact/hooks";
import { html } from "../html.js";
import { useWords } from "../i18n.js";
import { Open } from "./made.js";

export function Question({ about, returned }) {
  const { question } = about.conversion;
  const Asked = { which_record: Which, sign_in: SignInAgain, lead_changed: Changed, lead_moved: Moved }[question?.code];
  return Asked ? html`<${Asked} about=${about} returned=${returned} />` : html`<${Said} about=${about} />`;
}

/** A question that this page does not know yet is still said. */
function Said({ about }) {
  const { apart } = useWords();
  return html`<p>${apart(about.conversion.question?.message ?? "")}</p><${Stop} about=${about} />`;
}

function Which({ about }) {
  const { t } = useWords();
  const [chosen, choose] = useState(null); // "": none of them
  const { conversion, deed } = about;
  // Of one that had stopped before nothing more is done.
  const { module, candidates, then: stood } = conversion.question.details;
  const off = chosen === null || deed.busy !== "";
  return html`
    <fieldset class="question">
      <legend>${t("question.which")}</legend>
      ${candidates.map(({ id, name }) => html`
        <div key=${id} class="question__one">
          <label class="tick">
            <input type="radio" name="which" checked=${chosen === id} onChange=${() => choose(id)} />
            <span><bdi>${name}</bdi> <span class="quiet" dir="ltr">${id}</span></span>
          </label>
          <${Open} module=${module} id=${id} name=${`${name} ${id}`} about=${about} />
        </div>
      `)}
      <label class="tick">
        <input type="radio" name="which" checked=${chosen === ""} onChange=${() => choose("")} />
        <span>${t(stood ? "question.none_made" : "question.none")}</span>
      </label>
    </fieldset>
    <div class="conversion__deeds">
      <button type="button" class="button button--main" aria-disabled=${off ? "true" : undefined}
        onClick=${() => !off && deed.act("answer", chosen)}>${t(stood ? "question.go_on" : "question.answer")}</button>
      <${Stop} about=${about} />
    </div>
  `;
}

/** Who else has to sign in; "" where it is who looks at this. */
export function another(question, me) {
  const { id, name } = question?.details.person ?? {};
  return me && id && id !== me.user.id ? name : "";
}

function SignInAgain({ about, returned }) {
  const { t } = useWords();
  const { conversion, deed, flow, me } = about;
  const name = another(conversion.question, me);
  if (name) return html`
    <p>${t("question.sign_in_of", { name })}</p>
    <div class="conversion__deeds"><${Stop} about=${about} /></div>
  `;
  const go = () => (returned ? deed.act("answer", "") : flow.signInFor(conversion));
  return html`
    <p>${t("question.sign_in")}</p>
    <div class="conversion__deeds">
      <button type="button" class="button button--main" onClick=${go}>
        ${t(returned ? "question.go_on" : "signin.button")}
      </button>
      <${Stop} about=${about} />
    </div>
  `;
}

/** What was agreed to does not hold any more: it is given up, and the plan is drawn anew. */
function Changed({ about }) {
  const { t } = useWords();
  const { conversion, deed, flow } = about;
  const { gone, converted } = conversion.question.details ?? {};
  const look = async () => {
    if (await deed.act("cancel")) flow.leave(conversion.target);
  };
  return html`
    <p>${t(`unbegun.${gone ? "gone" : converted ? "converted" : "changed"}`)}</p>
    <div class="conversion__deeds">
      <${Act} deed=${deed} onAct=${look} main>${t("question.new_plan")}<//>
      <${Stop} about=${about} />
    </div>
  `;
}

/** The lead is another one in the middle of it. */
function Moved({ about }) {
  const { t, list } = useWords();
  const { deed, conversion } = about;
  const { why, fields } = conversion.question.details;
  const back = async () => (await deed.act("cancel")) && deed.act("undo", false);
  return html`
    <p>${t(`moved.${why}`, { fields: list(fields) })}</p>
    <div class="conversion__deeds">
      <${Act} deed=${deed} onAct=${() => deed.act("answer", "")} main>${t("question.as_agreed")}<//>
      <${Act} deed=${deed} onAct=${back}>${t("converting.undo")}<//>
      <${Stop} about=${about} />
    </div>
  `;
}

function Act({ deed, onAct, main, children }) {
  return html`<button type="button" class=${main ? "button button--main" : "button"} onClick=${onAct}
    aria-disabled=${deed.busy ? "true" : undefined}>${children}</button>`;
}

function Stop({ about: { deed } }) {
  const { t } = useWords();
  return html`<${Act} deed=${deed} onAct=${() => deed.act("cancel")}>${t("converting.stop")}<//>`;
}
