// All targets in their order, and what more can be added.
import { useState } from "preact/hooks";
import { Select } from "../../controls.js";
import { html } from "../../html.js";
import { useWords } from "../../i18n.js";
import { Icon, iconOf } from "../../icons.js";
import { moved, newTarget, without, zohoTarget } from "../draft.js";
import { findingsOf } from "../places.js";
import { Files } from "./file.js";
import { Counts, IconButton } from "./parts.js";

export function TargetList({ state, flow }) {
  const { t } = useWords();
  const { draft } = state;
  return html`
    <section aria-labelledby="targets">
      <div class="head">
        <h2 id="targets" tabindex="-1" data-heading>${t("list.title")}</h2>
        <p class="quiet">${t("list.text")}</p>
      </div>
      <table class="grid grid--targets" role="table" aria-labelledby="targets">
        <thead role="rowgroup"><tr role="row">
          <th role="columnheader" scope="col">${t("list.order")}</th>
          <th role="columnheader" scope="col">${t("list.target")}</th>
          <th role="columnheader" scope="col">${t("list.makes")}</th>
          <th role="columnheader" scope="col">${t("list.offered")}</th>
          <th role="columnheader" scope="col">${t("list.findings")}</th>
          <th role="columnheader" scope="col"><span class="hidden">${t("list.remove_column")}</span></th>
        </tr></thead>
        <tbody role="rowgroup">
          ${draft.map((target, at) => html`
            <${Row} key=${target.key} target=${target} at=${at} state=${state} flow=${flow} />
          `)}
        </tbody>
      </table>
      ${!draft.length && html`<p class="quiet">${t("list.empty")}</p>`}
      <div class="tools">
        <${Add} state=${state} flow=${flow} />
        <${Files} state=${state} flow=${flow} />
      </div>
    </section>
  `;
}

function Row({ target, at, state, flow }) {
  const { t } = useWords();
  const { draft } = state;
  const { label } = target;
  const name = label || target.key;
  const move = (to) => () => {
    flow.change(moved(draft, at, to));
    // The button goes along with its row, unless it has come to an end.
    requestAnimationFrame(() => {
      const button = document.getElementById(`${to < at ? "up" : "down"}-${target.key}`);
      const other = document.getElementById(`${to < at ? "down" : "up"}-${target.key}`);
      (button?.disabled ? other : button)?.focus();
    });
  };
  const remove = () => {
    flow.change(without(draft, at));
    flow.say("notice.removed", { name });
    document.getElementById("targets")?.focus();
  };
  return html`
    <tr role="row">
      <td role="cell" class="grid__order">
        <${IconButton} icon="up" id=${`up-${target.key}`} name=${t("list.up", { name })}
          disabled=${at === 0} onClick=${move(at - 1)} />
        <${IconButton} icon="down" id=${`down-${target.key}`} name=${t("list.down", { name })}
          disabled=${at === draft.length - 1} onClick=${move(at + 1)} />
      </td>
      <td role="cell" class="grid__name">
        <button type="button" class="button button--plain" id=${`open-${target.key}`}
          aria-label=${t("list.open", { name })} onClick=${() => flow.open(target.key)}>
          <bdi>${name}</bdi><${Icon} name="pen" />
        </button>
      </td>
      <td role="cell"><${Makes} target=${target} modules=${state.saved.modules} /></td>
      <td role="cell"><${Offered} target=${target} /></td>
      <td role="cell" class="grid__facts"><${Counts} findings=${findingsOf(state.findings, at)} /></td>
      <td role="cell" class="grid__end">
        <${IconButton} icon="bin" name=${t("list.remove", { name })} onClick=${remove} />
      </td>
    </tr>
  `;
}

function Makes({ target, modules }) {
  const { t } = useWords();
  if (target.kind === "zoho") return t("option.zoho");
  return html`<ul class="chips">
    ${(target.records ?? []).map((one) => html`
      <li key=${one.key} class="chip chip--icon">
        <${Icon} name=${iconOf(one.module)} /><bdi>${moduleLabel(modules, one.module)}</bdi>
      </li>
    `)}
  </ul>`;
}

export function moduleLabel(modules, name) {
  return modules.find(({ module }) => module === name)?.label ?? name;
}

function Offered({ target }) {
  const { t } = useWords();
  const who = target.profiles?.length ?? 0;
  const when = target.offered_when?.length ?? 0;
  const parts = [
    who ? t("list.profiles", { count: who }) : t("list.everybody"),
    when ? t("list.conditions", { count: when }) : "",
  ];
  return parts.filter(Boolean).join(" · ");
}

const ZOHO = "\u0000zoho";

function Add({ state, flow }) {
  const { t } = useWords();
  const [module, setModule] = useState("");
  const { draft, saved } = state;
  const lacksZoho = !draft.some(({ kind }) => kind === "zoho");
  const items = [
    ["", t("list.choose_module")],
    ...(lacksZoho ? [[ZOHO, t("option.zoho")]] : []),
    ...saved.modules.map((one) => [one.module, one.label]),
  ];
  const add = (event) => {
    event.preventDefault();
    if (!module) return;
    const label = moduleLabel(saved.modules, module);
    const target = module === ZOHO ? zohoTarget(t("option.zoho"), draft) : newTarget(module, label, draft);
    flow.change([...draft, target]);
    if (target.kind === "records") flow.suggest(module);
    flow.open(target.key);
  };
  return html`
    <form class="tool" onSubmit=${add}>
      <div class="labelled">
        <label for="add-module" class="labelled__name">${t("list.add_for")}</label>
        <div class="tool__line">
          <${Select} id="add-module" value=${module} items=${items} onPick=${setModule} />
          <button type="submit" class="button" disabled=${!module}>${t("list.add")}</button>
        </div>
      </div>
    </form>
  `;
}
