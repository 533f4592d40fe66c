package consensus_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"satchel/build/devfed/consensus"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

// Two modules of vouchers. A voucher is a number, and worth what it says; one
// above limit is refused, and each can be spent once.
const (
	plain wire.ModuleID = 3 // in bitcoin
	other wire.ModuleID = 5 // in unit 7
	limit               = 1 << 63
)

var owner = wire.SecretKey{31: 9}

type vouchers struct{ unit wire.AmountUnit }

type voucher struct {
	wire.Amount
	unit wire.AmountUnit
}

type refused struct{ wire.Amount }

func (r refused) Error() string { return "refused " + r.String() }

func (v vouchers) DecodeInput(body []byte) (consensus.Input, error) {
	amount, err := wire.Decode[wire.Amount](body)
	return voucher{amount, v.unit}, err
}

func (v vouchers) VerifyInputs(inputs []consensus.Input) error {
	for _, in := range inputs {
		if in.(voucher).Amount == 13 {
			return errors.New("unlucky")
		}
	}
	return nil
}

func (v vouchers) DecodeOutput(body []byte) (consensus.Output, error) {
	amount, err := wire.Decode[wire.Amount](body)
	return voucher{amount, v.unit}, err
}

func (vouchers) Outcome(view consensus.View, guardian wire.PeerID, at wire.OutPoint) wire.Appender {
	if _, ok := view.Get("out/" + at.String()); !ok {
		return nil
	}
	return wire.Amount(guardian)
}

func (v voucher) Spend(tx consensus.Tx) (consensus.Worth, wire.PublicKey, consensus.Refusal) {
	key := fmt.Sprintf("spent/%d", v.Amount)
	if tx.Has(key) {
		return consensus.Worth{}, wire.PublicKey{}, refused{v.Amount}
	}
	tx.Put(key, wire.Encode(v.Amount))
	return consensus.Worth{Unit: v.unit, Amount: v.Amount}, owner.PublicKey(), nil
}

func (v voucher) Admit(view consensus.View) consensus.Refusal {
	if v.Amount == 17 && view.Has("out/17") {
		return refused{v.Amount}
	}
	return nil
}

func (v voucher) Create(tx consensus.Tx, at wire.OutPoint) (consensus.Worth, consensus.Refusal) {
	if v.Amount > limit {
		return consensus.Worth{}, refused{v.Amount}
	}
	tx.Put("out/"+at.String(), wire.Encode(v.Amount))
	if v.Amount == 17 {
		tx.Put("out/17", nil)
	}
	return consensus.Worth{Unit: v.unit, Amount: v.Amount, Fee: v.Amount / 10}, nil
}

func outstanding(view consensus.View) (sum wire.Amount) {
	for key, value := range view.Under("out/") {
		if key != "17" {
			sum += consensus.Stored[wire.Amount](value)
		}
	}
	for _, value := range view.Under("spent/") {
		sum -= consensus.Stored[wire.Amount](value)
	}
	return sum
}

// open runs a ledger of four guardians until the test ends.
func open(t *testing.T) (*consensus.Ledger, *kv.DB) {
	t.Helper()
	db, err := kv.Open(t.Context(), kv.NewMemory().Handle())
	if err != nil {
		t.Fatal(err)
	}
	keys := make(map[wire.PeerID]wire.SecretKey)
	for i := range wire.PeerID(4) {
		keys[i] = wire.SecretKey{31: byte(i) + 1}
	}
	l := consensus.New(db, map[wire.ModuleID]consensus.Module{
		plain: {Inputs: vouchers{}, Outputs: vouchers{}, Outstanding: outstanding, ApplyItem: applyItem},
		other: watching(consensus.Module{Inputs: vouchers{7}, Outputs: vouchers{7}}),
		9:     {},
	}, keys)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := l.Run(ctx); err != nil {
			t.Error(err)
		}
	}()
	t.Cleanup(func() { cancel(); <-done })
	return l, db
}

func applyItem(tx consensus.Tx, peer wire.PeerID, item []byte) error {
	tx.Put("item", item)
	if string(item) == "\x01" {
		return errors.New("no such item")
	}
	return nil
}

func in(module wire.ModuleID, amount wire.Amount) wire.DynInput {
	return wire.DynInput{Dyn: wire.DynOf(module, amount)}
}

func out(module wire.ModuleID, amount wire.Amount) wire.DynOutput {
	return wire.DynOutput{Dyn: wire.DynOf(module, amount)}
}

var nonce byte

// transaction returns a signed transaction, unlike any other.
func transaction(t *testing.T, l *consensus.Ledger, inputs []wire.DynInput, outputs []wire.DynOutput) *consensus.Transaction {
	t.Helper()
	nonce++
	tx := wire.Transaction{Inputs: inputs, Outputs: outputs, Nonce: [8]byte{nonce}}
	keys := make([]wire.SecretKey, len(inputs))
	for i := range keys {
		keys[i] = owner
	}
	if err := tx.Sign(keys); err != nil {
		t.Fatal(err)
	}
	parsed, err := l.Decode(wire.Encode(tx))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// issue gives out vouchers, so that they may be spent.
func issue(t *testing.T, l *consensus.Ledger, amounts ...wire.Amount) {
	t.Helper()
	for i, amount := range amounts {
		if _, err := l.Issue(t.Context(), []wire.DynOutput{out(plain, amount)}, [8]byte{0: byte(i), 7: 1}); err != nil {
			t.Fatal(err)
		}
	}
}

func submit(t *testing.T, l *consensus.Ledger, tx *consensus.Transaction) string {
	t.Helper()
	err := l.Submit(t.Context(), 2, tx)
	if err == nil {
		return ""
	}
	return err.Error()
}
