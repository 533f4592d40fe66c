// The federations in which there was money: their invitations, and looking for it.

import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { CoreError } from "../../core/link";
import type { PreviewView } from "../api";
import { upCount } from "../health";
import { atOnce, invitesIn, unwant, want, wanted } from "../invites";
import { usePreview } from "../invitation";
import { join } from "../join";
import { lengths, tame } from "../outside";
import { Dots } from "../parts/guardians";
import { Icon } from "../parts/icon";
import { announce } from "../parts/live";
import { Screen, focusHeadingIfLost } from "../parts/screen";
import { FederationName, fill } from "../parts/text";
import { Trouble } from "../parts/trouble";
import { go, goOn, place } from "../route";
import { texts } from "../texts";
import { asCoreError, federationOf, federations, online, wallet } from "../wallet";

/** What is known of the federations of invitations, by invitation. */
type Known = Record<string, PreviewView>;

export function Federations() {
  const [known, setKnown] = useState<Known>({});
  const { busy, problem, joined, restore } = useRestore();
  const [shown, setShown] = useState(atOnce);
  const wordless = wallet.value?.words === false;
  useEffect(() => {
    if (wordless) go({ screen: "restore" }, {}, true); // or it would be joined with new words
  }, [wordless]);
  const ready = wanted.value.filter((code) => known[code]?.usable);
  const idle = ready.length === 0;
  const onward = idle && (joined > 0 || federations.value.length > 0); // nothing can be done here now, and there is a wallet
  const label = busy
    ? texts.restore.federations.restoring
    : onward
      ? texts.restore.federations.home
      : idle
        ? texts.restore.federations.enter
        : texts.restore.federations.button(ready.length);
  const rest = wanted.value.length - shown;
  return (
    <Screen
      title={texts.restore.federations.title}
      actions={
        <button
          type="button"
          class="main wide"
          disabled={busy || wordless || (idle && !onward)}
          onClick={() => (onward ? go({ screen: "home" }) : void restore(ready))}
        >
          {label}
        </button>
      }
    >
      <p class="lead">{texts.restore.federations.lead}</p>
      <p class="good place" role="status">
        {joined > 0 && !busy && `${texts.restore.federations.joined(joined)} ${wanted.value.length > 0 ? texts.restore.federations.left(wanted.value.length) : ""}`}
      </p>
      <InviteField />
      {problem && <Trouble error={problem} />}
      {wanted.value.length > 0 && (
        <ul class="card rows" aria-label={texts.restore.federations.list}>
          {wanted.value.slice(0, shown).map((code) => (
            <Invitation key={code} code={code} know={(view) => setKnown((all) => ({ ...all, [code]: view }))} />
          ))}
        </ul>
      )}
      {rest > 0 && (
        <button type="button" class="wide" onClick={() => setShown(shown + atOnce)}>
          {texts.restore.federations.more(Math.min(rest, atOnce))}
        </button>
      )}
      <OfFile />
      <p class="hint note">
        <Icon name="warning" />
        {texts.restore.cost}
      </p>
    </Screen>
  );
}

/** What a file has named and is neither joined nor in the list. */
function OfFile() {
  const missing = (wallet.value?.invited ?? []).filter((f) => !federationOf(f.id)).map((f) => f.invite_code);
  const left = missing.filter((code) => !wanted.value.includes(code));
  if (left.length === 0) return null;
  return (
    <button type="button" onClick={() => want(left)}>
      {texts.restore.federations.back(left.length)}
    </button>
  );
}

/** Joins federations one after the other. Those that could not be joined stay. */
function useRestore() {
  const [busy, setBusy] = useState(false);
  const [joined, setJoined] = useState(0);
  const [problem, setProblem] = useState<CoreError>();
  const restore = async (codes: string[]) => {
    const here = place.value.route;
    setBusy(true);
    setProblem(undefined);
    let failed: CoreError | undefined;
    for (const code of codes) {
      try {
        await join(code, true);
        unwant(code);
        setJoined((n) => n + 1);
      } catch (error) {
        failed = asCoreError(error);
      }
    }
    setBusy(false);
    setProblem(failed);
    if (failed || wanted.value.length > 0) return;
    announce(texts.restore.looking);
    goOn(here, { screen: "home" });
  };
  return { busy, problem, joined, restore };
}

/** Takes invitations, several at once. */
function InviteField() {
  const [text, setText] = useState("");
  const [complaint, setComplaint] = useState("");
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const add = (text: string) => {
    const added = want(invitesIn(text));
    setComplaint(added ? "" : texts.restore.federations.none);
    setText(added ? "" : text);
    field.current?.focus(); // the button cannot keep the focus
  };
  const scan = "mediaDevices" in navigator;
  return (
    <form
      class="anything card"
      onSubmit={(e) => {
        e.preventDefault();
        add(text);
      }}
    >
      <label for={id}>{texts.restore.federations.label}</label>
      <textarea
        ref={field}
        id={id}
        rows={2}
        value={text}
        placeholder={texts.restore.federations.placeholder}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        aria-describedby={`${id}-trouble`}
        onInput={(e) => setText(e.currentTarget.value)}
        onPaste={(e) => {
          e.preventDefault();
          add(`${text} ${e.clipboardData?.getData("text/plain") ?? ""}`.trim());
        }}
      />
      <div class="choices">
        <button type="submit" disabled={text.trim() === ""}>
          {texts.restore.federations.add}
        </button>
        {scan && (
          <button type="button" onClick={() => go({ screen: "scan" }, { wanted: true })}>
            <Icon name="scan" />
            {texts.anything.scan}
          </button>
        )}
      </div>
      <p id={`${id}-trouble`} class="problem" role="status">
        {complaint}
      </p>
      <p class="hint">{texts.restore.federations.hint}</p>
    </form>
  );
}

interface InvitationProps {
  code: string;
  know(view: PreviewView): void;
}

/** One of them: what its federation says of itself, and how to leave it out. */
function Invitation({ code, know }: InvitationProps) {
  const { data, error } = usePreview(code);
  useEffect(() => focusHeadingIfLost, []);
  useEffect(() => {
    if (data?.joined) unwant(code);
    else if (data) know(data);
  }, [data]);
  const short = `${code.slice(0, 12)}\u2026${code.slice(-6)}`;
  const name = tame(data?.name, lengths.name) || short;
  return (
    <li class="row">
      {data && <Dots guardians={data.guardians} />}
      <span class="grow">
        <span class="name">{data ? <FederationName name={data.name} /> : <code>{short}</code>}</span>
        <span class="sub" role="status">
          {stateText(data, error)}
        </span>
      </span>
      <button type="button" class="round" aria-label={fill(texts.restore.federations.remove, { name })} onClick={() => unwant(code)}>
        <Icon name="close" />
      </button>
    </li>
  );
}

function stateText(view: PreviewView | undefined, error: CoreError | undefined): string {
  const own = texts.restore.federations;
  if (view) return view.usable ? own.ready(upCount(view.guardians), view.guardians.length) : own.unusable;
  if (!error) return own.asking;
  if (error.code === "FederationUnreachable") return online.value ? own.unreachable : texts.state.offline;
  return error.code === "InvalidInput" ? own.damaged : own.unusable;
}
