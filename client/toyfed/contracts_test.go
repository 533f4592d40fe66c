package toyfed_test

import (
	"math"
	"testing"

	"satchel/client/dummy"
	"satchel/client/toyfed"
	"satchel/client/wire"
)

// refusedInput tells which of the module's reasons a refusal has.
func (s *scene) refusedInput(refused *wire.TransactionError) wire.LNV2InputError {
	s.Helper()
	if refused == nil || refused.Variant != wire.TxInvalidInput || refused.Cause.Module != toyfed.LNV2ID {
		s.Fatalf("refusal %v", refused)
	}
	e, err := wire.Decode[wire.LNV2InputError](refused.Cause.Body)
	if err != nil {
		s.Fatal(err)
	}
	return e
}

func (s *scene) refusedOutput(refused *wire.TransactionError) wire.LNV2OutputError {
	s.Helper()
	if refused == nil || refused.Variant != wire.TxInvalidOutput || refused.Cause.Module != toyfed.LNV2ID {
		s.Fatalf("refusal %v", refused)
	}
	e, err := wire.Decode[wire.LNV2OutputError](refused.Cause.Body)
	if err != nil {
		s.Fatal(err)
	}
	return e
}

var (
	gatewayKey = wire.SecretKey{31: 9}
	secret     = wire.Preimage{1, 2, 3}
)

// plain is an outgoing contract of which the test is the gateway as well. It
// expires at 1100.
func plain() wire.LNV2OutgoingContract {
	return wire.LNV2OutgoingContract{
		Image: wire.PaymentImage{Variant: wire.ImageHash, Hash: secret.Hash()}, Amount: 1_000_000, Expiration: 1100,
		ClaimKey: gatewayKey.PublicKey(), RefundKey: senderKey.PublicKey(), EphemeralKey: senderKey.PublicKey(),
	}
}

func witness(variant uint64) *wire.LNV2Witness { return &wire.LNV2Witness{Variant: variant} }

func claim(p wire.Preimage) *wire.LNV2Witness {
	return &wire.LNV2Witness{Variant: wire.LNV2Claim, Preimage: p}
}

func cancel(t *testing.T, key wire.SecretKey, id wire.ContractID) *wire.LNV2Witness {
	sig, err := key.Sign(id)
	if err != nil {
		t.Fatal(err)
	}
	return &wire.LNV2Witness{Variant: wire.LNV2Cancel, Signature: sig}
}

