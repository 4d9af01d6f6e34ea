// Zoho CRM around us: what it must have, whether all is well, and what it has called us for.
import { useState } from "preact/hooks";
import { html } from "../../html.js";
import { styled } from "../../views/styled.js";
import { Calls } from "./calls.js";
import { Health } from "./health.js";
import { Zoho } from "./zoho.js";

await styled("../../css/setup.css");

export function SetUp({ state, flow }) {
  const [round, setRound] = useState(0);
  return html`
    <div class="setup">
      <${Zoho} state=${state} flow=${flow} onDone=${() => setRound(round + 1)} />
      <${Health} flow=${flow} round=${round} />
      <${Calls} state=${state} flow=${flow} />
    </div>
  `;
}
