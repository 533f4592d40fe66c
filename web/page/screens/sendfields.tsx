// The fields of the screen on which e-cash is sent.

import { useEffect, useId, useRef } from "preact/hooks";
import type { FederationView, SendQuote } from "../api";
import { doubtful, read, sat, typed } from "../amount";
import { lengths, tame } from "../outside";
import { Sum } from "../parts/sum";
import { amountText, fill } from "../parts/text";
import { remember } from "../route";
import { texts } from "../texts";
import { federations } from "../wallet";

interface AmountProps {
  text: string;
  limit: number | undefined;
  /** What there is, of which some may be needed for fees. */
  balance: number;
  disabled: boolean;
  complaint: string;
}

export function AmountField({ text, limit, balance, disabled, complaint }: AmountProps) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  const thousands = text.trim().replace(/[.,]/, "");
  const doubt = doubtful(text) && text !== typed(limit ?? 0) && fill(texts.send.doubtful, { amount: sat(read(text) ?? 0), thousands });
  const most = limit !== undefined && limit < balance ? texts.send.rest : texts.send.have;
  return (
    <div class="amount-field">
      <label for={id} class="unseen">
        {texts.send.amount}
      </label>
      <div class="amount-input">
        <input
          ref={field}
          id={id}
          type="text"
          inputMode="decimal"
          autocomplete="off"
          placeholder="0"
          value={text}
          disabled={disabled}
          aria-describedby={`${id}-below`}
          aria-invalid={complaint !== ""}
          size={Math.max(text.length, 1)}
          onInput={(e) => remember({ amount: e.currentTarget.value })}
        />
        <span class="unit">{texts.unit}</span>
      </div>
      <div class="amount-below">
        <p id={`${id}-below`} class={complaint ? "problem" : "hint"} role="status">
          {complaint || doubt || (limit === undefined ? "\u00a0" : fill(most, { amount: sat(limit) }))}
        </p>
        <button type="button" class="small" disabled={disabled || !limit} onClick={() => remember({ amount: typed(limit ?? 0) })}>
          {texts.send.max}
        </button>
      </div>
    </div>
  );
}

interface QuoteProps {
  quote: SendQuote | undefined;
  wanted: number;
  total: number | undefined;
}

/** What is handed out, what it costs, and what that is together. */
export function Quote({ quote, wanted, total }: QuoteProps) {
  const rounded = quote?.amount_msat !== undefined && quote.amount_msat > wanted;
  const hints = quote && [rounded && texts.send.rounded, quote.reissue ? texts.send.later : texts.send.now, texts.send.theirFee];
  return (
    <div class="card">
      <Sum
        lines={[
          { label: texts.sums.worth, msat: quote?.amount_msat },
          { label: texts.sums.fee, msat: quote?.fee_msat },
          { label: texts.sums.pay, msat: total },
        ]}
      />
      <p class="hint four-lines">{hints?.filter(Boolean).join(" ")}</p>
    </div>
  );
}

/** Which federation it is sent from. */
export function From({ federation }: { federation: FederationView }) {
  return (
    <label class="stack">
      {texts.send.from}
      <select value={federation.id} onChange={(e) => remember({ federation: e.currentTarget.value })}>
        {federations.value.map((f) => (
          <option key={f.id} value={f.id}>
            {optionText(f)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** An option has no markup: characters isolate the name. */
function optionText(f: FederationView): string {
  return `\u2068${tame(f.name, lengths.name) || texts.common.unnamed}\u2069 \u00b7 ${amountText(f.balance_msat)}`;
}

interface Terms {
  take_back_after_secs: number;
  include_invite: boolean;
  /** Whether it is made of older e-cash. */
  older: boolean;
}

const waits = [
  [0, texts.send.never],
  [3600, texts.send.hour],
  [86_400, texts.send.day],
  [604_800, texts.send.week],
] as const;

/** What few people want to decide. */
export function Choices({ terms, both, change }: { terms: Terms; both: boolean; change(terms: Terms): void }) {
  return (
    <details class="card">
      <summary>{texts.send.choices}</summary>
      <label class="check">
        <input type="checkbox" checked={terms.include_invite} onChange={(e) => change({ ...terms, include_invite: e.currentTarget.checked })} />
        <span>{texts.send.invite}</span>
      </label>
      {both && (
        <label class="check">
          <input type="checkbox" checked={terms.older} onChange={(e) => change({ ...terms, older: e.currentTarget.checked })} />
          <span>{texts.send.older}</span>
        </label>
      )}
      <label class="stack">
        {texts.send.takeBack}
        <select value={terms.take_back_after_secs} onChange={(e) => change({ ...terms, take_back_after_secs: Number(e.currentTarget.value) })}>
          {waits.map(([seconds, label]) => (
            <option key={seconds} value={seconds}>
              {label}
            </option>
          ))}
        </select>
      </label>
    </details>
  );
}
