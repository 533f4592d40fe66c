// What an operation by lightning shows: an invoice that somebody is to pay, and the
// facts of one that was.

import { useEffect } from "preact/hooks";
import type { Identity, LightningDetails, OperationDetail } from "../api";
import { gatewayName, lapseOf } from "../lightning";
import { lengths } from "../outside";
import { Copy } from "../parts/copy";
import { QRCode } from "../parts/qrcode";
import { focusHeadingIfLost } from "../parts/screen";
import { Outside, fill } from "../parts/text";
import { texts } from "../texts";
import { soon } from "../time";
import { now, useAnswer } from "../wallet";

/** Whether an invoice can still be paid, as far as this device's clock says. */
export function payable(op: OperationDetail): boolean {
  const { expires } = op.details ?? {};
  return op.state === "ready" && (expires === undefined || expires * 1000 > now.value);
}

/** An invoice for somebody to pay. In capitals its QR code is smaller. */
export function InvoiceCard({ invoice }: { invoice: string }) {
  useEffect(() => focusHeadingIfLost, []);
  return (
    <section class="card handed">
      <QRCode text={invoice.toUpperCase()} label={texts.invoice.qr} />
      <p class="hint">{texts.invoice.show}</p>
      {"share" in navigator && (
        <div class="choices">
          <Copy text={invoice} label={texts.invoice.copy} />
        </div>
      )}
      <textarea class="notes" readOnly rows={2} value={invoice} aria-label={texts.invoice.text} onFocus={(e) => e.currentTarget.select()} />
    </section>
  );
}

/** Until when an invoice can be paid. */
export function Until({ op }: { op: OperationDetail }) {
  const { expires } = op.details ?? {};
  if (expires === undefined) return null;
  return <span class="sub">{payable(op) ? fill(texts.invoice.until, { time: soon(expires * 1000, now.value) }) : texts.invoice.over}</span>;
}

/** How an invoice ended that brought nothing, and what that means. */
export function lapsedText({ machines }: OperationDetail): { what: string; hint: string } {
  switch (lapseOf(machines)) {
    case "expired":
      return { what: texts.operation.lapsed, hint: texts.operation.lapsedHint };
    case "uneconomical":
      return { what: texts.operation.eaten, hint: texts.operation.eatenHint };
    case "taken":
      return { what: texts.operation.elsewhere, hint: "" };
  }
}

/** What an invoice says, and who passed the payment on. */
export function InvoiceFacts({ op, details }: { op: OperationDetail; details: LightningDetails }) {
  const { data } = useAnswer<Identity>("identify", { text: details.invoice });
  const { description, payee } = data?.invoice ?? {};
  return (
    <>
      {description && (
        <div>
          <dt>{texts.invoice.for}</dt>
          <dd>
            <Outside text={description} max={lengths.note} />
          </dd>
        </div>
      )}
      {op.title === "pay" && payee && (
        <div>
          <dt>{texts.invoice.payee}</dt>
          <dd>
            <code>{`${payee.slice(0, 8)}\u2026${payee.slice(-8)}`}</code>
          </dd>
        </div>
      )}
      <div>
        <dt>{texts.invoice.gateway}</dt>
        <dd>
          <bdi>{gatewayName({ url: details.gateway })}</bdi>
        </dd>
      </div>
    </>
  );
}

/** What proves that an invoice was paid. */
export function Receipt({ preimage }: { preimage: string }) {
  return (
    <details>
      <summary>{texts.invoice.receipt}</summary>
      <p class="hint">{texts.invoice.receiptHint}</p>
      <p class="wrap">
        <code>{preimage}</code>
      </p>
      <Copy class="small" text={preimage} label={texts.common.copy} />
    </details>
  );
}
