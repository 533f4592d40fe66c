package devfed_test

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"satchel/build/devfed"
	"satchel/build/devfed/guardian"
	"satchel/client/tbs"
	"satchel/client/wire"
)

const (
	textWitness = "The transaction did not have the correct number of signatures"
	textSpent   = "The transaction had an invalid input: 1-The note is already spent"
	textBlind   = "The transaction had an invalid output: 1-The mint output blind nonce was already used before"
)

// TestRefusals submits one wrong transaction after the other. Where a
// transaction has two faults, the one that is checked first counts.
func TestRefusals(t *testing.T) {
	f := start(t, devfed.Options{})
	p := open(t, f)
	good := p.draw(f, 4096+2048+1024+512)
	spent := p.draw(f, 1024)
	p.pay(spent, 512)
	used := newRequest(t, 64)
	if text := p.submit(p.transaction(p.draw(f, 1024), []request{used})); text != "" {
		t.Fatal(text)
	}
	forged := coin{1024, wire.MintSpendableNote{Signature: tbs.HashV1([]byte("forged")).Bytes(), SpendKey: newKey()}}
	dearer := coin{8192, good[0].note}
	noTier := coin{3, good[0].note}

	resign := func(change func(t *wire.Transaction, keys []wire.SecretKey)) func(coins []coin, requests []request) wire.Transaction {
		return func(coins []coin, requests []request) wire.Transaction {
			tx := p.transaction(coins, requests)
			keys := make([]wire.SecretKey, len(coins))
			for i, c := range coins {
				keys[i] = c.note.SpendKey
			}
			change(&tx, keys)
			return tx
		}
	}
	unsigned := resign(func(tx *wire.Transaction, _ []wire.SecretKey) { tx.Signature.Signatures = nil })
	laterOutput := func(coins []coin, requests []request) wire.Transaction {
		tx := p.transaction(coins, requests)
		later := wire.MintOutput{Unknown: &wire.Unknown{Variant: 3, Body: []byte("x")}}
		tx.Outputs = append(tx.Outputs, wire.DynOutput{Dyn: wire.DynOf(p.id, later)})
		p.sign(&tx, coins)
		return tx
	}

	for name, c := range map[string]struct {
		make     func([]coin, []request) wire.Transaction
		coins    []coin
		requests []request
		want     string
	}{
		"spent":             {p.transaction, spent, nil, textSpent},
		"spent here":        {p.transaction, []coin{good[0], good[0]}, nil, textSpent},
		"forged":            {p.transaction, []coin{good[0], forged}, nil, textWitness},
		"forged, spent":     {p.transaction, []coin{spent[0], forged}, nil, textWitness},
		"dearer than it is": {p.transaction, []coin{dearer}, nil, textWitness},
		"no tier":           {p.transaction, []coin{noTier}, nil, textWitness},
		"input of a later version": {func([]coin, []request) wire.Transaction {
			later := wire.MintInput{Unknown: &wire.Unknown{Variant: 1, Body: []byte("x")}}
			return wire.Transaction{Inputs: []wire.DynInput{{Dyn: wire.DynOf(p.id, later)}}}
		}, nil, nil, textWitness},
		"no signature":             {unsigned, good[:1], nil, textWitness},
		"no signature, spent":      {unsigned, spent, nil, textSpent},
		"no signature, bad output": {unsigned, good[:1], newRequests(t, 3), textWitness},
		"one signature too many": {resign(func(tx *wire.Transaction, _ []wire.SecretKey) {
			tx.Signature.Signatures = append(tx.Signature.Signatures, wire.Signature{})
		}), good[:1], nil, textWitness},
		"signatures in the other order": {resign(func(tx *wire.Transaction, _ []wire.SecretKey) { slices.Reverse(tx.Signature.Signatures) }), good[:2], nil, "invalid signature"},
		"signature of another transaction": {resign(func(tx *wire.Transaction, _ []wire.SecretKey) {
			tx.Nonce[0] ^= 1
		}), good[:1], nil, "invalid signature"},
		"unknown scheme": {resign(func(tx *wire.Transaction, _ []wire.SecretKey) {
			tx.Signature = wire.TransactionSignature{Unknown: &wire.Unknown{Variant: 5, Body: []byte("aggregate")}}
		}), good[:1], nil, "The transaction's signature scheme is not supported: variant=5"},
		"output of no tier":            {p.transaction, good[:1], newRequests(t, 3), "The transaction had an invalid output: 1-The note has an invalid amount not issued by the mint: 3 msat"},
		"output above the tiers":       {p.transaction, good[:1], newRequests(t, 1<<57), "The transaction had an invalid output: 1-The note has an invalid amount not issued by the mint: 144115188075855872 msat"},
		"output of a later version":    {laterOutput, good[:1], nil, "The transaction had an invalid output: 1-The mint output version is not supported by this federation"},
		"blind nonce used":             {p.transaction, good[:1], []request{used}, textBlind},
		"blind nonce used, other tier": {p.transaction, good[:1], []request{{3, used.key, used.blinding, used.blind}}, textBlind},
		"blind nonce used here":        {p.transaction, good[3:], slices.Repeat(newRequests(t, 64), 2), textBlind},
		"more out than in":             {p.transaction, good[:1], newRequests(t, 512), "The transaction is unbalanced (in=512 msat, out=512 msat, fee=200 msat)"},
		"fee of the input missing":     {p.transaction, good[1:2], newRequests(t, 512, 256, 64, 1), "The transaction is unbalanced (in=1024 msat, out=833 msat, fee=500 msat)"},
		"nothing in":                   {p.transaction, nil, newRequests(t, 1), "The transaction is unbalanced (in=0 msat, out=1 msat, fee=100 msat)"},
		"sum out of range":             {p.transaction, good[:1], newRequests(t, slices.Repeat([]wire.Amount{1 << 56}, 256)...), "The transaction is unbalanced (in=0 msat, out=0 msat, fee=0 msat)"},
	} {
		t.Run(name, func(t *testing.T) {
			tx := c.make(c.coins, c.requests)
			want := c.want
			if want == "invalid signature" {
				i := 0
				want = fmt.Sprintf("The transaction's signature is invalid: tx=%x, hash=%v, sig=%v, key=%v",
					wire.Encode(tx), tx.TxID(), tx.Signature.Signatures[i], c.coins[i].note.SpendKey.PublicKey())
			}
			for range 2 { // a refusal changes nothing
				if got := p.submit(tx); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			}
		})
	}
	// Every coin that was only in refused transactions is still good.
	p.pay(good, 4096, 2048)
}

