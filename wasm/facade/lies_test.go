//go:build unix

package facade_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"satchel/build/devfed"
	"satchel/build/devfed/guardian"
	"satchel/build/devfed/liar"
	"satchel/client/wire"
	"satchel/wasm/facade"
)

// A whole life of a wallet: join, receive, send what must be made, take back.
// It returns what the wallet claims at the end.
func life(t *testing.T, w *wallet, fed *devfed.Federation) (id string, claim wire.Amount) {
	t.Helper()
	id = w.join(fed)
	if d := w.receive(id, ecash(t, fed, 70_000)); d.State != "done" {
		t.Fatalf("receive: %+v", d.OperationView)
	}
	d := w.send(id, "one", 65_024)
	if d.State != "ready" {
		t.Fatalf("send: %+v", d.OperationView)
	}
	must[any](w, "take_back", fields{"federation": id, "operation_id": d.ID})
	for {
		d = w.rest(id, fmt.Sprintf("%x", d.ID[:]))
		if d.Final {
			break
		}
	}
	if d.State != "returned" {
		t.Fatalf("take back: %+v", d.OperationView)
	}
	return id, w.claim(id)
}

// Faults 24, 26, 30, 31, 32, 34, 36: with one guardian of four that is down,
// slow or tells any lie, everything ends as it does with honest ones. A liar
// whose lie can be proved is named.
func TestOneBadGuardian(t *testing.T) {
	honest := federation(t, devfed.Options{})
	_, want := life(t, open(t, platform(t.TempDir())), honest)

	behaviours := map[string]guardian.Behaviour{
		"off":  {State: guardian.Off},
		"slow": {State: guardian.Slow, Delay: time.Minute},
	}
	for _, lie := range liar.All() {
		behaviours[string(lie)] = guardian.Behaviour{State: guardian.On, Lie: lie}
	}
	for name, bad := range behaviours {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fed := federation(t, devfed.Options{})
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
		})
	}
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
