// Signing in: why, the button, and what to do while the pop-up is open, blocked or gone.
import { useEffect, useRef, useState } from "preact/hooks";
import { sentences } from "../failures.js";
import { html } from "../html.js";
import { useWords } from "../i18n.js";
import { Icon } from "../icons.js";
import { address, open, prepare, wait } from "../session.js";

export function SignIn({ state, flow }) {
  const words = useWords();
  const { t } = words;
  const [phase, setPhase] = useState("ready"); // ready | waiting | closed | blocked
  const [spare, setSpare] = useState(null); // made ahead, for the next click
  const [attempt, setAttempt] = useState(null); // the one that is under way
  const pending = useRef(null);

  const renew = () => {
    setSpare(null);
    prepare().then(setSpare, flow.signInFailed);
  };
  const cancel = () => {
    pending.current?.abort();
    setPhase("ready");
  };
  useEffect(() => {
    renew();
    return cancel;
  }, [state.problem]);

  const url = (one) => address(state.backend, one.challenge, state.org);
  const begin = () => {
    const popup = open(url(spare));
    pending.current?.abort();
    pending.current = new AbortController();
    setPhase(popup ? "waiting" : "blocked");
    setAttempt(spare);
    renew();
    wait({
      backend: state.backend,
      attempt: spare,
      popup,
      askForSession: flow.askForSession,
      onClosed: () => setPhase("closed"),
      signal: pending.current.signal,
    }).then(flow.signedIn, flow.signInFailed);
  };

  const { title, text } = state.problem ? sentences(state.problem, words) : welcome(t);
  return html`
    <main class="message">
      <span class="message__picture message__picture--calm"><${Icon} name="key" /></span>
      <h1 tabindex="-1">${title}</h1>
      <p class="message__text">${text}</p>
      <div class="message__buttons">
        ${phase === "blocked"
          ? html`<a class="button button--main" href=${url(attempt)} target="_blank" rel="opener">
              ${t("signin.tab")}
            </a>`
          : html`<button type="button" class="button button--main" disabled=${!spare} onClick=${begin}>
              ${t(phase === "ready" ? "signin.button" : "signin.again")}
            </button>`}
        ${phase !== "ready" && html`
          <button type="button" class="button" onClick=${cancel}>${t("signin.cancel")}</button>
        `}
      </div>
      <div role="status">
        ${phase !== "ready" && html`<p class="message__hint">${t(`signin.${phase}`)}</p>`}
        ${phase !== "ready" && html`<${Code} code=${attempt.code} />`}
      </div>
    </main>
  `;
}

// The last page of the pop-up shows the same letters: a person compares before confirming.
function Code({ code }) {
  const { t } = useWords();
  return html`<p class="code">
    ${t("signin.code")} <b dir="ltr" class="code__letters">${code}</b>
  </p>`;
}

function welcome(t) {
  return { title: t("signin.title"), text: t("signin.text") };
}
