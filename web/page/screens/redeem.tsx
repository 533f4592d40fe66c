// E-cash that came in: what it is, what receiving it brings, and receiving it.

import { useEffect, useState } from "preact/hooks";
import type { CoreError } from "../../core/link";
import type { Identity, OperationView, ReceiveQuote, SpentCheck } from "../api";
import { sat } from "../amount";
import { receive } from "../join";
import { sentAs } from "../ours";
import { Icon } from "../parts/icon";
import { Screen } from "../parts/screen";
import { Sum } from "../parts/sum";
import { Amount, FederationName, Fill, fill } from "../parts/text";
import { Trouble } from "../parts/trouble";
import { refuses } from "../refusal";
import { format, go, place } from "../route";
import { gainOf, linesOfQuote } from "../sums";
import { texts } from "../texts";
import { asCoreError, federationOf, useAnswer, wallet } from "../wallet";
import { Preview } from "./preview";

interface Props {
  text: string;
  identity: Identity;
}

export function Redeem({ text, identity }: Props) {
  if (identity.joined) return <Joined text={text} identity={identity} />;
  if (identity.invite_code) {
    return (
      <Preview invite={identity.invite_code} ecash={text}>
        <Worth msat={identity.amount_msat ?? 0} identity={identity} />
        <p class="hint">{texts.receive.join}</p>
      </Preview>
    );
  }
  return (
    <Screen title={texts.receive.ecash} key="ecash">
      <Worth msat={identity.amount_msat ?? 0} identity={identity} />
      <section class="notice">
        <Icon name="warning" />
        <div>
          <p>{texts.receive.noInvite}</p>
          <p>{texts.receive.keepText}</p>
        </div>
      </section>
    </Screen>
  );
}

/** E-cash of a federation that was joined. */
function Joined({ text, identity }: Props) {
  const { busy, tried, problem, take } = useReceipt(text);
  const notes = identity.received ? undefined : { notes: text };
  const quote = useAnswer<ReceiveQuote>("quote_receive", notes, wallet.value?.balance_msat); // the fee is also of what is there
  const check = useAnswer<SpentCheck>("check_spent", notes);
  const before = identity.received || quote.error?.code === "AlreadyReceived";
  const worth = identity.amount_msat ?? 0;
  const spent = tried || before ? undefined : check.data?.spent_msat; // what is tried is spent by this wallet, too
  const gone = spent !== undefined && spent >= worth;
  const refused = !before && !gone && quote.error && refusesEcash(quote.error.code) ? quote.error : undefined;
  const gain = quote.data && gainOf(quote.data);
  const waiting = notes !== undefined && !quote.data && !quote.error;
  const shown = gone ? worth : spent ? worth - spent : waiting ? undefined : (gain ?? worth);
  const label = before ? texts.receive.see : spent ? texts.receive.buttonLeft : fill(texts.receive.button, { amount: sat(gain ?? worth) });
  const actions =
    gone || refused ? (
      <button type="button" class="wide" onClick={() => go({ screen: "home" })}>
        {texts.common.done}
      </button>
    ) : (
      <button type="button" class="main wide" disabled={busy || waiting} onClick={() => void take()}>
        {busy ? texts.receive.receiving : label}
      </button>
    );
  return (
    <Screen title={texts.receive.ecash} actions={actions} key="ecash">
      <Worth msat={shown} tried={gone} identity={identity} />
      {(problem ?? refused) && <Trouble error={(problem ?? refused)!} />}
      {gone && <Gone text={text} identity={identity} />}
      {before && <p class="hint center">{texts.receive.before}</p>}
      {!before && !gone && !refused && (
        <>
          <Look spent={spent} worth={worth} asking={!check.fresh || (!check.data && !check.error)} failed={check.error} tried={tried} />
          {identity.own && <p class="hint center">{texts.receive.own}</p>}
          <Gain quote={quote.data} left={spent !== undefined && spent > 0} />
        </>
      )}
    </Screen>
  );
}

/** Whether receiving would be refused with a code, too, without asking anybody. */
function refusesEcash(code: string): boolean {
  return refuses(code) || ["WrongFederation", "ForgedEcash", "TooSmall"].includes(code);
}

/** Receives e-cash. The same e-cash is the same payment, however often it is asked for. */
function useReceipt(text: string) {
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const [problem, setProblem] = useState<CoreError>();
  const take = async () => {
    setBusy(true);
    setTried(true);
    setProblem(undefined);
    try {
      await receive(text, place.value.route);
    } catch (error) {
      setProblem(asCoreError(error));
      setBusy(false);
    }
  };
  return { busy, tried, problem, take };
}

interface WorthProps {
  /** undefined while it is not known. */
  msat: number | undefined;
  tried?: boolean;
  identity: Identity;
}

/** How much it is, and of which federation. */
function Worth({ msat, tried = false, identity }: WorthProps) {
  const federation = federationOf(identity.federation_id ?? "");
  return (
    <section class="hero">
      {msat === undefined ? <span class="skeleton hero-skeleton" /> : <Amount msat={msat} tried={tried} />}
      <p class="under">{federation ? <Fill text={texts.receive.of} name={<FederationName name={federation.name} />} /> : texts.receive.unknownOf}</p>
    </section>
  );
}

interface LookProps {
  spent: number | undefined;
  worth: number;
  asking: boolean;
  failed: CoreError | undefined;
  tried: boolean;
}

/** Whether somebody has taken some of it, as far as that is known. */
function Look({ spent, worth, asking, failed, tried }: LookProps) {
  if (tried) return null;
  return (
    <p class={spent ? "problem center" : "hint center"} role="status">
      {spent
        ? fill(texts.receive.gonePart, { gone: sat(spent), left: sat(worth - spent) })
        : spent === 0
          ? texts.receive.good
          : failed
            ? failed.code === "NotSupported"
              ? texts.receive.untold
              : texts.receive.unsure
            : asking && texts.receive.checking}
    </p>
  );
}

/** What receiving brings, unless a part of it is taken: then the federation says. */
function Gain({ quote, left }: { quote: ReceiveQuote | undefined; left: boolean }) {
  if (left || !quote) return <p class="hint center">{texts.receive.worth}</p>;
  return (
    <section class="card">
      <Sum lines={linesOfQuote(quote)} />
      {quote.aside_msat > 0 && <p class="hint">{texts.sums.asideHint}</p>}
    </section>
  );
}

/** Says that all of it is spent, and by this wallet, if it was. */
function Gone({ text, identity }: Props) {
  const [mine, setMine] = useState<OperationView>();
  useEffect(() => {
    let current = true;
    sentAs(text, identity.federation_id ?? "", identity.amount_msat ?? 0).then(
      (op) => current && setMine(op),
      () => undefined, // it is said what is known without it
    );
    return () => {
      current = false;
    };
  }, []);
  const what = !mine ? texts.receive.gone : mine.state === "returned" ? texts.receive.returned : texts.receive.handed;
  return (
    <section class="notice" role="status">
      <Icon name="warning" />
      <div>
        <p class="strong">{what}</p>
        <p>{texts.receive.goneHint}</p>
        {mine && (
          <p>
            <a href={format({ screen: "operation", federation: mine.federation, id: mine.operation_id })}>{texts.receive.see}</a>
          </p>
        )}
      </div>
    </section>
  );
}
