// Paste and drop work everywhere on the page, not only in the field.

import { useEffect, useState } from "preact/hooks";
import { announce } from "../parts/live";
import { texts } from "../texts";
import { openTransfer } from "./accept";

function typesText(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

export function Anywhere() {
  const [over, setOver] = useState(false);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    const end = new AbortController();
    const on = <K extends keyof DocumentEventMap>(name: K, f: (e: DocumentEventMap[K]) => void, capture = false) =>
      document.addEventListener(name, f, { signal: end.signal, capture });
    const take = async (data: DataTransfer | null) => {
      const trouble = data ? await openTransfer(data) : "";
      setProblem(trouble);
      if (trouble) announce(trouble);
    };
    on("paste", (e) => {
      if (!typesText(e.target)) void take(e.clipboardData);
    });
    on("dragover", (e) => {
      e.preventDefault();
      setOver(true);
    });
    on("dragleave", (e) => {
      if (!e.relatedTarget) setOver(false);
    });
    on("drop", () => setOver(false), true); // also where something else takes it
    on("drop", (e) => {
      e.preventDefault();
      void take(e.dataTransfer);
    });
    return () => end.abort();
  }, []);
  if (over) return <p class="drop">{texts.anything.drop}</p>;
  if (!problem) return null;
  return (
    <p class="toast">
      {problem}
      <button type="button" class="quiet" onClick={() => setProblem("")}>
        {texts.common.close}
      </button>
    </p>
  );
}
