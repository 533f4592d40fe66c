// One operation: how much, what it has come to, and every step of it.

import { useEffect, useRef } from "preact/hooks";
import type { MachineView, OperationDetail } from "../api";
import { sat } from "../amount";
import { Diagram } from "../diagram/diagram";
import { split, withoutNever } from "../diagram/shown";
import { entry, lengths } from "../outside";
import { Copy } from "../parts/copy";
import { GuardianList } from "../parts/guardians";
import { announce } from "../parts/live";
import { cameInPart, classOf, stateOf, titleOf } from "../parts/operation";
import { Screen } from "../parts/screen";
import { Sum } from "../parts/sum";
import { Amount, FederationName, Fill, Outside, fill } from "../parts/text";
import { Trouble } from "../parts/trouble";
import { reasonOf } from "../reason";
import { format, go } from "../route";
import { percentText, stageOf } from "../search";
import { linesOf, shownOf } from "../sums";
import { texts } from "../texts";
import { moment, soon } from "../time";
import { federationOf, now, online, useStream } from "../wallet";
import { HandOver, HandedOut } from "./handedout";

export function Operation({ federation, id }: { federation: string; id: string }) {
  const { data: op, error } = useStream<OperationDetail>("subscribe_operation", { federation, operation_id: id });
  useAnnouncement(op);
  const handedOut = op?.state === "ready" && op.notes;
  const done = (
    <button type="button" class={handedOut ? "" : "main wide"} onClick={() => go({ screen: "home" })}>
      {texts.common.done}
    </button>
  );
  return (
    <Screen title={entry(texts.operation.screens, op?.title) ?? texts.operation.title} actions={handedOut ? <HandOver done={done} notes={handedOut} /> : done}>
      <section class={`hero ${op ? classOf(op) : ""}`}>
        {op ? <Hero op={op} /> : <span class="skeleton hero-skeleton" />}
        <State op={op} />
      </section>
      {error && !op && <Trouble error={error} />}
      {op && handedOut && <HandedOut op={op} notes={handedOut} />}
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
  const state = op ? stateOf(op) : "";
  useEffect(() => {
    const title = op ? titleOf(op) : "";
    if (last.current && state !== last.current) announce(title === state ? state : fill(texts.operation.changed, { title, state }));
    last.current = state;
  }, [state]);
}

/** What it has come to, and what it waits for. */
function State({ op }: { op: OperationDetail | undefined }) {
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
    return (
      <p class={`under ${op.final ? "good" : ""}`}>
        {stateOf(op)}
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
    </p>
  );
}

/** What was refused, and what it cost: getting notes back may cost a fee. */
function refusedText(op: OperationDetail): string {
  if (op.title === "receive" && op.gone_msat > 0) return texts.operation.gone;
  const what = op.outgoing ? texts.operation.refusedSend : texts.operation.refused;
  const cost = op.fee_msat === 0 ? texts.operation.noFee : fill(texts.operation.someFee, { fee: sat(op.fee_msat) });
  return `${what} ${cost}`;
}

/** What came of a restore, and what it means. */
function restoredText(op: OperationDetail): string {
  if (op.amount_msat > 0) return texts.restore.foundHint;
  return op.gone_msat > 0 ? texts.restore.elsewhereHint : texts.restore.nothingHint;
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
