// A federation before it is joined: what it says of itself, and who runs it.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { CoreError } from "../../core/link";
import type { PreviewView } from "../api";
import { sat } from "../amount";
import { upCount } from "../health";
import { usePreview } from "../invitation";
import { join, receive } from "../join";
import { moduleNames } from "../modules";
import { lengths, tame, textIn } from "../outside";
import { Gone } from "../parts/gone";
import { Dots, GuardianList } from "../parts/guardians";
import { Icon } from "../parts/icon";
import { announce } from "../parts/live";
import { Screen } from "../parts/screen";
import { FederationName, Outside, fill } from "../parts/text";
import { Trouble } from "../parts/trouble";
import { go, goOn, place } from "../route";
import { texts, type ErrorText } from "../texts";
import { age, calendarDate } from "../time";
import { asCoreError, now, online, wallet } from "../wallet";

interface Props {
  invite: string;
  /** E-cash of the federation that is received once it is joined. */
  ecash?: string;
  /** What is shown above. */
  children?: ComponentChildren;
}

export function Preview({ invite, ecash, children }: Props) {
  const { data, error, since, again } = usePreview(invite);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<CoreError>();
  const enter = async (restore = false) => {
    const here = place.value.route;
    setBusy(true);
    setProblem(undefined);
    try {
      await join(invite, restore);
      announce(fill(texts.preview.joined, { name: tame(data?.name, lengths.name) }));
      if (ecash) await receive(ecash, here);
      else goOn(here, { screen: "home" });
    } catch (e) {
      setProblem(asCoreError(e));
      setBusy(false);
    }
  };
  const actions = data && (data.usable || data.joined) && (
    <button type="button" class="main wide" disabled={busy} onClick={() => (data.joined && !ecash ? go({ screen: "home" }, {}, true) : void enter())}>
      {label(data, busy, ecash)}
    </button>
  );
  return (
    <Screen title={texts.preview.title} actions={actions} key="preview">
      {!data?.joined && <Gone />}
      {children}
      {error && <Trouble error={error} text={unreachableText(error)} again={again} />}
      {problem && <Trouble error={problem} text={unreachableText(problem)} />}
      {data ? <Federation view={data} /> : !error && <Asking since={since} />}
      {data?.usable && !data.joined && wallet.value?.words && <RestoreHere busy={busy} restore={() => void enter(true)} />}
    </Screen>
  );
}

/** Offers to look for money that the words have there already. */
function RestoreHere({ busy, restore }: { busy: boolean; restore(): void }) {
  return (
    <section class="card">
      <p class="hint">{texts.restore.hereHint}</p>
      <button type="button" disabled={busy} onClick={restore}>
        <Icon name="search" />
        {texts.restore.here}
      </button>
    </section>
  );
}

/** What is said where nothing was joined yet. */
function unreachableText(error: CoreError): ErrorText | undefined {
  if (error.code !== "FederationUnreachable") return undefined;
  return online.value ? texts.preview.unreachable : texts.preview.offline;
}

function label(view: PreviewView, busy: boolean, ecash: string | undefined): string {
  if (busy) return texts.preview.joining;
  if (ecash) return texts.preview.joinAndReceive;
  return view.joined ? texts.preview.openIt : texts.preview.join;
}

/** The place of what is not known yet. */
function Asking({ since }: { since: number }) {
  return (
    <section class="card">
      <p class="hint">{fill(texts.preview.asking, { age: age(since, now.value) })}</p>
      <span class="skeleton title" />
      <span class="skeleton block" />
    </section>
  );
}

function Federation({ view }: { view: PreviewView }) {
  const welcome = textIn(view.meta, "welcome_message");
  const up = upCount(view.guardians);
  return (
    <>
      <section class="card">
        <h2 class="title">
          <FederationName name={view.name} />
        </h2>
        {view.joined && <p class="hint">{texts.preview.already}</p>}
        {welcome && (
          <blockquote>
            <Outside text={welcome} max={lengths.welcome} />
          </blockquote>
        )}
        <Expiry meta={view.meta} />
        {!view.usable && <p class="problem">{texts.preview.unusable}</p>}
      </section>
      <section class="card">
        <h2>
          {texts.preview.guardians} <Dots guardians={view.guardians} />
        </h2>
        <p class="hint">
          {texts.preview.answering(up, view.guardians.length)}. {view.guardians.length === 1 ? texts.preview.alone : texts.preview.needed(view.threshold)}
        </p>
        <GuardianList guardians={view.guardians} />
      </section>
      <section class="card">
        <Terms view={view} />
      </section>
      <p class="hint note">
        <Icon name="warning" />
        {texts.preview.trust}
      </p>
    </>
  );
}

function Terms({ view }: { view: PreviewView }) {
  const usable = moduleNames(view.modules, true);
  const others = moduleNames(view.modules, false).filter((name) => !usable.includes(name));
  return (
    <dl class="facts">
      <div>
        <dt>{texts.preview.can}</dt>
        <dd>{usable.join(", ") || "\u2013"}</dd>
      </div>
      {others.length > 0 && (
        <div>
          <dt>{texts.preview.canNot}</dt>
          <dd>{others.join(", ")}</dd>
        </div>
      )}
      <div>
        <dt>{texts.preview.fees}</dt>
        <dd>{feeText(view)}</dd>
      </div>
    </dl>
  );
}

function feeText({ fee_base_msat, fee_ppm }: PreviewView): string {
  if (fee_base_msat === 0 && fee_ppm === 0) return texts.preview.noFees;
  if (fee_ppm === 0) return fill(texts.preview.fee, { base: sat(fee_base_msat) });
  return fill(texts.preview.feePart, { base: sat(fee_base_msat), part: String(fee_ppm / 10_000) });
}

/** When the federation says that it closes. */
function Expiry({ meta }: { meta: unknown }) {
  const at = Number(textIn(meta, "federation_expiry_timestamp") ?? NaN) * 1000;
  if (!Number.isFinite(at) || at <= 0 || at > 8.64e15) return null;
  const date = calendarDate(at);
  if (at < now.value) return <p class="problem">{fill(texts.preview.expired, { date })}</p>;
  return (
    <p class="hint">
      {texts.preview.expires} {date}
    </p>
  );
}
