// The words, the storage, the federations, and what this is.

import { useEffect, useState } from "preact/hooks";
import { bytes } from "../amount";
import { Icon } from "../parts/icon";
import { Screen } from "../parts/screen";
import { Amount, FederationName, fill } from "../parts/text";
import { format, go } from "../route";
import { asked, askToKeep, kept, lookAtStorage, used, wordsKept } from "../storage";
import { texts } from "../texts";
import { federations, wallet } from "../wallet";

declare const __BUILD__: string;

export function Settings() {
  return (
    <Screen title={texts.settings.title}>
      <Words />
      <Files />
      <Storage />
      <Federations />
      <About />
      <section class="card">
        <h2>{texts.settings.not}</h2>
        <ul class="plain">
          {texts.settings.nots.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      </section>
    </Screen>
  );
}

function Words() {
  const has = wallet.value?.words;
  return (
    <section class="card">
      <h2>{texts.settings.words}</h2>
      <p class="hint">{has === false ? texts.settings.wordsNone : texts.settings.wordsText}</p>
      {has && (
        <>
          {wordsKept.value && (
            <p class="good">
              <Icon name="check" /> {texts.settings.wordsKept}
            </p>
          )}
          <button type="button" class={wordsKept.value ? "" : "main"} onClick={() => go({ screen: "words" })}>
            <Icon name="words" />
            {texts.settings.wordsShow}
          </button>
        </>
      )}
      {has === false && (
        <button type="button" onClick={() => go({ screen: "restore" })}>
          {texts.restore.words}
        </button>
      )}
    </section>
  );
}

function Files() {
  return (
    <section class="card">
      <h2>{texts.settings.files}</h2>
      <p class="hint">{texts.settings.filesText}</p>
      <div class="choices">
        {wallet.value?.words && (
          <button type="button" onClick={() => go({ screen: "save" })}>
            {texts.file.save.title}
          </button>
        )}
        <button type="button" onClick={() => go({ screen: "file" })}>
          {texts.file.open.title}
        </button>
      </div>
    </section>
  );
}

function Storage() {
  useEffect(() => void lookAtStorage(), []);
  return (
    <section class="card">
      <h2>{texts.settings.storage}</h2>
      <p class={kept.value ? "good" : ""} role="status">
        {kept.value === undefined ? "\u00a0" : kept.value ? texts.settings.persistent : texts.settings.volatile}
      </p>
      {kept.value === false && (asked.value ? <p class="hint">{texts.settings.refused}</p> : null)}
      {kept.value === false && (
        <button type="button" onClick={() => void askToKeep()}>
          {texts.settings.ask}
        </button>
      )}
      <dl class="facts">
        <div>
          <dt>{texts.settings.used}</dt>
          <dd>{used.value === undefined ? "\u2013" : bytes(used.value)}</dd>
        </div>
      </dl>
    </section>
  );
}

function Federations() {
  if (federations.value.length === 0) return null;
  return (
    <section class="card">
      <h2>{texts.settings.federations}</h2>
      <ul class="rows">
        {federations.value.map((f) => (
          <li key={f.id}>
            <a class="row" href={format({ screen: "federation", id: f.id })}>
              <span class="grow name">
                <FederationName name={f.name} />
              </span>
              <Amount msat={f.balance_msat} />
            </a>
          </li>
        ))}
      </ul>
      <button type="button" onClick={() => go({ screen: "open" })}>
        {texts.home.addFederation}
      </button>
    </section>
  );
}

/** The sizes of a build, as build.json tells them. */
interface Build {
  build: string;
  first_paint: number;
  files: { name: string; sent: number }[];
}

function About() {
  const [build, setBuild] = useState<Build>();
  useEffect(() => {
    fetch("/build.json")
      .then((r) => r.json() as Promise<Build>)
      .then((b) => b.build === __BUILD__ && setBuild(b)) // not those of the next one
      .catch(() => undefined); // the sizes are nice to have
  }, []);
  const program = build?.files.find((f) => f.name.endsWith(".wasm"))?.sent ?? 0;
  return (
    <section class="card">
      <h2>{texts.settings.about}</h2>
      <dl class="facts">
        <div>
          <dt>{texts.settings.version}</dt>
          <dd>
            <code>{__BUILD__}</code>
          </dd>
        </div>
        <div>
          <dt>{texts.settings.size}</dt>
          <dd>{build ? fill(texts.settings.sizeText, { page: bytes(build.first_paint), program: bytes(program) }) : "\u2013"}</dd>
        </div>
      </dl>
      <p class="hint">
        {texts.settings.licensesText}: <a href="/licenses.txt">{texts.settings.licenses}</a>
      </p>
    </section>
  );
}
