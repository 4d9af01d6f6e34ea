// The rules that choose what a lead becomes: the first that a lead meets decides.
import { Select } from "../../controls.js";
import { html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { later } from "../../later.js";
import { changed, condition, moved, replaced, without } from "../draft.js";
import { Condition } from "../views/audience.js";
import { Findings, IconButton, Labelled, TextBox } from "../views/parts.js";
import { learn } from "../words.js";
import { choicesPlace, rulePlace, whenPlace } from "./places.js";

const MOST = 50;

const DecidedPlace = later(
  () => import("../decided/decided.js").then(({ Decided }) => Decided),
  () => learn("decided/"),
  "loading.setup",
);

export function Rules({ state, flow, rules, found, put }) {
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
            leads=${state.material.Leads} found=${found} state=${state} flow=${flow}
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

function Rule({ at, rule, last, targets, leads, found, state, flow, onChange, onMove, onRemove }) {
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
          <${Select} id=${`becomes-${at}`} value=${rule.target} onPick=${(target) => onChange(retargeted(rule, target))}
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
      <${DecidedPlace} at=${at} rule=${rule} state=${state} flow=${flow} findings=${found.get(choicesPlace(at))}
        onChange=${(choices) => set({ choices })} />
      <${Findings} findings=${found.get(rulePlace(at))} />
    </li>
  `;
}

// To another target goes what fits each.
function retargeted(rule, target) {
  const { owner, salvage } = rule.choices ?? {};
  return { ...rule, target, choices: changed({}, { owner, salvage }) };
}
