package devfed_test

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"

	"satchel/build/devfed"
	v1 "satchel/client/tpe/v1"
	"satchel/client/wire"
)

// withLN is a federation with ln as module 0 and a mint as module 1.
var withLN = []wire.ModuleKind{wire.KindLN, wire.KindMint}

// A seller offers, funds and spends contracts of ln by hand, with coins of its
// purse. It is the gateway and who deals with it at once.
type seller struct {
	*purse
	f             *devfed.Federation
	ln            wire.ModuleID
	config        wire.LNConfig
	gateway, user wire.SecretKey
}

func openLN(t testing.TB, f *devfed.Federation) *seller {
	t.Helper()
	s := &seller{purse: open(t, f), f: f, gateway: newKey(), user: newKey()}
	s.ln = s.purse.config.ModulesOf(wire.KindLN)[0]
	s.config = decode[wire.LNConfig](t, s.purse.config.Modules[s.ln].Config.Body)
	return s
}

func (s *seller) method(name string) string { return fmt.Sprintf("module_%d_%s", s.ln, name) }

// transaction has inputs of a key and outputs of the module, and pays for them.
func (s *seller) transaction(key wire.SecretKey, inputs []wire.LNInput, outputs ...wire.LNOutput) wire.Transaction {
	s.t.Helper()
	coins := s.draw(s.f, 1<<16)
	t := s.purse.transaction(coins, nil)
	keys := []wire.SecretKey{coins[0].note.SpendKey}
	for _, in := range inputs {
		t.Inputs = append(t.Inputs, wire.DynInput{Dyn: wire.DynOf(s.ln, in)})
		keys = append(keys, key)
	}
	for _, out := range outputs {
		t.Outputs = append(t.Outputs, wire.DynOutput{Dyn: wire.DynOf(s.ln, out)})
	}
	if err := t.Sign(keys); err != nil {
		s.t.Fatal(err)
	}
	return t
}

// try submits outputs and returns the text of the refusal, or "".
func (s *seller) try(outputs ...wire.LNOutput) string {
	s.t.Helper()
	return s.submit(s.transaction(s.user, nil, outputs...))
}

// must submits outputs that are accepted.
func (s *seller) must(outputs ...wire.LNOutput) wire.TxID {
	s.t.Helper()
	t := s.transaction(s.user, nil, outputs...)
	if text := s.submit(t); text != "" {
		s.t.Fatal(text)
	}
	return t.TxID()
}

// spend submits an input, signed with a key, and returns the text of the refusal, or
// "".
func (s *seller) spend(key wire.SecretKey, in wire.LNInput) string {
	s.t.Helper()
	text, _, _ := strings.Cut(s.submit(s.transaction(key, []wire.LNInput{in})), ": tx=")
	return text
}

// inContracts is what is outstanding but for the coins of transactions that were
// refused.
func (s *seller) inContracts() wire.Amount { return s.f.Audit().Outstanding % (1 << 16) }

// outgoing is a contract unlike any other, for a preimage.
func (s *seller) outgoing(timelock uint32, preimage wire.Preimage) wire.LNOutgoingContract {
	return wire.LNOutgoingContract{Hash: preimage.Hash(), GatewayKey: s.gateway.PublicKey(), Timelock: timelock, UserKey: s.user.PublicKey()}
}

func funding(amount wire.Amount, c wire.LNContract) wire.LNOutput {
	return wire.LNOutput{Amount: amount, Contract: &c}
}

func (s *seller) cancel(key wire.SecretKey, c wire.LNOutgoingContract) wire.LNOutput {
	s.t.Helper()
	signature, err := key.Sign(c.CancelMessage())
	if err != nil {
		s.t.Fatal(err)
	}
	return wire.LNOutput{Cancel: &wire.LNCancel{Contract: c.ID(), Signature: signature}}
}

// A sale is an offer and the contract that buys it.
type sale struct {
	key   wire.SecretKey
	offer wire.LNOffer
	buy   wire.LNIncomingContract
}

// sale is one for 10 sat, unlike any other, of a message that should be the key.
func (s *seller) sale(message func(key wire.PublicKey) []byte) sale {
	s.t.Helper()
	key := newKey()
	public := key.PublicKey()
	var seed [32]byte
	rand.Read(seed[:])
	ct, err := v1.Encrypt(s.config.Key, seed, message(public))
	if err != nil {
		s.t.Fatal(err)
	}
	hash := wire.PreimageKey(public).Preimage().Hash()
	encrypted := wire.EncryptedPreimage{U: ct.U, V: ct.V, W: ct.W}
	return sale{
		key, wire.LNOffer{Amount: 10_000, Hash: hash, Encrypted: encrypted},
		wire.LNIncomingContract{Hash: hash, Encrypted: encrypted, GatewayKey: s.gateway.PublicKey()},
	}
}

// honest is the message of a sale that is no fraud.
func honest(key wire.PublicKey) []byte { return key[:] }

func (x sale) offering() wire.LNOutput { return wire.LNOutput{Offer: &x.offer} }

func (x sale) buying(amount wire.Amount) wire.LNOutput {
	return funding(amount, wire.LNContract{Incoming: &x.buy})
}

// announcement is what the gateway registers with, signed if nonce is not 0.
func (s *seller) announcement(nonce uint64, ttl uint64, change func(*wire.LNGateway)) wire.LNAnnouncement {
	s.t.Helper()
	key := s.gateway.PublicKey()
	a := wire.LNAnnouncement{TTL: wire.Duration{Secs: ttl}, Vetted: true, Info: wire.LNGateway{
		ChannelID: 1, RedeemKey: key, NodeKey: key, Alias: "demo", API: parseURL(s.t, "https://gw.example"),
		RouteHints: wire.RouteHints{}, Fees: wire.RoutingFees{BaseMsat: 2000, Millionths: 3000}, ID: key,
	}}
	if change != nil {
		change(&a.Info)
	}
	if nonce != 0 {
		signature, err := s.gateway.Sign(a.Info.RegistrationMessage(s.config.Key, nonce))
		if err != nil {
			s.t.Fatal(err)
		}
		a.Auth = &wire.LNRegistrationAuth{Nonce: nonce, Signature: signature}
	}
	return a
}
