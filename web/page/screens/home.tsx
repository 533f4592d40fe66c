// The balance, how things are, and the latest payments.

import type { FederationView } from "../api";
import { summaryOf } from "../health";
import { Damaged } from "../parts/damaged";
import { Brand, Icon } from "../parts/icon";
import { Dots } from "../parts/guardians";
import { OperationRow } from "../parts/operation";
import { Pill } from "../parts/pill";
import { Screen } from "../parts/screen";
import { Searching } from "../parts/searching";
import { Amount, FederationName } from "../parts/text";
import { Trouble } from "../parts/trouble";
import { format, go } from "../route";
import { site } from "../site";
import { kept, wordsKept } from "../storage";
import { inLists, useTakenCheck } from "../taken";
import { texts } from "../texts";
import { expected, federations, latest, latestCount, online, trouble, wallet } from "../wallet";
import { lastShape, useShape } from "./shape";
import { Faucet } from "./faucet";
import { Welcome } from "./welcome";

export function Home() {
  const w = wallet.value;
  if (w ? w.federations.length === 0 : !expected) return <Welcome />;
  const empty = w ? w.balance_msat === 0 : lastShape.empty;
  useShape();
  const actions = (
    <div class="pair">
      <button type="button" class={empty ? "main" : ""} onClick={() => go({ screen: "receive" })}>
        <Icon name="receive" />
        {texts.home.receive}
      </button>
      <button type="button" class={empty ? "" : "main"} onClick={() => go({ screen: "send" })}>
        <Icon name="send" />
        {texts.home.send}
      </button>
    </div>
  );
  return (
    <Screen title={texts.app} header={<Header />} actions={actions} class="home">
      <section class="hero" aria-label={texts.home.balance}>
        {w ? <Amount msat={w.balance_msat} /> : <span class="skeleton hero-skeleton" />}
        <OnItsWay />
      </section>
      {trouble.value && <Trouble error={trouble.value} />}
      <Damaged />
      <Federations />
      <NotBroughtBack />
      {(site.value.faucet || (!w && lastShape.faucet)) && <Faucet quiet={!empty} />}
      {!empty && !wordsKept.value && <KeepWords />}
      <Latest />
    </Screen>
  );
}

function Header() {
  return (
    <>
      <Brand />
      <span class="grow brand-name">{texts.app}</span>
      <Pill />
      <button type="button" class="round" aria-label={texts.home.settings} onClick={() => go({ screen: "settings" })}>
        <Icon name="settings" />
      </button>
    </>
  );
}

function Federations() {
  if (!wallet.value) return <SkeletonRows rows={lastShape.federations} />;
  const several = federations.value.length > 1;
  return (
    <ul class="card rows" aria-label={texts.settings.federations}>
      {federations.value.map((f) => (
        <li key={f.id}>
          <a class="row" href={format({ screen: "federation", id: f.id })}>
            <Dots guardians={f.guardians} />
            <span class="grow">
              <span class="name">
                <FederationName name={f.name} />
              </span>
              <span class={f.elsewhere ? "sub wrong-text" : "sub"}>{f.restoring && !f.error ? <Searching f={f} /> : stateLine(f)}</span>
            </span>
            {several ? <Amount msat={f.balance_msat} unit={false} /> : <Icon name="forward" />}
          </a>
        </li>
      ))}
    </ul>
  );
}

/** Tells of federations that came with a file and were not joined since. */
function NotBroughtBack() {
  const n = wallet.value?.invited?.length ?? 0;
  if (n === 0) return null;
  return (
    <a class="card row keep" href={format({ screen: "federations" })}>
      <Icon name="file" />
      <span class="grow">
        <span class="name">{texts.restore.federations.waiting(n)}</span>
        <span class="sub">{texts.restore.federations.waitingHint}</span>
      </span>
      <Icon name="forward" />
    </a>
  );
}

/** How many payments are on their way. */
function OnItsWay() {
  const pending = federations.value.reduce((sum, f) => sum + (f.restoring ? 0 : f.pending), 0); // what is looked for is no payment
  return <p class="under">{pending > 0 ? <a href={format({ screen: "history", filter: "open" })}>{texts.state.onItsWay(pending)}</a> : "\u00a0"}</p>;
}

/** How a federation is. */
function stateLine(f: FederationView): string {
  if (f.code === "StorageLost") return texts.state.lost;
  if (f.error) return texts.state.broken;
  if (f.elsewhere) return texts.state.elsewhere;
  if (f.stuck?.length) return texts.state.stuck(f.stuck.length);
  return summaryOf(f.guardians, f.threshold, online.value);
}

function KeepWords() {
  return (
    <a class="card row keep" href={format({ screen: "words" })}>
      <Icon name="words" />
      <span class="grow">
        <span class="name">{texts.keep.title}</span>
        <span class="sub">{kept.value === false ? texts.keep.notPromised : texts.keep.promised}</span>
      </span>
      <Icon name="forward" />
    </a>
  );
}

function Latest() {
  const list = latest.value?.slice(0, latestCount);
  useTakenCheck(list ?? [], inLists);
  return (
    <section>
      <div class="heading">
        <h2>{texts.home.latest}</h2>
        {list && list.length > 0 && <a href={format({ screen: "history", filter: "all" })}>{texts.home.all}</a>}
      </div>
      {!list ? (
        <SkeletonRows rows={lastShape.operations} />
      ) : list.length === 0 ? (
        <p class="empty">
          {texts.home.nothing}
          <span class="sub">{texts.home.nothingHint}</span>
        </p>
      ) : (
        <ul class="card rows">
          {list.map((op) => (
            <OperationRow key={op.operation_id} op={op} withDay />
          ))}
        </ul>
      )}
    </section>
  );
}

/** As many rows as there were the last time, of the height that they have. */
function SkeletonRows({ rows }: { rows: number }) {
  return (
    <div class="card rows" aria-hidden="true">
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} class="row">
          <span class="grow">
            <span class="skeleton line" />
            <span class="skeleton line sub" />
          </span>
        </div>
      ))}
    </div>
  );
}
