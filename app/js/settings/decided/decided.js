// What a rule decides besides its target: what a person would choose in the widget.
import { useEffect, useState } from "preact/hooks";
import { PersonSelect } from "../../controls.js";
import { html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { choicesPlace } from "../automation/places.js";
import { AFTERS, LISTS, carried } from "../draft.js";
import { Marks } from "../views/along.js";
import { styled } from "../../views/styled.js";
import { Findings, Labelled, Tick } from "../views/parts.js";
import { HOWS, NOTIFIED, decided, put, recordsOf, spread } from "./choices.js";
import { Decision, FaultOf } from "./parts.js";
import { Record, placesOf } from "./record.js";

await styled("../../css/decided.css");

/** In a sentence, and to be changed once that is wanted. */
export function Decided({ at, rule, state, flow, findings, onChange }) {
  const { t, list } = useWords();
  const [open, setOpen] = useState(false);
  const id = choicesPlace(at);
  const names = Object.keys(rule.choices ?? {});
  const target = state.saved.targets.find(({ key }) => key === rule.target);
  const whose = html`<span class="hidden"> (${rule.name})</span>`;
  return html`
    ${names.length > 0 && html`<p class="quiet">
      ${t("auto.choices", { names: list(names.map((one) => t(`choice.${one}`, {}, one))) })}${" "}
      <button type="button" class="button button--plain" onClick=${() => onChange({})}>${t("auto.drop_choices")}${whose}</button>
    </p>`}
    ${!(open && target) && html`<${Findings} findings=${findings} />`}
    ${target && html`
      <button type="button" class="button button--plain" aria-expanded=${open ? "true" : "false"} aria-controls=${id}
        onClick=${() => setOpen(!open)}>${t("auto.decide")}${whose}</button>
    `}
    ${open && target && html`
      <${Parts} key=${rule.target} id=${id} at=${at} rule=${rule} target=${target} state=${state} flow=${flow}
        onChange=${onChange} />
    `}
  `;
}

function Parts({ id, at, rule, target, state, flow, onChange }) {
  const choices = rule.choices ?? {};
  const records = recordsOf(target);
  const zoho = target.kind === "zoho";
  useEffect(() => {
    for (const { module } of records) flow.known(module);
  }, [rule.target]);
  const found = spread(state.automation.findings, at, places({ choices, target, state }, records));
  const set = (key, value) => onChange(decided(choices, key, value));
  const about = { id, target, choices, found, state, flow, set, onChange };
  return html`
    <div class="decided" id=${id}>
      <${Findings} findings=${found.get("")} />
      ${records.map((record) => html`<${Record} key=${record.key} record=${record} about=${about} />`)}
      <${Lists} about=${about} />
      <div class="settled settled--top">
        <${Owner} about=${about} />
        ${zoho ? html`<${Files} about=${about} />` : html`<${After} about=${about} />`}
      </div>
      ${!zoho && choices.lead_after?.kind === "mark" && html`<${Marked} about=${about} />`}
      <${Ticks} about=${about} zoho=${zoho} />
    </div>
  `;
}

// The controls that are shown, by the path of what they decide.
function places(about, records) {
  const { choices, target } = about;
  const { kind, values = {} } = choices.lead_after ?? {};
  const marks = kind === "mark" ? Object.keys(values).map((name) => `lead_after.values.${name}`) : [];
  const own = target.kind === "zoho" ? ["attachments_to", "overwrite", "notify"] : ["lead_after", ...marks];
  const lists = listsOf(target, choices).map(([list]) => `carry.${list}`);
  return ["owner", "salvage", ...own, ...lists, ...records.flatMap((record) => placesOf(about, record))];
}

// Of Zoho's own conversion only tags can be told; what it cannot do either is shown to be mended.
function listsOf(target, { carry = {} }) {
  return Object.entries(LISTS).filter(([list]) => target.kind !== "zoho" || list === "Tag" || list in carry);
}

function Lists({ about }) {
  const { t } = useWords();
  const { id, target, choices, found, set } = about;
  const carry = choices.carry ?? {};
  return html`
    <fieldset class="ticks">
      <legend>${t("decided.lists")}</legend>
      <div class="settled settled--top">
        ${listsOf(target, choices).map(([list, how]) => html`
          <${Decision} key=${list} id=${`${id}-carry-${list}`} name=${t(`hanging.${list.toLowerCase()}`)}
            findings=${found.get(`carry.${list}`)} value=${carry[list]}
            usual=${t(`taken.${carried(target, list) ? how : "leave"}`)}
            items=${HOWS[how].map((one) => [one, t(`taken.${one}`)])}
            onPick=${(one) => set("carry", put(carry, list, one))} />
        `)}
      </div>
    </fieldset>
  `;
}

function Owner({ about }) {
  const { t } = useWords();
  const { id, target, choices, found, flow, set } = about;
  const own = `${id}-owner`;
  const fault = `${own}-fault`;
  const findings = found.get("owner");
  return html`
    <div>
      <${Labelled} id=${own} name=${t("decided.owner")}>
        <${PersonSelect} id=${own} ask=${flow.ask} chosen=${choices.owner ? { id: choices.owner, name: "" } : null}
          nobody=${t(target.kind === "zoho" ? "decided.owner_zoho" : "decided.owner_acting")}
          marks=${{ "aria-invalid": findings && "true", "aria-describedby": findings && fault }}
          onPick=${(one) => set("owner", one?.id)} />
      <//>
      <${Findings} id=${fault} findings=${findings} />
    </div>
  `;
}

function Files({ about }) {
  const { t } = useWords();
  const { id, choices, found, state, set } = about;
  const label = ({ module }) => state.material[module]?.label ?? module;
  return html`<${Decision} id=${`${id}-files`} name=${t("decided.files")} findings=${found.get("attachments_to")}
    value=${choices.attachments_to} usual=${label({ module: "Contacts" })}
    items=${recordsOf({ kind: "zoho" }).map((one) => [one.module, label(one)])}
    onPick=${(module) => set("attachments_to", module)} />`;
}

function After({ about }) {
  const { t } = useWords();
  const { id, target, choices, found, set } = about;
  const pick = (kind) =>
    set("lead_after", kind && (kind === "mark" ? { kind, values: target.lead_after?.values ?? {} } : { kind }));
  return html`<${Decision} id=${`${id}-after`} name=${t("along.after")} findings=${found.get("lead_after")}
    value=${choices.lead_after?.kind} usual=${t(`after.${target.lead_after?.kind ?? "leave"}`)}
    items=${AFTERS.map((one) => [one, t(`after.${one}`)])} onPick=${pick} />`;
}

function Marked({ about }) {
  const { id, choices, found, state, flow, set } = about;
  const problem = (name) => html`<${FaultOf} findings=${found.get(`lead_after.values.${name}`)} />`;
  return html`<${Marks} id=${`${id}-mark`} leads=${state.material.Leads} values=${choices.lead_after.values}
    problemOf=${(name) => found.get(`lead_after.values.${name}`) && problem(name)}
    ask=${flow.ask} set=${(values) => set("lead_after", { kind: "mark", values })} />`;
}

function Ticks({ about, zoho }) {
  const { t } = useWords();
  const { choices, found, set } = about;
  const notify = choices.notify ?? [];
  const tell = (whom) => (on) =>
    set("notify", NOTIFIED.filter((one) => (one === whom ? on : notify.includes(one))));
  const ours = zoho ? ["salvage", "overwrite", "notify"] : ["salvage"];
  return html`
    <div>
      <${Tick} checked=${choices.salvage !== false} onChange=${(on) => set("salvage", on ? undefined : false)}>
        ${t("decided.salvage")}
      <//>
      ${zoho && html`
        <${Tick} checked=${choices.overwrite === true} onChange=${(on) => set("overwrite", on || undefined)}>
          ${t("decided.overwrite")}
        <//>
        ${NOTIFIED.map((whom) => html`
          <${Tick} key=${whom} checked=${notify.includes(whom)} onChange=${tell(whom)}>${t(`decided.${whom}`)}<//>
        `)}
      `}
      <${Findings} findings=${ours.flatMap((one) => found.get(one) ?? [])} />
    </div>
  `;
}
