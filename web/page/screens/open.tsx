// Opens a text: says what it is, and offers what can be done with it.

import type { Identity } from "../api";
import { lengths } from "../outside";
import { Screen } from "../parts/screen";
import { Outside } from "../parts/text";
import { Trouble } from "../parts/trouble";
import { place } from "../route";
import { Anything } from "../scan/anything";
import { texts } from "../texts";
import { useAnswer } from "../wallet";
import { Preview } from "./preview";
import { Redeem } from "./redeem";

export function Open() {
  const text = place.value.memory.text ?? "";
  const { data, error, fresh, again } = useAnswer<Identity>("identify", text ? { text } : undefined);
  if (!text) {
    return (
      <Screen title={texts.open.title} key="empty">
        <Anything />
      </Screen>
    );
  }
  if (error) {
    return (
      <Screen title={texts.open.title} key="error">
        <Trouble error={error} again={again} />
      </Screen>
    );
  }
  if (!data || !fresh) {
    return (
      <Screen title={texts.open.title} key="reading">
        <p class="hint">{texts.open.reading}</p>
        <span class="skeleton block" />
      </Screen>
    );
  }
  if (data.kind === "ecash") return <Redeem text={text} identity={data} />;
  if (data.kind === "invite" && data.invite_code) return <Preview invite={data.invite_code} />;
  return (
    <Screen title={texts.open.title} key="unknown">
      <section class="notice">
        <div>
          <p class="strong">{data.reason ? texts.anything.damaged : texts.anything.unknown}</p>
          <p>{texts.anything.unknownHint}</p>
          {data.reason && (
            <p class="sub wrap">
              <Outside text={data.reason} max={lengths.technical} />
            </p>
          )}
        </div>
      </section>
      <Anything />
    </Screen>
  );
}
