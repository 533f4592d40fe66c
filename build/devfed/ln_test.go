package devfed_test

import (
	"fmt"
	"testing"

	"satchel/build/devfed"
	"satchel/build/devfed/consensus"
	"satchel/build/devfed/ln"
	"satchel/client/tbs"
	"satchel/client/wire"
)

const (
	lnInput  = "The transaction had an invalid input: 0-"
	lnOutput = "The transaction had an invalid output: 0-"
)

// TestLNConfig looks at config and versions.
func TestLNConfig(t *testing.T) {
	f := start(t, devfed.Options{Modules: withLN})
	s := openLN(t, f)
	if s.config.Fees != (wire.LNFees{}) || s.config.Network != "regtest" {
		t.Errorf("config %+v", s.config)
	}
	module := ask[wire.SupportedVersions](s.some(), "version", nil).Modules[s.ln]
	if module.Consensus != (wire.Version{Major: 2, Minor: 1}) || len(module.API) != 1 || module.API[0] != (wire.Version{Minor: 1}) {
		t.Errorf("versions %+v", module)
	}
	for _, method := range []string{"module_consensus_version", "supported_module_consensus_version"} {
		if got := string(s.some().must(s.method(method), nil)); got != `{"major":2,"minor":1}` {
			t.Errorf("%s: %s", method, got)
		}
	}
}

// TestLNOutgoing spends contracts in all ways there are.
func TestLNOutgoing(t *testing.T) {
	f := start(t, devfed.Options{Modules: withLN})
	s := openLN(t, f)
	blocks := uint32(f.Blocks())
	preimage, wrong := wire.Preimage{1}, wire.Preimage{2}
	soon, now, given := s.outgoing(blocks, preimage), s.outgoing(blocks-1, preimage), s.outgoing(blocks+10, preimage)
	for _, c := range []wire.LNOutgoingContract{soon, now, given} {
		s.must(funding(10_000, wire.LNContract{Outgoing: &c}))
	}
	s.must(s.cancel(s.gateway, given))
	for _, c := range []struct {
		name string
		in   wire.LNInput
		key  wire.SecretKey
		want string
	}{
		{"nothing", wire.LNInput{Contract: wire.ContractID{1}}, s.user, "The transaction had an invalid input: 0-The input contract " + wire.ContractID{1}.String() + " does not exist"},
		{"too much", wire.LNInput{Contract: soon.ID(), Amount: 10_001, Preimage: &preimage}, s.gateway, lnInput + "The input contract has too little funds, got 10000 msat, input spends 10001 msat"},
		{"no preimage", wire.LNInput{Contract: soon.ID(), Amount: 1}, s.gateway, lnInput + "An outgoing LN contract spend did not provide a preimage"},
		{"wrong preimage", wire.LNInput{Contract: soon.ID(), Amount: 1, Preimage: &wrong}, s.gateway, lnInput + "An outgoing LN contract spend provided a wrong preimage"},
		{"by the sender", wire.LNInput{Contract: soon.ID(), Amount: 1, Preimage: &preimage}, s.user, textWrongKey},
		{"too late", wire.LNInput{Contract: now.ID(), Amount: 1, Preimage: &preimage}, s.gateway, textWrongKey},
		{"cancelled", wire.LNInput{Contract: given.ID(), Amount: 1, Preimage: &preimage}, s.gateway, textWrongKey},
		{"later version", wire.LNInput{Unknown: &wire.Unknown{Variant: 7}}, s.user, lnInput + "The lightning input version is not supported by this federation"},
		{"part", wire.LNInput{Contract: soon.ID(), Amount: 4000, Preimage: &preimage}, s.gateway, ""},
		{"more than is left", wire.LNInput{Contract: soon.ID(), Amount: 6001, Preimage: &preimage}, s.gateway, lnInput + "The input contract has too little funds, got 6000 msat, input spends 6001 msat"},
		{"the rest", wire.LNInput{Contract: soon.ID(), Amount: 6000, Preimage: &preimage}, s.gateway, ""},
		{"refund", wire.LNInput{Contract: now.ID(), Amount: 10_000, Preimage: &wrong}, s.user, ""},
		{"refund of a cancelled one", wire.LNInput{Contract: given.ID(), Amount: 9_000}, s.user, ""},
	} {
		if got := s.spend(c.key, c.in); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := s.inContracts(); got != 1000 {
		t.Errorf("%v in contracts", got)
	}
	given.Cancelled = true
	for id, want := range map[wire.ContractID]wire.LNAccount{soon.ID(): {Outgoing: &soon}, given.ID(): {Amount: 1000, Outgoing: &given}} {
		for _, method := range []string{"account", "await_account"} {
			got := ask[wire.LNAccount](s.some(), s.method(method), id)
			if string(wire.Encode(got)) != string(wire.Encode(want)) {
				t.Errorf("%s: %+v, want %+v", method, got, want)
			}
		}
	}
}

// TestLNIncoming sells keys to the gateway, right ones and wrong ones.
func TestLNIncoming(t *testing.T) {
	for _, n := range []int{1, 4} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			f := start(t, devfed.Options{Modules: withLN, Guardians: n})
			s := openLN(t, f)
			other := newKey().PublicKey()
			for name, c := range map[string]struct {
				message func(wire.PublicKey) []byte
				good    bool
			}{
				"honest":      {honest, true},
				"another key": {func(wire.PublicKey) []byte { return other[:] }, false},
				"longer":      {func(k wire.PublicKey) []byte { return append(k[:], 0) }, false},
				"empty":       {func(wire.PublicKey) []byte { return nil }, false},
				"no key":      {func(wire.PublicKey) []byte { return make([]byte, 33) }, false},
			} {
				s.sell(name, s.sale(c.message), c.good)
			}
		})
	}
}

