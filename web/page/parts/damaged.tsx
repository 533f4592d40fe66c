// Says that an entry of the wallet cannot be read, and how it comes back.

import { texts } from "../texts";
import { wallet } from "../wallet";
import { Icon } from "./icon";

export function Damaged() {
  const n = wallet.value?.damaged?.length ?? 0;
  if (n === 0) return null;
  return (
    <section class="notice bad">
      <Icon name="warning" />
      <div>
        <p class="strong">{texts.damaged.what(n)}</p>
        <p>{texts.damaged.next(n)}</p>
      </div>
    </section>
  );
}
