// E-cash for nothing, where the host of the page offers it.

import { useEffect, useState } from "preact/hooks";
import { CoreError } from "../../core/link";
import { receive } from "../join";
import { Icon } from "../parts/icon";
import { Outside, Fill } from "../parts/text";
import { place, remember } from "../route";
import { Unreachable, askFaucet } from "../site";
import { errorText, texts } from "../texts";

export function Faucet({ quiet }: { quiet: boolean }) {
  const { busy, problem, get } = useGift();
  const button = (
    <button type="button" class={quiet ? "wide" : "wide main"} disabled={busy} onClick={() => void get()}>
      <Icon name="gift" />
      {busy ? texts.faucet.working : texts.faucet.button}
    </button>
  );
  const trouble = problem !== undefined && (
    <p class="problem" role="alert">
      {problem instanceof Unreachable ? (
        texts.faucet.unreachable
      ) : (
        <Fill text={texts.faucet.failed} reason={<Outside text={reasonOf(problem)} max={200} />} />
      )}
    </p>
  );
  if (quiet) {
    return (
      <div>
        {button}
        {trouble}
      </div>
    );
  }
  return (
    <section class="card">
      <h2>{texts.faucet.title}</h2>
      <p>{texts.faucet.text}</p>
      {button}
      {trouble}
    </section>
  );
}

function reasonOf(problem: unknown): string {
  if (problem instanceof CoreError) return errorText(problem.code).what;
  return problem instanceof Error ? problem.message : String(problem);
}

/** Gets e-cash, and receives what was got before the page was closed. */
function useGift() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const take = async (gift: () => Promise<string>) => {
    const here = place.value.route;
    setBusy(true);
    setProblem(undefined);
    try {
      const text = await gift();
      remember({ text }, here);
      await receive(text, here);
    } catch (error) {
      remember({ text: undefined }, here);
      setProblem(error);
      setBusy(false);
    }
  };
  useEffect(() => {
    const { text } = place.value.memory;
    if (text) void take(async () => text);
  }, []);
  return { busy, problem, get: () => take(askFaucet) };
}
