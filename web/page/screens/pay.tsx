// An invoice: to whom, what paying it costs and through which gateway, and one
// button that says the total. One that is being paid, or was, leads there instead.

import { useEffect, useState } from "preact/hooks";
import type { CoreError } from "../../core/link";
import type { Identity, InvoiceView, PayView } from "../api";
import { sat } from "../amount";
import { hasLightning, linesOfPay, richestOf, sendFee, totalOf } from "../lightning";
import { lengths } from "../outside";
import { ChooseFederation } from "../parts/choosefederation";
import { ChooseGateway } from "../parts/gateways";
import { Screen } from "../parts/screen";
import { Sum } from "../parts/sum";
import { Amount, Fill, Outside, fill } from "../parts/text";
import { Refusal, Trouble } from "../parts/trouble";
import { refuses } from "../refusal";
import { go, goOn, place } from "../route";
import { texts } from "../texts";
import { age } from "../time";
import { asCoreError, federations, link, now, useAnswer } from "../wallet";

interface Props {
  identity: Identity;
  invoice: InvoiceView;
}

export function Pay({ identity, invoice }: Props) {
  const { operation_id: id, federation_id: federation, payers = [] } = identity;
  useEffect(() => {
    if (id && federation) go({ screen: "operation", federation, id }, {}, true);
  }, [id]);
  if (id) {
    return (
      <Screen title={texts.pay.title} key="begun">
        <span class="skeleton block" />
      </Screen>
    );
  }
  const obstacle = obstacleOf(invoice, payers);
  if (!obstacle) return <Payable invoice={invoice} payers={payers} />;
  return (
    <Screen title={texts.pay.title} actions={<Done />} key="obstacle">
      <Bill invoice={invoice} />
      <p class="notice" role="status">
        {obstacle}
      </p>
    </Screen>
  );
}

/** Why no federation can pay an invoice, if so. */
function obstacleOf(invoice: InvoiceView, payers: string[]): string {
  if (federations.value.length === 0) return texts.pay.noFederation;
  if (!federations.value.some(hasLightning)) return texts.pay.noLightning;
  if (!federations.value.some((f) => payers.includes(f.id))) return texts.pay.refusals.NetworkMismatch!;
  return invoice.amount_msat === 0 ? texts.pay.noAmount : "";
}

function Done() {
  return (
    <button type="button" class="wide" onClick={() => go({ screen: "home" })}>
      {texts.common.done}
    </button>
  );
}

/** How much is to be paid, for what, and to whom. */
function Bill({ invoice }: { invoice: InvoiceView }) {
  const { payee } = invoice;
  const short = `${payee.slice(0, 8)}\u2026${payee.slice(-8)}`;
  return (
    <section class="hero">
      {invoice.amount_msat > 0 && <Amount msat={invoice.amount_msat} />}
      <p class="under wrap">
        {invoice.description ? <Outside text={invoice.description} max={lengths.note} /> : texts.pay.nameless}
        <span class="sub">
          <Fill text={texts.pay.to} payee={<code>{short}</code>} />
        </span>
      </p>
    </section>
  );
}

/** What stays as it is when one asks again. */
const lasting: readonly string[] = ["Expired", "NetworkMismatch", "InsufficientBalance"];

function Payable({ invoice, payers }: { invoice: InvoiceView; payers: string[] }) {
  const { federation: chosen, gateway } = place.value.memory;
  const among = federations.value.filter((f) => payers.includes(f.id));
  const [first] = useState(() => richestOf(among)?.id); // which stays when others get richer
  const federation = among.find((f) => f.id === (chosen ?? first)) ?? among[0]!;
  const question = { federation: federation.id, invoice: invoice.invoice, ...(gateway ? { gateway } : {}) };
  const asked = useAnswer<PayView>("quote_pay", question, federation.balance_msat);
  const { busy, problem, pay } = usePayment(asked.again, `${federation.id} ${gateway}`);
  const quote = asked.fresh ? asked.data : undefined;
  const refused = asked.fresh ? asked.error : undefined;
  const ready = quote && !quote.begun && !busy;
  const here = place.value.route;
  useEffect(() => {
    if (quote?.begun) goOn(here, { screen: "operation", federation: quote.federation, id: quote.operation_id });
  }, [quote?.begun]);
  const stop = refused && lasting.includes(refused.code);
  const label = busy ? texts.pay.paying : quote ? fill(texts.pay.button, { amount: sat(totalOf(quote)) }) : texts.pay.title;
  const button = (
    <button type="button" class="main wide" disabled={!ready} onClick={() => quote && void pay(quote)}>
      {label}
    </button>
  );
  return (
    <Screen title={texts.pay.title} actions={stop ? <Done /> : button} key="pay">
      <Bill invoice={invoice} />
      {problem && (refuses(problem.code) ? <Refusal error={problem} sentences={texts.pay.refusals} /> : <Trouble error={problem} text={texts.pay.unsure} />)}
      {refused && <Refusal error={refused} sentences={texts.pay.refusals} again={stop ? undefined : asked.again} />}
      {(!stop || refused.code === "InsufficientBalance") && <ChooseFederation label={texts.pay.from} federation={federation} among={among} />}
      {!stop && (
        <>
          <section class="card">
            <Sum lines={linesOfPay(invoice.amount_msat, quote)} />
            <p class="hint two-lines">{quote || refused ? texts.pay.back : fill(texts.pay.asking, { age: age(asked.since, now.value) })}</p>
          </section>
          <ChooseGateway
            federation={federation.id}
            chosen={gateway}
            current={quote?.gateway}
            disabled={busy}
            fee={(terms) => sendFee(terms, invoice.payee)}
          />
        </>
      )}
    </Screen>
  );
}

/**
 * Pays what a person has agreed to. The same invoice is the same payment, so trying
 * again is safe. With other terms than those that were shown nothing is paid, and
 * `requote` gets the new ones. What went wrong is about one question.
 */
function usePayment(requote: () => void, question: string) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<CoreError>();
  useEffect(() => setProblem(undefined), [question]);
  const pay = async ({ federation, invoice, gateway }: PayView) => {
    const here = place.value.route;
    setBusy(true);
    setProblem(undefined);
    try {
      const made = await link.call<PayView>("pay_invoice", { federation, invoice: invoice.invoice, gateway: gateway?.url, terms: gateway?.terms });
      goOn(here, { screen: "operation", federation: made.federation, id: made.operation_id });
    } catch (error) {
      const problem = asCoreError(error);
      if (problem.code === "QuoteExpired") requote();
      setProblem(problem);
      setBusy(false);
    }
  };
  return { busy, problem, pay };
}
