// The service worker, and new versions of the page. A page works with the files
// of its own build only: when another build takes over, it is loaded again, once.

import { signal } from "@preact/signals";
import { note, noted } from "./note";
import { serviceWorker } from "./trusted";

declare const __BUILD__: string;

/** A newer version that waits until it may take over. */
export const waiting = signal<ServiceWorker | null>(null);

const reloaded = "reloaded";

/** Starts the service worker and follows its versions. */
export async function followUpdates(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const container = navigator.serviceWorker;
  container.addEventListener("message", (event: MessageEvent<{ build?: string }>) => {
    if (event.data.build !== undefined) match(event.data.build);
  });
  const ask = () => container.controller?.postMessage("build?");
  container.addEventListener("controllerchange", ask);
  ask();
  const registration = await container.register(serviceWorker() as string, { updateViaCache: "none" });
  const look = () => {
    if (container.controller) waiting.value = registration.waiting;
  };
  look();
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", look));
}

/** Loads the page again if the service worker is of another build. */
function match(build: string): void {
  if (build === __BUILD__ || noted(reloaded, "sessionStorage") === build) return; // once is enough
  note(reloaded, build, "sessionStorage");
  location.reload();
}

/** Lets the newer version take over. */
export function update(): void {
  waiting.value?.postMessage("take over");
}
