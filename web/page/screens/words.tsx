// The twelve words: shown on purpose, and confirmed.

import { useEffect, useRef, useState } from "preact/hooks";
import type { CoreError } from "../../core/link";
import { Icon } from "../parts/icon";
import { announce } from "../parts/live";
import { Screen } from "../parts/screen";
import { Trouble } from "../parts/trouble";
import { back } from "../route";
import { keepWords } from "../storage";
import { texts } from "../texts";
import { asCoreError, link, wallet } from "../wallet";

/** How many words are asked for. */
const asked = 3;

type Stage = "warning" | "shown" | "check";

export function Words() {
  const [stage, setStage] = useState<Stage>("warning");
  const [words, setWords] = useState<string[]>([]);
  const [problem, setProblem] = useState<CoreError>();
  useEffect(() => {
    const hide = () => {
      if (document.visibilityState === "hidden") setStage((s) => (s === "shown" ? "warning" : s));
    };
    document.addEventListener("visibilitychange", hide);
    return () => document.removeEventListener("visibilitychange", hide);
  }, []);
  const show = async () => {
    try {
      setWords((await link.call<{ mnemonic: string[] }>("get_mnemonic")).mnemonic);
      setStage("shown");
    } catch (error) {
      setProblem(asCoreError(error));
    }
  };
  if (wallet.value?.words === false) {
    return (
      <Screen title={texts.words.title}>
        <p class="empty">{texts.words.none}</p>
      </Screen>
    );
  }
  if (stage === "check") return <Check words={words} again={() => setStage("shown")} key="check" />;
  const shown = stage === "shown";
  return (
    <Screen
      title={texts.words.title}
      actions={
        <button type="button" class="main wide" onClick={() => (shown ? setStage("check") : void show())}>
          {shown ? texts.words.written : texts.words.show}
        </button>
      }
    >
      <p class="lead">{texts.words.lead}</p>
      <p class="hint note">
        <Icon name="warning" />
        {texts.words.never}
      </p>
      {problem && <Trouble error={problem} />}
      <p class="hint">{texts.words.limits}</p>
      {shown ? <List words={words} /> : <Cover />}
    </Screen>
  );
}

/** The words, read out at once. */
function List({ words }: { words: string[] }) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => list.current?.focus({ preventScroll: true }), []);
  return (
    <ol ref={list} class="words" tabIndex={-1} aria-label={texts.words.list}>
      {words.map((word, i) => (
        <li key={i}>{word}</li>
      ))}
    </ol>
  );
}

/** The place of the words, of which there is nothing to read out. */
function Cover() {
  return (
    <ol class="words covered" aria-hidden="true">
      {Array.from({ length: 12 }, (_, i) => (
        <li key={i}>{"\u2022\u2022\u2022\u2022\u2022"}</li>
      ))}
    </ol>
  );
}

/** Picks which words are asked for, in their order. */
function pick(count: number): number[] {
  const all = Array.from({ length: count }, (_, i) => i);
  const picked = [];
  for (let n = 0; n < asked; n++) picked.push(...all.splice(Math.floor(Math.random() * all.length), 1));
  return picked.sort((a, b) => a - b);
}

function Check({ words, again }: { words: string[]; again(): void }) {
  const [places] = useState(() => pick(words.length));
  const [typed, setTyped] = useState<string[]>(places.map(() => ""));
  const [wrong, setWrong] = useState<number[]>([]);
  const submit = (event: Event) => {
    event.preventDefault();
    const bad = places.filter((place, i) => typed[i]!.trim().toLowerCase() !== words[place]);
    setWrong(bad);
    if (bad.length > 0) return;
    keepWords();
    announce(texts.words.confirmed);
    back();
  };
  return (
    <Screen
      title={texts.words.check}
      actions={
        <button type="submit" form="check" class="main wide">
          {texts.words.confirm}
        </button>
      }
    >
      <p class="lead">{texts.words.checkLead}</p>
      <form id="check" onSubmit={submit}>
        {places.map((place, i) => (
          <label key={place} class="stack">
            {texts.words.word(place + 1)}
            <input
              type="text"
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
              value={typed[i]}
              aria-invalid={wrong.includes(place)}
              onInput={(e) => setTyped(typed.map((t, j) => (j === i ? e.currentTarget.value : t)))}
            />
          </label>
        ))}
        <p class="problem" role="status">
          {wrong.length > 0 && texts.words.wrong(wrong.map((place) => place + 1))}
        </p>
      </form>
      <button type="button" onClick={again}>
        {texts.words.again}
      </button>
    </Screen>
  );
}
