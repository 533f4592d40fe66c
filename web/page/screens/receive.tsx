// Receiving: something must come in first.

import { Screen } from "../parts/screen";
import { Anything } from "../scan/anything";
import { texts } from "../texts";

export function Receive() {
  return (
    <Screen title={texts.receive.title}>
      <p class="lead">{texts.receive.lead}</p>
      <Anything />
    </Screen>
  );
}
