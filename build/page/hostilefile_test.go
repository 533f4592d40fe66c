//go:build unix

package page_test

import (
	"fmt"
	"strings"
	"testing"

	"satchel/build/browser"
)

// TestHostileFile opens a file whose federations and history say everything that
// there is to say, and shows what another wallet with the same words says.
func TestHostileFile(t *testing.T) {
	all := outside()
	var federations, history []fields
	for i, x := range all {
		federations = append(federations, fields{"id": fmt.Sprintf("%064x", i), "name": x, "invite_code": invites[0], "balance_msat": i})
		history = append(history, fields{"title": x, "state": x, "amount_msat": i, "fee_msat": 0, "change_msat": i, "outgoing": i%2 == 0, "began_ms": i})
	}
	view := fields{"made_ms": 1e300, "operations": len(all), "federations": federations}
	v := withFakeCore(t, browser.Start(t, "--disable-ipc-flooding-protection"), fields{
		"subscribe_wallet": fakeWallet(fakeFederation()), "subscribe_operations": []fields{fakeOperation(1, nil)}, "read_export": view, "list_archived": history,
	}, watch, "window.outside = "+inJSON(t, all)+";")
	v.visit("#/file")
	v.choose(strings.Repeat("<b>", 100)+".age", []byte("some bytes"))
	v.enter("Passphrase", "right")
	v.press("button", "Open it")
	v.Wait(fmt.Sprintf(`document.querySelectorAll(".rows .row").length === %d`, len(all)))
	v.unharmed("a file")
	v.visit("#/history")
	v.Wait(fmt.Sprintf(`document.querySelectorAll(".archived .row").length === %d`, len(all)))
	v.unharmed("a history")

	v.visit("#/federation/" + fakeHash)
	v.sees("Backup")
	v.harmless("elsewhere", `
		const n = [0, -1, 7, 2 ** 53, 1e308][outside.indexOf(x) % 5];
		const f = {...core.answers.subscribe_wallet.federations[0], restoring: true, elsewhere: {ours: n !== 7, at_ms: n}, backup: {at_ms: n, current: false}, notes: [{kind: x, amount_msat: 1000, count: 1}]};
		core.tell("subscribe_operations", [{...core.answers.subscribe_operations[0], title: "restore", state: "on its way", final: false, progress: {from: 0, read: n, end: -n, sessions: true}}]);
		core.tell("subscribe_wallet", {...core.answers.subscribe_wallet, federations: [f]});`)
}
