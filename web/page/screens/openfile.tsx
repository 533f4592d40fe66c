// The file of a wallet: chosen, unlocked, shown, and brought back.

import { useEffect, useRef, useState } from "preact/hooks";
import type { CoreError } from "../../core/link";
import type { FileView } from "../api";
import { bytes, groups } from "../amount";
import { want } from "../invites";
import { lengths } from "../outside";
import { Icon } from "../parts/icon";
import { Screen } from "../parts/screen";
import { Amount, FederationName, Outside } from "../parts/text";
import { Trouble } from "../parts/trouble";
import { go, goOn, place } from "../route";
import { texts } from "../texts";
import { moment } from "../time";
import { asCoreError, federationOf, knowWords, link } from "../wallet";
import { chosen, largest, readBase64 } from "../walletfile";
import { Account, Secret, Shown } from "./savefile";

/** A file that was opened, and what opens it. */
interface Opened {
  file: string; // base64
  passphrase: string;
  view: FileView;
}

export function OpenFile() {
  const [opened, setOpened] = useState<Opened & { of: File }>();
  const file = chosen.value;
  if (opened && opened.of === file) return <Take opened={opened} />;
  return <Unlock file={file} key={file ? "unlock" : "choose"} done={(o) => setOpened({ ...o, of: file! })} />;
}

function Unlock({ file, done }: { file: File | undefined; done(opened: Opened): void }) {
  const [passphrase, setPassphrase] = useState("");
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<CoreError>();
  const tooLarge = file !== undefined && file.size > largest;
  const ready = file && !tooLarge && passphrase !== "";
  useEffect(() => setProblem(undefined), [file]); // it was about another one
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!ready || busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const base64 = await readBase64(file);
      const view = await link.call<FileView>("read_export", { file: base64, passphrase });
      done({ file: base64, passphrase, view });
    } catch (error) {
      setProblem(asCoreError(error));
      setBusy(false);
    }
  };
  return (
    <Screen
      title={texts.file.open.title}
      actions={
        file && (
          <button type="submit" form="passphrase" class="main wide" disabled={!ready || busy}>
            {busy ? texts.file.open.reading : texts.file.open.read}
          </button>
        )
      }
    >
      <p class="lead">{texts.file.open.lead}</p>
      <Choose file={file} />
      {tooLarge && (
        <p class="problem" role="alert">
          {texts.file.open.tooLarge}
        </p>
      )}
      <form id="passphrase" onSubmit={(e) => void submit(e)}>
        {file && <Account />}
        {file && <Secret label={texts.file.open.passphrase} value={passphrase} change={setPassphrase} shown={shown} bad={problem?.code === "WrongPassphrase"} />}
        {file && <Shown shown={shown} show={setShown} />}
      </form>
      {problem && <Trouble error={problem} />}
    </Screen>
  );
}

/** Chooses a file, and says which one is. One can be dropped on the page, too. */
function Choose({ file }: { file: File | undefined }) {
  const picker = useRef<HTMLInputElement>(null);
  const choose = (input: HTMLInputElement) => {
    if (input.files?.[0]) chosen.value = input.files[0];
    input.value = "";
  };
  return (
    <section class="card">
      {file && (
        <dl class="facts">
          <div>
            <dt>{texts.file.open.chosen}</dt>
            <dd>
              <Outside text={file.name} max={lengths.name} /> {`(${bytes(file.size)})`}
            </dd>
          </div>
        </dl>
      )}
      <button type="button" class={file ? "" : "main"} onClick={() => picker.current?.click()}>
        <Icon name="file" />
        {file ? texts.file.open.other : texts.file.open.choose}
      </button>
      <input ref={picker} type="file" hidden onChange={(e) => choose(e.currentTarget)} />
    </section>
  );
}

/** Shows what a file holds, and takes it in when that is confirmed. */
function Take({ opened: { file, passphrase, view } }: { opened: Opened }) {
  const [busy, setBusy] = useState(false);
  const [same, setSame] = useState(false);
  const [problem, setProblem] = useState<CoreError>();
  const take = async () => {
    const here = place.value.route;
    setBusy(true);
    setProblem(undefined);
    try {
      const taken = await link.call<FileView>("import_wallet", { file, passphrase });
      knowWords();
      const missing = taken.federations.filter((f) => !federationOf(f.id));
      if (missing.length === 0 && taken.federations.length > 0) return setSame(true);
      want(missing.map((f) => f.invite_code));
      chosen.value = undefined;
      goOn(here, { screen: "federations" });
    } catch (error) {
      setProblem(asCoreError(error));
      setBusy(false);
    }
  };
  if (same) return <Same />;
  return (
    <Screen
      title={texts.file.open.title}
      key="take"
      actions={
        <button type="button" class="main wide" disabled={busy} onClick={() => void take()}>
          {busy ? texts.file.open.taking : texts.file.open.take}
        </button>
      }
    >
      <p class="lead">{texts.file.open.what}</p>
      <section class="card">
        <dl class="facts">
          <div>
            <dt>{texts.file.open.made}</dt>
            <dd>{moment(view.made_ms)}</dd>
          </div>
          <div>
            <dt>{texts.file.open.payments}</dt>
            <dd>{groups(view.operations)}</dd>
          </div>
        </dl>
        {(view.omitted ?? 0) > 0 && <p class="hint">{texts.file.open.omitted(view.omitted!)}</p>}
        {(view.unread ?? 0) > 0 && <p class="problem">{texts.file.open.unread(view.unread!)}</p>}
      </section>
      <section>
        <h2>{texts.file.open.federations}</h2>
        <p class="hint">{texts.file.open.then}</p>
        <ul class="card rows">
          {view.federations.length === 0 && <li class="row">{texts.file.open.none}</li>}
          {view.federations.map((f) => (
            <li key={f.id} class="row">
              <span class="grow name">
                <FederationName name={f.name} />
              </span>
              {f.unknown ? <span class="sub">{texts.file.open.unknown}</span> : <Amount msat={f.balance_msat} />}
            </li>
          ))}
        </ul>
      </section>
      {problem && <Trouble error={problem} {...(problem.code === "HasWords" ? { text: texts.file.open.words } : {})} />}
    </Screen>
  );
}

/** Says that a file had nothing to bring back. */
function Same() {
  const done = () => {
    chosen.value = undefined;
    go({ screen: "home" });
  };
  return (
    <Screen
      title={texts.file.open.title}
      key="same"
      actions={
        <button type="button" class="main wide" onClick={done}>
          {texts.common.done}
        </button>
      }
    >
      <p class="lead good">{texts.file.open.same.what}</p>
      <p class="hint">{texts.file.open.same.hint}</p>
    </Screen>
  );
}
