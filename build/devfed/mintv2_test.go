package devfed_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"satchel/build/devfed"
	"satchel/build/devfed/consensus"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// TestMintV2 pays with notes of the second generation, alone and together with
// the first.
func TestMintV2(t *testing.T) {
	f := start(t, devfed.Options{})
	p := openKind(t, f, wire.KindMintV2)
	if config := decode[wire.MintV2Config](t, p.config.Modules[p.id].Config.Body); len(config.Keys) != 42 || len(config.PeerKeys) != 42 || config.Fee.Base != 100 || config.Unit != wire.Bitcoin {
		t.Errorf("%d denominations, fee %v, unit %v", len(config.Keys), config.Fee, config.Unit)
	}
	coins := p.pay(p.draw(f, 4096), 1, 2048, 1024)
	if got := f.Audit(); got != (consensus.Audit{Issued: 4096, Outstanding: 3073, Fees: 1023}) {
		t.Errorf("%+v", got)
	}

	first := open(t, f)
	old, request := first.draw(f, 1024)[0], first.newRequests(512)[0]
	tx := p.transaction(coins[1:], p.newRequests(2048))
	tx.Inputs = append(tx.Inputs, first.input(old))
	tx.Outputs = append(tx.Outputs, first.output(request))
	p.sign(&tx, append(coins[1:], old))
	if text := p.submit(tx); text != "" {
		t.Fatal(text)
	}
	s := p.some()
	outcomes := ask[[]*wire.Serde](s, "await_outputs_outcomes", outPoints(tx.TxID(), 0, 2))
	if outcomes[0] != nil || outcomes[1] == nil {
		t.Errorf("outcomes %v: want none of the second generation", outcomes)
	}
	if _, err := s.call("await_output_outcome", wire.OutPoint{TxID: tx.TxID()}); err == nil || err.Error() != "400 No output outcome for outpoint" {
		t.Errorf("outcome of an output of the second generation: %v", err)
	}
	if shares := ask[[]wire.G1](s, p.method("signature_shares"), outPoints(tx.TxID(), 0, 1)); len(shares) != 1 {
		t.Errorf("%d shares", len(shares))
	}
}

