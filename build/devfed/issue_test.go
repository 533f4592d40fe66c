package devfed_test

import (
	"testing"

	"satchel/build/devfed"
	"satchel/build/devfed/consensus"
	"satchel/build/devfed/faucet"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// TestIssue makes e-cash as a test of recovery does: many transactions, each in
// a session of its own, of notes that only their maker can collect.
func TestIssue(t *testing.T) {
	const transactions = 50
	f := start(t, devfed.Options{Guardians: 1, Modules: []wire.ModuleKind{wire.KindMint, wire.KindMintV2}})
	first, second := open(t, f), openKind(t, f, wire.KindMintV2)
	blind := tbs.HashV1([]byte("anything")).Bytes() // whose notes are never collected
	for i := range uint64(transactions) {
		outputs := []wire.DynOutput{
			first.output(request{amount: 2, blind: blind}), second.output(request{amount: 1024, blind: blind}), first.output(request{amount: 4, blind: blind}),
		}
		id, err := f.Issue(t.Context(), outputs...)
		if err != nil {
			t.Fatal(err)
		}
		if count, err := f.CloseSession(t.Context()); err != nil || count != i+1 {
			t.Fatalf("session %d: %d (%v)", i, count, err)
		}
		status := decode[wire.SessionStatusV2](t, ask[wire.SerdeBase64](first.some(), "signed_session_status", i))
		if err := status.Signed().Verify(i, first.config.BroadcastKeys); err != nil || len(status.Items) != 1 || status.Items[0].Item.Transaction.TxID() != id {
			t.Errorf("session %d: %d items (%v)", i, len(status.Items), err)
		}
	}
	for p, want := range map[*purse]uint64{first: 2 * transactions, second: transactions} {
		if got := ask[uint64](p.some(), p.method("recovery_count"), nil); got != want {
			t.Errorf("%s: %d items, want %d", p.kind, got, want)
		}
	}
	if got := f.Audit(); got != (consensus.Audit{Issued: 1030 * transactions, Outstanding: 1030 * transactions}) {
		t.Errorf("%+v", got)
	}

	requests := second.newRequests(512, 1024)
	id, err := f.Issue(t.Context(), second.output(requests[0]), second.output(requests[1]))
	if err != nil {
		t.Fatal(err)
	}
	second.pay(second.collect(id, requests), 512)
	if _, err := f.Issue(t.Context(), first.output(request{amount: 3, blind: blind})); err == nil {
		t.Error("a note of no tier was issued")
	}
}

// TestSign spends what was issued in somebody's name, by signatures of the faucet.
func TestSign(t *testing.T) {
	f := start(t, devfed.Options{Guardians: 4})
	p := open(t, f)
	requests := p.newRequests(512, 1024)
	if _, err := f.Issue(t.Context(), p.output(requests[0]), p.output(requests[1])); err != nil {
		t.Fatal(err)
	}
	var keys []faucet.Keys
	for _, r := range requests {
		keys = append(keys, faucet.Keys{Amount: r.amount, Spend: r.key, Blinding: r.blinding})
	}
	signatures, err := f.Faucet.Sign(wire.KindMint, keys)
	if err != nil {
		t.Fatal(err)
	}
	notes := wire.MintNotes{}
	for i, k := range keys {
		notes[k.Amount] = []wire.MintSpendableNote{{Signature: signatures[i], SpendKey: k.Spend}}
	}
	if got, err := f.Faucet.Redeem(t.Context(), wire.NewOOBNotes(f.ID().Prefix(), notes)); err != nil || got != 1536 {
		t.Errorf("%v, %v", got, err)
	}
	if got := f.Audit(); got.Outstanding != 0 || got.Redeemed != 1536 {
		t.Errorf("%+v", got)
	}
	if _, err := f.Faucet.Sign(wire.KindMint, []faucet.Keys{{Amount: 512}}); err == nil {
		t.Error("a note without keys was signed")
	}
}