// sell offers a key, buys it for more than it costs, and spends the contract as who
// may.
func (s *seller) sell(name string, x sale, good bool) {
	s.t.Helper()
	offering := s.must(x.offering())
	got := ask[wire.LNOffer](s.some(), s.method("offer"), x.offer.Hash)
	if string(wire.Encode(got)) != string(wire.Encode(x.offer)) {
		s.t.Errorf("%s: offer %+v, want %+v", name, got, x.offer)
	}
	buying := s.must(x.buying(11_000))
	if got := string(s.some().must(s.method("offer"), x.offer.Hash)); got != "null" {
		s.t.Errorf("%s: the offer is still there: %s", name, got)
	}
	want := wire.DecryptedPreimage{Variant: wire.PreimageInvalid}
	spender, stranger := s.gateway, x.key
	if good {
		want = wire.DecryptedPreimage{Variant: wire.PreimageFound, Key: wire.PreimageKey(x.key.PublicKey())}
		spender, stranger = x.key, s.gateway
	}
	for id, wanted := range map[wire.TxID]wire.LNOutcome{
		offering: {Variant: wire.LNOfferOutcome, ID: x.offer.ID()},
		buying:   {Variant: wire.LNContractOutcome, ID: x.offer.ID(), Decrypted: &want},
	} {
		outcome := decode[wire.DynOutcome](s.t, ask[wire.Serde](s.some(), "await_output_outcome", wire.OutPoint{TxID: id}))
		if string(outcome.Body) != string(wire.Encode(wanted)) {
			s.t.Errorf("%s: outcome %x, want %+v", name, outcome.Body, wanted)
		}
	}
	s.decrypted(name, x, 11_000, want)
	in := wire.LNInput{Contract: x.offer.ID(), Amount: 11_000}
	if got := s.spend(stranger, in); got != textWrongKey {
		s.t.Errorf("%s: spent by whom it does not belong to: %q", name, got)
	}
	if got := s.spend(spender, in); got != "" {
		s.t.Errorf("%s: %q", name, got)
	}
	s.decrypted(name, x, 0, want)
}

// decrypted compares what guardians say of a contract.
func (s *seller) decrypted(name string, x sale, amount wire.Amount, want wire.DecryptedPreimage) {
	s.t.Helper()
	bought := x.buy
	bought.Decrypted = want
	account := string(wire.Encode(wire.LNAccount{Amount: amount, Incoming: &bought}))
	for peer, socket := range s.sockets {
		status := ask[ln.Status](socket, s.method("get_decrypted_preimage_status"), x.offer.ID())
		var preimage wire.Preimage
		if want.Variant == wire.PreimageFound {
			preimage = want.Key.Preimage()
		}
		if status.Second != (wire.PreimageStatus{Variant: want.Variant, Preimage: preimage}) {
			s.t.Errorf("%s: guardian %d has status %+v", name, peer, status.Second)
		}
		if got := string(wire.Encode(wire.LNAccount{Amount: status.First.Amount, Incoming: &status.First.Contract})); got != account {
			s.t.Errorf("%s: guardian %d has contract %+v", name, peer, status.First)
		}
		tuple := decodeJSON[[2]any](s.t, socket.must(s.method("await_preimage_decryption"), x.offer.ID()))
		if (tuple[1] != nil) != (want.Variant == wire.PreimageFound) || tuple[1] != nil && fmt.Sprint(tuple[1]) != fmt.Sprint([32]byte(preimage)) {
			s.t.Errorf("%s: guardian %d decrypts %v", name, peer, tuple[1])
		}
	}
}

