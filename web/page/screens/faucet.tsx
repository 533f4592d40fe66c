// E-cash for nothing, where the host of the page offers it.

import { useEffect, useState } from "preact/hooks";
import { receive } from "../join";
import { Icon } from "../parts/icon";
import { Outside, Fill } from "../parts/text";
import { place, remember } from "../route";
import { askFaucet } from "../site";
import { texts } from "../texts";

export function Faucet({ quiet }: { quiet: boolean }) {
  const { busy, problem, get } = useGift();
  const button = (
    <button type="button" class={quiet ? "wide" : "wide main"} disabled={busy} onClick={() => void get()}>
      <Icon name="gift" />
      {busy ? texts.faucet.working : texts.faucet.button}
    </button>
  );
  const trouble = problem && (
    <p class="problem" role="alert">
      <Fill text={texts.faucet.failed} reason={<Outside text={problem} max={200} />} />
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

/** Gets e-cash, and receives what was got before the page was closed. */
function useGift() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const take = async (gift: () => Promise<string>) => {
    const here = place.value.route;
    setBusy(true);
    setProblem("");
    try {
      const text = await gift();
      remember({ text }, here);
      await receive(text, here);
    } catch (error) {
      remember({ text: undefined }, here);
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };
  useEffect(() => {
    const { text } = place.value.memory;
    if (text) void take(async () => text);
  }, []);
  return { busy, problem, get: () => take(askFaucet) };
}
