// The whole wallet in a file, locked with a passphrase.

import { useId, useState } from "preact/hooks";
import type { CoreError } from "../../core/link";
import type { FileView, SavedView } from "../api";
import { tame } from "../outside";
import { Icon } from "../parts/icon";
import { announce } from "../parts/live";
import { Screen } from "../parts/screen";
import { FederationName, fill } from "../parts/text";
import { Trouble } from "../parts/trouble";
import { shortest, strengthOf } from "../strength";
import { texts } from "../texts";
import { asCoreError, link } from "../wallet";
import { download } from "../walletfile";

export function SaveFile() {
  const [made, setMade] = useState<SavedView>();
  return made ? <Ready made={made} /> : <Make done={setMade} />;
}

function Make({ done }: { done(made: SavedView): void }) {
  const [passphrase, setPassphrase] = useState("");
  const [again, setAgain] = useState("");
  const [shown, setShown] = useState(false);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<CoreError>();
  const short = strengthOf(passphrase) === "short";
  const unlike = again !== passphrase;
  const submit = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (short || unlike || busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const made = await link.call<SavedView>("export_wallet", { passphrase });
      announce(texts.file.save.made);
      done(made);
    } catch (error) {
      setProblem(asCoreError(error));
      setBusy(false);
    }
  };
  return (
    <Screen
      title={texts.file.save.title}
      key="make"
      actions={
        <button type="submit" form="passphrase" class="main wide" disabled={busy}>
          {busy ? texts.file.save.making : texts.file.save.make}
        </button>
      }
    >
      <p class="lead">{texts.file.save.lead}</p>
      <form id="passphrase" onSubmit={(e) => void submit(e)}>
        <Account />
        <Secret label={texts.file.save.passphrase} value={passphrase} change={setPassphrase} shown={shown} fresh bad={tried && short} below={strengthText(passphrase, tried)} />
        <Secret
          label={texts.file.save.again}
          value={again}
          change={setAgain}
          shown={shown}
          fresh
          bad={tried && unlike}
          below={unlike && (tried || again.length >= passphrase.length) ? texts.file.save.unlike : ""}
        />
        <Shown shown={shown} show={setShown} />
      </form>
      {problem && <Trouble error={problem} />}
      <p class="hint note">
        <Icon name="warning" />
        {texts.file.save.forget}
      </p>
    </Screen>
  );
}

/** How good a passphrase is, once there is something to say. */
function strengthText(passphrase: string, tried: boolean): string {
  const strength = strengthOf(passphrase);
  if (strength !== "short") return texts.file.save.strength[strength];
  return passphrase === "" && !tried ? "" : texts.file.save.short(shortest);
}

interface SecretProps {
  label: string;
  value: string;
  change(text: string): void;
  shown: boolean;
  /** Whether it is a new one, and not one that a browser may know. */
  fresh?: boolean;
  bad?: boolean;
  /** What is said about it. */
  below?: string;
}

/** A field for a passphrase. */
export function Secret({ label, value, change, shown, fresh = false, bad = false, below = "" }: SecretProps) {
  const id = useId();
  return (
    <div class="stack">
      <label for={id}>{label}</label>
      <input
        id={id}
        type={(shown ? "text" : "password") as "password"}
        autocomplete={fresh ? "new-password" : "current-password"}
        autocapitalize="none"
        spellcheck={false}
        value={value}
        aria-invalid={bad}
        aria-describedby={`${id}-below`}
        onInput={(e) => change(e.currentTarget.value)}
      />
      <p id={`${id}-below`} class={bad ? "problem place" : "hint place"} role="status">
        {below}
      </p>
    </div>
  );
}

/** What a passphrase is of, for whatever manages passphrases. */
export function Account() {
  return <input type="text" hidden readOnly autocomplete="username" value={texts.app} />;
}

/** Shows what is typed as a passphrase, or not. */
export function Shown({ shown, show }: { shown: boolean; show(shown: boolean): void }) {
  return (
    <label class="check">
      <input type="checkbox" checked={shown} onChange={(e) => show(e.currentTarget.checked)} />
      <span>{texts.file.open.show}</span>
    </label>
  );
}

function Ready({ made }: { made: SavedView }) {
  const name = tame(made.name, 60).replace(/[^\w.-]/g, "") || texts.file.save.name;
  return (
    <Screen
      title={texts.file.save.title}
      key="made"
      actions={
        <button type="button" class="main wide" onClick={() => download(made.file, name)}>
          <Icon name="file" />
          {fill(texts.file.save.download, { name })}
        </button>
      }
    >
      <p class="lead good">{texts.file.save.made}</p>
      <Lacks view={made.view} />
      <p>{texts.file.save.keep}</p>
      <p class="hint">{texts.file.save.forget}</p>
    </Screen>
  );
}

/** What is not in a file, said before it is kept. */
function Lacks({ view }: { view: FileView }) {
  const unknown = view.federations.filter((f) => f.unknown);
  const { unread = 0, omitted = 0 } = view;
  if (unknown.length + unread + omitted === 0) return null;
  return (
    <section class="notice bad">
      <Icon name="warning" />
      <div>
        {unknown.length > 0 && <p>{texts.file.save.unknown}</p>}
        <ul>
          {unknown.map((f) => (
            <li key={f.id} class="strong">
              <FederationName name={f.name} />
            </li>
          ))}
        </ul>
        {unread > 0 && <p>{texts.file.save.unread(unread)}</p>}
        {omitted > 0 && <p>{texts.file.open.omitted(omitted)}</p>}
      </div>
    </section>
  );
}