func TestSpendOutgoing(t *testing.T) {
	point := plain()
	point.Image = wire.PaymentImage{Variant: wire.ImagePoint, Point: wire.SecretKey(secret).PublicKey()}
	other := plain()
	other.Expiration++
	for name, c := range map[string]struct {
		contract wire.LNV2OutgoingContract
		height   uint64
		witness  *wire.LNV2Witness
		key      wire.SecretKey
		spent    toyfed.Spent // Open if it is refused
		refused  uint64
	}{
		"claimed":                 {plain(), 1099, claim(secret), gatewayKey, toyfed.Claimed, 0},
		"claimed with a key":      {point, 1099, claim(secret), gatewayKey, toyfed.Claimed, 0},
		"claimed too late":        {plain(), 1100, claim(secret), gatewayKey, toyfed.Open, wire.LNV2Expired},
		"wrong preimage":          {plain(), 1000, claim(wire.Preimage{5}), gatewayKey, toyfed.Open, wire.LNV2WrongPreimage},
		"not that key":            {point, 1000, claim(wire.Preimage{5}), gatewayKey, toyfed.Open, wire.LNV2WrongPreimage},
		"no key":                  {point, 1000, claim(wire.Preimage{}), gatewayKey, toyfed.Open, wire.LNV2WrongPreimage},
		"refunded":                {plain(), 1100, witness(wire.LNV2Refund), senderKey, toyfed.Refunded, 0},
		"refunded too soon":       {plain(), 1099, witness(wire.LNV2Refund), senderKey, toyfed.Open, wire.LNV2NotExpired},
		"cancelled":               {plain(), 1000, cancel(t, gatewayKey, plain().ID()), senderKey, toyfed.Cancelled, 0},
		"cancelled late":          {plain(), 1200, cancel(t, gatewayKey, plain().ID()), senderKey, toyfed.Cancelled, 0},
		"forfeit of another":      {plain(), 1000, cancel(t, gatewayKey, other.ID()), senderKey, toyfed.Open, wire.LNV2ForfeitSig},
		"forfeit by the sender":   {plain(), 1200, cancel(t, senderKey, plain().ID()), senderKey, toyfed.Open, wire.LNV2ForfeitSig},
		"key of an incoming one":  {plain(), 1000, nil, senderKey, toyfed.Open, wire.LNV2NoContract},
		"cancelled, not signed":   {plain(), 1000, witness(wire.LNV2Cancel), senderKey, toyfed.Open, wire.LNV2ForfeitSig},
		"claimed by the sender":   {plain(), 1000, claim(secret), senderKey, toyfed.Open, math.MaxUint64},
		"refunded by the gateway": {plain(), 1200, witness(wire.LNV2Refund), gatewayKey, toyfed.Open, math.MaxUint64},
	} {
		t.Run(name, func(t *testing.T) {
			s := lightningScene(t)
			defer s.check()
			in := wire.LNV2Input{OutPoint: s.fund(wire.LNV2Output{Outgoing: &c.contract}), Witness: c.witness}
			if in.Witness == nil {
				in.DecryptionKey = new(wire.G1)
			}
			s.fed.Mine(c.height - s.fed.Height())
			refused := s.spend(in, c.key)
			switch {
			case c.spent != toyfed.Open:
				if refused != nil {
					t.Fatal(refused)
				}
				if got := s.refusedInput(s.spend(in, c.key)); got.Variant != wire.LNV2NoContract {
					t.Errorf("spent again: %v", got)
				}
			case c.refused == math.MaxUint64:
				if refused == nil || refused.Variant != wire.TxInvalidSignature {
					t.Errorf("refusal %v", refused)
				}
			default:
				if got := s.refusedInput(refused); got.Variant != c.refused {
					t.Errorf("refused: %v", got)
				}
			}
			if got := s.fed.Contracts()[0].Spent; got != c.spent {
				t.Errorf("spent %d", got)
			}
		})
	}
}

func TestSpendUnknown(t *testing.T) {
	s := lightningScene(t)
	nothing := wire.LNV2Input{OutPoint: wire.OutPoint{TxID: wire.TxID{1}}, Witness: witness(wire.LNV2Refund)}
	if got := s.refusedInput(s.spend(nothing, senderKey)); got.Variant != wire.LNV2NoContract {
		t.Errorf("refused: %v", got)
	}
	later := wire.LNV2Input{Unknown: &wire.Unknown{Variant: 5}}
	if got := s.refusedInput(s.spend(later, senderKey)); got != (wire.LNV2InputError{Input: 5}) {
		t.Errorf("refused: %+v", got)
	}
	_, refused := s.pay(lightningOutput(wire.LNV2Output{Unknown: &wire.Unknown{Variant: 5}}))
	if got := s.refusedOutput(refused); got != (wire.LNV2OutputError{Output: 5}) {
		t.Errorf("refused: %+v", got)
	}
}

