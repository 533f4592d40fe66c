// Asking for a payment by lightning: how much, what for, and what of it arrives.

import { useEffect, useState } from "preact/hooks";
import type { CoreError } from "../../core/link";
import { read } from "../amount";
import type { AskView, FederationView } from "../api";
import { hasLightning, linesOfAsk, richestOf } from "../lightning";
import { AmountField } from "../parts/amountfield";
import { ChooseFederation } from "../parts/choosefederation";
import { ChooseGateway } from "../parts/gateways";
import { Screen } from "../parts/screen";
import { Sum } from "../parts/sum";
import { Tabs } from "../parts/tabs";
import { fill } from "../parts/text";
import { Refusal } from "../parts/trouble";
import { goOn, place, remember } from "../route";
import { askToKeep } from "../storage";
import { texts } from "../texts";
import { age } from "../time";
import { asCoreError, federations, link, now, useAnswer } from "../wallet";

/** The longest note, in characters: all of them fit into an invoice. */
const longestNote = 120;

export function Ask() {
  const among = federations.value.filter(hasLightning);
  const [first, setFirst] = useState(() => richestOf(among)?.id); // which stays when others get richer
  const federation = among.find((f) => f.id === (place.value.memory.federation ?? first)) ?? among[0];
  useEffect(() => setFirst((id) => id ?? federation?.id), [federation?.id]);
  const { amount: text = "", note = "", gateway } = place.value.memory;
  const wanted = read(text);
  const amount = wanted !== undefined && Number.isFinite(wanted) ? wanted : 0;
  const { quote, refused, since, again } = useQuote(federation, amount, gateway);
  const { busy, problem, make } = useInvoice(again, `${federation?.id} ${amount} ${gateway}`);
  const ready = quote && federation && !busy;
  const submit = (event: Event) => {
    event.preventDefault();
    if (ready) void make(federation, amount, note, quote);
  };
  const button = (
    <button type="submit" form="ask" class="main wide" disabled={!ready}>
      {busy ? texts.ask.creating : amount === 0 ? texts.send.enter : texts.ask.button}
    </button>
  );
  const small = refused?.code === "TooSmall";
  const complaint = text && (wanted === undefined || wanted === Infinity) ? texts.send.notAmount : small ? texts.ask.refusals.TooSmall! : "";
  const trouble = problem ?? (small ? undefined : refused);
  return (
    <Screen title={texts.receive.title} actions={button}>
      <Tabs screen="receive" by="lightning" />
      <form id="ask" onSubmit={submit}>
        {federation && <ChooseFederation label={texts.ask.to} federation={federation} among={among} />}
        <AmountField text={text} disabled={busy} complaint={complaint} hint="" />
        {trouble && <Refusal error={trouble} sentences={texts.ask.refusals} again={problem ? undefined : again} />}
        <label class="stack">
          {texts.ask.note}
          <input
            type="text"
            autocomplete="off"
            maxLength={longestNote}
            placeholder={texts.ask.notePlace}
            value={note}
            disabled={busy}
            onInput={(e) => remember({ note: e.currentTarget.value })}
          />
        </label>
        <div class="card">
          <Sum lines={linesOfAsk(amount, quote)} />
          <p class="hint place">{amount > 0 && !quote && !refused && fill(texts.ask.asking, { age: age(since, now.value) })}</p>
        </div>
        {federation && (
          <ChooseGateway
            federation={federation.id}
            chosen={gateway}
            current={quote?.gateway}
            disabled={busy}
            fee={(terms) => (terms.receive_enabled ? terms.receive_fee : undefined)}
          />
        )}
      </form>
    </Screen>
  );
}

/** How long a person has to stop typing before gateways are asked, in ms. */
const settling = 350;

/** A value once it has stayed the same for a moment. */
function useSettled<T>(value: T): T {
  const [settled, settle] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(value), settling);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** Asks what an invoice would bring, of an amount that was typed. */
function useQuote(federation: FederationView | undefined, amount: number, gateway: string | undefined) {
  const settled = useSettled(amount);
  const question = federation && settled > 0 ? { federation: federation.id, amount_msat: settled, ...(gateway ? { gateway } : {}) } : undefined;
  const { data, error, fresh, since, again } = useAnswer<AskView>("quote_invoice", question, federation?.balance_msat);
  const about = fresh && settled === amount && amount > 0;
  return { quote: about ? data : undefined, refused: about ? error : undefined, since, again };
}

/** Has the invoice made that a person has agreed to, and shows it. What went wrong is about one question. */
function useInvoice(requote: () => void, question: string) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<CoreError>();
  useEffect(() => setProblem(undefined), [question]);
  const make = async (f: FederationView, amount_msat: number, note: string, { gateway }: AskView) => {
    const here = place.value.route;
    setBusy(true);
    setProblem(undefined);
    void askToKeep();
    try {
      const fields = { federation: f.id, amount_msat, description: note.trim(), gateway: gateway.url, terms: gateway.terms };
      const made = await link.call<AskView>("make_invoice", fields);
      goOn(here, { screen: "operation", federation: f.id, id: made.operation_id });
    } catch (error) {
      const problem = asCoreError(error);
      if (problem.code === "QuoteExpired") requote();
      setProblem(problem);
      setBusy(false);
    }
  };
  return { busy, problem, make };
}