// TestSubmissionFrames has whole answers, byte by byte.
func TestSubmissionFrames(t *testing.T) {
	f := start(t, devfed.Options{})
	p := open(t, f)
	s := p.some()
	coins := p.draw(f, 1024)
	tx := p.transaction(coins, newRequests(t, 512))
	id := tx.TxID()
	if got, want := string(s.must("submit_transaction", wire.SerdeOf(tx))), `["2101`+id.String()+`"]`; got != want {
		t.Errorf("accepted: got %s, want %s", got, want)
	}
	if got, want := string(s.must("await_transaction", id)), `"`+id.String()+`"`; got != want {
		t.Errorf("awaited: got %s, want %s", got, want)
	}
	again := p.transaction(coins, nil)
	if got, want := string(s.must("submit_transaction", wire.SerdeOf(again))), `["0700040401020000"]`; got != want {
		t.Errorf("spent: got %s, want %s", got, want)
	}
	bad := p.transaction([]coin{{2048, coins[0].note}}, nil)
	if got, want := string(s.must("submit_transaction", wire.SerdeOf(bad))), `["03000300"]`; got != want {
		t.Errorf("bad signature: got %s, want %s", got, want)
	}
	outcomes := string(s.must("await_outputs_outcomes", outPoints(id, 0, 1)))
	if !strings.HasPrefix(outcomes, `[["3401320030`) || len(outcomes) != len(`[["3401320030"]]`)+96 {
		t.Errorf("outcomes: got %s", outcomes)
	}
	if single := string(s.must("await_output_outcome", wire.OutPoint{TxID: id})); `[`+single+`]` != outcomes {
		t.Errorf("outcome: got %s, want the only one of %s", single, outcomes)
	}
	if got := string(s.must("await_outputs_outcomes", outPoints(id, 1, 1))); got != `[]` {
		t.Errorf("empty range: got %s", got)
	}
}

