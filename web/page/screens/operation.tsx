// One operation: how much, what it has come to, and every step of it.

import { useEffect, useRef } from "preact/hooks";
import type { MachineView, OperationDetail } from "../api";
import { sat } from "../amount";
import { Diagram } from "../diagram/diagram";
import { split, withoutNever } from "../diagram/shown";
import { linkTo } from "../incoming";
import { entry, lengths } from "../outside";
import { Copy } from "../parts/copy";
import { GuardianList } from "../parts/guardians";
import { announce } from "../parts/live";
import { classOf, titleOf } from "../parts/operation";
import { Screen } from "../parts/screen";
import { Sum } from "../parts/sum";
import { Amount, FederationName, Outside, fill } from "../parts/text";
import { Trouble } from "../parts/trouble";
import { format, go } from "../route";
import { percentText } from "../search";
import { linesOf, shownOf } from "../sums";
import { texts } from "../texts";
import { moment } from "../time";
import { federationOf, useStream } from "../wallet";
import { HandOver, HandedOut } from "./handedout";
import { InvoiceCard, InvoiceFacts, Receipt, payable } from "./invoice";
import { State, outcomeOf } from "./outcome";

export function Operation({ federation, id }: { federation: string; id: string }) {
  const { data: op, error } = useStream<OperationDetail>("subscribe_operation", { federation, operation_id: id });
  useAnnouncement(op);
  const handedOut = op?.state === "ready" && op.notes;
  const invoice = op && payable(op) && op.details?.invoice;
  const done = (
    <button type="button" class={handedOut || invoice ? "" : "main wide"} onClick={() => go({ screen: "home" })}>
      {texts.common.done}
    </button>
  );
  const actions = handedOut ? (
    <HandOver done={done} share={{ title: texts.sent.link, url: linkTo(handedOut, location) }} text={handedOut} label={texts.common.copyText} />
  ) : invoice ? (
    <HandOver done={done} share={{ text: invoice }} text={invoice} label={texts.invoice.copy} />
  ) : (
    done
  );
  return (
    <Screen title={entry(texts.operation.screens, op?.title) ?? texts.operation.title} actions={actions}>
      <section class={`hero ${op ? classOf(op) : ""}`}>
        {op ? <Hero op={op} /> : <span class="skeleton hero-skeleton" />}
        <State op={op} />
      </section>
      {error && !op && <Trouble error={error} />}
      {op && handedOut && <HandedOut op={op} notes={handedOut} />}
      {invoice && <InvoiceCard invoice={invoice} />}
      {op && <Facts op={op} />}
      {op && <Steps op={op} />}
    </Screen>
  );
}

/** What it does to the balance; of what was refused, what was tried; of a search, how far it is. */
function Hero({ op }: { op: OperationDetail }) {
  const shown = heroOf(op);
  if (shown) return <Amount {...shown} />;
  if (op.in_flight_msat > 0) return <Amount msat={op.in_flight_msat} />;
  return <span class="amount">{percentText(op) ?? "\u2026"}</span>;
}

function heroOf(op: OperationDetail) {
  if (op.state === "refused") return { msat: op.requested_msat, tried: true };
  return op.title === "move" ? { msat: op.requested_msat } : shownOf(op);
}

/** Says what an operation has come to, when that changes. */
function useAnnouncement(op: OperationDetail | undefined): void {
  const last = useRef("");
  const state = op ? outcomeOf(op) : "";
  useEffect(() => {
    const title = op ? titleOf(op) : "";
    if (last.current && state !== last.current) announce(title === state ? state : fill(texts.operation.changed, { title, state }));
    last.current = state;
  }, [state]);
}

/** How amounts add up, once there are any. */
function Sums({ op }: { op: OperationDetail }) {
  const lines = op.title === "restore" && !op.final ? [] : linesOf(op);
  const aside = op.title === "restore" ? fill(texts.sums.asideFound, { amount: sat(op.aside_msat) }) : texts.sums.asideHint;
  return (
    <>
      {lines.length > 0 && <Sum lines={lines} />}
      {op.aside_msat > 0 && <p class="hint">{aside}</p>}
    </>
  );
}

function Facts({ op }: { op: OperationDetail }) {
  return (
    <section class="card">
      {op.title === "restore" && !op.final && <p class="hint">{texts.restore.cost}</p>}
      <Sums op={op} />
      <dl class="facts apart">
        <div>
          <dt>{texts.operation.when}</dt>
          <dd>{moment(op.began_ms)}</dd>
        </div>
        {op.details && <InvoiceFacts op={op} details={op.details} />}
        <div>
          <dt>{texts.operation.federation}</dt>
          <dd>
            <a href={format({ screen: "federation", id: op.federation })}>
              <FederationName name={federationOf(op.federation)?.name} />
            </a>
          </dd>
        </div>
        <div>
          <dt>{texts.operation.id}</dt>
          <dd class="side">
            <code>{`${op.operation_id.slice(0, 8)}\u2026`}</code> <Copy class="small" text={op.operation_id} label={texts.common.copy} />
          </dd>
        </div>
      </dl>
      {op.details?.preimage && <Receipt preimage={op.details.preimage} />}
      {op.why && (
        <details class="technical">
          <summary>{texts.common.details}</summary>
          <p class="sub wrap">
            {texts.operation.says}: <Outside text={op.why} max={lengths.why} />
          </p>
        </details>
      )}
    </section>
  );
}

function Diagrams({ op, machines }: { op: OperationDetail; machines: MachineView[] }) {
  return (
    <div class="diagrams">
      {machines.map((machine) => (
        <Diagram key={machine.id} machine={withoutNever(machine, op.returns_ms)} returns={op.returns_ms} />
      ))}
    </div>
  );
}

function Steps({ op }: { op: OperationDetail }) {
  const { earlier, now: current } = split(op.machines);
  return (
    <>
      <section class="card">
        <h2>{texts.operation.steps}</h2>
        {earlier.length > 0 && (
          <details>
            <summary>{texts.diagram.earlier(earlier.length)}</summary>
            <Diagrams op={op} machines={earlier} />
          </details>
        )}
        <Diagrams op={op} machines={current} />
      </section>
      {!op.final && (
        <section class="card">
          <h2>{texts.operation.guardians}</h2>
          <GuardianList guardians={op.guardians} />
        </section>
      )}
    </>
  );
}
