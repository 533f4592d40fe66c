// Says that the wallet which was stored here is gone, before another one is made.

import { go } from "../route";
import { texts } from "../texts";
import { past } from "../wallet";
import { Icon } from "./icon";

export function Gone() {
  if (past.value !== "gone") return null;
  return (
    <section class="notice bad">
      <Icon name="warning" />
      <div>
        <p class="strong">{texts.gone.what}</p>
        <p>{texts.gone.words}</p>
        <p>{texts.gone.next}</p>
        <button type="button" class="small" onClick={() => go({ screen: "restore" })}>
          {texts.anything.words.use}
        </button>
      </div>
    </section>
  );
}
