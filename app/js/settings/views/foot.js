// Who is signed in, and what seldom has to be done.
import { html } from "../../html.js";
import { useWords } from "../../i18n.js";

export function Foot({ state, flow }) {
  const { t } = useWords();
  const name = state.me?.user?.name || state.me?.user?.email;
  const signOut = () => (flow.dirty() && !window.confirm(t("foot.leave")) ? undefined : flow.signOut());
  return html`
    <footer class="foot">
      <p>${name && html`<span>${t("foot.user", { name })}</span>`}</p>
      <div class="foot__buttons">
        <button type="button" class="button button--plain" onClick=${flow.refresh}>
          ${t("action.refresh_setup")}
        </button>
        <button type="button" class="button button--plain" onClick=${signOut}>${t("action.sign-out")}</button>
      </div>
    </footer>
  `;
}
