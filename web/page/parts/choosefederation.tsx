// Which federation it is that pays, or is paid, where several can.

import type { FederationView } from "../api";
import { lengths, tame } from "../outside";
import { remember } from "../route";
import { texts } from "../texts";
import { amountText } from "./text";

interface Props {
  label: string;
  federation: FederationView;
  among: FederationView[];
}

export function ChooseFederation({ label, federation, among }: Props) {
  if (among.length < 2) return null;
  return (
    <label class="stack">
      {label}
      <select value={federation.id} onChange={(e) => remember({ federation: e.currentTarget.value, gateway: undefined })}>
        {among.map((f) => (
          <option key={f.id} value={f.id}>
            {optionText(f)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** An option has no markup: characters isolate the name. */
function optionText(f: FederationView): string {
  return `\u2068${tame(f.name, lengths.name) || texts.common.unnamed}\u2069 \u00b7 ${amountText(f.balance_msat)}`;
}
