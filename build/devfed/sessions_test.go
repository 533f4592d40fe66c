package devfed_test

import (
	"slices"
	"testing"

	"satchel/build/devfed"
	"satchel/client/wire"
)

// TestSessions compares what guardians say of sessions with what was done, and
// verifies every signature.
func TestSessions(t *testing.T) {
	for _, n := range []int{1, 4, 7} {
		f := start(t, devfed.Options{Guardians: n})
		p := open(t, f)
		done := [][]wire.TxID{nil, nil, nil}
		for session := range done {
			for range session * 2 {
				tx := p.transaction(p.draw(f, 1024), newRequests(t, 512))
				if text := p.submit(tx); text != "" {
					t.Fatal(text)
				}
				done[session] = append(done[session], tx.TxID())
			}
			count, err := f.CloseSession(t.Context())
			if err != nil || count != uint64(session)+1 {
				t.Fatalf("%d sessions are complete, %v; want %d", count, err, session+1)
			}
		}
		for _, s := range p.sockets {
			for session, want := range done {
				checkSession(t, s, p.config, uint64(session), want)
			}
			checkRunning(t, s, uint64(len(done)))
		}
	}
}

// checkSession asks in all ways for a complete session. transfers are the
// transactions in it that have inputs.
func checkSession(t *testing.T, s *socket, config wire.ClientConfig, index uint64, transfers []wire.TxID) {
	t.Helper()
	status := decode[wire.SessionStatusV2](t, ask[wire.SerdeBase64](s, "signed_session_status", index))
	if status.State != wire.SessionComplete {
		t.Fatalf("session %d is in state %d", index, status.State)
	}
	signed := status.Signed()
	if err := signed.Verify(index, config.BroadcastKeys); err != nil {
		t.Error(err)
	}
	if n := wire.Threshold(len(config.Guardians)); len(signed.Signatures) != n {
		t.Errorf("session %d has %d signatures, want %d", index, len(signed.Signatures), n)
	}
	awaited := decode[wire.SignedSessionOutcome](t, ask[wire.Serde](s, "await_signed_session_outcome", index))
	if !slices.Equal(wire.Encode(awaited), wire.Encode(signed)) {
		t.Errorf("session %d is another one when it is awaited", index)
	}
	outcome := decode[wire.SessionOutcome](t, ask[wire.Serde](s, "await_session_outcome", index))
	plain := decode[wire.SessionStatus](t, ask[wire.Serde](s, "session_status", index))
	for _, items := range [][]wire.AcceptedItem{outcome.Items, plain.Items} {
		if other := (wire.SessionOutcome{Items: items}); !slices.Equal(wire.Encode(other), wire.Encode(signed.Outcome)) {
			t.Errorf("session %d has other items without signatures", index)
		}
	}
	var got []wire.TxID
	for _, item := range signed.Outcome.Items {
		if tx := item.Item.Transaction; tx != nil && len(tx.Inputs) > 0 {
			got = append(got, tx.TxID())
		}
	}
	if !slices.Equal(got, transfers) {
		t.Errorf("session %d has transactions %v, want %v", index, got, transfers)
	}
}

// checkRunning asks for the running session and for the one after it.
func checkRunning(t *testing.T, s *socket, count uint64) {
	t.Helper()
	if got := ask[uint64](s, "session_count", nil); got != count {
		t.Errorf("session count %d, want %d", got, count)
	}
	for ahead, want := range []wire.SessionState{wire.SessionPending, wire.SessionInitial} {
		index := count + uint64(ahead)
		plain := decode[wire.SessionStatus](t, ask[wire.Serde](s, "session_status", index))
		signed := decode[wire.SessionStatusV2](t, ask[wire.SerdeBase64](s, "signed_session_status", index))
		if plain.State != want || signed.State != want {
			t.Errorf("session %d of %d is in states %d and %d, want %d", index, count, plain.State, signed.State, want)
		}
	}
}

// TestPendingSession sees the items of the running session, and who proposed
// them.
func TestPendingSession(t *testing.T) {
	f := start(t, devfed.Options{})
	p := open(t, f, 2)
	if _, err := f.CloseSession(t.Context()); err != nil {
		t.Fatal(err)
	}
	tx := p.transaction(p.draw(f, 1024), nil)
	if text := p.submit(tx); text != "" {
		t.Fatal(text)
	}
	status := decode[wire.SessionStatus](t, ask[wire.Serde](p.sockets[2], "session_status", 1))
	if status.State != wire.SessionPending || len(status.Items) != 2 {
		t.Fatalf("running session: %+v", status)
	}
	issued, spent := status.Items[0], status.Items[1]
	if in := issued.Item.Transaction; len(in.Inputs) != 0 || len(in.Outputs) != 1 {
		t.Errorf("the issuance has %d inputs and %d outputs", len(in.Inputs), len(in.Outputs))
	}
	if spent.Peer != 2 || spent.Item.Transaction.TxID() != tx.TxID() {
		t.Errorf("item %+v is not the transaction that guardian 2 got", spent)
	}
}

// TestFirstSession has the proposals from which the meta value comes, one of
// each guardian that is needed and more.
func TestFirstSession(t *testing.T) {
	f := start(t, devfed.Options{})
	p := open(t, f)
	status := decode[wire.SessionStatus](t, ask[wire.Serde](p.some(), "session_status", 0))
	if len(status.Items) != 4 {
		t.Fatalf("%d items", len(status.Items))
	}
	for i, item := range status.Items {
		if item.Peer != wire.PeerID(i) || item.Item.Module == nil || item.Item.Module.Module != p.config.ModulesOf(wire.KindMeta)[0] {
			t.Errorf("item %d is %+v", i, item)
		}
	}
}
