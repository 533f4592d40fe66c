package toyfed_test

import (
	"encoding/hex"
	"encoding/json"
	"testing"

	"satchel/client/tbs/toy"
	"satchel/client/toyfed"
	"satchel/client/wire"
)

// lnScene is a scene with lightning of the first generation.
func lnScene(t *testing.T, change func(*toyfed.LN)) *scene {
	l := &toyfed.LN{Fees: wire.LNFees{Input: 5, Output: 3}}
	if change != nil {
		change(l)
	}
	return &scene{T: t, fed: toyfed.New(nil, toyfed.Setup{
		Signer: toy.New(), Guardians: 4, Lightning: &toyfed.Lightning{Time: 1_700_000_000}, LN: l,
	})}
}

func lnOutput(o wire.LNOutput) wire.DynOutput {
	return wire.DynOutput{Dyn: wire.DynOf(toyfed.LNID, o)}
}

// lnFund funds a contract, and tells how that ends.
func (s *scene) lnFund(c wire.LNContract, amount wire.Amount) *wire.TransactionError {
	s.Helper()
	_, refused := s.pay(lnOutput(wire.LNOutput{Contract: &c, Amount: amount}))
	return refused
}

// lnSpend spends a contract, and tells how that ends.
func (s *scene) lnSpend(in wire.LNInput, key wire.SecretKey) *wire.TransactionError {
	s.Helper()
	_, refused := s.submit(wire.Transaction{Inputs: []wire.DynInput{{Dyn: wire.DynOf(toyfed.LNID, in)}}}, key)
	return refused
}

// is checks why something was refused; nil is that it was not.
func (s *scene) is(name string, refused *wire.TransactionError, want wire.Appender) {
	s.Helper()
	got := ""
	if refused != nil {
		got = hex.EncodeToString(wire.Encode(refused.Cause))
	}
	wanted := ""
	if want != nil {
		wanted = hex.EncodeToString(wire.Encode(wire.DynOf(toyfed.LNID, want)))
	}
	if got != wanted {
		s.Errorf("%s: %v (%s), want %v", name, refused, got, want)
	}
}

var lnPreimage = wire.Preimage{7}

func lnOutgoing(height uint64) *wire.LNOutgoingContract {
	return &wire.LNOutgoingContract{
		Hash: lnPreimage.Hash(), GatewayKey: receiverKey.PublicKey(), Timelock: uint32(height) + 10, UserKey: senderKey.PublicKey(),
	}
}

// An outgoing contract is the gateway's with the preimage, until it is cancelled or
// its time is over.
func TestLNOutgoing(t *testing.T) {
	s := lnScene(t, nil)
	c := lnOutgoing(s.fed.Height())
	claim := wire.LNInput{Contract: c.ID(), Amount: 400, Preimage: &lnPreimage}
	back := wire.LNInput{Contract: c.ID(), Amount: 400}
	s.is("nothing", s.lnSpend(claim, receiverKey), wire.LNInputError{Variant: wire.LNNoInputContract, Contract: c.ID()})
	s.is("no amount", s.lnFund(wire.LNContract{Outgoing: c}, 0), wire.LNOutputError{Variant: wire.LNZeroOutput})
	s.is("funding", s.lnFund(wire.LNContract{Outgoing: c}, 1000), nil)
	s.is("again", s.lnFund(wire.LNContract{Outgoing: c}, 1000), wire.LNOutputError{Variant: wire.LNContractAlreadyFunded, Contract: c.ID()})
	s.is("too early", s.lnSpend(back, senderKey), wire.LNInputError{Variant: wire.LNMissingPreimage})
	wrong := claim
	wrong.Preimage = &wire.Preimage{8}
	s.is("wrong preimage", s.lnSpend(wrong, receiverKey), wire.LNInputError{Variant: wire.LNWrongPreimage})
	if refused := s.lnSpend(claim, senderKey); refused == nil || refused.Variant != wire.TxInvalidSignature {
		t.Errorf("somebody else's key: %v", refused)
	}
	s.is("a part", s.lnSpend(claim, receiverKey), nil)
	s.fed.Mine(10)
	s.is("at the timelock", s.lnSpend(back, senderKey), wire.LNInputError{Variant: wire.LNMissingPreimage})
	s.fed.Mine(1)
	s.is("after it", s.lnSpend(back, senderKey), nil)
	s.is("more than there is", s.lnSpend(back, senderKey), wire.LNInputError{Variant: wire.LNInsufficientFunds, Have: 200, Spent: 400})
	s.check()
}

