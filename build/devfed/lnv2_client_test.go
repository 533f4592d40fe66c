package devfed_test

import (
	"crypto/rand"
	"fmt"
	"math"
	"strings"
	"testing"

	"satchel/build/devfed"
	"satchel/client/tpe"
	"satchel/client/wire"
)

// withLNV2 is a federation with lnv2 as module 0 and a mint as module 1.
var withLNV2 = []wire.ModuleKind{wire.KindLNV2, wire.KindMint}

// A payer funds and spends contracts of lnv2 by hand, with coins of its purse. It
// is the gateway and who deals with it at once.
type payer struct {
	*purse
	f             *devfed.Federation
	ln            wire.ModuleID
	config        wire.LNV2Config
	gateway, user wire.SecretKey
	preimage      wire.Preimage
}

func openLNV2(t testing.TB, f *devfed.Federation) *payer {
	t.Helper()
	p := &payer{purse: open(t, f), f: f, gateway: newKey(), user: newKey()}
	p.ln = p.purse.config.ModulesOf(wire.KindLNV2)[0]
	p.config = decode[wire.LNV2Config](t, p.purse.config.Modules[p.ln].Config.Body)
	rand.Read(p.preimage[:])
	return p
}

func (p *payer) method(name string) string { return fmt.Sprintf("module_%d_%s", p.ln, name) }

// outgoing is a contract of 10 sat, unlike any other.
func (p *payer) outgoing(expiration uint64) wire.LNV2OutgoingContract {
	return wire.LNV2OutgoingContract{
		Image: wire.PaymentImage{Hash: p.preimage.Hash()}, Amount: 10_000, Expiration: expiration,
		ClaimKey: p.gateway.PublicKey(), RefundKey: p.user.PublicKey(), EphemeralKey: newKey().PublicKey(),
	}
}

// An offer is an incoming contract and what decrypts it.
type offer struct {
	wire.LNV2IncomingContract
	key wire.G1
}

// offer is an incoming contract of 10 sat with a preimage, be it the right one or
// not.
func (p *payer) offer(expiration uint64, preimage wire.Preimage) offer {
	p.t.Helper()
	o := offer{LNV2IncomingContract: wire.LNV2IncomingContract{Commitment: wire.LNV2Commitment{
		Image: wire.PaymentImage{Hash: p.preimage.Hash()}, Amount: 10_000, Expiration: expiration,
		ClaimKey: p.user.PublicKey(), RefundKey: p.gateway.PublicKey(), EphemeralKey: newKey().PublicKey(),
	}}}
	var seed [32]byte
	rand.Read(seed[:])
	ct, err := tpe.BLS{}.Encrypt(p.config.Key, seed, preimage, wire.HashOf(o.Commitment))
	if err != nil {
		p.t.Fatal(err)
	}
	o.Ciphertext = wire.LNV2Ciphertext{Encrypted: ct.Encrypted, Key: ct.Key, Signature: ct.Signature}
	if o.key, err = (tpe.BLS{}).DecryptionKey(p.config.Key, seed); err != nil {
		p.t.Fatal(err)
	}
	return o
}

func (o offer) output() wire.LNV2Output { return wire.LNV2Output{Incoming: &o.LNV2IncomingContract} }

func (o offer) ciphertext() tpe.Ciphertext {
	return tpe.Ciphertext{Encrypted: o.Ciphertext.Encrypted, Key: o.Ciphertext.Key, Signature: o.Ciphertext.Signature}
}

// funding is a transaction that funds contracts, and pays too much.
func (p *payer) funding(outputs ...wire.LNV2Output) wire.Transaction {
	p.t.Helper()
	coins := p.draw(p.f, 1<<17)
	t := p.transaction(coins, nil)
	for _, out := range outputs {
		t.Outputs = append(t.Outputs, wire.DynOutput{Dyn: wire.DynOf(p.ln, out)})
	}
	p.sign(&t, coins)
	return t
}

// fund funds contracts and returns where.
func (p *payer) fund(outputs ...wire.LNV2Output) []wire.OutPoint {
	p.t.Helper()
	t := p.funding(outputs...)
	if text := p.submit(t); text != "" {
		p.t.Fatal(text)
	}
	points := make([]wire.OutPoint, len(outputs))
	for i := range points {
		points[i] = wire.OutPoint{TxID: t.TxID(), Index: uint64(i)}
	}
	return points
}

func (p *payer) fundOutgoing(c wire.LNV2OutgoingContract) wire.OutPoint {
	p.t.Helper()
	return p.fund(wire.LNV2Output{Outgoing: &c})[0]
}

// spend submits a transaction that spends a contract on coins, signed with a key,
// and returns the text of the refusal, or "".
func (p *payer) spend(key wire.SecretKey, in wire.LNV2Input, requests ...request) string {
	p.t.Helper()
	t := wire.Transaction{Inputs: []wire.DynInput{{Dyn: wire.DynOf(p.ln, in)}}}
	rand.Read(t.Nonce[:])
	for _, r := range requests {
		t.Outputs = append(t.Outputs, p.output(r))
	}
	if err := t.Sign([]wire.SecretKey{key}); err != nil {
		p.t.Fatal(err)
	}
	text, _, _ := strings.Cut(p.submit(t), ": tx=")
	return text
}

func claim(at wire.OutPoint, preimage wire.Preimage) wire.LNV2Input {
	return wire.LNV2Input{OutPoint: at, Witness: &wire.LNV2Witness{Variant: wire.LNV2Claim, Preimage: preimage}}
}

func refund(at wire.OutPoint) wire.LNV2Input {
	return wire.LNV2Input{OutPoint: at, Witness: &wire.LNV2Witness{Variant: wire.LNV2Refund}}
}

func cancelled(at wire.OutPoint, forfeit wire.Signature) wire.LNV2Input {
	return wire.LNV2Input{OutPoint: at, Witness: &wire.LNV2Witness{Variant: wire.LNV2Cancel, Signature: forfeit}}
}

func decrypted(at wire.OutPoint, key wire.G1) wire.LNV2Input {
	return wire.LNV2Input{OutPoint: at, DecryptionKey: &key}
}

// forfeit is a key's signature of a contract.
func (p *payer) forfeit(key wire.SecretKey, c wire.LNV2OutgoingContract) wire.Signature {
	p.t.Helper()
	signature, err := key.Sign(wire.Hash(c.ID()))
	if err != nil {
		p.t.Fatal(err)
	}
	return signature
}

// never is an expiration of incoming contracts.
const never uint64 = math.MaxUint64
