// The guardians of a federation, as dots and as a list.

import type { GuardianView } from "../api";
import { dotOf, nameOf, stateOf } from "../health";
import { lengths, tame } from "../outside";
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
    <ul class={full ? "rows full" : "rows"}>
      {guardians.map((g) => (
        <li key={g.peer} class="row">
          <span class={`dot ${dotOf(g)}`} aria-hidden="true" />
          <span class="grow">
            <bdi>{nameOf(g)}</bdi>
            {full && <Facts g={g} />}
            {full && g.misbehaviours?.map((m, i) => <Misbehaviour key={i} m={m} />)}
          </span>
          {!full && <span class="aside">{stateOf(g)}</span>}
        </li>
      ))}
    </ul>
  );
}

function Facts({ g }: { g: GuardianView }) {
  const version = tame(g.version, 24);
  const error = g.state === "up" ? "" : tame(g.error, lengths.technical);
  const state = g.state === "up" ? stateOf(g) : fill(texts.guardian.since, { state: stateOf(g), age: age(g.since_ms, now.value) });
  return (
    <>
      <span class="sub">
        {state}
        {g.state === "up" && g.latency_ms ? ` \u00b7 ${texts.guardian.latency(g.latency_ms)}` : ""}
      </span>
      {version && (
        <span class="sub">
          <Fill text={texts.guardian.version} version={<bdi>{version}</bdi>} />
        </span>
      )}
      <span class="sub wrap">
        <Outside text={g.url} max={lengths.technical} />
      </span>
      {error && (
        <span class="sub wrap">
          <bdi>{error}</bdi>
        </span>
      )}
    </>
  );
}

function Misbehaviour({ m }: { m: NonNullable<GuardianView["misbehaviours"]>[number] }) {
  const method = tame(m.method, lengths.name);
  return (
    <span class="sub wrap wrong-text">
      <Outside text={m.what} max={lengths.technical} />
      {method && ` \u00b7 ${fill(texts.guardian.asked, { method })}`}
      {` \u00b7 ${texts.guardian.times(m.count)}, ${fill(texts.guardian.last, { time: moment(m.when_ms) })}`}
    </span>
  );
}
