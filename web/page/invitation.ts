// What a federation says of itself before it is joined.

import { useEffect, useState } from "preact/hooks";
import type { PreviewView } from "./api";
import { online, useAnswer, type Answer } from "./wallet";

/** How long to wait before guardians that did not answer are asked again, in ms. */
const pause = 5000;

/** Asks what a federation says of itself, again and again while too few guardians answer. */
export function usePreview(invite: string): Answer<PreviewView> {
  const [round, setRound] = useState(0);
  const answer = useAnswer<PreviewView>("preview", { invite_code: invite }, round);
  const unreachable = answer.fresh && answer.error?.code === "FederationUnreachable";
  useEffect(() => {
    if (!unreachable) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible" && online.value) setRound((n) => n + 1);
    }, pause);
    return () => clearInterval(timer);
  }, [unreachable, round]);
  return answer;
}