// TestLNRefusals submits outputs that cannot be.
func TestLNRefusals(t *testing.T) {
	f := start(t, devfed.Options{Modules: withLN})
	s := openLN(t, f)
	outgoing, sold, offered, unoffered := s.outgoing(5000, wire.Preimage{1}), s.sale(honest), s.sale(honest), s.sale(honest)
	s.must(funding(10_000, wire.LNContract{Outgoing: &outgoing}), sold.offering(), sold.buying(10_000), offered.offering())
	again := sold // of the same payment hash, and another ciphertext
	again.offer.Encrypted = unoffered.offer.Encrypted
	twice := offered
	twice.offer.Encrypted = unoffered.offer.Encrypted
	reused := unoffered
	reused.offer.Encrypted = offered.offer.Encrypted
	broken := unoffered
	broken.offer.Encrypted.U = offered.offer.Encrypted.U
	mismatch, known := offered, offered
	mismatch.buy.Encrypted = unoffered.buy.Encrypted
	known.buy.Decrypted = wire.DecryptedPreimage{Variant: wire.PreimageInvalid}
	unknown := s.outgoing(5001, wire.Preimage{})
	onIncoming := s.cancel(s.gateway, outgoing)
	onIncoming.Cancel.Contract = sold.offer.ID()
	dearer := outgoing
	funded := lnOutput + fmt.Sprintf("The incoming contract %v has already been funded", outgoing.ID())
	for _, c := range []struct {
		name string
		out  wire.LNOutput
		want string
	}{
		{"funded twice", funding(1, wire.LNContract{Outgoing: &dearer}), funded},
		{"bought twice", sold.buying(10_000), lnOutput + fmt.Sprintf("The incoming contract %v has already been funded", sold.offer.ID())},
		{"zero", funding(0, wire.LNContract{Outgoing: &unknown}), lnOutput + "Output contract value may not be zero unless it's an offer output"},
		{"no offer", unoffered.buying(10_000), lnOutput + fmt.Sprintf("No offer found for payment hash %v", unoffered.offer.Hash)},
		{"too cheap", offered.buying(9_999), lnOutput + "The incoming LN account requires more funding (need 10000 msat got 9999 msat)"},
		{"another ciphertext", mismatch.buying(10_000), lnOutput + "The contract's encrypted preimage does not match the offer's"},
		{"decrypted by the gateway", known.buying(10_000), lnOutput + "An incoming contract must be funded with a pending decryption"},
		{"offer of what is sold", again.offering(), lnOutput + fmt.Sprintf("An incoming contract account for the offer's payment hash already exists: %v", sold.offer.ID())},
		{"another offer for the hash", twice.offering(), lnOutput + "Offer contains a ciphertext that has already been used"},
		{"another offer of the ciphertext", reused.offering(), lnOutput + "Offer contains a ciphertext that has already been used"},
		{"offer of garbage", broken.offering(), lnOutput + "Offer contains invalid threshold-encrypted data"},
		{"cancelled by the sender", s.cancel(s.user, outgoing), lnOutput + "Cancellation request wasn't properly signed"},
		{"cancelled, not there", s.cancel(s.gateway, unknown), lnOutput + fmt.Sprintf("The input contract %v does not exist", unknown.ID())},
		{"cancelled incoming", onIncoming, lnOutput + "Only outgoing contracts support cancellation"},
		{"later version", wire.LNOutput{Unknown: &wire.Unknown{Variant: 7}}, lnOutput + "The lightning output version is not supported by this federation"},
		{"bought", offered.buying(10_000), ""},
		{"ciphertext of what is sold", reused.offering(), lnOutput + "Offer contains a ciphertext that has already been used"},
	} {
		if got := s.try(c.out); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := s.inContracts(); got != 30_000 {
		t.Errorf("%v in contracts", got)
	}
	malformed := unoffered.offer
	malformed.Encrypted.W = wire.G2{0: 0x80}
	for _, out := range []wire.LNOutput{{Offer: &malformed}, {Offer: &wire.LNOffer{Encrypted: wire.EncryptedPreimage{U: tbs.HashV1(nil).Bytes()}}}} {
		tx := s.transaction(s.user, nil, out)
		if _, err := s.some().call("submit_transaction", wire.SerdeOf(tx)); err == nil || err.Error()[:4] != "400 " {
			t.Errorf("a ciphertext that is no point: %v", err)
		}
	}
}

// TestLNMoney watches the audit through a payment that is cancelled.
func TestLNMoney(t *testing.T) {
	f := start(t, devfed.Options{Modules: withLN})
	s := openLN(t, f)
	c := s.outgoing(5000, wire.Preimage{1})
	s.must(funding(50_000, wire.LNContract{Outgoing: &c}))
	id := s.must(s.cancel(s.gateway, c))
	outcome := decode[wire.DynOutcome](t, ask[wire.Serde](s.some(), "await_output_outcome", wire.OutPoint{TxID: id}))
	if want := (wire.LNOutcome{Variant: wire.LNCancelOutcome, ID: c.ID()}); string(outcome.Body) != string(wire.Encode(want)) {
		t.Errorf("outcome %x", outcome.Body)
	}
	if got := s.spend(s.user, wire.LNInput{Contract: c.ID(), Amount: 50_000}); got != "" {
		t.Error(got)
	}
	if got, want := f.Audit(), (consensus.Audit{Issued: 3 << 16, Fees: 3 << 16}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
