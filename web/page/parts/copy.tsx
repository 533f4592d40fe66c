// A button that copies a text and says so. Where the browser refuses, the text is
// shown and selected, so that a person can copy it.

import { useEffect, useId, useRef, useState } from "preact/hooks";
import { texts } from "../texts";
import { Icon, type IconName } from "./icon";
import { announce } from "./live";

interface Props {
  text: string;
  label: string;
  icon?: IconName;
  class?: string;
}

/** How long the button says that it has copied, in ms. */
const brief = 2000;

export function Copy({ text, label, icon = "copy", ...rest }: Props) {
  const [copied, setCopied] = useState(0);
  const [refused, setRefused] = useState(0);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(0), brief);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      return setRefused((n) => n + 1);
    }
    setRefused(0);
    announce(texts.common.copied);
    setCopied((n) => n + 1);
  };
  return (
    <>
      <button type="button" class={rest.class ?? ""} onClick={() => void copy()}>
        <Icon name={copied ? "check" : icon} />
        {copied ? texts.common.copied : label}
      </button>
      {refused > 0 && <ByHand text={text} label={label} key={refused} />}
    </>
  );
}

/** The text, selected, and what to do with it. */
function ByHand({ text, label }: { text: string; label: string }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  return (
    <div class="by-hand">
      <p id={id}>{texts.common.notCopied}</p>
      <textarea ref={field} class="notes" readOnly rows={2} value={text} aria-label={label} aria-describedby={id} />
    </div>
  );
}
