// What people type into a record: what must be, and whatever else they want.
import { useEffect, useRef, useState } from "preact/hooks";
import { Field } from "../controls.js";
import { html } from "../html.js";
import { useWords } from "../i18n.js";
import { Icon } from "../icons.js";
import { asTyped, kindOf } from "../values.js";

const AT_ONCE = new Set(["tick", "choice", "choices", "person"]);

/**
 * One field of a planned record under its control. `place` is where it is shown (asked | row |
 * more): there it stays, whatever the next plan says, or the person would lose it while typing.
 */
export function Typed({ on, spec, place, held, focused }) {
  const { t, apart } = useWords();
  const { record, mine, change, typing, leave, problem, ask } = on;
  const id = `value-${record.key}-${spec.field}`;
  const path = `records.${record.key}.values.${spec.field}`;
  const entry = mine.values[spec.field];
  useEffect(() => {
    if (focused) document.getElementById(id)?.focus();
  }, []);
  const type = (typed) => {
    if (!AT_ONCE.has(kindOf(spec))) typing();
    change({ values: { ...mine.values, [spec.field]: { field: spec, typed, place: entry?.place ?? place } } });
  };
  const reset = () => {
    const { [spec.field]: gone, ...values } = mine.values;
    document.getElementById(id)?.focus();
    change({ values });
  };
  const fault = problem(path);
  return html`
    <${Field} id=${id} field=${spec} typed=${entry ? entry.typed : asTyped(spec, held)} ask=${ask}
      problem=${fault && apart(fault)} onType=${type} onLeave=${() => entry && leave(path)}>
      ${entry && place !== "asked" && html`
        <span class="typed-in">
          <span class="chip"><${Icon} name="pen" />${t("mark.typed")}</span>
          <button type="button" class="button button--plain" onClick=${reset}>
            ${t("field.reset")}<span class="hidden"> ${spec.label}</span>
          </button>
        </span>
      `}
    <//>
  `;
}

/** What the plan asks for, what must be first; what has been typed in stays. */
export function Asked({ on }) {
  const { t } = useWords();
  const { plan, record, mine, planned, apart } = on;
  const order = useRef([]);
  const needed = plan.to_fill.filter((one) => one.record === record.key && !apart.has(one.field));
  const typed = Object.values(mine.values).filter(({ place }) => place === "asked");
  const specs = new Map([...typed.map(({ field }) => field), ...needed].map((one) => [one.field, one]));
  order.current = [...new Set([...order.current, ...specs.keys()])];
  const shown = order.current.filter((name) => specs.has(name)).map((name) => specs.get(name));
  if (!shown.length) return null;
  const held = (name) => planned.fields.find(({ field }) => field === name)?.value;
  return html`
    <div class="asked">
      <h4><${Icon} name="pen" />${t("fill.title")}</h4>
      <div class="fields">
        ${shown.map((spec) => html`
          <${Typed} key=${spec.field} on=${on} spec=${spec} place="asked" held=${held(spec.field)} />
        `)}
      </div>
    </div>
  `;
}

/** Every other field of the form, folded until somebody wants them. */
export function More({ on }) {
  const { t } = useWords();
  const { record, planned, mine, plan, forms, apart } = on;
  const [open, setOpen] = useState(false);
  const layout = planned.layout?.id ?? null;
  useEffect(() => {
    if (open) forms.load(record.module, layout);
  }, [open, layout]);
  const form = forms.of(record.module, layout);
  const failed = open && forms.failed(record.module, layout);
  const typed = Object.values(mine.values).filter(({ place }) => place === "more");
  const elsewhere = new Set([
    ...apart,
    ...plan.to_fill.filter((one) => one.record === record.key).map(({ field }) => field),
    ...planned.fields.filter(({ field }) => mine.values[field]?.place !== "more").map(({ field }) => field),
    ...Object.keys(mine.values).filter((name) => mine.values[name].place !== "more"),
  ]);
  const free = (form ?? []).filter(({ field }) => !elsewhere.has(field));
  const shown = open && form ? free : typed.map(({ field }) => field);
  const id = `more-${record.key}`;
  return html`
    <div class="more">
      <button type="button" class="button button--plain" aria-expanded=${open ? "true" : "false"}
        aria-controls=${id} onClick=${() => setOpen(!open)}>
        ${t(open ? "plan.fewer_fields" : "plan.all_fields")}
        <span class="hidden"> ${record.label}</span>
      </button>
      <div id=${id} class="fields">
        ${shown.map((spec) => html`<${Typed} key=${spec.field} on=${on} spec=${spec} place="more" />`)}
      </div>
      <p class="quiet" role="status">
        ${open && !form && !failed && t("plan.form_loading")}
        ${open && form && !free.length && t("plan.form_empty")}
      </p>
      ${failed && html`<p class="remark">
        <${Icon} name="warn" />${t("plan.form_failed")}
        <button type="button" class="button button--plain" onClick=${() => forms.load(record.module, layout)}>
          ${t("action.retry")}
        </button>
      </p>`}
    </div>
  `;
}