func TestSpendIncoming(t *testing.T) {
	s := lightningScene(t)
	defer s.check()
	refundable := func(c *wire.LNV2Commitment) { c.RefundKey = senderKey.PublicKey() }
	good := s.incoming(1, 1_000_000, refundable)
	useless := s.incoming(2, 1_000_000, refundable, func(c *wire.LNV2Commitment) { c.Image.Hash = wire.Hash{} })
	var at [2]wire.OutPoint
	for i, c := range []incoming{good, useless} {
		at[i] = s.fund(wire.LNV2Output{Incoming: &c.LNV2IncomingContract})
	}
	for name, c := range map[string]struct {
		in   wire.LNV2Input
		want uint64
	}{
		"wrong key":             {wire.LNV2Input{OutPoint: at[0], DecryptionKey: &useless.key}, wire.LNV2DecryptionKey},
		"no key":                {wire.LNV2Input{OutPoint: at[0], DecryptionKey: new(wire.G1)}, wire.LNV2DecryptionKey},
		"as an outgoing one":    {wire.LNV2Input{OutPoint: at[0], Witness: witness(wire.LNV2Refund)}, wire.LNV2NoContract},
		"wrong key, no content": {wire.LNV2Input{OutPoint: at[1], DecryptionKey: &good.key}, wire.LNV2DecryptionKey},
	} {
		if got := s.refusedInput(s.spend(c.in, receiverKey)); got.Variant != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	for i, c := range []incoming{good, useless} {
		in := wire.LNV2Input{OutPoint: at[i], DecryptionKey: &c.key}
		theirs, others := receiverKey, senderKey
		if i == 1 {
			theirs, others = others, theirs
		}
		if refused := s.spend(in, others); refused == nil || refused.Variant != wire.TxInvalidSignature {
			t.Errorf("by the other: %v", refused)
		}
		if refused := s.spend(in, theirs); refused != nil {
			t.Error(refused)
		}
	}
	if all := s.fed.Contracts(); all[0].Spent != toyfed.Claimed || all[1].Spent != toyfed.Refunded {
		t.Errorf("%+v", all)
	}
}

func TestFundIncoming(t *testing.T) {
	s := lightningScene(t)
	defer s.check()
	broken := s.incoming(1, 1_000_000).LNV2IncomingContract
	broken.Commitment.Amount++
	expired := s.incoming(2, 1_000_000, func(c *wire.LNV2Commitment) { c.Expiration = s.fed.Time() }).LNV2IncomingContract
	for _, c := range []struct {
		contract wire.LNV2IncomingContract
		want     uint64
	}{{broken, wire.LNV2BadContract}, {expired, wire.LNV2ContractExpired}} {
		_, refused := s.pay(lightningOutput(wire.LNV2Output{Incoming: &c.contract}))
		if got := s.refusedOutput(refused); got.Variant != c.want {
			t.Errorf("refused: %v", got)
		}
	}
	// The same contract may be funded twice.
	good := s.incoming(3, 1_000_000).LNV2IncomingContract
	first, second := s.fund(wire.LNV2Output{Incoming: &good}), s.fund(wire.LNV2Output{Incoming: &good})
	at := read[wire.OutPoint](t, ask(t, s.fed, 0, s.method("await_incoming_contract"), []any{good.ID(), 0}))
	if first == second || at != second {
		t.Errorf("funded by %v and %v, found %v", first, second, at)
	}
}

// A contract is worth no more than was paid for it, however large its amount.
func TestFees(t *testing.T) {
	s := lightningScene(t)
	defer s.check()
	c := plain()
	for amount, want := range map[wire.Amount]wire.TransactionError{
		coin:                 {Inputs: coin, Outputs: coin, Fee: fee.Fee(coin) + dummy.Fee},
		math.MaxUint64:       {},
		math.MaxUint64 - 600: {},
	} {
		c.Amount = amount
		if _, refused := s.pay(lightningOutput(wire.LNV2Output{Outgoing: &c})); refused == nil || refused.Error() != want.Error() {
			t.Errorf("%v: refused %v", amount, refused)
		}
	}
	before := s.fed.Audit().Fees
	c.Amount = 1_000_000
	at := s.fund(wire.LNV2Output{Outgoing: &c})
	if got := s.fed.Audit().Fees - before; got != coin-1_000_000 {
		t.Errorf("paid %v too much", got)
	}
	_, refused := s.submit(wire.Transaction{
		Inputs:  []wire.DynInput{lightningInput(wire.LNV2Input{OutPoint: at, Witness: claim(secret)})},
		Outputs: []wire.DynOutput{coinOutput(receiverKey.PublicKey(), 1_000_000-fee.Fee(1_000_000))},
	}, gatewayKey)
	if refused == nil || refused.Variant != wire.TxUnbalanced || refused.Inputs != 1_000_000 {
		t.Errorf("the coin's fee is not missed: %v", refused)
	}
}
