// Package fetch makes the HTTP requests of modules: it is the [client.Fetch] of
// every platform, and there are two of it. In a browser it is the global fetch
// of a worker through syscall/js, which brings no net/http into the wasm; for
// tests and tools it is net/http.
//
// It knows neither gateways nor LNURL, and never asks twice by itself. Both twins
//
//   - ask http:// and https:// only, and no url with credentials, which a browser
//     refuses;
//   - send a body as application/json by POST, and nothing by GET;
//   - send no cookies, no authorization and no referrer, and neither ask a cache
//     nor fill one;
//   - take a redirect, with or without a target, for an error, and any other
//     status for an answer;
//   - read the body as it comes, after decompression, and go away when it has
//     more than client.MaxFetch bytes;
//   - end, and close the connection, when the context ends, whose error they wrap;
//   - name the host in their errors and nothing else of the url, since paths and
//     queries may hold secrets.
//
// They differ where browsers differ from other programs. A browser tells the
// service the origin of the page; asks it first whether that origin may send JSON
// (CORS), and withholds the answer if not; does not connect where the page's
// policy or a rule of its own forbids it; and tells a page nothing of why a
// request failed, a redirect included.
package fetch
