// What happens besides the fields: lists, the lead itself, owner, what is kept, and what it costs.
import { useEffect, useRef, useState } from "preact/hooks";
import { Field, PersonSelect, Select } from "../controls.js";
import { html } from "../html.js";
import { useWords } from "../i18n.js";
import { Icon } from "../icons.js";
import { asTyped } from "../values.js";

export function Aftermath({ about }) {
  const { option } = about;
  return html`
    <div class="plan__columns">
      <${Lists} about=${about} />
      <div>
        ${html`<${option.kind === "records" ? LeadAfter : InZoho} about=${about} />`}
        <${Owner} about=${about} />
        <${Salvage} about=${about} />
        <${Cost} plan=${about.plan} />
      </div>
    </div>
  `;
}

const TONES = {
  copied: ["good", "copy"],
  moved: ["good", "carry"],
  by_zoho: ["good", "carry"],
  left: ["plain", "lock"],
  lost: ["bad", "lost"],
};

function Lists({ about }) {
  const { t, say } = useWords();
  const { plan, choice, decide } = about;
  const choose = (list) => (how) => decide({ carry: { ...choice.carry, [list]: how } });
  return html`
    <section class="plan__part" aria-labelledby="plan-lists">
      <h3 id="plan-lists">${t("related.title")}</h3>
      ${!plan.lists.length && html`<p class="quiet">${t("plan.no_lists")}</p>`}
      <ul class="lists">
        ${plan.lists.map(({ list, label, count, fate, reason, can, how }) => html`
          <li key=${list} class="list">
            <div>
              <p class="list__name">
                ${count === null ? t("related.uncounted", { label }) : t("related.count", { label, count })}
              </p>
              <p class=${`mark mark--${(TONES[fate] ?? TONES.left)[0]}`}>
                <${Icon} name=${(TONES[fate] ?? TONES.left)[1]} />${say("reason", reason)}
              </p>
            </div>
            ${can.length > 1 && html`
              <${Select} id=${`list-${list}`} name=${t("plan.list", { label })} value=${how}
                items=${can.map((way) => [way, t(`how.${way}`)])} onPick=${choose(list)} />
            `}
            ${list === "Attachments" && fate === "by_zoho" && html`<${Files} about=${about} />`}
          </li>
        `)}
      </ul>
    </section>
  `;
}

function Files({ about }) {
  const { t } = useWords();
  const { plan, choice, decide } = about;
  return html`<${Select} id="attachments" name=${t("plan.files")} value=${choice.attachmentsTo ?? "Contacts"}
    items=${plan.records.map(({ module, label }) => [module, label])}
    onPick=${(attachmentsTo) => decide({ attachmentsTo })} />`;
}

const AFTERS = ["leave", "mark", "delete"];
const NOTIFIED = ["lead_owner", "record_owner"];

function LeadAfter({ about }) {
  const { t } = useWords();
  const { plan, choice, decide } = about;
  // What the target itself says, to which a person can go back.
  const usual = useRef(null);
  if (!choice.after) usual.current = plan.lead_after;
  const kind = choice.after?.kind ?? plan.lead_after.kind;
  const pick = (wanted) =>
    decide({ after: wanted === usual.current?.kind ? undefined : { kind: wanted, values: {} } });
  return html`
    <fieldset class="plan__part">
      <legend><h3>${t("after.title")}</h3></legend>
      ${AFTERS.map((one) => html`
        <label key=${one} class="tick">
          <input type="radio" name="after" checked=${kind === one} onChange=${() => pick(one)} />
          <span>${t(`after.${one}`)}</span>
        </label>
      `)}
      ${kind === "mark" && html`<${Marks} about=${about} />`}
    </fieldset>
  `;
}