// TestBadRequests checks what is refused with code 400.
func TestBadRequests(t *testing.T) {
	f := start(t, devfed.Options{})
	p := open(t, f)
	s := p.some()
	tx := p.transaction(p.draw(f, 1024), newRequests(t, 512))
	if text := p.submit(tx); text != "" {
		t.Fatal(text)
	}
	id := tx.TxID()
	identity := hex.EncodeToString(append([]byte{0xc0}, make([]byte, 47)...))
	wrongPoint := strings.Repeat("80", 48)
	withModule := func(id wire.ModuleID) wire.Serde {
		other := tx
		other.Outputs = slices.Clone(tx.Outputs)
		other.Outputs[0].Module = id
		return wire.SerdeOf(other)
	}
	badPoint := tx
	badPoint.Outputs = []wire.DynOutput{{Dyn: wire.DynOf(p.id, wire.MintOutput{Amount: 1, BlindNonce: wire.G1{0: 0x80}})}}
	badNote := tx
	badNote.Inputs = []wire.DynInput{{Dyn: wire.DynOf(p.id, wire.MintInput{Amount: 1, Note: wire.MintNote{Nonce: newKey().PublicKey(), Signature: wire.G1{0: 0x80}}})}}
	for _, c := range []struct {
		method string
		params any
		want   string // "" is any text
	}{
		{"submit_transaction", nil, ""},
		{"submit_transaction", "00", ""},
		{"submit_transaction", []string{"00"}, ""},
		{"submit_transaction", []string{"0100", "0100"}, ""},
		{"submit_transaction", wire.Serde(append(wire.Encode(tx), 0)), ""},
		{"submit_transaction", withModule(0), "output 0: module 0 takes no outputs"},
		{"submit_transaction", withModule(9), "output 0: module 9 takes no outputs"},
		{"submit_transaction", wire.SerdeOf(badPoint), ""},
		{"submit_transaction", wire.SerdeOf(badNote), ""},
		{"await_transaction", nil, ""},
		{"await_transaction", "00", ""},
		{"await_output_outcome", id, ""},
		{"await_output_outcome", wire.OutPoint{TxID: id, Index: 1}, "Outpoint index out of bounds " + id.String() + ":1"},
		{"await_outputs_outcomes", outPoints(id, 0, 2), "Outpoint index out of bounds " + id.String() + ":1"},
		{"await_outputs_outcomes", outPoints(id, 1, 0), "Outpoint range is descending or too large"},
		{"await_outputs_outcomes", outPoints(id, 0, 1025), "Outpoint range must cover at most 1024 outputs, got 1025"},
		{"await_outputs_outcomes", map[string]any{"txid": id}, ""},
		{"session_status", -1, ""},
		{"session_status", "1", ""},
		{"signed_session_status", 1.5, ""},
		{"await_session_outcome", []int{0}, ""},
		{"await_signed_session_outcome", nil, ""},
		{"recover", nil, ""},
		{"recover", strings.Repeat("02", 32), ""},
		{"backup", nil, ""},
		{"backup", map[string]any{}, "a backup has id, payload, timestamp and signature"},
		{"module_0_get_consensus", nil, ""},
		{"module_0_get_consensus", 256, ""},
		{"module_0_get_consensus_rev", "0", ""},
		{"module_1_note_spent", strings.Repeat("02", 32), ""},
		{"module_1_note_spent", strings.Repeat("00", 33), ""},
		{"module_1_blind_nonce_used", wrongPoint, ""},
		{"module_1_blind_nonce_used", nil, ""},
		{"module_1_recovery_count", 0, "params are not null"},
		{"module_1_recovery_slice", 0, ""},
		{"module_1_recovery_slice", []int{0}, "a range has two bounds, not 1"},
		{"module_1_recovery_slice", []any{0, nil}, ""},
		{"module_1_recovery_slice_hash", []int{0, 1, 2}, "a range has two bounds, not 3"},
		{"module_1_recovery_slice_hash", []int{-1, 1}, ""},
		{"module_1_recovery_blind_nonce_outpoints", []string{identity}, "blind nonce not found"},
		{"module_1_recovery_blind_nonce_outpoints", []any{nil}, ""},
	} {
		_, err := s.call(c.method, c.params)
		refused, ok := err.(*refusal)
		if !ok || refused.Code != 400 || c.want != "" && refused.Message != c.want {
			t.Errorf("%s %v: got %v, want 400 %s", c.method, c.params, err, c.want)
		}
	}
}

