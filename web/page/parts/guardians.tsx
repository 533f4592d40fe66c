// The guardians of a federation, as dots and as a list.

import type { GuardianView, MisbehaviourView } from "../api";
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

interface ListProps {
  guardians: GuardianView[];
  /** Whether all that is known of them is shown. */
  full?: boolean;
  /** How many of them have to agree. */
  threshold?: number;
}

/** Every guardian. */
export function GuardianList({ guardians, full = false, threshold = Infinity }: ListProps) {
  const enough = guardians.filter((g) => !g.misbehaviours?.length).length >= threshold;
  return (
    <ul class={full ? "rows full" : "rows"}>
      {guardians.map((g) => (
        <li key={g.peer} class="row">
          <span class={`dot ${dotOf(g)}`} aria-hidden="true" />
          <span class="grow">
            <bdi>{nameOf(g)}</bdi>
            {full && <Facts g={g} />}
            {full && g.misbehaviours && g.misbehaviours.length > 0 && <Misbehaviours list={g.misbehaviours} enough={enough} />}
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
  const plain = g.misbehaviours?.length ? texts.guardian.states[g.state] : stateOf(g); // wrong answers have a line of their own
  const state = g.state === "up" ? plain : fill(texts.guardian.since, { state: plain, age: age(g.since_ms, now.value) });
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

/** What was wrong with a guardian's answers; enough others may have given the right ones. */
function Misbehaviours({ list, enough }: { list: MisbehaviourView[]; enough: boolean }) {
  const times = list.reduce((sum, m) => sum + m.count, 0);
  const last = Math.max(...list.map((m) => m.when_ms));
  return (
    <>
      <span class="sub wrong-text">
        {texts.guardian.wrongTimes(times, moment(last))} {enough && texts.guardian.othersAgreed}
      </span>
      <details class="technical">
        <summary>{texts.common.details}</summary>
        {list.map((m, i) => (
          <Misbehaviour key={i} m={m} />
        ))}
      </details>
    </>
  );
}

function Misbehaviour({ m }: { m: MisbehaviourView }) {
  const method = tame(m.method, lengths.name);
  return (
    <span class="sub wrap">
      <Outside text={m.what} max={lengths.technical} />
      {method && ` \u00b7 ${fill(texts.guardian.asked, { method })}`}
      {` \u00b7 ${texts.guardian.times(m.count)}`}
    </span>
  );
}
