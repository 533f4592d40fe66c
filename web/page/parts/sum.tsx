// Amounts that add up to the last one.

import type { Line } from "../sums";
import { Amount } from "./text";

/** The lines of a sum, or their places where the amounts are not known. */
export function Sum({ lines }: { lines: { label: Line["label"]; msat: Line["msat"] | undefined }[] }) {
  return (
    <dl class="facts sum">
      {lines.map(({ label, msat }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{msat === undefined ? "\u2013" : <Amount msat={msat} />}</dd>
        </div>
      ))}
    </dl>
  );
}