// TestLongPolls awaits what comes later, while other requests of the same
// connection are answered.
func TestLongPolls(t *testing.T) {
	f := start(t, devfed.Options{})
	p := open(t, f)
	s := p.sockets[1]
	requests := newRequests(t, 512, 64)
	tx := p.transaction(p.draw(f, 1024), requests)
	id := tx.TxID()
	waiting := map[int]string{
		s.send("await_transaction", id):                         "await_transaction",
		s.send("await_output_outcome", wire.OutPoint{TxID: id}): "await_output_outcome",
		s.send("await_outputs_outcomes", outPoints(id, 0, 2)):   "await_outputs_outcomes",
		s.send("await_session_outcome", 0):                      "await_session_outcome",
		s.send("await_signed_session_outcome", 0):               "await_signed_session_outcome",
	}
	now := s.send("session_count", nil)
	if r := s.receive(); r.ID != now || r.Error != nil {
		t.Fatalf("answer %+v came before the one to session_count", r)
	}
	delete(p.sockets, 1)
	if text := p.submit(tx); text != "" {
		t.Fatal(text)
	}
	if _, err := f.CloseSession(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		r := s.receive()
		if waiting[r.ID] == "" || r.Error != nil {
			t.Errorf("answer %+v", r)
		}
		delete(waiting, r.ID)
	}
}

// TestTooLongForTheBroadcast submits what no guardian can pass on: it is never
// accepted and never refused.
func TestTooLongForTheBroadcast(t *testing.T) {
	f := start(t, devfed.Options{})
	p := open(t, f)
	coins := p.draw(f, 1<<20)
	requests := newRequests(t, slices.Repeat([]wire.Amount{1}, 1000)...)
	tx := p.transaction(coins, requests)
	if len(wire.Encode(tx)) <= wire.MaxTransaction {
		t.Fatal("the transaction is short")
	}
	s := p.sockets[0]
	stuck := s.send("submit_transaction", wire.SerdeOf(tx))
	other := p.draw(f, 1024)
	p.sockets = map[wire.PeerID]*socket{1: p.sockets[1]}
	if text := p.submit(p.transaction(other, nil)); text != "" { // others go on
		t.Fatal(text)
	}
	if text := p.submit(p.transaction(coins, nil)); text != "" { // and so do its inputs
		t.Fatal(text)
	}
	if id := s.send("session_count", nil); s.receive().ID != id {
		t.Errorf("request %d was answered", stuck)
	}
}

// TestBlindNonceRace puts two transactions with one blind nonce into the order,
// which is found only when they are submitted: both are accepted, and one note
// is worthless for ever.
func TestBlindNonceRace(t *testing.T) {
	f := start(t, devfed.Options{})
	p := open(t, f, 0, 1)
	r := newRequests(t, 512)
	coins := p.draw(f, 1024, 1024)
	one, two := p.transaction(coins[:1], r), p.transaction(coins[1:], r)
	stall(t, f)
	p.sockets[0].send("submit_transaction", wire.SerdeOf(one))
	p.sockets[1].send("submit_transaction", wire.SerdeOf(two))
	until(t, func() bool { return f.Waiting() == 2 }) // both have passed the checks of a submission
	heal(t, f)
	for i, s := range []*socket{p.sockets[0], p.sockets[1]} {
		if text := p.verdict([]wire.Transaction{one, two}[i], s.receive().Result); text != "" {
			t.Errorf("transaction %d: %s", i, text)
		}
	}
	p = open(t, f)
	first, second := p.collect(one.TxID(), r), p.collect(two.TxID(), r)
	p.pay(first)
	if text := p.submit(p.transaction(second, nil)); text != textSpent {
		t.Errorf("the second note of a blind nonce: %s", text)
	}
	if got := f.Audit(); got.Outstanding != 512 {
		t.Errorf("after burning 512 msat: %+v", got)
	}
}

// until looks again and again until something that has begun is done.
func until(t *testing.T, done func() bool) {
	t.Helper()
	for !done() {
		if err := t.Context().Err(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
	}
}

// stall leaves too few guardians on; heal undoes it.
func stall(t *testing.T, f *devfed.Federation) {
	t.Helper()
	n := len(f.Guardians())
	for i := range wire.MaxEvil(n) + 1 {
		behave(t, f, wire.PeerID(n-1-i), guardian.Behaviour{State: guardian.Off})
	}
}

func heal(t *testing.T, f *devfed.Federation) {
	t.Helper()
	for i := range f.Guardians() {
		behave(t, f, wire.PeerID(i), guardian.Behaviour{State: guardian.On})
	}
}
