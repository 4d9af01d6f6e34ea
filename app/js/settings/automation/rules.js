// The rules that choose what a lead becomes: the first that a lead meets decides.
import { Select } from "../../controls.js";
import { html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { changed, condition, moved, replaced, without } from "../draft.js";
import { Condition } from "../views/audience.js";
import { Findings, IconButton, Labelled, TextBox } from "../views/parts.js";
import { rulePlace, whenPlace } from "./places.js";

const MOST = 50;

export function Rules({ state, rules, found, put }) {
  const { t } = useWords();
  const { targets } = state.saved;
  const add = () => {
    put([...rules, { name: t("auto.rule_name", { number: rules.length + 1 }), when: [],
      target: targets[0]?.key ?? "", choices: {} }]);
    soon(`name-${rules.length}`);
  };
  return html`
    <section class="panel" aria-labelledby="rules">
      <h2 id="rules" tabindex="-1">${t("auto.rules")}</h2>
      <p class="quiet">${t("auto.rules_text")}</p>
      ${!rules.length && html`<p>${t("auto.no_rules")}</p>`}
      <ol class="auto-rules">
        ${rules.map((rule, at) => html`
          <${Rule} key=${at} at=${at} rule=${rule} last=${at === rules.length - 1} targets=${targets}
            leads=${state.material.Leads} found=${found}
            onChange=${(next) => put(replaced(rules, at, next))}
            onMove=${(to) => (put(moved(rules, at, to)), soon(to < at ? `up-${to}` : `down-${to}`, `name-${to}`))}
            onRemove=${() => (put(without(rules, at)), document.getElementById("rules")?.focus())} />
        `)}
      </ol>
      ${rules.length > 0 && html`<p class="quiet">${t("auto.none_matches")}</p>`}
      <div class="panel__buttons">
        <button type="button" class="button" disabled=${rules.length >= MOST} onClick=${add}>${t("auto.add")}</button>
      </div>
    </section>
  `;
}

// Once it is drawn; what has come to an end cannot be focused.
function soon(id, otherwise = id) {
  requestAnimationFrame(() => {
    const one = document.getElementById(id);
    (one?.disabled === false ? one : document.getElementById(otherwise))?.focus();
  });
}

function Rule({ at, rule, last, targets, leads, found, onChange, onMove, onRemove }) {
  const { t } = useWords();
  const { name, when } = rule;
  const set = (change) => onChange({ ...rule, ...change });
  const known = targets.some(({ key }) => key === rule.target);
  const items = targets.map((one) => [one.key, one.label || one.key]);
  return html`
    <li id=${rulePlace(at)} class="auto-rule" aria-label=${name}>
      <div class="line-controls">
        <${IconButton} icon="up" id=${`up-${at}`} name=${t("list.up", { name })} disabled=${at === 0} onClick=${() => onMove(at - 1)} />
        <${IconButton} icon="down" id=${`down-${at}`} name=${t("list.down", { name })} disabled=${last} onClick=${() => onMove(at + 1)} />
        <${IconButton} icon="bin" name=${t("list.remove", { name })} onClick=${onRemove} />
      </div>
      <div class="settled">
        <${Labelled} id=${`name-${at}`} name=${t("auto.name")}>
          <${TextBox} id=${`name-${at}`} value=${name} marks=${{ maxlength: 100 }} onType=${(text) => set({ name: text })} />
        <//>
        <${Labelled} id=${`becomes-${at}`} name=${t("auto.becomes")}>
          <${Select} id=${`becomes-${at}`} value=${rule.target} onPick=${(target) => set({ target })}
            items=${known ? items : [[rule.target, rule.target || t("rule.choose")], ...items]} />
        <//>
      </div>
      <p class="quiet">${t(when.length ? "audience.all" : "audience.always")}</p>
      <ul class="lines">
        ${when.map((one, place) => html`
          <${Condition} key=${place} id=${whenPlace(at, place)} at=${place} one=${one} leads=${leads} found=${found}
            onChange=${(next) => set({ when: replaced(when, place, next) })}
            onRemove=${() => set({ when: without(when, place) })} />
        `)}
      </ul>
      <button type="button" class="button button--plain" aria-label=${t("auto.add_condition", { name })}
        onClick=${() => set({ when: [...when, condition("", "filled")] })}>${t("audience.add")}</button>
      <${Choices} rule=${rule} onDrop=${() => onChange(changed(rule, { choices: undefined }))} />
      <${Findings} findings=${found.get(rulePlace(at))} />
    </li>
  `;
}

// What a person would choose beside the target was said over the API; it stays, or goes as a whole.
function Choices({ rule, onDrop }) {
  const { t, list } = useWords();
  const names = Object.keys(rule.choices ?? {});
  if (!names.length) return null;
  return html`<p class="quiet">
    ${t("auto.choices", { names: list(names.map((name) => t(`choice.${name}`, {}, name))) })}${" "}
    <button type="button" class="button button--plain" onClick=${onDrop}>${t("auto.drop_choices")}</button>
  </p>`;
}
