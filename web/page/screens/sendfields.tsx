// The fields of the screen on which e-cash is sent.

import type { SendQuote } from "../api";
import { sat, typed } from "../amount";
import { AmountField } from "../parts/amountfield";
import { Sum } from "../parts/sum";
import { fill } from "../parts/text";
import { remember } from "../route";
import { texts } from "../texts";

interface AmountProps {
  text: string;
  limit: number | undefined;
  /** What there is, of which some may be needed for fees. */
  balance: number;
  disabled: boolean;
  complaint: string;
}

/** How much is sent, and at most. */
export function SendAmount({ text, limit, balance, disabled, complaint }: AmountProps) {
  const most = limit !== undefined && limit < balance ? texts.send.rest : texts.send.have;
  const hint = limit === undefined ? "" : fill(most, { amount: sat(limit) });
  return (
    <AmountField text={text} disabled={disabled} complaint={complaint} hint={hint} certain={text === typed(limit ?? 0)}>
      <button type="button" class="small" disabled={disabled || !limit} onClick={() => remember({ amount: typed(limit ?? 0) })}>
        {texts.send.max}
      </button>
    </AmountField>
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
