// The two scripts that the page may start, beside those that index.html names.
// The browser takes no other address: see the policy in package page.

declare const __WORKER_URL__: string;

const workerURL = __WORKER_URL__;
const serviceURL = "/sw.js";

function script(url: string): TrustedScriptURL | string {
  return policy ? policy.createScriptURL(url) : url; // some browsers ask for nothing
}

const policy = window.trustedTypes?.createPolicy("wallet", {
  createScriptURL(url: string): string {
    if (url === workerURL || url === serviceURL) return url;
    throw new TypeError("not a script of the wallet");
  },
});

/** The address of the worker that runs the core. */
export const coreWorker = (): TrustedScriptURL | string => script(workerURL);

/** The address of the service worker. */
export const serviceWorker = (): TrustedScriptURL | string => script(serviceURL);
