package devfed_test

import (
	"testing"

	"satchel/build/devfed/liar"
	"satchel/client/tbs"
	"satchel/client/tpe"
	"satchel/client/wire"
)

// TestKeyShareLies checks that each forged share of a decryption key is what its
// name says, and never valid.
func TestKeyShareLies(t *testing.T) {
	s := newScene(t)
	p := s.payer
	for lie, malformed := range map[liar.Lie]bool{
		liar.KeyShareRandom: false, liar.KeyShareIdentity: false, liar.KeyShareOtherGuardian: false, liar.KeyShareOther: false,
		liar.KeyShareOffCurve: true, liar.KeyShareOffSubgroup: true,
	} {
		lying(t, s.f, 3, lie)
		share := ask[wire.G1](p.sockets[3], p.method("decryption_key_share"), s.at)
		if (tpe.BLS{}).VerifyShare(p.config.PeerKeys[3], share, s.sold.ciphertext(), wire.HashOf(s.sold.Commitment)) {
			t.Errorf("%s: the share is good", lie)
		}
		if _, err := tbs.ParseSignatureShare(share); (err != nil) != malformed {
			t.Errorf("%s: the share is malformed: %v", lie, err)
		}
	}
	// What is not there stays so, and what is early stays early.
	for lie, q := range map[liar.Lie]question{
		liar.ExpirationMore: {p.method("outgoing_contract_expiration"), wire.OutPoint{}},
		liar.PreimageNone:   {p.method("await_preimage"), []any{wire.OutPoint{}, never - 1}},
		liar.IncomingNone:   {p.method("await_incoming_contract"), []any{wire.ContractID{}, never - 1}},
	} {
		lying(t, s.f, 3, lie)
		if got := string(p.sockets[3].must(q.method, q.params)); got != "null" {
			t.Errorf("%s: %s", lie, got)
		}
	}
}

// TestEarlyLies has answers that come before their time.
func TestEarlyLies(t *testing.T) {
	s := newScene(t)
	p := s.seller
	liar3 := p.sockets[3]
	lying(t, s.f, 3, liar.HeightEarly)
	if got := string(liar3.must(p.method("await_block_height"), never)); got != "null" {
		t.Errorf("a height that is never reached: %s", got)
	}
	lying(t, s.f, 3, liar.AccountCancelled)
	if a := ask[wire.LNAccount](liar3, p.method("await_outgoing_contract_cancelled"), s.open.ID()); !a.Outgoing.Cancelled {
		t.Errorf("the contract is %+v", a)
	}
	liar3.waits(p.method("await_outgoing_contract_cancelled"), wire.ContractID{})
	if a := ask[wire.LNAccount](p.sockets[0], p.method("account"), s.open.ID()); a.Outgoing.Cancelled {
		t.Error("the lie came true")
	}
	lying(t, s.f, 3, liar.GatewaysForged)
	for _, a := range (registry{p, liar3}).list() {
		if a.Verify(p.config.Key) == nil {
			t.Errorf("the forged gateway %+v verifies", a)
		}
	}
	lying(t, s.f, 3, liar.GatewaysMany)
	if n := len((registry{p, liar3}).list()); n != 1001 {
		t.Errorf("%d gateways", n)
	}
}
