// E-cash that came in: what it is, and receiving it.

import { useState } from "preact/hooks";
import type { CoreError } from "../../core/link";
import type { Identity } from "../api";
import { sat } from "../amount";
import { receive } from "../join";
import { Icon } from "../parts/icon";
import { Screen } from "../parts/screen";
import { Amount, FederationName, Fill, fill } from "../parts/text";
import { Trouble } from "../parts/trouble";
import { place } from "../route";
import { texts } from "../texts";
import { asCoreError, federationOf } from "../wallet";
import { Preview } from "./preview";

export function Redeem({ text, identity }: { text: string; identity: Identity }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<CoreError>();
  if (!identity.joined && identity.invite_code) {
    return (
      <Preview invite={identity.invite_code} ecash={text}>
        <Worth identity={identity} />
        <p class="hint">{texts.receive.join}</p>
      </Preview>
    );
  }
  const take = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await receive(text, place.value.route);
    } catch (error) {
      setProblem(asCoreError(error));
      setBusy(false);
    }
  };
  const label = identity.received ? texts.receive.see : fill(texts.receive.button, { amount: sat(identity.amount_msat ?? 0) });
  const actions = identity.joined && (
    <button type="button" class="main wide" disabled={busy} onClick={() => void take()}>
      {busy ? texts.receive.receiving : label}
    </button>
  );
  return (
    <Screen title={texts.receive.ecash} actions={actions} key="ecash">
      <Worth identity={identity} />
      {problem && <Trouble error={problem} />}
      <Hint identity={identity} />
    </Screen>
  );
}

/** How much it is, and of which federation. */
function Worth({ identity }: { identity: Identity }) {
  const federation = federationOf(identity.federation_id ?? "");
  return (
    <section class="hero">
      <Amount msat={identity.amount_msat ?? 0} />
      <p class="under">{federation ? <Fill text={texts.receive.of} name={<FederationName name={federation.name} />} /> : texts.receive.unknownOf}</p>
    </section>
  );
}

function Hint({ identity }: { identity: Identity }) {
  if (!identity.joined) {
    return (
      <section class="notice">
        <Icon name="warning" />
        <div>
          <p>{texts.receive.noInvite}</p>
          <p>{texts.receive.keepText}</p>
        </div>
      </section>
    );
  }
  if (identity.received) return <p class="hint center">{texts.receive.before}</p>;
  if (identity.own) return <p class="hint center">{texts.receive.own}</p>;
  return <p class="hint center">{texts.receive.worth}</p>;
}
