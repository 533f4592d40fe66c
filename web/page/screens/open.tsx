// Opens a text: says what it is, and offers what can be done with it.

import type { Identity } from "../api";
import { foreign } from "../foreign";
import { lengths } from "../outside";
import { Icon } from "../parts/icon";
import { Screen } from "../parts/screen";
import { Outside } from "../parts/text";
import { Trouble } from "../parts/trouble";
import { go, place } from "../route";
import { Anything } from "../scan/anything";
import { texts } from "../texts";
import { federationOf, trouble, useAnswer, wallet } from "../wallet";
import { Joined } from "./joined";
import { Pay } from "./pay";
import { Preview } from "./preview";
import { Redeem } from "./redeem";

export function Open() {
  const { text = "", words = false } = place.value.memory;
  const { data, error, fresh, again } = useAnswer<Identity>("identify", text ? { text } : undefined);
  if (!text) {
    return (
      <Screen title={texts.open.title} key="empty">
        {words && <WalletWords />}
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
  const joined = data?.kind === "invite" && data.joined ? federationOf(data.federation_id ?? "") : undefined;
  const shown = wallet.value !== undefined || trouble.value !== undefined;
  if (!data || !fresh || ((data.joined || data.invoice) && !shown)) {
    return (
      <Screen title={texts.open.title} key="reading">
        <p class="hint">{texts.open.reading}</p>
        <span class="skeleton block" />
      </Screen>
    );
  }
  if (joined) return <Joined federation={joined} />;
  if (data.kind === "ecash") return <Redeem text={text} identity={data} />;
  if (data.kind === "invite" && data.invite_code) return <Preview invite={data.invite_code} />;
  if (data.kind === "invoice" && data.invoice) return <Pay identity={data} invoice={data.invoice} />;
  return <Unknown text={text} reason={data.reason} />;
}

/** A text that cannot be opened. It stays in the field, so that it can be mended. */
function Unknown({ text, reason }: { text: string; reason: string | undefined }) {
  const shape = foreign(text);
  const kind = reason && shape !== "invoice" ? undefined : shape;
  const mendable = kind === undefined || kind === "ecash" || kind === "invoice";
  return (
    <Screen title={texts.open.title} key="unknown">
      <section class="notice">
        <div>
          <p class="strong">{kind ? texts.anything.foreign[kind] : reason ? texts.anything.damaged : texts.anything.unknown}</p>
          {mendable && <p>{texts.anything.unknownHint}</p>}
          {reason && (
            <p class="sub wrap">
              <Outside text={reason} max={lengths.technical} />
            </p>
          )}
        </div>
      </section>
      <Anything start={text} />
    </Screen>
  );
}

/** Says what to do with the words of a wallet, which are not kept. */
function WalletWords() {
  return (
    <section class="notice bad" role="alert">
      <Icon name="warning" />
      <div>
        <p class="strong">{texts.anything.words.what}</p>
        <p>{texts.anything.words.yet}</p>
        <p>{texts.anything.words.never}</p>
        <button type="button" class="small" onClick={() => go({ screen: "restore" })}>
          {texts.anything.words.use}
        </button>
      </div>
    </section>
  );
}
