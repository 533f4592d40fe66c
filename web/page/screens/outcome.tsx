// What an operation has come to, what it waits for, and what that means.

import { sat } from "../amount";
import type { OperationDetail } from "../api";
import { lengths } from "../outside";
import { cameBack, cameInPart, stateOf, titleOf } from "../parts/operation";
import { Fill, Outside, fill } from "../parts/text";
import { reasonOf } from "../reason";
import { cameOfSearch, stageOf } from "../search";
import { texts } from "../texts";
import { soon } from "../time";
import { now, online } from "../wallet";
import { Until, lapsedText } from "./invoice";

/** What it has come to, in a few words. */
export function outcomeOf(op: OperationDetail): string {
  return op.state === "lapsed" ? lapsedText(op).what : stateOf(op);
}

/** What it has come to, and what it waits for. */
export function State({ op }: { op: OperationDetail | undefined }) {
  if (!op) return <p class="under">{"\u00a0"}</p>;
  const stuck = op.machines.find((m) => m.stuck)?.stuck;
  if (stuck) {
    return (
      <p class="under problem">
        <Fill text={texts.operation.stuck} reason={<Outside text={stuck} max={lengths.technical} />} />
      </p>
    );
  }
  if (op.state === "refused") {
    return (
      <p class="under problem">
        {titleOf(op)}
        <span class="sub">{refusedText(op)}</span>
      </p>
    );
  }
  if (op.state !== "on its way") {
    const good = op.final && op.state !== "lapsed" && cameBack(op);
    return (
      <p class={`under ${good ? "good" : ""}`}>
        {outcomeOf(op)}
        {op.state === "ready" && <Until op={op} />}
        {op.state === "lapsed" && <span class="sub">{lapsedText(op).hint}</span>}
        {op.state === "returned" && op.title === "pay" && <span class="sub">{returnedText(op)}</span>}
        {op.state === "ready" && op.returns_ms !== undefined && (
          <span class="sub">{fill(texts.sent.returns, { time: soon(op.returns_ms, now.value) })}</span>
        )}
        {op.title === "restore" && <span class="sub">{restoredText(op)}</span>}
        {cameInPart(op) && <span class="sub">{fill(texts.operation.gonePart, { amount: sat(op.gone_msat) })}</span>}
      </p>
    );
  }
  return (
    <p class="under">
      {op.title === "restore" ? stageOf(op) : stateOf(op)}
      <span class="sub">{reasonOf(op, online.value, now.value)}</span>
      {op.title === "pay" && !op.coming_back && <span class="sub">{texts.pay.back}</span>}
    </p>
  );
}

/** What it cost that an invoice could not be paid, and what to do. */
function returnedText(op: OperationDetail): string {
  const lost = op.gone_msat > 0 ? texts.operation.elsewhereBack : texts.operation.worthless;
  const cost = cameBack(op) ? costText(op) : lost;
  return `${texts.operation.notPaid} ${cost} ${texts.operation.again}`;
}

function costText(op: OperationDetail): string {
  return op.fee_msat === 0 ? texts.operation.noFee : fill(texts.operation.someFee, { fee: sat(op.fee_msat) });
}

/** What was refused, and what it cost: getting notes back may cost a fee. */
function refusedText(op: OperationDetail): string {
  if (op.title === "receive" && op.gone_msat > 0) return texts.operation.gone;
  const sent = op.title === "pay" ? texts.operation.refusedPay : texts.operation.refusedSend;
  return `${op.outgoing ? sent : texts.operation.refused} ${costText(op)}`;
}

/** What came of a restore, and what it means. */
function restoredText(op: OperationDetail): string {
  return texts.restore.hints[cameOfSearch(op.amount_msat, op.change_msat)];
}
