// Starts the test program here or in a worker. told is the binding through which
// the runner hears of it.
"use strict";

const tell = said => told(JSON.stringify(said));

if (location.hash === "#page") {
	run(tell);
} else {
	const worker = new Worker("worker.js");
	worker.onmessage = event => tell(event.data);
	worker.onerror = event => tell({failure: event.message ?? "the worker did not start"});
}