/** The fields of the lead that are set when it is marked. */
function Marks({ about }) {
  const { t, apart } = useWords();
  const { plan, choice, decide, forms, ask, typing, leave, problem } = about;
  useEffect(() => forms.load("Leads", null), []);
  const form = forms.of("Leads", null);
  if (!form) {
    const failed = forms.failed("Leads", null);
    return html`<p class="quiet" role="status">${t(failed ? "plan.form_failed" : "plan.form_loading")}</p>`;
  }
  const values = choice.after?.values ?? given(plan.lead_after.values, form);
  const set = (next) => decide({ after: { kind: "mark", values: next } });
  const free = form.filter(({ field }) => !values[field]);
  const add = (name) => {
    const field = form.find((one) => one.field === name);
    if (field) set({ ...values, [name]: { field, typed: asTyped(field, null) } });
  };
  const drop = (name) => {
    const { [name]: gone, ...left } = values;
    set(left);
  };
  return html`<div class="fields fields--inner">
    ${!Object.keys(values).length && html`<p class="quiet">${t("after.hint")}</p>`}
    ${Object.entries(values).map(([name, { field, typed }]) => {
      const fault = problem(`lead_after.values.${name}`);
      return html`
        <${Field} key=${name} id=${`after-${name}`} field=${{ ...field, required: false }} typed=${typed}
          ask=${ask} problem=${fault && apart(fault)} onLeave=${() => leave(`lead_after.values.${name}`)}
          onType=${(next) => {
            typing();
            set({ ...values, [name]: { field, typed: next } });
          }}>
          <button type="button" class="button button--plain" onClick=${() => drop(name)}>
            ${t("after.drop")}<span class="hidden"> ${field.label}</span>
          </button>
        <//>
      `;
    })}
    <${Select} id="after-add" name=${t("after.add")} value="" onPick=${add}
      items=${[["", t("after.add")], ...free.map(({ field, label }) => [field, label])]} />
  </div>`;
}

function given(values, form) {
  const known = form.filter(({ field }) => field in values);
  return Object.fromEntries(known.map((field) => [field.field, { field, typed: asTyped(field, values[field.field]) }]));
}

/** What only Zoho's own conversion is asked. */
function InZoho({ about }) {
  const { t } = useWords();
  const { choice, decide } = about;
  const notify = choice.notify ?? [];
  const tell = (whom) => (on) =>
    decide({ notify: on ? [...notify, whom] : notify.filter((one) => one !== whom) });
  const standsIn = Object.values(choice.records).some(({ wanted, link }) => wanted && link);
  return html`
    <fieldset class="plan__part">
      <legend><h3>${t("inzoho.title")}</h3></legend>
      ${standsIn && html`
        <${Tick} on=${choice.overwrite} say=${t("inzoho.overwrite")}
          onTick=${(overwrite) => decide({ overwrite })} />
      `}
      ${NOTIFIED.map((whom) => html`
        <${Tick} key=${whom} on=${notify.includes(whom)} say=${t(`inzoho.${whom}`)} onTick=${tell(whom)} />
      `)}
    </fieldset>
  `;
}

function Tick({ on, say, onTick }) {
  return html`
    <label class="tick">
      <input type="checkbox" checked=${Boolean(on)} onChange=${({ target }) => onTick(target.checked)} />
      <span>${say}</span>
    </label>
  `;
}

function Owner({ about }) {
  const { t } = useWords();
  const { option, choice, decide, ask } = about;
  const [open, setOpen] = useState(Boolean(choice.owner));
  const asIs = t(option.kind === "zoho" ? "owner.of_lead" : "owner.of_creator");
  const start = () => {
    setOpen(true);
    requestAnimationFrame(() => document.getElementById("plan-owner")?.focus());
  };
  return html`
    <section class="plan__part" aria-labelledby="plan-owner-title">
      <h3 id="plan-owner-title">${t("owner.title")}</h3>
      ${open
        ? html`<${PersonSelect} id="plan-owner" chosen=${choice.owner ?? null} ask=${ask} nobody=${asIs}
            marks=${{ "aria-labelledby": "plan-owner-title" }} onPick=${(owner) => decide({ owner })} />`
        : html`<p>${asIs}</p>
            <button type="button" class="button button--plain" onClick=${start}>${t("owner.change")}</button>`}
    </section>
  `;
}

function Salvage({ about }) {
  const { t } = useWords();
  const { plan, decide } = about;
  return html`
    <section class="plan__part" aria-labelledby="plan-salvage">
      <h3 id="plan-salvage">${t("salvage.title")}</h3>
      <${Tick} on=${about.choice.salvage !== false} say=${t("salvage.keep")}
        onTick=${(salvage) => decide({ salvage })} />
      <p class="quiet">${t(plan.salvage ? "salvage.on" : "salvage.off")}</p>
    </section>
  `;
}

function Cost({ plan }) {
  const { t } = useWords();
  const { credits, calls, at_least: more } = plan.cost;
  return html`
    <section class="plan__part" aria-labelledby="plan-cost">
      <h3 id="plan-cost">${t("cost.title")}</h3>
      <p>
        <bdi>${t("cost.credits", { count: credits })}</bdi> · <bdi>${t("cost.calls", { count: calls })}</bdi>
      </p>
      ${more && html`<p class="quiet">${t("cost.at_least")}</p>`}
      <p class="quiet">${t("summary.unchanged")}</p>
    </section>
  `;
}
