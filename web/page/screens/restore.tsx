// The words of a wallet that is brought back: typed or pasted, and checked before
// anything is touched.

import { useEffect, useId, useState } from "preact/hooks";
import type { CoreError } from "../../core/link";
import type { WordsCheck } from "../api";
import { setWords } from "../join";
import { lengths, tame } from "../outside";
import { Icon } from "../parts/icon";
import { Screen } from "../parts/screen";
import { Trouble } from "../parts/trouble";
import { placesFor, takePhrase, unfinished, wordCounts, wordsIn } from "../phrase";
import { go, goOn, place } from "../route";
import { texts } from "../texts";
import { asCoreError, federations, link, useAnswer, wallet } from "../wallet";

export function Restore() {
  const [text, setText] = useState(takePhrase);
  const { busy, problem, complaint, submit, forgive } = useSubmit();
  const words = wordsIn(text);
  const unknown = useUnknown(words, unfinished(text));
  const change = (text: string) => {
    setText(text);
    forgive();
  };
  if (wallet.value?.words && !busy) return <Has />;
  const enough = wordCounts[0]! <= words.length;
  const button = (
    <button type="submit" form="phrase" class="main wide" disabled={!enough || busy}>
      {busy ? texts.restore.checking : enough ? texts.restore.button : texts.restore.enter(words.length)}
    </button>
  );
  return (
    <Screen title={texts.restore.title} actions={button} key="words">
      <p class="lead">{texts.restore.lead}</p>
      <form
        id="phrase"
        onSubmit={(e) => {
          e.preventDefault();
          if (enough && !busy) void submit(words);
        }}
      >
        <Field text={text} change={change} />
        <p class="problem" role="status">
          {complaint || wrongText(words, unknown)}
        </p>
      </form>
      {problem && <Trouble error={problem} />}
      <Read words={words} unknown={unknown} />
      <button type="button" onClick={() => go({ screen: "file" })}>
        <Icon name="file" />
        {texts.restore.file}
      </button>
    </Screen>
  );
}

function Field({ text, change }: { text: string; change(text: string): void }) {
  const id = useId();
  return (
    <div class="anything">
      <label for={id}>{texts.restore.label}</label>
      <textarea
        id={id}
        rows={3}
        value={text}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        aria-describedby={`${id}-hint`}
        onInput={(e) => change(e.currentTarget.value)}
      />
      <p id={`${id}-hint`} class="hint">
        {texts.restore.hint}
      </p>
    </div>
  );
}

/** Checks words, makes them those of the wallet, and goes on. */
function useSubmit() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<CoreError>();
  const [complaint, setComplaint] = useState("");
  const forgive = () => {
    setProblem(undefined);
    setComplaint("");
  };
  const submit = async (words: string[]) => {
    const here = place.value.route;
    forgive();
    if (!wordCounts.includes(words.length)) return setComplaint(texts.restore.few(words.length));
    setBusy(true);
    try {
      const check = await link.call<WordsCheck>("check_words", { words });
      if (check.valid) {
        await setWords(words);
        return goOn(here, { screen: "federations" });
      }
      setComplaint(wrongText(words, check.unknown) || texts.restore.notTogether);
    } catch (error) {
      setProblem(asCoreError(error));
    }
    setBusy(false);
  };
  return { busy, problem, complaint, submit, forgive };
}

/** Asks which words are not such words. The one that is being typed is left alone. */
function useUnknown(words: string[], typing: boolean): number[] {
  const ended = typing ? words.slice(0, -1) : words;
  const { data } = useAnswer<WordsCheck>("check_words", ended.length > 0 ? { words: ended } : undefined);
  return data?.unknown.filter((place) => place < ended.length) ?? [];
}

function wrongText(words: string[], unknown: number[]): string {
  if (unknown.length === 0) return "";
  return texts.restore.notOne(unknown.map((place) => ({ place: place + 1, word: tame(words[place], lengths.name) })));
}

/** The words as they were read, each in its place. */
function Read({ words, unknown }: { words: string[]; unknown: number[] }) {
  const places = placesFor(words.length);
  return (
    <ol class={places > 12 ? "words many" : "words"} aria-label={texts.restore.read}>
      {Array.from({ length: places }, (_, i) => (
        <li key={i} class={unknown.includes(i) ? "wrong" : ""}>
          {words[i] === undefined ? <span class="unseen">{texts.restore.unread}</span> : <bdi>{tame(words[i], 24)}</bdi>}
        </li>
      ))}
    </ol>
  );
}

/** There are words already: it goes on with federations, or there is nothing to bring back here. */
function Has() {
  const alone = federations.value.length === 0;
  useEffect(() => {
    if (alone) go({ screen: "federations" }, {}, true);
  }, [alone]);
  return (
    <Screen title={texts.restore.title} key="has">
      <section class="notice">
        <Icon name="words" />
        <div>
          <p class="strong">{texts.restore.has.what}</p>
          <p>{texts.restore.has.do}</p>
        </div>
      </section>
    </Screen>
  );
}