// TestRefusalsV2 submits one wrong transaction after the other. The first input
// that is wrong counts, whatever is wrong with it.
func TestRefusalsV2(t *testing.T) {
	const (
		badInput  = "The transaction had an invalid input: 2-"
		spentText = badInput + "The note is already spent"
		forgery   = badInput + "The note has an invalid signature"
		noTier    = badInput + "The note has an invalid amount not issued by the mint"
		badOutput = "The transaction had an invalid output: 2-"
	)
	f := start(t, devfed.Options{})
	p := openKind(t, f, wire.KindMintV2)
	good := p.draw(f, 4096+2048+1024)
	spent := p.draw(f, 1024)
	p.pay(spent, 512)
	forged := coin{1024, wire.MintSpendableNote{Signature: tbs.HashV2([]byte("forged")).Bytes(), SpendKey: newKey()}}
	identity := coin{1024, wire.MintSpendableNote{Signature: wire.G1{0: 0xc0}, SpendKey: newKey()}}
	dearer, unheardOf := coin{8192, good[0].note}, coin{3, good[0].note}
	later := &wire.Unknown{Variant: 7, Body: []byte("x")}
	laterInput := func([]coin, []request) wire.Transaction {
		return wire.Transaction{Inputs: []wire.DynInput{{Dyn: wire.DynOf(p.id, wire.MintV2Input{Unknown: later})}}}
	}
	laterOutput := func(coins []coin, _ []request) wire.Transaction {
		tx := p.transaction(coins, nil)
		tx.Outputs = []wire.DynOutput{{Dyn: wire.DynOf(p.id, wire.MintV2Output{Unknown: later})}}
		p.sign(&tx, coins)
		return tx
	}
	unsigned := func(coins []coin, requests []request) wire.Transaction {
		tx := p.transaction(coins, requests)
		tx.Signature.Signatures = nil
		return tx
	}
	for name, c := range map[string]struct {
		make     func([]coin, []request) wire.Transaction
		coins    []coin
		requests []request
		want     string
	}{
		"spent":                      {p.transaction, spent, nil, spentText},
		"spent here":                 {p.transaction, []coin{good[0], good[0]}, nil, spentText},
		"forged":                     {p.transaction, []coin{good[0], forged}, nil, forgery},
		"identity":                   {p.transaction, []coin{identity}, nil, forgery},
		"forged, spent":              {p.transaction, []coin{forged, spent[0]}, nil, forgery},
		"spent, forged":              {p.transaction, []coin{spent[0], forged}, nil, spentText},
		"spent, dearer":              {p.transaction, []coin{{2048, spent[0].note}}, nil, forgery},
		"dearer than it is":          {p.transaction, []coin{dearer}, nil, forgery},
		"no denomination":            {p.transaction, []coin{unheardOf}, nil, noTier},
		"forged, no denomination":    {p.transaction, []coin{forged, unheardOf}, nil, forgery},
		"input of a later version":   {laterInput, nil, nil, badInput + "The mint input version is not supported by this federation"},
		"no signature":               {unsigned, good[:1], nil, textWitness},
		"output of no denomination":  {p.transaction, good[:1], p.newRequests(3), badOutput + "The note has an invalid amount not issued by the mint"},
		"output of a later version":  {laterOutput, good[:1], nil, badOutput + "The mint output version is not supported by this federation"},
		"more out than in":           {p.transaction, good[:1], p.newRequests(1024), "The transaction is unbalanced (in=1024 msat, out=1024 msat, fee=200 msat)"},
		"output above denominations": {p.transaction, good[:1], p.newRequests(1 << 42), badOutput + "The note has an invalid amount not issued by the mint"},
	} {
		t.Run(name, func(t *testing.T) {
			tx := c.make(c.coins, c.requests)
			for range 2 { // a refusal changes nothing
				if got := p.submit(tx); got != c.want {
					t.Errorf("got %s, want %s", got, c.want)
				}
			}
		})
	}
	malformed := p.transaction([]coin{{1024, wire.MintSpendableNote{Signature: wire.G1{0: 0x80}, SpendKey: newKey()}}}, nil)
	if _, err := p.some().call("submit_transaction", wire.SerdeOf(malformed)); err == nil || !strings.HasPrefix(err.Error(), "400 input 0") {
		t.Errorf("a signature that is no point: %v", err)
	}
	p.pay(good, 4096, 1024)
}

// TestSharesWait asks for shares before there are any.
func TestSharesWait(t *testing.T) {
	f := start(t, devfed.Options{})
	p := openKind(t, f, wire.KindMintV2)
	requests := p.newRequests(512, 1024, 512)
	tx := p.transaction(p.draw(f, 4096), requests)
	s := p.sockets[3]
	for name, r := range map[string]wire.OutPointRange{
		"empty": outPoints(tx.TxID(), 2, 2), "descending": outPoints(tx.TxID(), 2, 1), "last": outPoints(tx.TxID(), 1<<62, 0),
	} {
		if got := string(s.must(p.method("signature_shares"), r)); got != "[]" {
			t.Errorf("%s range: %s", name, got)
		}
	}
	part, all := s.send(p.method("signature_shares"), outPoints(tx.TxID(), 1, 2)), s.send(p.method("signature_shares"), outPoints(tx.TxID(), 0, 3))
	beyond := s.send(p.method("signature_shares"), outPoints(tx.TxID(), 0, 4)) // never
	now := s.send("session_count", nil)
	if r := s.receive(); r.ID != now {
		t.Fatalf("answer %+v came before the one to session_count", r)
	}
	delete(p.sockets, 3)
	if text := p.submit(tx); text != "" {
		t.Fatal(text)
	}
	for range 2 {
		switch r := s.receive(); r.ID {
		case part:
			p.good(3, requests[1:2], decodeJSON[[]wire.G1](t, r.Result))
		case all:
			p.good(3, requests, decodeJSON[[]wire.G1](t, r.Result))
		case beyond:
			t.Errorf("shares beyond the last output: %+v", r)
		}
	}
}

