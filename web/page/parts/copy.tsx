// A button that copies a text and says so.

import { useEffect, useState } from "preact/hooks";
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
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(0), brief);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    announce(texts.common.copied);
    setCopied((n) => n + 1);
  };
  return (
    <button type="button" class={rest.class ?? ""} onClick={() => void copy()}>
      <Icon name={copied ? "check" : icon} />
      {copied ? texts.common.copied : label}
    </button>
  );
}
