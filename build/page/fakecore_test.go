//go:build unix

package page_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"satchel/build/browser"
	"satchel/build/page"
)

// fakeCore stands in for the worker and the core in it, so that a test says what
// the core tells. An answer is a value, an error as {code, error}, or a function
// of the request's fields that returns one of them; its name is the verb or, for
// client_rpc, the method. Streams get a value as soon as there is one, and again
// whenever it is told.
const fakeCore = `
	window.core = {
		asked: [],
		answers: {},
		silent: false, // about where it runs
		state: (state, reason = "") => core.worker.onmessage({data: {kind: "state", state, reason}}),
		tell(name, answer) {
			core.answers[name] = answer;
			for (const r of core.asked) if (r.name === name && r.open) core.answer(r);
		},
		answer(r) {
			let a = core.answers[r.name];
			if (typeof a === "function") a = a(r.fields);
			if (a === undefined) return;
			const say = response => core.worker.onmessage({data: {kind: "response", id: r.id, response}});
			const stream = r.verb.startsWith("subscribe_");
			if (a && a.code !== undefined && a.error !== undefined) {
				r.open = false;
				return say({type: "error", ...a});
			}
			say({type: "data", data: a});
			if (!stream) say({type: "end"});
			r.open = stream;
		},
	};
	window.Worker = class {
		constructor() {
			core.worker = this;
			if (!core.silent) queueMicrotask(() => core.state("here"));
		}
		postMessage(m) {
			if (m.kind === "cancel") core.asked.filter(r => r.id === m.id).forEach(r => (r.open = false));
			if (m.kind !== "request") return;
			const r = {...m, name: m.verb === "client_rpc" ? m.fields.method : m.verb, open: true};
			core.asked.push(r);
			queueMicrotask(() => core.answer(r));
		}
		terminate() {}
	};
`

// fakeHash is an id of a federation or an operation.
var fakeHash = strings.Repeat("ab", 32)

type fields = map[string]any

// fakeFederation is what the core tells of a federation with 1000 sat.
func fakeFederation() fields {
	return fields{
		"id": fakeHash, "name": "Fake", "balance_msat": 1_000_000, "pending": 0, "threshold": 1,
		"guardians": []fields{fakeGuardian("One")}, "modules": []fields{{"id": 0, "kind": "mint", "usable": true}},
		"notes": []fields{}, "aside_msat": 0, "movable_msat": 0, "meta": fields{}, "backup": fields{"current": false},
	}
}

func fakeGuardian(name string) fields {
	return fields{"peer": 0, "name": name, "url": "wss://guardian.example/", "state": "up", "since_ms": 1, "latency_ms": 5}
}

// fakeWallet is what the core tells of a wallet.
func fakeWallet(federations ...fields) fields {
	return fields{"words": true, "balance_msat": 1_000_000, "federations": append([]fields{}, federations...)}
}

// fakeOperation is what the core tells of an operation.
func fakeOperation(number int, change fields) fields {
	op := fields{
		"federation": fakeHash, "operation_id": fmt.Sprintf("%064x", number), "number": number, "title": "receive", "state": "done",
		"requested_msat": 1000 * number, "amount_msat": 1000 * number, "fee_msat": 0, "change_msat": 1000 * number, "gone_msat": 0, "aside_msat": 0, "outgoing": false, "in_flight_msat": 0, "handed_out_msat": 0,
		"final": true, "began_ms": 1_700_000_000_000 + 1000*number,
		"take_back": false, "machines": []fields{}, "guardians": []fields{}, "threshold": 1,
	}
	for name, value := range change {
		op[name] = value
	}
	return op
}

// withFakeCore opens the page with a fake core, which answers these. Scripts run
// before the page.
func withFakeCore(t *testing.T, b *browser.Browser, answers fields, scripts ...string) *visit {
	t.Helper()
	handler, err := page.Handler(filepath.Join(bundle(t), "page"), page.Serving{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	v := &visit{b.Open("about:blank"), t}
	t.Cleanup(func() {
		if !t.Failed() {
			// Or the service worker complains that it cannot fetch files any more.
			v.Eval("navigator.serviceWorker.ready.then(() => true)", nil)
		}
	})
	source := fakeCore + strings.Join(scripts, "\n")
	for name, answer := range answers {
		source += fmt.Sprintf("core.answers[%q] = %s;\n", name, inJSON(t, answer))
	}
	v.Call("Page.addScriptToEvaluateOnNewDocument", map[string]any{"source": source}, nil)
	v.Metrics(360, 740, 1, true)
	v.Go(server.URL)
	return v
}

// tell has the fake core answer something from now on, and streams at once.
func (v *visit) tell(name string, answer any) {
	v.t.Helper()
	v.Eval(fmt.Sprintf("core.tell(%q, %s)", name, inJSON(v.t, answer)), nil)
}

// inJSON writes a value for JavaScript, where "__proto__" in an object would be
// something else than a name.
func inJSON(t testing.TB, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	quoted, err := json.Marshal(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return "JSON.parse(" + string(quoted) + ")"
}
