//go:build unix

package page_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"satchel/build/browser"
)

// inherited are names of what every object of JavaScript has.
var inherited = []any{"__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf"}

// values are what may come where a text should.
var values = []any{
	nil, true, false, 0, -1, 7, 1e308, "", []any{}, []any{nil}, []any{"text"}, fields{}, fields{"__proto__": nil}, fields{"toString": "text"},
	fields{"welcome_message": fields{}}, fields{"length": 1e9}, json.RawMessage(`{"__proto__": {"polluted": true}}`),
}

// outside is everything that comes from outside instead of a text.
func outside() (all []any) {
	for _, text := range corpus() {
		all = append(all, text)
	}
	all = append(all, strings.Repeat("long ", 200_000), strings.Repeat("W", 100_000), "a"+strings.Repeat("\u0301", 1<<14))
	return append(append(all, inherited...), values...)
}

// hostileGuardians say each of these wherever a guardian says something.
func hostileGuardians(all []any) []fields {
	guardians := []fields{}
	states := []string{"up", "down", "connecting", "unsupported"}
	for i, x := range all {
		guardians = append(guardians, fields{
			"peer": i, "name": x, "url": x, "state": states[i%len(states)], "since_ms": 1, "version": x, "error": x,
			"misbehaviours": []fields{{"method": x, "what": x, "when_ms": 1, "count": 1}},
		})
	}
	return guardians
}

func hostileModules(all []any) (modules []fields) {
	for i, x := range all {
		modules = append(modules, fields{"id": i, "kind": x, "usable": i%2 == 0})
	}
	return append(modules, fields{"id": len(all), "kind": "meta", "usable": true})
}

// hostileFederation says x, and its guardians and modules say all.
func hostileFederation(x any, all []any) fields {
	f := fakeFederation()
	for name, value := range (fields{
		"name": x, "guardians": hostileGuardians(all), "modules": hostileModules(all), "error": x, "code": x, "threshold": 1,
		"meta": fields{"welcome_message": x, "federation_expiry_timestamp": x, "federation_name": x},
	}) {
		f[name] = value
	}
	return f
}

func hostilePreview(x any, all []any) fields {
	p := hostileFederation(x, all)
	delete(p, "error")
	delete(p, "code")
	p["federation_id"], p["usable"], p["joined"], p["fee_base_msat"], p["fee_ppm"] = fakeHash, true, false, 0, 0
	return p
}

// hostileOperation is one whose machines say all, about which the federation says x.
func hostileOperation(x any, all []any) fields {
	op := fakeOperation(1, fields{"state": "refused", "why": x, "guardians": hostileGuardians(all)})
	machines := []fields{}
	for i, x := range all {
		machines = append(machines, fields{
			"id": i, "name": "transaction", "steps": []string{"created"}, "edges": []any{}, "visited": []fields{{"step": "created", "at_ms": 1}},
			"current": "created", "final": false, "stuck": x,
			"waits": []fields{{"event": "accepted", "since_ms": 1, "error": x}},
		})
	}
	op["machines"] = machines
	return op
}

// harmless goes through x one after the other: the page tells each, draws it, and
// looks at what it has drawn. shows is JavaScript that tells x, with all the
// harm that there is in the end.
func (v *visit) harmless(name, shows string) {
	v.t.Helper()
	var found []string
	v.Eval(fmt.Sprintf(`(async () => {
		const drawn = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
		const found = [];
		for (const x of outside) {
			%s
			await drawn();
			const bad = [...harm, ...%s];
			if (document.querySelector("main") === null) bad.push("the page is gone");
			if (document.documentElement.scrollWidth > 360) bad.push("wide");
			if ({}.polluted) bad.push("all objects have changed");
			if (bad.length > 0) found.push(JSON.stringify(x)?.slice(0, 100) + ": " + bad.join(", ").slice(0, 300));
		}
		return found;
	})()`, shows, strange), &found)
	for _, f := range found {
		v.t.Errorf("%s: %s", name, f)
	}
}

// TestHostileCore has the core pass on everything that guardians, federations and
// strangers can say, where they can say it. The page shows it, as text.
func TestHostileCore(t *testing.T) {
	all := outside()
	few := append(append([]any{}, inherited...), values...)
	b := browser.Start(t, "--disable-ipc-flooding-protection") // nobody goes to so many places at once
	v := withFakeCore(t, b, fields{
		"subscribe_wallet": fakeWallet(hostileFederation("Fake", all)), "subscribe_operations": []fields{},
		"subscribe_operation": hostileOperation("why", all), "identify": fields{"kind": "invite", "invite_code": "fed1fake", "joined": false},
		"preview": hostilePreview("Fake", all), "get_consensus_value": nil, "get_invite_code": nil,
		"quote_send": fields{"balance_msat": 1, "max_msat": 1},
	}, watch, "window.outside = "+inJSON(t, all)+";")

	// Everything at once, in lists.
	operation := fmt.Sprintf("#/operation/%s/%064x", fakeHash, 1)
	for _, place := range []struct{ path, rows string }{
		{"#/", ".dot"}, {"#/federation/" + fakeHash, ".full .row"}, {"#fed1fake", ".rows .row"}, {operation, ".waits li"},
	} {
		v.visit("#/settings")
		v.sees("Version")
		v.visit(place.path)
		v.Wait(fmt.Sprintf("document.querySelectorAll(%q).length >= %d", place.rows, len(all)))
		v.Eval(`document.querySelectorAll("details").forEach(e => (e.open = true))`, nil)
		v.unharmed("everything at " + place.path)
	}

	// One after the other, where there is one.
	v.tell("subscribe_wallet", fakeWallet(hostileFederation("Fake", few)))
	v.tell("preview", hostilePreview("Fake", few))
	v.tell("subscribe_operation", hostileOperation("why", nil))
	const federation = `
		const f = structuredClone(core.answers.subscribe_wallet.federations[0]);
		Object.assign(f, {name: x, error: x, code: x, meta: {welcome_message: x, federation_name: x}});
		core.tell("subscribe_wallet", {...core.answers.subscribe_wallet, federations: [f, {...f, id: "00", meta: x}]});`
	for _, path := range []string{"#/", "#/send", "#/settings", "#/federation/" + fakeHash} {
		v.visit(path)
		v.Wait(`document.querySelector("main").innerText.length > 20`)
		v.harmless(path, federation)
	}
	v.visit(operation)
	v.press("summary", "Details")
	v.sees("It says: why")
	v.harmless("operation", `core.tell("subscribe_operation", {...core.answers.subscribe_operation, why: x});`)
	v.visit("#fed1fake")
	v.sees("Run by")
	v.harmless("preview", `
		core.answers.preview = {...core.answers.preview, name: x, meta: {welcome_message: x, federation_expiry_timestamp: x}};
		core.answers.identify = ({text}) => ({kind: "invite", invite_code: text, joined: false});
		location.hash = "#fed1other" + outside.indexOf(x);
		await drawn();
		await drawn();
		if (!document.body.innerText.includes("Run by")) found.push("nothing is shown for " + x);`)
	v.visit("#/settings")
	v.sees("Version")
	v.harmless("error", `
		core.answers.identify = {code: typeof x === "string" ? x : "Internal", error: JSON.stringify(x) ?? ""};
		location.hash = "#/settings";
		await drawn();
		location.hash = "#something";
		await drawn();`)
	v.harmless("consensus", `
		core.answers.get_consensus_value = {revision: 1, value: outside.indexOf(x) % 2 ? x : {welcome_message: x}};
		location.hash = "#/settings";
		await drawn();
		location.hash = "#/federation/`+fakeHash+`";
		await drawn();`)
}