// Only the gateway's signature cancels a contract.
func TestLNCancel(t *testing.T) {
	s := lnScene(t, nil)
	c := lnOutgoing(s.fed.Height())
	sig, err := receiverKey.Sign(c.CancelMessage())
	if err != nil {
		t.Fatal(err)
	}
	cancel := func(v wire.LNCancel) *wire.TransactionError {
		_, refused := s.submit(wire.Transaction{Outputs: []wire.DynOutput{lnOutput(wire.LNOutput{Cancel: &v})}})
		return refused
	}
	s.is("nothing", cancel(wire.LNCancel{Contract: c.ID(), Signature: sig}),
		wire.LNOutputError{Variant: wire.LNNoOutputContract, Contract: c.ID()})
	s.is("funding", s.lnFund(wire.LNContract{Outgoing: c}, 1000), nil)
	s.is("no signature", cancel(wire.LNCancel{Contract: c.ID()}), wire.LNOutputError{Variant: wire.LNInvalidCancelSignature})
	s.is("cancelled", cancel(wire.LNCancel{Contract: c.ID(), Signature: sig}), nil)
	s.is("taken back", s.lnSpend(wire.LNInput{Contract: c.ID(), Amount: 1000}, senderKey), nil)
	s.check()
}

// An incoming contract takes the offer, and is spent by the secret's key, or, if
// the secret is none, by who has paid.
func TestLNIncoming(t *testing.T) {
	s := lnScene(t, nil)
	good, bad := s.lnOffer(1, true), s.lnOffer(2, false)
	funds := func(o wire.LNOffer, change func(*wire.LNIncomingContract)) wire.LNContract {
		c := wire.LNIncomingContract{Hash: o.Hash, Encrypted: o.Encrypted, GatewayKey: senderKey.PublicKey()}
		change(&c)
		return wire.LNContract{Incoming: &c}
	}
	as := func(*wire.LNIncomingContract) {}
	s.is("no offer", s.lnFund(funds(good, as), 1000), wire.LNOutputError{Variant: wire.LNNoOffer, Hash: good.Hash})
	offer := func(o wire.LNOffer) *wire.TransactionError {
		_, refused := s.submit(wire.Transaction{Outputs: []wire.DynOutput{lnOutput(wire.LNOutput{Offer: &o})}})
		return refused
	}
	false1 := good
	false1.Encrypted.W[1]++
	s.is("a false offer", offer(false1), wire.LNOutputError{Variant: wire.LNInvalidEncryptedPreimage})
	s.is("an offer", offer(good), nil)
	s.is("again", offer(good), wire.LNOutputError{Variant: wire.LNReusedEncryptedPreimage})
	s.is("another offer", offer(bad), nil)
	s.is("too little", s.lnFund(funds(good, as), 999), wire.LNOutputError{Variant: wire.LNInsufficientFunding, Need: 1000, Got: 999})
	s.is("another secret", s.lnFund(funds(good, func(c *wire.LNIncomingContract) { c.Encrypted = bad.Encrypted }), 1000),
		wire.LNOutputError{Variant: wire.LNEncryptedPreimageMismatch})
	s.is("decrypted before", s.lnFund(funds(good, func(c *wire.LNIncomingContract) { c.Decrypted.Variant = wire.PreimageInvalid }), 1000),
		wire.LNOutputError{Variant: wire.LNPreDecryptedContract})
	s.is("funded", s.lnFund(funds(good, as), 1000), nil)
	s.is("offered again", offer(s.lnOffer(1, true)), wire.LNOutputError{Variant: wire.LNOfferForFundedContract, Contract: good.ID()})
	s.is("claimed", s.lnSpend(wire.LNInput{Contract: good.ID(), Amount: 1000}, receiverKey), nil)
	s.is("funded for nothing", s.lnFund(funds(bad, as), 1000), nil)
	s.is("taken back", s.lnSpend(wire.LNInput{Contract: bad.ID(), Amount: 1000}, senderKey), nil)
	if n := s.fed.LNOffers(); n != 0 {
		t.Errorf("%d offers", n)
	}
	s.check()
}

