// What would be lost, first of all: each value with its reason, and a place to put it.
import { useState } from "preact/hooks";
import { changeRecord } from "../choices.js";
import { Select } from "../controls.js";
import { asProblem, needsSignIn, sentences } from "../failures.js";
import { html } from "../html.js";
import { useWords } from "../i18n.js";
import { Icon } from "../icons.js";
import { Value } from "./value.js";

const FIRST = 6;

export function Losses({ about, administrator }) {
  const { t } = useWords();
  const [all, setAll] = useState(false);
  const { plan, choice } = about;
  // What was put somewhere stays in its place, so that it can be taken back.
  const items = plan.values
    .map((value) => ({ value, put: placeOf(value.field, choice) }))
    .filter(({ value, put }) => value.fate === "lost" || put);
  if (!items.length) return null;
  const more = items.length - FIRST;
  return html`
    <section class="plan__part" aria-labelledby="plan-losses">
      <h3 id="plan-losses">${t("plan.losses")}</h3>
      <p class="quiet">
        ${t(plan.salvage ? "plan.losses_kept" : "plan.losses_gone")}${" "}
        ${items.some(({ value }) => value.rescues.length) && t("plan.losses_put")}
      </p>
      <ul class="losses-list" id="losses">
        ${(all ? items : items.slice(0, FIRST)).map(({ value, put }) => html`
          <${Loss} key=${value.field} value=${value} put=${put} about=${about}
            administrator=${administrator} />
        `)}
      </ul>
      ${more > 0 && html`
        <button type="button" class="button button--plain" aria-expanded=${all ? "true" : "false"}
          aria-controls="losses" onClick=${() => setAll(!all)}>
          ${all ? t("plan.fewer") : t("plan.more_losses", { count: more })}
        </button>
      `}
    </section>
  `;
}

function placeOf(source, choice) {
  for (const [record, { sources }] of Object.entries(choice.records)) {
    const field = Object.keys(sources).find((name) => sources[name] === source);
    if (field) return { record, field };
  }
  return null;
}

function Loss({ value, put, about, administrator }) {
  const { t, say } = useWords();
  const [wish, setWish] = useState("");
  const [known, setKnown] = useState(null); // the place, once its offer is gone
  const { choice, decide, option } = about;
  const place = (one) => `${one.record}.${one.field}`;
  const rescue = value.rescues.find((one) => place(one) === wish) ?? value.rescues[0];
  const several = !put && value.rescues.length > 1;
  const saved = !put ? null : known && place(known) === place(put) ? known : { ...put, label: labelOf(put, about) };
  const set = ({ record, field }, source) => {
    const sources = { ...choice.records[record].sources };
    delete sources[field];
    decide(changeRecord(option, choice, record, { sources: source ? { ...sources, [field]: source } : sources }));
  };
  const deed = put
    ? () => set(put, null)
    : () => {
        setKnown(rescue);
        set(rescue, value.field);
      };
  return html`
    <li class=${put ? "loss loss--put" : "loss"}>
      <div class="loss__words">
        <p class="loss__name">
          <${Icon} name=${put ? "check" : "lost"} />
          <span class="hidden">${t(put ? "mark.carried" : "mark.lost")}: </span>
          <bdi>${value.label}</bdi>
        </p>
        <${Value} value=${value.held} />
        <p class="loss__why">${put ? t("plan.put", { label: saved.label }) : say("loss", value.reason)}</p>
      </div>
      <div class="loss__deeds">
        ${several && html`
          <${Select} key="where" id=${`rescue-${value.field}`} value=${place(rescue)} onPick=${setWish}
            name=${t("plan.put_where", { label: value.label })}
            items=${value.rescues.map((one) => [place(one), titled(one, about)])} />
        `}
        ${(put || rescue) && html`
          <button key="deed" type="button" class="button" onClick=${deed}>
            ${put ? t("plan.undo") : several ? t("plan.put_there") : t("plan.put_in", { label: titled(rescue, about) })}
            <span class="hidden"> ${value.label}</span>
          </button>
        `}
        ${administrator && (put || rescue) && html`
          <${Always} key="always" source=${value} place=${saved ?? rescue} about=${about}
            onSaved=${() => !put && deed()} />
        `}
        ${!put && value.reason?.code === "kept" && html`
          <${Overwrite} key="overwrite" value=${value} about=${about} />
        `}
      </div>
    </li>
  `;
}

// A field of one of several records is named with its record.
function titled({ record, label }, { option }) {
  const records = option.records ?? [];
  const whose = records.length > 1 && records.find(({ key }) => key === record)?.label;
  return whose ? `${label} (${whose})` : label;
}

function labelOf({ record, field }, { plan }) {
  const found = plan.records.find(({ key }) => key === record)?.fields.find((one) => one.field === field);
  return found?.label ?? field.replaceAll("_", " ");
}

/** From now on, for every lead: an administrator changes the target's mapping. */
function Always({ source, place, about, onSaved }) {
  const words = useWords();
  const { t } = words;
  const [state, setState] = useState("ready"); // ready | saving | saved
  const [problem, setProblem] = useState(null);
  const { ask, option, flow } = about;
  const save = async () => {
    if (state === "saving") return;
    setState("saving");
    setProblem(null);
    try {
      await ask.always(option.target, place.record, place.field, source.field);
      setState("saved");
      onSaved();
    } catch (error) {
      const found = asProblem(error);
      setState("ready");
      if (needsSignIn(found)) flow.fail(found);
      else setProblem(found);
    }
  };
  return html`
    <button type="button" class="button button--plain" onClick=${save}
      aria-disabled=${state === "ready" ? undefined : "true"}>
      ${t(`always.${state}`)}<span class="hidden"> ${source.label}</span>
    </button>
    <p class="loss__problem" role="status">${problem && sentences(problem, words).text}</p>
  `;
}

/** What an existing record holds already gives way, where somebody says so. */
function Overwrite({ value, about }) {
  const { t } = useWords();
  const { plan, choice, decide, option } = about;
  const found = plan.records
    .flatMap((record) => record.fields.map((field) => ({ record, field })))
    .find(({ field }) => field.sources.includes(value.field) && field.reason?.code === "kept" && field.merge);
  if (!found) return null;
  const { key } = found.record;
  const merge = { ...choice.records[key].merge, [found.field.field]: "overwrite" };
  return html`
    <button type="button" class="button" onClick=${() => decide(changeRecord(option, choice, key, { merge }))}>
      ${t("plan.overwrite", { label: found.field.label })}
    </button>
  `;
}
