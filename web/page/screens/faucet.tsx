// E-cash for nothing, where the host of the page offers it.

import { useState } from "preact/hooks";
import { receive } from "../join";
import { Icon } from "../parts/icon";
import { Outside, Fill } from "../parts/text";
import { askFaucet } from "../site";
import { texts } from "../texts";

export function Faucet({ quiet }: { quiet: boolean }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const get = async () => {
    setBusy(true);
    setProblem("");
    try {
      await receive(await askFaucet());
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };
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