// lnOffer is an offer of a secret that is the receiver's key, or is not one for the
// hash.
func (s *scene) lnOffer(n byte, good bool) wire.LNOffer {
	s.Helper()
	key := receiverKey.PublicKey()
	hash := wire.PreimageKey(key).Preimage().Hash()
	if !good {
		hash[0]++
	}
	e := toyfed.ToyEncryption{}
	ct, err := e.Encrypt(e.Key(), [32]byte{n}, key[:])
	if err != nil {
		s.Fatal(err)
	}
	return wire.LNOffer{Amount: 1000, Hash: hash, Encrypted: wire.EncryptedPreimage{U: ct.U, V: ct.V, W: ct.W}}
}

// A gateway pays once, tells the preimage to who has asked first, and cancels what
// it cannot pay.
func TestLNGateway(t *testing.T) {
	for _, private := range []bool{false, true} {
		s := lnScene(t, func(l *toyfed.LN) { l.Private = private })
		g := s.fed.Gateway()
		ask := func(bill toyfed.Bill, funds wire.Amount) (wire.LNPayInvoiceRequest, wire.ContractID) {
			invoice := s.fed.Outside().Bill(bill)
			c := lnOutgoing(s.fed.Height() + 500)
			c.Hash, c.GatewayKey = invoiceOf(t, invoice).PaymentHash, g.Terms().ModuleKey
			s.is("funding", s.lnFund(wire.LNContract{Outgoing: c}, funds), nil)
			return wire.LNPayInvoiceRequest{
				FederationID: s.fed.Config().FederationID(), Contract: c.ID(), Payment: wire.LNPaymentData{Invoice: invoice},
				PreimageAuth: wire.Hash{1},
			}, c.ID()
		}
		coffee, id := ask(toyfed.Bill{Name: "coffee", Amount: 50_000}, 52_150)
		want := hexText(s.fed.Outside().Preimage("coffee"))
		for range 2 {
			if got := answered[string](s, s.post(g, "pay_invoice", coffee)); got != want {
				t.Errorf("preimage %s, want %s", got, want)
			}
		}
		other := coffee
		other.PreimageAuth = wire.Hash{2}
		if r := s.post(g, "pay_invoice", other); r.Status != 500 {
			t.Errorf("to somebody else: %d %s", r.Status, r.Body)
		}
		if c := s.fed.LNContracts()[id]; c.Amount != 0 || c.Spent != toyfed.Claimed || s.fed.Outside().Received() != 50_000 {
			t.Errorf("%+v", c)
		}
		for name, bill := range map[string]toyfed.Bill{
			"hopeless": {Name: "nobody", Amount: 50_000, Hopeless: true}, "too little": {Name: "tea", Amount: 50_001},
		} {
			r, id := ask(bill, 52_150)
			if answer := s.post(g, "pay_invoice", r); answer.Status != 500 || !s.fed.LNContracts()[id].Outgoing.Cancelled {
				t.Errorf("%s: %d %s", name, answer.Status, answer.Body)
			}
		}
		s.check()
	}
}

func hexText(p wire.Preimage) string { return hex.EncodeToString(p[:]) }

// The real encryption does what that of tests does.
func TestLNEncryption(t *testing.T) {
	real, err := toyfed.NewBLSEncryption(4)
	if err != nil {
		t.Fatal(err)
	}
	for name, e := range map[string]toyfed.LNEncryption{"toy": toyfed.ToyEncryption{}, "real": real} {
		m := []byte("a secret of thirty-three bytes...")
		ct, err := e.Encrypt(e.Key(), [32]byte{5}, m)
		if err != nil || !e.Verify(ct) || string(e.Decrypt(ct)) != string(m) || string(ct.V) == string(m) {
			t.Errorf("%s: %q, %v", name, e.Decrypt(ct), err)
		}
		ct.V[0]++
		if e.Verify(ct) {
			t.Errorf("%s: changed, but verifies", name)
		}
		if _, err := json.Marshal(wire.EncryptedPreimage{U: ct.U, V: ct.V, W: ct.W}); err != nil {
			t.Error(err)
		}
	}
}
