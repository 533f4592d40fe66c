package guardian

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/liar"
	"satchel/build/devfed/rpc"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

// newGuardian returns guardian 0 of a federation of one without modules, which
// agrees on nothing as long as run has not been called.
func newGuardian(t *testing.T) (g *Guardian, run func()) {
	t.Helper()
	db, err := kv.Open(t.Context(), kv.NewMemory().Handle())
	if err != nil {
		t.Fatal(err)
	}
	keys := map[wire.PeerID]wire.SecretKey{0: {31: 1}}
	ledger := consensus.New(db, nil, keys)
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	g = New(0, &Shared{Ledger: ledger, DB: db, Keys: keys, Now: time.Now})
	return g, func() { go ledger.Run(ctx) }
}

func (g *Guardian) ask(ctx context.Context, method string, params any) (any, error) {
	encoded, err := json.Marshal(params)
	if err != nil {
		return nil, err
	}
	return g.server.Methods[method](ctx, encoded)
}

// TestPatience waits in vain for everything that can be awaited, a minute each.
func TestPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, run := newGuardian(t)
		empty := wire.SerdeOf(wire.Transaction{})
		for method, params := range map[string]any{
			"await_transaction":            wire.TxID{},
			"await_output_outcome":         wire.OutPoint{},
			"await_outputs_outcomes":       wire.OutPointRange{Indices: wire.IndexRange{End: 1}},
			"await_session_outcome":        0,
			"await_signed_session_outcome": 0,
			"submit_transaction":           empty,
		} {
			begun := time.Now()
			_, err := g.ask(t.Context(), method, params)
			refusal, ok := errors.AsType[*rpc.Error](err)
			if !ok || refusal.Code != -32000 || refusal.Message != "Request timeout" || time.Since(begun) != time.Minute {
				t.Errorf("%s: %v after %v", method, err, time.Since(begun))
			}
		}
		run()
		// What was submitted in vain is accepted after all.
		if _, err := g.ask(t.Context(), "await_transaction", wire.Transaction{}.TxID()); err != nil {
			t.Error(err)
		}
	})
}

// TestSlow delays answers by more than a method may take.
func TestSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, _ := newGuardian(t)
		if err := g.Behave(Behaviour{State: Slow, Delay: 70 * time.Second}); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		result, err := g.ask(t.Context(), "session_count", nil)
		if err != nil || result != uint64(0) || time.Since(begun) != 70*time.Second {
			t.Errorf("%v, %v after %v", result, err, time.Since(begun))
		}
		gone, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begun = time.Now()
		if _, err := g.ask(gone, "session_count", nil); err != nil || time.Since(begun) != time.Second {
			t.Errorf("a client that hung up: %v after %v", err, time.Since(begun))
		}
	})
}

// TestBehave refuses what is no behaviour, and tells consensus who is on.
func TestBehave(t *testing.T) {
	g, _ := newGuardian(t)
	for _, b := range []Behaviour{{}, {State: "dead"}, {State: On, Lie: "truth"}, {State: Slow, Delay: -1}} {
		if g.Behave(b) == nil {
			t.Errorf("%+v", b)
		}
	}
	for _, c := range []struct {
		state State
		on    bool
	}{{Off, false}, {Off, false}, {Slow, true}, {On, true}, {Off, false}, {On, true}} {
		want := Behaviour{State: c.state, Lie: liar.Huge}
		if err := g.Behave(want); err != nil {
			t.Error(err)
		}
		if g.shared.Ledger.Online(0) != c.on || g.Behaviour() != want {
			t.Errorf("%s: online %v, %+v", c.state, g.shared.Ledger.Online(0), g.Behaviour())
		}
	}
}
