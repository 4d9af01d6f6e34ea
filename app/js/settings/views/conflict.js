// Somebody else has saved meanwhile: what they and I have changed, and what now.
import { useEffect, useRef } from "preact/hooks";
import { html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { Icon } from "../../icons.js";

export function Conflict({ state, flow }) {
  const { t, when, list } = useWords();
  const { theirs, their, mine, clashes } = state.conflict;
  const name = theirs.changed_by?.name || t("bar.somebody");
  const box = useRef(null);
  useEffect(() => box.current?.focus(), [theirs.version]);
  const labels = clashes.map((key) => mine.find((one) => one.key === key)?.label ?? key);
  return html`
    <section class="panel panel--careful" aria-labelledby="conflict">
      <h2 id="conflict" tabindex="-1" ref=${box}>
        <${Icon} name="warn" />${t("conflict.title", { name, when: when(theirs.changed_at) })}
      </h2>
      <p>${t("conflict.text")}</p>
      <div class="panel__sides">
        <${Changes} title=${t("conflict.theirs", { name })} entries=${their} />
        <${Changes} title=${t("conflict.mine")} entries=${mine} />
      </div>
      <p>
        ${labels.length
          ? t("conflict.clash", { targets: list(labels), name })
          : t("conflict.no_clash")}
      </p>
      <div class="panel__buttons">
        <button type="button" class="button button--main" onClick=${flow.putOnTop}>${t("conflict.on_top")}</button>
        <button type="button" class="button" onClick=${flow.takeTheirs}>${t("conflict.take")}</button>
      </div>
      <p class="quiet">${t("conflict.after")}</p>
    </section>
  `;
}

function Changes({ title, entries }) {
  const { t } = useWords();
  return html`
    <div>
      <h3>${title}</h3>
      ${!entries.length && html`<p class="quiet">${t("conflict.none")}</p>`}
      <ul class="changes">
        ${entries.map((entry) => html`<${Entry} key=${entry.key} entry=${entry} />`)}
      </ul>
    </div>
  `;
}

function Entry({ entry }) {
  const { t } = useWords();
  const { label, kind, lines } = entry;
  return html`
    <li>
      <b>${t(`change.${kind}`, { label }, label)}</b>
      ${lines.length > 0 && html`<ul>
        ${lines.map(({ path, before, after }) => html`
          <li key=${path.join()}>
            <bdi>${path.map((name) => t(`part.${name}`, {}, name)).join(" › ")}</bdi>:${" "}
            ${before !== undefined && html`<del><bdi>${before}</bdi></del>`}${" "}
            ${after !== undefined && html`<ins><bdi>${after}</bdi></ins>`}
          </li>
        `)}
      </ul>`}
    </li>
  `;
}
