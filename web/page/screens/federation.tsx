// One federation: its guardians, its notes, what it can do, and an invitation.

import { useState } from "preact/hooks";
import type { FederationView } from "../api";
import { linkTo } from "../incoming";
import { summaryOf } from "../health";
import { moduleName } from "../modules";
import { entry, lengths, tame, textIn } from "../outside";
import { Backup } from "../parts/backup";
import { Copy } from "../parts/copy";
import { Elsewhere } from "../parts/elsewhere";
import { Gateways } from "../parts/gateways";
import { GuardianList } from "../parts/guardians";
import { Icon } from "../parts/icon";
import { QRCode } from "../parts/qrcode";
import { Screen } from "../parts/screen";
import { SearchCard } from "../parts/searching";
import { Amount, FederationName, Outside } from "../parts/text";
import { Trouble } from "../parts/trouble";
import { format } from "../route";
import { texts } from "../texts";
import { CoreError } from "../../core/link";
import { asCoreError, federationOf, link, online, useAnswer, wallet } from "../wallet";
import { Notes } from "./notes";

export function Federation({ id }: { id: string }) {
  const f = federationOf(id);
  return (
    <Screen title={texts.federation.title}>
      {f ? <Known f={f} /> : wallet.value ? <p class="empty">{texts.federation.unknown}</p> : <span class="skeleton block" />}
    </Screen>
  );
}

function Known({ f }: { f: FederationView }) {
  const welcome = useWelcome(f);
  return (
    <>
      <section class="hero">
        <Amount msat={f.balance_msat} />
        <p class="under name">
          <FederationName name={f.name} />
        </p>
      </section>
      {f.error && <Trouble error={new CoreError(tame(f.code, lengths.name), tame(f.error, 2 * lengths.technical))} />}
      {f.code === "StorageLost" && <BringBack f={f} />}
      <Elsewhere f={f} />
      {f.restoring && <SearchCard f={f} />}
      <Stuck f={f} />
      {f.damaged && <p class="notice">{texts.federation.damaged(f.damaged)}</p>}
      {welcome && (
        <blockquote class="card">
          <Outside text={welcome} max={lengths.welcome} />
        </blockquote>
      )}
      <Guardians f={f} />
      <Gateways f={f} />
      <Notes f={f} />
      <Backup f={f} />
      <section class="card">
        <h2>{texts.federation.modules}</h2>
        <ul class="rows">
          {f.modules.map((m) => (
            <li key={m.id} class="row">
              <span class="grow">
                <bdi>{kindName(f, m.kind)}</bdi>
              </span>
              <span class="aside">{m.usable ? texts.federation.usable : texts.federation.notUsable}</span>
            </li>
          ))}
        </ul>
      </section>
      <Invitation id={f.id} />
      <p class="hint wrap center">
        {texts.federation.id} <code>{f.id}</code>
      </p>
    </>
  );
}

/** What a module is for; with both generations of e-cash, of which one it is. */
function kindName(f: FederationView, kind: string): string {
  const both = f.modules.some((m) => m.kind === "mint") && f.modules.some((m) => m.kind === "mintv2");
  return (both && entry(texts.federation.kinds, kind)) || moduleName(kind);
}

/** Brings a federation back whose store is lost. */
function BringBack({ f }: { f: FederationView }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<CoreError>();
  const restore = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await link.call("restore", { federation: f.id });
    } catch (error) {
      setProblem(asCoreError(error));
    }
    setBusy(false);
  };
  return (
    <>
      {problem && <Trouble error={problem} />}
      <p class="hint">{texts.restore.cost}</p>
      <button type="button" class="main wide" disabled={busy} onClick={() => void restore()}>
        {busy ? texts.restore.lost.busy : texts.restore.lost.button}
      </button>
    </>
  );
}

/** Payments that cannot go on by themselves. */
function Stuck({ f }: { f: FederationView }) {
  const operations = [...new Set(f.stuck?.map((s) => s.operation_id))];
  if (operations.length === 0) return null;
  return (
    <section class="notice bad">
      <Icon name="warning" />
      <div>
        <p class="strong">{texts.state.stuck(operations.length)}</p>
        <p>{texts.state.stuckHint}</p>
        <ul>
          {operations.map((id) => (
            <li key={id}>
              <a href={format({ screen: "operation", federation: f.id, id })}>{texts.receive.see}</a>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

/** What the federation says now, or said when it was joined. */
function useWelcome(f: FederationView): string | undefined {
  const asks = f.modules.some((m) => m.kind === "meta" && m.usable);
  const question = { client_name: f.id, module: "meta", method: "get_consensus_value", payload: { key: 0 } };
  const { data } = useAnswer<{ value: unknown } | null>("client_rpc", asks ? question : undefined);
  return textIn(data?.value, "welcome_message") ?? textIn(f.meta, "welcome_message");
}

function Guardians({ f }: { f: FederationView }) {
  return (
    <section class="card">
      <div class="heading">
        <h2>{texts.federation.guardians}</h2>
        <button type="button" class="small" onClick={() => void link.call("wake").catch(() => undefined)}>
          {texts.federation.wake}
        </button>
      </div>
      <p class="hint" role="status">
        {summaryOf(f.guardians, f.threshold, online.value)}
      </p>
      <GuardianList guardians={f.guardians} threshold={f.threshold} full />
    </section>
  );
}

function Invitation({ id }: { id: string }) {
  const { data: code } = useAnswer<string | null>("client_rpc", { client_name: id, module: "", method: "get_invite_code", payload: { peer: 0 } });
  if (!code) return null;
  return (
    <section class="card handed">
      <h2>{texts.federation.invite}</h2>
      <QRCode text={code} label={texts.federation.inviteQR} />
      <p class="hint">{texts.federation.inviteHint}</p>
      <div class="choices">
        <Copy text={code} label={texts.common.copyText} />
        <Copy text={linkTo(code, location)} label={texts.common.copyLink} />
      </div>
    </section>
  );
}
