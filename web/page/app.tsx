// The page: what is wrong if anything is, and the screen of the present route.

import { effect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { lengths } from "./outside";
import { Live, announce } from "./parts/live";
import { Outside, amountText, fill } from "./parts/text";
import { back, place, type Route } from "./route";
import { Anywhere } from "./scan/anywhere";
import { Scan } from "./scan/camera";
import { Federation } from "./screens/federation";
import { Federations } from "./screens/federations";
import { History } from "./screens/history";
import { Home } from "./screens/home";
import { Open } from "./screens/open";
import { OpenFile } from "./screens/openfile";
import { Operation } from "./screens/operation";
import { Receive } from "./screens/receive";
import { Restore } from "./screens/restore";
import { SaveFile } from "./screens/savefile";
import { Send } from "./screens/send";
import { Settings } from "./screens/settings";
import { Words } from "./screens/words";
import { texts } from "./texts";
import { link, now, startingSince, wallet } from "./wallet";

export function App() {
  useBalanceAnnouncement();
  useEscape();
  const { route, memory } = place.value;
  return (
    <>
      <Banner />
      <Current route={route} key={keyOf(route, memory.text)} />
      <Anywhere />
      <Live />
    </>
  );
}

/** Another screen, or another thing on it, begins anew. */
function keyOf(route: Route, text = ""): string {
  switch (route.screen) {
    case "operation":
      return `operation ${route.federation} ${route.id}`;
    case "federation":
      return `federation ${route.id}`;
    case "open":
      return `open ${text}`;
  }
  return route.screen;
}

function Current({ route }: { route: Route }) {
  switch (route.screen) {
    case "home":
      return <Home />;
    case "open":
      return <Open />;
    case "scan":
      return <Scan />;
    case "receive":
      return <Receive by={route.by} />;
    case "send":
      return <Send by={route.by} />;
    case "operation":
      return <Operation federation={route.federation} id={route.id} />;
    case "history":
      return <History filter={route.filter} />;
    case "federation":
      return <Federation id={route.id} />;
    case "settings":
      return <Settings />;
    case "words":
      return <Words />;
    case "restore":
      return <Restore />;
    case "federations":
      return <Federations />;
    case "save":
      return <SaveFile />;
    case "file":
      return <OpenFile />;
  }
}

/** What stands in the way of everything, if something does. Where it is said is always there. */
function Banner() {
  const text = obstacle();
  return (
    <>
      <div role="status">{text && <p class="strip">{text}</p>}</div>
      {text && <Remedy />}
    </>
  );
}

/** How long the core may take to start before something is said about it, in ms. */
const patience = 5000;

function obstacle(): string {
  switch (link.state.value) {
    case "outdated":
      return texts.banner.outdated;
    case "dead":
      return texts.banner.dead;
    case "starting":
      return now.value - (startingSince.value ?? now.value) > patience ? texts.banner.starting : "";
  }
  return "";
}

/** What can be done about it, and what the program says. */
function Remedy() {
  return (
    <aside class="strip">
      {link.reason.value && (
        <details class="technical">
          <summary>{texts.common.details}</summary>
          <p class="wrap">
            <Outside text={link.reason.value} max={lengths.technical} />
          </p>
        </details>
      )}
      {link.state.value !== "dead" && (
        <button type="button" class="small" onClick={() => location.reload()}>
          {texts.common.reload}
        </button>
      )}
    </aside>
  );
}

/** Escape leads back, except where it closes something or ends a composition. */
function useEscape(): void {
  useEffect(() => {
    const leave = (e: KeyboardEvent) => {
      const busy = e.defaultPrevented || e.isComposing || e.target instanceof HTMLSelectElement;
      if (e.key === "Escape" && !busy && place.value.route.screen !== "home") back();
    };
    document.addEventListener("keydown", leave);
    return () => document.removeEventListener("keydown", leave);
  }, []);
}

/** Says the balance when it has changed. */
function useBalanceAnnouncement(): void {
  useEffect(() => {
    let last: number | undefined;
    return effect(() => {
      const balance = wallet.value?.balance_msat;
      if (last !== undefined && balance !== undefined && balance !== last) {
        announce(fill("{what}: {amount}", { what: texts.home.balance, amount: amountText(balance) }));
      }
      last = balance;
    });
  }, []);
}
