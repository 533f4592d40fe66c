// Scans a QR code with the camera.

import { useEffect, useRef, useState } from "preact/hooks";
import { invitesIn, want } from "../invites";
import { Screen } from "../parts/screen";
import { back, place } from "../route";
import { texts } from "../texts";
import { open } from "./accept";
import { Anything } from "./anything";

/** How long to wait between two looks at the picture, in ms. */
const pause = 120;

export function Scan() {
  const video = useRef<HTMLVideoElement>(null);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    const end = new AbortController();
    scan(video.current!, end.signal).then(
      (text) => text !== undefined && found(text),
      (error: unknown) => setProblem(why(error)),
    );
    return () => end.abort();
  }, []);
  return (
    <Screen title={texts.scan.title}>
      <div class="camera" hidden={problem !== ""}>
        <video ref={video} muted playsInline aria-label={texts.scan.view} />
      </div>
      <p class={problem ? "problem" : "hint"} role="status">
        {problem || texts.scan.hint}
      </p>
      {problem && <Anything scan={false} />}
    </Screen>
  );
}

/** Opens what was found; of a wallet that is brought back, adds it to the others. */
function found(text: string): void {
  if (place.value.memory.wanted && want(invitesIn(text))) back();
  else open(text, true);
}

function why(error: unknown): string {
  return (error as { name?: string }).name === "NotAllowedError" ? texts.scan.denied : texts.scan.none;
}

/** Shows what the camera sees and returns the first code in it. */
async function scan(video: HTMLVideoElement, end: AbortSignal): Promise<string | undefined> {
  const [stream, { readCode }] = await Promise.all([
    navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } }),
    import("./read"),
  ]);
  const stop = () => stream.getTracks().forEach((track) => track.stop());
  try {
    video.srcObject = stream;
    if (!end.aborted) await video.play();
    while (!end.aborted) {
      const text = await readCode(video);
      if (text) return text;
      await new Promise((go) => setTimeout(go, pause));
    }
    return undefined;
  } finally {
    stop();
  }
}
