// One operation: how much, what it has come to, and every step of it.

import { useEffect, useRef } from "preact/hooks";
import type { OperationDetail } from "../api";
import { groups, sat } from "../amount";
import { Diagram } from "../diagram/diagram";
import { lengths } from "../outside";
import { Copy } from "../parts/copy";
import { GuardianList } from "../parts/guardians";
import { announce } from "../parts/live";
import { cameInPart, classOf, signOf, stateOf, titleOf } from "../parts/operation";
import { Screen } from "../parts/screen";
import { Amount, FederationName, Fill, Outside, fill } from "../parts/text";
import { Trouble } from "../parts/trouble";
import { reasonOf } from "../reason";
import { format, go } from "../route";
import { texts } from "../texts";
import { moment } from "../time";
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
    <Screen title={texts.operation.title} actions={handedOut ? <HandOver done={done} notes={handedOut} /> : done}>
      <section class={`hero ${op ? classOf(op) : ""}`}>
        {op ? <Amount msat={op.amount_msat} sign={signOf(op)} /> : <span class="skeleton hero-skeleton" />}
        <State op={op} />
      </section>
      {error && !op && <Trouble error={error} />}
      {op && handedOut && <HandedOut op={op} notes={handedOut} />}
      {op && <Facts op={op} />}
      {op && <Steps op={op} />}
    </Screen>
  );
}

/** Says what an operation has come to, when that changes. */
function useAnnouncement(op: OperationDetail | undefined): void {
  const last = useRef("");
  const state = op ? stateOf(op) : "";
  useEffect(() => {
    if (op && last.current && state !== last.current) announce(fill(texts.operation.changed, { title: titleOf(op), state }));
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
        {refusedText(op)}
        {op.why && (
          <span class="sub">
            {texts.operation.says}: <Outside text={op.why} max={lengths.why} />
          </span>
        )}
      </p>
    );
  }
  if (op.state !== "on its way") return <p class={`under ${op.final ? "good" : ""}`}>{stateOf(op)}</p>;
  return (
    <p class="under">
      {stateOf(op)}
      <span class="sub">{reasonOf(op, online.value, now.value)}</span>
    </p>
  );
}

/** What was refused, and what it cost: getting notes back may cost a fee. */
function refusedText(op: OperationDetail): string {
  const what = op.outgoing ? texts.operation.refusedSend : cameInPart(op) ? texts.operation.refusedPart : texts.operation.refused;
  const cost = op.fee_msat === 0 ? texts.operation.noFee : fill(texts.operation.someFee, { fee: sat(op.fee_msat) });
  return `${what} ${cost}`;
}

function Facts({ op }: { op: OperationDetail }) {
  const lines: [string, number][] = [
    [texts.operation.amount, op.amount_msat],
    [texts.operation.fee, op.fee_msat],
  ];
  return (
    <section class="card">
      <dl class="facts">
        {lines.map(([label, msat]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <Amount msat={msat} />
              <span class="sub">{fill(texts.operation.msat, { amount: groups(msat) })}</span>
            </dd>
          </div>
        ))}
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
    </section>
  );
}

function Steps({ op }: { op: OperationDetail }) {
  return (
    <>
      <section class="card">
        <h2>{texts.operation.steps}</h2>
        <div class="diagrams">
          {op.machines.map((machine) => (
            <Diagram key={machine.id} machine={machine} />
          ))}
        </div>
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
