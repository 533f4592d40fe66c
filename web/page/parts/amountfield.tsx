// The field for an amount in sat, which is what its screen is about.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { doubtful, read, sat } from "../amount";
import { remember } from "../route";
import { texts } from "../texts";
import { fill } from "./text";

interface Props {
  text: string;
  disabled: boolean;
  complaint: string;
  /** What stands below it when there is nothing to complain about. */
  hint: string;
  /** Whether it is certain what the text means. */
  certain?: boolean;
  /** What stands beside the hint. */
  children?: ComponentChildren;
}

export function AmountField({ text, disabled, complaint, hint, certain = false, children }: Props) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  const thousands = text.trim().replace(/[.,]/, "");
  const doubt = doubtful(text) && !certain && fill(texts.send.doubtful, { amount: sat(read(text) ?? 0), thousands });
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
          {complaint || doubt || hint || "\u00a0"}
        </p>
        {children}
      </div>
    </div>
  );
}
