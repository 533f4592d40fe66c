// An operation in a list: what it was, what it has come to, and how much.

import type { OperationView } from "../api";
import { hasBoth } from "../modules";
import { entry } from "../outside";
import { format } from "../route";
import { cameOfSearch, percentText, stageOf } from "../search";
import { shownOf } from "../sums";
import { untold } from "../taken";
import { texts } from "../texts";
import { age, dayOf, timeOfDay } from "../time";
import { federationOf, federations, now } from "../wallet";
import { Icon, type IconName } from "./icon";
import { Amount, FederationName, fill } from "./text";

/** What an operation was, in a word. */
export function titleOf(op: OperationView): string {
  switch (op.state) {
    case "returned":
      return named(cameBack(op) ? texts.operation.returned : texts.operation.refusals, op);
    case "refused":
    case "lapsed":
      return named(texts.operation.refusals, op);
    case "ready":
      return named(texts.operation.waits, op);
  }
  if (cameInPart(op)) return texts.operation.receivedInPart;
  if (op.coming_back) return texts.operation.comingBack;
  if (op.state === "on its way") return named(texts.operation.moving, op);
  return op.title === "restore" ? foundOf(op) : named(texts.operation.titles, op);
}

function named(names: Record<string, string>, op: OperationView): string {
  return entry(names, op.title) ?? texts.operation.other;
}

/** Whether the money is there again of what was returned; of an invoice it may be worth too little. */
export function cameBack(op: OperationView): boolean {
  return op.title !== "pay" || op.amount_msat > 0;
}

/** What came of looking for money. Each kind of e-cash is looked for by itself. */
function foundOf(op: OperationView): string {
  const what = cameOfSearch(op.amount_msat, op.change_msat);
  const none = what === "foundNothing" && hasBoth(federationOf(op.federation)) ? entry(texts.operation.foundNone, op.kind) : undefined;
  return none ?? texts.operation[what];
}

/** Whether somebody else was faster with a part of what came in. */
export function cameInPart(op: OperationView): boolean {
  return op.state === "done" && op.title === "receive" && op.gone_msat > 0;
}

/** The state as a class, for its colors. */
export function classOf(op: OperationView): string {
  return op.state.replaceAll(" ", "-");
}

/** What an operation has come to, in a few words. */
export function stateOf(op: OperationView): string {
  if (cameInPart(op)) return texts.operation.receivedInPart;
  if (op.title === "pay" || op.title === "invoice") return lightningState(op);
  if (op.state === "ready" && untold.value.has(op.operation_id)) return texts.operation.handedOut;
  if (op.state === "done" && op.title === "restore") return foundOf(op);
  if (op.state === "done" && op.title === "move") return titleOf(op);
  if (op.state === "done") return op.outgoing ? texts.operation.taken : texts.operation.arrived;
  if (op.state === "refused" && op.gone_msat > 0) return texts.operation.states.gone;
  return texts.operation.states[op.state];
}

function lightningState(op: OperationView): string {
  switch (op.state) {
    case "ready":
      return texts.operation.unpaid;
    case "done":
      return op.outgoing ? texts.operation.paid : texts.operation.arrived;
    case "returned":
      return cameBack(op) ? texts.operation.cameBack : titleOf(op);
    case "lapsed":
      return titleOf(op);
    case "on its way":
      if (op.coming_back) return texts.operation.onItsWayBack;
      if (op.title === "invoice") return texts.operation.paidOnItsWay;
  }
  return texts.operation.states[op.state];
}

function iconOf(op: OperationView): IconName {
  if (op.title === "restore") return "search";
  if (op.title === "move") return "move";
  switch (op.state) {
    case "on its way":
    case "lapsed":
      return "clock";
    case "returned":
      return "returned";
    case "refused":
      return "warning";
  }
  return op.outgoing ? "send" : "receive";
}

/** The state and when, as a second line; withDay says on which day, too. */
function secondLine(op: OperationView, withDay: boolean): string {
  if (op.coming_back || (op.title === "invoice" && op.state === "on its way")) return stateOf(op); // its age is that of what was before
  if (op.state === "on its way" && op.in_flight_msat > 0 && op.title === "restore") return stageOf(op);
  if (op.state === "on its way" && op.title === "restore") return percentText(op) ?? fill(texts.operation.onItsWay, { age: age(op.began_ms, now.value) });
  if (op.state === "on its way") return fill(texts.operation.onItsWay, { age: age(op.began_ms, now.value) });
  const day = withDay ? dayOf(op.began_ms, now.value) : texts.day.today;
  const when = day === texts.day.today ? timeOfDay(op.began_ms) : day;
  if (op.state === "ready" || op.state === "refused") return `${stateOf(op)}, ${when}`;
  return when;
}

export function OperationRow({ op, withDay = false }: { op: OperationView; withDay?: boolean }) {
  const shown = shownOf(op);
  return (
    <li>
      <a class={`row operation ${classOf(op)}`} href={format({ screen: "operation", federation: op.federation, id: op.operation_id })}>
        <span class="badge">
          <Icon name={iconOf(op)} />
        </span>
        <span class="grow">
          {titleOf(op)}
          <span class="sub">
            {secondLine(op, withDay)}
            {federations.value.length > 1 && (
              <>
                , <FederationName name={federationOf(op.federation)?.name} />
              </>
            )}
          </span>
        </span>
        {shown && <Amount {...shown} unit={false} />}
      </a>
    </li>
  );
}
