// Sending e-cash: how much, what it costs, and one button that says the total. By
// lightning an invoice is paid, which must come in first.

import { useEffect, useState } from "preact/hooks";
import { CoreError } from "../../core/link";
import type { CashKind, FederationView, SendQuote } from "../api";
import { read, sat } from "../amount";
import { richestOf } from "../lightning";
import { hasBoth } from "../modules";
import { ChooseFederation } from "../parts/choosefederation";
import { Screen } from "../parts/screen";
import { Tabs, offersLightning } from "../parts/tabs";
import { fill } from "../parts/text";
import { Trouble } from "../parts/trouble";
import { refuses } from "../refusal";
import { goOn, place, remember, type Means } from "../route";
import { Anything } from "../scan/anything";
import { errorText, texts } from "../texts";
import { asCoreError, federationOf, federations, link, useAnswer, wallet } from "../wallet";
import { Choices, Quote, SendAmount } from "./sendfields";

/** A payment that was asked for, with the name by which it is made only once. */
interface Order {
  federation: string;
  key: string;
  amount_msat: number;
  max_fee_msat: number;
  take_back_after_secs: number;
  include_invite: boolean;
  kind?: CashKind;
}

export function Send({ by }: { by?: Means | undefined }) {
  return by === "lightning" && offersLightning() ? <Bring /> : <Ecash />;
}

/** An invoice must be there before it can be paid. */
function Bring() {
  return (
    <Screen title={texts.send.title} key="lightning">
      <Tabs screen="send" by="lightning" />
      <p class="lead">{texts.pay.lead}</p>
      <Anything />
    </Screen>
  );
}

function Ecash() {
  const { amount: text = "", federation: chosen = "", sending, unsure } = place.value.memory;
  const federation = federationOf(chosen) ?? richestOf(federations.value);
  const wanted = read(text) ?? 0;
  const readable = Number.isFinite(wanted) ? wanted : 0;
  const [{ older, ...terms }, setTerms] = useState({ take_back_after_secs: 0, include_invite: true, older: false });
  const both = hasBoth(federation);
  const kind = both && older ? { kind: "mint" as const } : {};
  const { quote, limit, quoteError } = useQuote(federation, readable, kind);
  const { problem, order } = useOrder();
  const ready = quote && federation && !sending;
  const submit = (event: Event) => {
    event.preventDefault();
    if (sending && unsure) return void order(sending as Order);
    if (!ready) return;
    const max_fee_msat = quote.fee_msat ?? 0;
    void order({ federation: federation.id, key: crypto.randomUUID(), amount_msat: wanted, max_fee_msat, ...terms, ...kind });
  };
  const button = (
    <button type="submit" form="send" class="main wide" disabled={!ready && !unsure}>
      {unsure ? texts.common.retry : sending ? texts.send.sending : ready ? fill(texts.send.button, { amount: sat(totalOf(quote)) }) : texts.send.enter}
    </button>
  );
  return (
    <Screen title={texts.send.title} actions={button} key="ecash">
      <Tabs screen="send" />
      <form id="send" onSubmit={submit}>
        {federation && <ChooseFederation label={texts.send.from} federation={federation} among={federations.value} />}
        <SendAmount text={text} limit={limit} balance={federation?.balance_msat ?? 0} disabled={sending !== undefined} complaint={complaint(text, limit, quoteError)} />
        {problem && (unsure ? <Trouble error={problem} text={texts.send.unsure} /> : <Trouble error={problem} />)}
        <Quote quote={quote} wanted={wanted} total={quote && totalOf(quote)} />
        <Choices terms={{ ...terms, older }} both={both} change={setTerms} />
      </form>
    </Screen>
  );
}

/** What leaves the wallet, in msat. */
function totalOf(q: SendQuote): number {
  return (q.amount_msat ?? 0) + (q.fee_msat ?? 0);
}

/** Asks what can be sent and what it costs, again when the balance has changed. */
function useQuote(federation: FederationView | undefined, wanted: number, kind: { kind?: CashKind }) {
  const balance = wallet.value?.balance_msat;
  const from = federation && { federation: federation.id, ...kind };
  const limits = useAnswer<SendQuote>("quote_send", from, balance);
  const quote = useAnswer<SendQuote>("quote_send", from && wanted > 0 ? { ...from, amount_msat: wanted } : undefined, balance);
  return {
    limit: limits.data?.max_msat,
    quote: quote.fresh && wanted > 0 ? quote.data : undefined,
    quoteError: quote.fresh && quote.error ? quote.error : limits.error,
  };
}

/** What is wrong with the amount, if anything is. */
function complaint(text: string, limit: number | undefined, error: CoreError | undefined): string {
  if (limit === 0) return wallet.value?.balance_msat ? texts.send.tooLittle : texts.send.nothing;
  if (text && read(text) === undefined) return texts.send.notAmount;
  if (read(text) === Infinity) return fill(texts.send.tooMuch, { amount: sat(limit ?? 0) });
  if (!error) return "";
  if (error.code === "InsufficientBalance") return fill(texts.send.tooMuch, { amount: sat(limit ?? 0) });
  return errorText(error.code).what;
}

/**
 * Places an order, also one that was placed before the page was closed. It keeps
 * its key until it is certain that it was made or refused.
 */
function useOrder() {
  const { sending, unsure } = place.value.memory;
  const [problem, setProblem] = useState(unsure ? new CoreError(unsure, "") : undefined);
  const order = async (o: Order) => {
    const here = place.value.route;
    remember({ sending: o, unsure: undefined });
    setProblem(undefined);
    try {
      const { operation_id } = await link.call<{ operation_id: string }>("send_ecash", o);
      goOn(here, { screen: "operation", federation: o.federation, id: operation_id });
    } catch (error) {
      const problem = asCoreError(error);
      remember(refuses(problem.code) ? { sending: undefined } : { unsure: problem.code }, here);
      setProblem(problem);
    }
  };
  useEffect(() => {
    if (sending && !unsure) void order(sending as Order);
  }, []);
  return { problem, order };
}
