// What keeps us from working well, each with what to do about it.
import { useEffect } from "preact/hooks";
import { classes, html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { Icon } from "../../icons.js";
import { Trouble, Waiting, useAnswer } from "./asking.js";

const LONG = 60_000;

export function Health({ flow, round }) {
  const { t } = useWords();
  const { data, problem, busy, ask } = useAnswer(flow);
  const look = () => ask(() => flow.ask.call("GET", "/doctor", { time: LONG }));
  useEffect(() => {
    look();
  }, [round]);
  return html`
    <section class="panel" aria-labelledby="health" aria-busy=${busy}>
      <h2 id="health">${t("health.title")}</h2>
      ${data && html`<${Findings} findings=${data.findings} />`}
      ${problem
        ? html`<${Trouble} problem=${problem} again=${look} />`
        : html`<${Waiting} busy=${busy} text=${t("health.looking")} />`}
      <div class="panel__buttons">
        <button type="button" class="button" disabled=${busy} onClick=${look}>${t("setup.again")}</button>
      </div>
    </section>
  `;
}

function Findings({ findings }) {
  const { t } = useWords();
  if (!findings.length) {
    return html`<p class="line line--good" role="status"><${Icon} name="check" />${t("health.well")}</p>`;
  }
  return html`<ul class="findings">
    ${findings.map((one) => html`
      <li key=${one.code + one.message} class=${classes("finding", { [`finding--${one.severity}`]: true })}>
        <${Icon} name=${one.severity === "error" ? "ban" : "warn"} />
        <span>
          <b>${t(`severity.${one.severity}`)}</b> <${Said} finding=${one} />
          <span class="finding__fix">${t(`fix.${one.code}`, {}, one.fix)}</span>
        </span>
      </li>
    `)}
  </ul>`;
}

// The server speaks English: in other languages its kind is said first.
function Said({ finding: { code, message } }) {
  const { t, language } = useWords();
  if (language === "en") return message;
  return html`${t(`ill.${code}`, {}, "")} <bdi lang="en" class="quiet">${message}</bdi>`;
}
