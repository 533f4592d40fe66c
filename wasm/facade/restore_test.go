package facade_test

import (
	"testing"

	"satchel/build/devfed"
	"satchel/client/wire"
	"satchel/wasm/facade"
)

// ended waits until every operation of a federation is at rest, and returns them.
func (w *wallet) ended(federation string) []facade.OperationView {
	w.t.Helper()
	list := must[[]facade.OperationView](w, "list_operation_views", fields{"federation": federation, "limit": 10_000})
	for _, op := range list {
		w.rest(federation, wire.OperationID(op.ID).String())
	}
	return must[[]facade.OperationView](w, "list_operation_views", fields{"federation": federation, "limit": 10_000})
}

// restored makes a wallet from words and joins.
func restored(t *testing.T, fed *devfed.Federation, words []string) (w *wallet, id string) {
	t.Helper()
	w = open(t, platform(t.TempDir()))
	must[any](w, "set_mnemonic", fields{"words": words})
	id = must[struct{ Federation string }](w, "join", fields{"invite_code": fed.Invite()}).Federation
	for _, op := range w.ended(id) {
		if op.Title == "restore" && op.State != "done" {
			t.Fatalf("restore is %s: %s", op.State, op.Why)
		}
	}
	return w, id
}

// The words alone bring back what a wallet had, of either generation, and what it
// had handed out that nobody has taken.
func TestRestoreFromWords(t *testing.T) {
	for name, modules := range map[string][]wire.ModuleKind{
		"first": {wire.KindMint}, "second": {wire.KindMintV2}, "both": nil,
	} {
		t.Run(name, func(t *testing.T) {
			fed := federation(t, devfed.Options{Offline: 1, Modules: modules})
			w := open(t, platform(t.TempDir()))
			id := w.join(fed)
			w.receiveAny(id, fed, 600*1024)
			w.send(id, "gift", 100*1024)
			words := must[struct{ Mnemonic []string }](w, "get_mnemonic", nil).Mnemonic
			before := w.claim(id)
			w.stop()
			again, id := restored(t, fed, words)
			fees := wire.Amount(0)
			for _, op := range again.ended(id) {
				fees += op.Fee
			}
			if after := again.claim(id); after+fees != before || after == 0 {
				t.Errorf("%v were there, %v are, and %v of fees", before, after, fees)
			}
		})
	}
}

// receiveAny receives e-cash of the faucet, of a generation that there is.
func (w *wallet) receiveAny(id string, fed *devfed.Federation, amount wire.Amount) {
	w.t.Helper()
	first, err := fed.Faucet.Ecash(w.t.Context(), amount)
	text := first.Base64()
	if err != nil {
		second, err := fed.Faucet.EcashV2(w.t.Context(), amount)
		if err != nil {
			w.t.Fatal(err)
		}
		text = second.Base32()
	}
	r := must[struct {
		Op string `json:"operation_id"`
	}](w, "receive_ecash", fields{"notes": text})
	w.rest(id, r.Op)
}
