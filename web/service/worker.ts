// The service worker keeps the files of its build, all or none, so that the
// wallet opens without a network. It knows their hashes and takes nothing else.
// It sees no money: guardians are not asked through it.

declare const self: ServiceWorkerGlobalScope;
declare const __BUILD__: string;
declare const __FILES__: Record<string, string>; // integrity by path

const prefix = "satchel-";
const kept = prefix + __BUILD__;

/** What has no hash: the last known one serves while offline. */
const loose = ["/site.json", "/build.json"];

self.addEventListener("install", (event) => event.waitUntil(install()));

async function install(): Promise<void> {
  const cache = await caches.open(kept);
  const fetchInto = async ([url, integrity]: [string, string]) => {
    const response = await fetch(url, { integrity, cache: "no-cache", credentials: "omit" });
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    await cache.put(url, response);
  };
  await Promise.all([...Object.entries(__FILES__).map(fetchInto), cache.addAll(loose)]);
}

self.addEventListener("activate", (event) => event.waitUntil(activate()));

/** Pages of older builds load themselves again when they are claimed. */
async function activate(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(prefix) && name !== kept) await caches.delete(name);
  }
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && url.pathname === "/") event.respondWith(fromCache("/", request));
  else if (Object.hasOwn(__FILES__, url.pathname)) event.respondWith(fromCache(url.pathname, request));
  else if (loose.includes(url.pathname)) event.respondWith(newest(url.pathname, request));
});

async function fromCache(path: string, request: Request): Promise<Response> {
  const found = await caches.match(path, { cacheName: kept });
  return found ?? fetch(request);
}

async function newest(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(kept);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(path, response.clone());
    return response;
  } catch (error) {
    const found = await cache.match(path);
    if (found) return found;
    throw error;
  }
}

self.addEventListener("message", (event: ExtendableMessageEvent) => {
  if (event.data === "build?") event.source?.postMessage({ build: __BUILD__ });
  if (event.data === "take over") event.waitUntil(self.skipWaiting());
});

export {};
