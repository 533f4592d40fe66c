// The guardians of a federation, as dots and as a list.

import type { GuardianView } from "../api";
import { dotOf, nameOf, stateOf } from "../health";
import { lengths } from "../outside";
import { texts } from "../texts";
import { age, moment } from "../time";
import { now } from "../wallet";
import { Fill, Outside, fill } from "./text";

/** A dot for each guardian. What they show is said beside them. */
export function Dots({ guardians }: { guardians: GuardianView[] }) {
  return (
    <span class="dots" aria-hidden="true">
      {guardians.map((g) => (
        <span key={g.peer} class={`dot ${dotOf(g)}`} />
      ))}
    </span>
  );
}

/** Every guardian, with all that is known of it if full is set. */
export function GuardianList({ guardians, full = false }: { guardians: GuardianView[]; full?: boolean }) {
  return (
    <ul class="rows">
      {guardians.map((g) => (
        <li key={g.peer} class="row">
          <span class={`dot ${dotOf(g)}`} aria-hidden="true" />
          <span class="grow">
            <bdi>{nameOf(g)}</bdi>
            {full && <Facts g={g} />}
            {full && g.misbehaviours?.map((m, i) => <Misbehaviour key={i} m={m} />)}
          </span>
          <span class="aside">{stateOf(g)}</span>
        </li>
      ))}
    </ul>
  );
}

function Facts({ g }: { g: GuardianView }) {
  const facts = [];
  if (g.state === "up" && g.latency_ms) facts.push(texts.guardian.latency(g.latency_ms));
  if (g.state !== "idle" && g.state !== "up") {
    facts.push(fill(texts.guardian.since, { state: texts.guardian.states[g.state], age: age(g.since_ms, now.value) }));
  }
  return (
    <>
      <span class="sub">
        {facts.join(" \u00b7 ")}
        {g.version && (
          <>
            {facts.length > 0 && " \u00b7 "}
            <Fill text={texts.guardian.version} version={<Outside text={g.version} max={24} />} />
          </>
        )}
      </span>
      <span class="sub wrap">
        <Outside text={g.url} max={lengths.technical} />
      </span>
      {g.error && g.state !== "up" && (
        <span class="sub wrap">
          <Outside text={g.error} max={lengths.technical} />
        </span>
      )}
    </>
  );
}

function Misbehaviour({ m }: { m: NonNullable<GuardianView["misbehaviours"]>[number] }) {
  return (
    <span class="sub wrap wrong-text">
      <Outside text={m.what} max={lengths.technical} />
      {m.method && ` \u00b7 ${fill(texts.guardian.asked, { method: m.method })}`}
      {` \u00b7 ${texts.guardian.times(m.count)}, ${fill(texts.guardian.last, { time: moment(m.when_ms) })}`}
    </span>
  );
}
