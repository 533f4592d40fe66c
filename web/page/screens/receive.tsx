// Receiving: something must come in first, or somebody be asked for it.

import { Screen } from "../parts/screen";
import { Tabs, offersLightning } from "../parts/tabs";
import type { Means } from "../route";
import { Anything } from "../scan/anything";
import { texts } from "../texts";
import { Ask } from "./ask";

export function Receive({ by }: { by?: Means | undefined }) {
  if (by === "lightning" && offersLightning()) return <Ask />;
  return (
    <Screen title={texts.receive.title} key="ecash">
      <Tabs screen="receive" />
      <p class="lead">{texts.receive.lead}</p>
      <Anything />
    </Screen>
  );
}
