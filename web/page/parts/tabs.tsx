// The means by which money comes in or goes out: e-cash, and lightning where a
// federation has it.

import { hasLightning } from "../lightning";
import { go, type Means } from "../route";
import { lastShape } from "../screens/shape";
import { texts } from "../texts";
import { federations, wallet } from "../wallet";

/** Whether a federation has lightning, or had it the last time as long as that is not known. */
export function offersLightning(): boolean {
  return wallet.value ? federations.value.some(hasLightning) : lastShape.lightning;
}

export function Tabs({ screen, by }: { screen: "send" | "receive"; by?: Means | undefined }) {
  if (!offersLightning()) return null;
  const tab = (means: Means | undefined, label: string) => (
    <button type="button" aria-pressed={by === means} onClick={() => go(means ? { screen, by: means } : { screen }, {}, true)}>
      {label}
    </button>
  );
  return (
    <div class="filters" role="group" aria-label={texts.common.means}>
      {tab(undefined, texts.common.ecash)}
      {tab("lightning", texts.common.lightning)}
    </div>
  );
}
