// The field that takes anything: an invitation or e-cash, pasted, typed, dropped,
// picked as a picture, or scanned.

import { useId, useRef, useState } from "preact/hooks";
import { walletWords } from "../foreign";
import { Icon } from "../parts/icon";
import { go } from "../route";
import { texts } from "../texts";
import { open, openPicture, openTransfer } from "./accept";

const canPaste = "clipboard" in navigator && "readText" in navigator.clipboard;
const canScan = "mediaDevices" in navigator;

/** Whether a key belongs to an input method. Safari tells by the number, after the composition. */
function composes(e: KeyboardEvent): boolean {
  return e.isComposing || e.keyCode === 229;
}

interface Props {
  hint?: string;
  /** What stands in the field at first. */
  start?: string;
  /** Whether the camera is offered. */
  scan?: boolean;
}

export function Anything({ hint, start = "", scan = canScan }: Props) {
  const [text, setText] = useState(start);
  const [trouble, setTrouble] = useState("");
  const id = useId();
  const fresh = text.trim() !== "" && text !== start; // what was rejected is not offered again
  const picker = useRef<HTMLInputElement>(null);
  const submit = (event: Event) => {
    event.preventDefault();
    setText(walletWords(text) ? "" : text);
    open(text);
  };
  const transfer = async (event: Event, data: DataTransfer | null) => {
    if (!data) return;
    event.preventDefault();
    event.stopPropagation();
    setTrouble(await openTransfer(data));
  };
  const paste = async () => {
    try {
      const held = await navigator.clipboard.readText();
      if (held.trim()) open(held);
      else setTrouble(texts.anything.empty);
    } catch {
      setTrouble(texts.anything.noClipboard);
    }
  };
  const pick = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    if (file) setTrouble(await openPicture(file));
    input.value = "";
  };
  return (
    <form class="anything" onSubmit={submit}>
      <label for={id}>{texts.anything.label}</label>
      <textarea
        id={id}
        rows={2}
        value={text}
        placeholder={texts.anything.placeholder}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        aria-describedby={`${id}-trouble`}
        onInput={(e) => setText(e.currentTarget.value)}
        onKeyDown={(e) => e.key === "Enter" && !composes(e) && submit(e)}
        onPaste={(e) => void transfer(e, e.clipboardData)}
        onDrop={(e) => void transfer(e, e.dataTransfer)}
      />
      <div class={fresh ? "choices" : "choices equal"}>
        {fresh ? (
          <button type="submit" class="main">
            {texts.anything.go}
          </button>
        ) : (
          <>
            {canPaste && (
              <button type="button" onClick={() => void paste()}>
                <Icon name="paste" />
                {texts.anything.paste}
              </button>
            )}
            {scan && (
              <button type="button" onClick={() => go({ screen: "scan" })}>
                <Icon name="scan" />
                {texts.anything.scan}
              </button>
            )}
            <button type="button" onClick={() => picker.current?.click()}>
              <Icon name="picture" />
              {texts.anything.picture}
            </button>
          </>
        )}
        <input ref={picker} type="file" accept="image/*" hidden onChange={(e) => void pick(e.currentTarget)} />
      </div>
      <p id={`${id}-trouble`} class="problem" role="status">
        {trouble}
      </p>
      {hint && <p class="hint">{hint}</p>}
    </form>
  );
}
