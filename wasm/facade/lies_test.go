//go:build unix

package facade_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"satchel/build/devfed"
	"satchel/build/devfed/guardian"
	"satchel/build/devfed/liar"
	"satchel/client/wire"
	"satchel/wasm/facade"
)

// A whole life of a wallet, with e-cash of both generations: join, receive, send
// what must be made, take back, and send once more. It returns what the wallet
// claims at the end. None of the e-cash is worth less than its fee: the words do not
// bring that back.
func life(t *testing.T, w *wallet, fed *devfed.Federation) (id string, claim wire.Amount) {
	t.Helper()
	id = w.join(fed)
	second, err := fed.Faucet.EcashV2(t.Context(), 68*1024)
	if err != nil {
		t.Fatal(err)
	}
	do := func(verb, state string, f fields) (d facade.OperationDetail) {
		t.Helper()
		r := must[struct {
			Op string `json:"operation_id"`
		}](w, verb, f)
		if d = w.rest(id, r.Op); string(d.State) != state {
			t.Fatalf("%s: %+v", verb, d.OperationView)
		}
		return d
	}
	send := func(kind wire.ModuleKind, key string) facade.OperationDetail {
		t.Helper()
		return do("send_ecash", "ready", fields{"federation": id, "key": key, "amount_msat": 33_280, "kind": kind})
	}
	do("receive_ecash", "done", fields{"notes": ecash(t, fed, 68*1024).Base64()})
	do("receive_ecash", "done", fields{"notes": second.Base32()})
	d := send(wire.KindMintV2, "returned")
	must[any](w, "take_back", fields{"federation": id, "operation_id": d.ID})
	for !d.Final {
		d = w.rest(id, fmt.Sprintf("%x", d.ID[:]))
	}
	if d.State != "returned" {
		t.Fatalf("take back: %+v", d.OperationView)
	}
	send(wire.KindMint, "gift")
	return id, w.claim(id)
}

// bothGenerations is a federation as newer guardians set one up.
var bothGenerations = devfed.Options{Modules: []wire.ModuleKind{wire.KindMint, wire.KindMintV2, wire.KindMeta}}

// Faults 24, 26, 30, 31, 32, 34, 36: with one guardian of four that is down,
// slow or tells any lie about e-cash, everything ends as it does with honest ones,
// and the words bring all of it back. A liar whose lie can be proved is named, and
// nobody else.
func TestOneBadGuardian(t *testing.T) {
	honest := federation(t, bothGenerations)
	_, want := life(t, open(t, platform(t.TempDir())), honest)

	behaviours := map[string]guardian.Behaviour{
		"off":  {State: guardian.Off},
		"slow": {State: guardian.Slow, Delay: time.Minute},
	}
	for _, lie := range liar.All() {
		if ofLightning(lie) {
			continue // nobody is asked about that here
		}
		behaviours[string(lie)] = guardian.Behaviour{State: guardian.On, Lie: lie}
	}
	for name, bad := range behaviours {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fed := federation(t, bothGenerations)
			if err := fed.Behave(0, bad); err != nil {
				t.Fatal(err)
			}
			// One of the honest guardians is a little late, so that the liar is
			// among the first threshold.
			if bad.Lie != "" {
				if err := fed.Behave(3, guardian.Behaviour{State: guardian.Slow, Delay: time.Second}); err != nil {
					t.Fatal(err)
				}
			}
			w := open(t, platform(t.TempDir()))
			_, claim := life(t, w, fed)
			if claim != want {
				t.Errorf("claims %v, with honest guardians %v", claim, want)
			}
			if audit := fed.Audit(); audit.Outstanding != claim {
				t.Errorf("the federation owes %v, the wallet claims %v", audit.Outstanding, claim)
			}
			if provable(bad.Lie) {
				w.awaitNamed(0)
			}
			words := must[struct{ Mnemonic []string }](w, "get_mnemonic", nil).Mnemonic
			w.stop()
			again, id := restored(t, fed, words)
			again.accusesOnly(0)
			fees := wire.Amount(0)
			for _, op := range again.ended(id) {
				fees += op.Fee
			}
			after := again.claim(id)
			if after == 0 || after+fees != claim || fed.Audit().Outstanding != after {
				t.Errorf("%v were there, the words bring %v back for %v of fees, and the federation owes %v", claim, after, fees, fed.Audit().Outstanding)
			}
		})
	}
}

// accusesOnly checks that no guardian but one is said to have misbehaved.
func (w *wallet) accusesOnly(peer wire.PeerID) {
	w.t.Helper()
	for _, f := range w.view().Federations {
		for _, g := range f.Guardians {
			if g.Peer != peer && len(g.Misbehaviours) > 0 {
				w.t.Errorf("guardian %d is accused: %+v", g.Peer, g.Misbehaviours)
			}
		}
	}
}

// ofLightning reports whether a lie is about lightning alone.
func ofLightning(l liar.Lie) bool {
	if l.About("version") { // about anything
		return false
	}
	return slices.ContainsFunc([]string{
		"consensus_block_count", "block_count", "await_preimage", "await_incoming_contract", "await_incoming_contracts", "outgoing_contract_expiration",
		"decryption_key_share", "gateways", "list_gateways", "await_block_height", "account", "await_outgoing_contract_cancelled",
		"get_decrypted_preimage_status", "offer",
	}, func(method string) bool { return l.About("module_0_" + method) })
}

// provable tells lies that are always found out in a life: about the config,
// shares, outcomes, and answers that are none. A guardian that gives more modules
// than others may only be the first that was upgraded.
func provable(l liar.Lie) bool {
	if l == liar.ConfigMoreModules {
		return false
	}
	for _, prefix := range []string{"config-", "share-", "tx-other"} {
		if strings.HasPrefix(string(l), prefix) {
			return true
		}
	}
	return false
}

// awaitNamed waits until the guardian view says that a guardian misbehaved, and
// that no other did.
func (w *wallet) awaitNamed(peer wire.PeerID) {
	w.t.Helper()
	err := w.ask("subscribe_wallet", nil, func(data json.RawMessage) (bool, error) {
		var v facade.WalletView
		if err := json.Unmarshal(data, &v); err != nil {
			return true, err
		}
		found := false
		for _, f := range v.Federations {
			for _, g := range f.Guardians {
				switch {
				case len(g.Misbehaviours) == 0:
				case g.Peer == peer:
					found = true
				default:
					return true, fmt.Errorf("guardian %d is accused: %+v", g.Peer, g.Misbehaviours)
				}
			}
		}
		return found, nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}