// TestSharesByNonce asks for shares as a wallet that recovers.
func TestSharesByNonce(t *testing.T) {
	f := start(t, devfed.Options{})
	p := openKind(t, f, wire.KindMintV2)
	requests := p.newRequests(512, 1024)
	twice := requests[0] // in another denomination, which only this generation allows
	twice.amount = 2048
	for _, list := range [][]request{requests, {twice}} {
		if text := p.submit(p.transaction(p.draw(f, 4096), list)); text != "" {
			t.Fatal(text)
		}
	}
	for peer, s := range p.sockets {
		asked := []request{requests[1], twice, requests[1]}
		blinds := []wire.G1{asked[0].blind, asked[1].blind, asked[2].blind}
		p.good(peer, asked, ask[[]wire.G1](s, p.method("recovery_signature_shares"), blinds))
		if got := string(s.must(p.method("recovery_signature_shares"), []wire.G1{})); got != "[]" {
			t.Errorf("shares of nothing: %s", got)
		}
		blinds = append(blinds, p.newRequests(512)[0].blind)
		if _, err := s.call(p.method("recovery_signature_shares"), blinds); err == nil || err.Error() != "400 No blinded signature share found" {
			t.Errorf("shares of an unknown blind nonce: %v", err)
		}
	}
	for _, params := range []any{nil, 0, []any{nil}, []string{"00"}, map[string]any{}} {
		for _, method := range []string{"signature_shares", "recovery_signature_shares"} {
			if _, err := p.some().call(p.method(method), params); err == nil || !strings.HasPrefix(err.Error(), "400 ") {
				t.Errorf("%s %v: %v", method, params, err)
			}
		}
	}
}

// TestRecoveryItemsV2 compares the recovery list with the transactions made.
func TestRecoveryItemsV2(t *testing.T) {
	f := start(t, devfed.Options{})
	p := openKind(t, f, wire.KindMintV2)
	coins, requests := p.draw(f, 4096), p.newRequests(1024, 512)
	if text := p.submit(p.transaction(coins, requests)); text != "" {
		t.Fatal(text)
	}
	open(t, f).draw(f, 1) // is in the list of the other mint
	nonce := coins[0].note.SpendKey.PublicKey()
	want := []wire.MintV2RecoveryItem{{Spent: true, Hash: wire.Hash160Of(nonce[:])}}
	for _, r := range requests {
		want = append(want, wire.MintV2RecoveryItem{Denomination: denomination(r.amount), Tweak: r.tweak(), Hash: wire.Hash160Of(r.blind[:])})
	}
	for _, s := range p.sockets {
		if count := ask[uint64](s, p.method("recovery_count"), nil); count != 4 {
			t.Fatalf("%d items, want 4", count)
		}
		for _, c := range []struct {
			from, to uint64
			want     wire.MintV2RecoverySlice
		}{{1, 4, want}, {1, 3, want[:2]}, {3, 1 << 63, want[2:]}, {4, 9, nil}, {2, 1, nil}, {1 << 63, 1<<63 + 1, nil}} {
			bounds := []uint64{c.from, c.to}
			got := ask[wire.MintV2RecoverySlice](s, p.method("recovery_slice"), bounds)
			hash := ask[wire.Hash](s, p.method("recovery_slice_hash"), bounds)
			if !slices.Equal(got, c.want) || hash != wire.HashOf(c.want) {
				t.Errorf("slice %v is %+v with hash %v, want %+v", bounds, got, hash, c.want)
			}
		}
	}
	tweak, _ := json.Marshal([16]byte(want[1].Tweak))
	frame := fmt.Sprintf(`[{"Input":{"nonce_hash":"%v"}},{"Output":{"denomination":10,"nonce_hash":"%v","tweak":%s}}]`, want[0].Hash, want[1].Hash, tweak)
	if got := string(p.some().must(p.method("recovery_slice"), []int{1, 3})); got != frame {
		t.Errorf("got %s, want %s", got, frame)
	}
}
