package devfed_test

import (
	"fmt"
	"testing"

	"satchel/build/devfed"
	"satchel/build/devfed/consensus"
	"satchel/client/tpe"
	"satchel/client/wire"
)

const (
	textWrongKey = "The transaction's signature is invalid"
	lnv2Input    = "The transaction had an invalid input: 0-"
	lnv2Output   = "The transaction had an invalid output: 0-"
	noContract   = lnv2Input + "No contract found for given ContractId"
)

// TestLNV2Config looks at config and versions.
func TestLNV2Config(t *testing.T) {
	for _, c := range []struct {
		options devfed.Options
		fee     wire.PaymentFee
	}{
		{devfed.Options{Modules: withLNV2}, wire.PaymentFee{Base: 1000}},
		{devfed.Options{Modules: withLNV2, NoFees: true, Guardians: 1}, wire.PaymentFee{}},
	} {
		f := start(t, c.options)
		p := openLNV2(t, f)
		if p.config.Fee != c.fee || p.config.Network != "regtest" || len(p.config.PeerKeys) != len(f.Guardians()) {
			t.Errorf("config %+v", p.config)
		}
		module := ask[wire.SupportedVersions](p.some(), "version", nil).Modules[p.ln]
		if module.Consensus != (wire.Version{Major: 1}) || len(module.API) != 1 || module.API[0] != (wire.Version{}) {
			t.Errorf("versions %+v", module)
		}
		p.fundOutgoing(p.outgoing(5000))
		if got, want := f.Audit(), (consensus.Audit{Issued: 1 << 17, Outstanding: 10_000, Fees: 1<<17 - 10_000}); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}

// TestOutgoing spends contracts in all ways there are.
func TestOutgoing(t *testing.T) {
	f := start(t, devfed.Options{Modules: withLNV2})
	p := openLNV2(t, f)
	wrong := p.preimage
	wrong[0] ^= 1
	blocks := f.Blocks()
	if n := ask[uint64](p.some(), p.method("consensus_block_count"), nil); n != blocks || n == 0 {
		t.Fatalf("the guardians count %d blocks of %d", n, blocks)
	}
	soon, now := p.outgoing(blocks+1), p.outgoing(blocks)
	atSoon, atNow := p.fundOutgoing(soon), p.fundOutgoing(now)
	point := p.outgoing(blocks + 10)
	point.Image = wire.PaymentImage{Variant: wire.ImagePoint, Point: wire.SecretKey(p.preimage).PublicKey()}
	atPoint := p.fundOutgoing(point)
	for _, c := range []struct {
		name string
		in   wire.LNV2Input
		key  wire.SecretKey
		want string
	}{
		{"claim with a wrong preimage", claim(atSoon, wrong), p.gateway, lnv2Input + "The preimage is invalid"},
		{"claim by the sender", claim(atSoon, p.preimage), p.user, textWrongKey},
		{"refund before its time", refund(atSoon), p.user, lnv2Input + "The contracts locktime has not yet passed"},
		{"cancelled by nobody", cancelled(atSoon, wire.Signature{}), p.user, lnv2Input + "The forfeit signature is invalid"},
		{"cancelled by the sender", cancelled(atSoon, p.forfeit(p.user, soon)), p.user, lnv2Input + "The forfeit signature is invalid"},
		{"cancelled in another contract", cancelled(atSoon, p.forfeit(p.gateway, now)), p.user, lnv2Input + "The forfeit signature is invalid"},
		{"cancelled, to the gateway", cancelled(atSoon, p.forfeit(p.gateway, soon)), p.gateway, textWrongKey},
		{"claim too late", claim(atNow, p.preimage), p.gateway, lnv2Input + "The contracts locktime has passed"},
		{"claim too late, and wrong", claim(atNow, wrong), p.gateway, lnv2Input + "The contracts locktime has passed"},
		{"refund to the gateway", refund(atNow), p.gateway, textWrongKey},
		{"no such output", refund(wire.OutPoint{TxID: atNow.TxID, Index: 1}), p.user, noContract},
		{"as an incoming one", decrypted(atNow, p.config.Key), p.user, noContract},
		{"later version", wire.LNV2Input{Unknown: &wire.Unknown{Variant: 7}}, p.user, lnv2Input + "The lightning input version is not supported by this federation"},
		{"wrong point", claim(atPoint, wrong), p.gateway, lnv2Input + "The preimage is invalid"},
	} {
		for range 2 { // a refusal changes nothing
			if got := p.spend(c.key, c.in); got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
	}
	if got := f.Audit().Outstanding; got != 30_000 {
		t.Errorf("%v outstanding before anything is spent", got)
	}
	third := p.outgoing(blocks + 1)
	atThird := p.fundOutgoing(third)
	for _, c := range []struct {
		name string
		in   wire.LNV2Input
		key  wire.SecretKey
	}{
		{"claim", claim(atSoon, p.preimage), p.gateway},
		{"claim of a point", claim(atPoint, p.preimage), p.gateway},
		{"refund", refund(atNow), p.user},
		{"cancelled", cancelled(atThird, p.forfeit(p.gateway, third)), p.user},
	} {
		if got := p.spend(c.key, c.in, newRequest(t, 8192)); got != "" {
			t.Errorf("%s: %q", c.name, got)
		}
		if got := p.spend(c.key, c.in); got != noContract {
			t.Errorf("%s again: %q", c.name, got)
		}
	}
	if got := f.Audit().Outstanding; got != 4*8192 {
		t.Errorf("%v outstanding in notes", got)
	}
}

// TestSpentWhole spends a contract for more than it is worth after fees.
func TestSpentWhole(t *testing.T) {
	f := start(t, devfed.Options{Modules: withLNV2})
	p := openLNV2(t, f)
	at := p.fundOutgoing(p.outgoing(5000))
	const tooMuch = "The transaction is unbalanced (in=10000 msat, out=9216 msat, fee=1200 msat)"
	if got := p.spend(p.gateway, claim(at, p.preimage), newRequests(t, 8192, 1024)...); got != tooMuch {
		t.Errorf("%q, want %q", got, tooMuch)
	}
	p.fundOutgoing(p.outgoing(0)) // nothing is checked of it
	c := p.outgoing(5000)
	c.Amount = 1<<17 - 999
	tx := p.funding(wire.LNV2Output{Outgoing: &c})
	const tooDear = "The transaction is unbalanced (in=131072 msat, out=130073 msat, fee=1100 msat)"
	if got := p.submit(tx); got != tooDear {
		t.Errorf("%q, want %q", got, tooDear)
	}
}

// TestIncoming sells a preimage to the gateway: the guardians decrypt it, and the
// receiver claims the contract. A wrong preimage gives it back to the gateway.
func TestIncoming(t *testing.T) {
	for _, n := range []int{1, 4} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			f := start(t, devfed.Options{Modules: withLNV2, Guardians: n})
			p := openLNV2(t, f)
			right, wrong := p.offer(never, p.preimage), p.offer(never, wire.Preimage{1})
			at := p.fund(right.output(), wrong.output())
			if got := p.collectKey(at[0], right); got != right.key {
				t.Errorf("the guardians make the key %v, the receiver %v", got, right.key)
			}
			if got := wire.Preimage(right.ciphertext().Decrypt(right.key)); got != p.preimage {
				t.Errorf("the gateway decrypts %v", got)
			}
			badKey := lnv2Input + "The aggregate decryption key is invalid"
			for _, c := range []struct {
				name string
				in   wire.LNV2Input
				key  wire.SecretKey
				want string
			}{
				{"key of another contract", decrypted(at[0], wrong.key), p.user, badKey},
				{"identity", decrypted(at[0], wire.G1{0: 0xc0}), p.user, badKey},
				{"right, to the gateway", decrypted(at[0], right.key), p.gateway, textWrongKey},
				{"wrong, to the receiver", decrypted(at[1], wrong.key), p.user, textWrongKey},
				{"as an outgoing one", claim(at[0], p.preimage), p.user, noContract},
				{"right", decrypted(at[0], right.key), p.user, ""},
				{"right again", decrypted(at[0], right.key), p.user, noContract},
				{"wrong", decrypted(at[1], wrong.key), p.gateway, ""},
			} {
				if got := p.spend(c.key, c.in); got != c.want {
					t.Errorf("%s: %q, want %q", c.name, got, c.want)
				}
			}
			// A share is to be had for ever.
			if got := p.collectKey(at[0], right); got != right.key {
				t.Errorf("after the contract is spent the key is %v", got)
			}
		})
	}
}

// collectKey asks every guardian for its share, checks them and joins a threshold.
func (p *payer) collectKey(at wire.OutPoint, o offer) wire.G1 {
	p.t.Helper()
	shares := map[uint16][48]byte{}
	need := wire.Threshold(len(p.sockets))
	for peer, s := range p.sockets {
		share := ask[wire.G1](s, p.method("decryption_key_share"), at)
		if !(tpe.BLS{}).VerifyShare(p.config.PeerKeys[peer], share, o.ciphertext(), wire.HashOf(o.Commitment)) {
			p.t.Errorf("the share of guardian %d is bad", peer)
		}
		if len(shares) < need {
			shares[uint16(peer)] = share
		}
	}
	key, err := tpe.BLS{}.Aggregate(need, shares)
	if err != nil {
		p.t.Fatal(err)
	}
	return key
}

// TestFundingRefusals funds contracts that cannot be.
func TestFundingRefusals(t *testing.T) {
	f := start(t, devfed.Options{Modules: withLNV2})
	p := openLNV2(t, f)
	minute := uint64(f.Time().Unix()) / 60 * 60
	tampered := p.offer(never, p.preimage)
	tampered.Commitment.Amount++
	malformed := p.offer(never, p.preimage)
	malformed.Ciphertext.Signature = wire.G2{0: 0x80}
	for _, c := range []struct {
		name string
		out  wire.LNV2Output
		want string
	}{
		{"made for another contract", tampered.output(), lnv2Output + "The contract is invalid"},
		{"expired", p.offer(minute, p.preimage).output(), lnv2Output + "The contract is expired"},
		{"later version", wire.LNV2Output{Unknown: &wire.Unknown{Variant: 7}}, lnv2Output + "The lightning input version is not supported by this federation"},
		{"not yet expired", p.offer(minute+1, p.preimage).output(), ""},
	} {
		if got := p.submit(p.funding(c.out)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	for _, body := range []wire.Appender{malformed.output(), wire.G1{}} {
		tx := p.funding()
		tx.Outputs = []wire.DynOutput{{Dyn: wire.DynOf(p.ln, body)}}
		if _, err := p.some().call("submit_transaction", wire.SerdeOf(tx)); err == nil || err.Error()[:4] != "400 " {
			t.Errorf("what does not decode: %v", err)
		}
	}
	tx := wire.Transaction{Inputs: []wire.DynInput{{Dyn: wire.DynOf(p.ln, decrypted(wire.OutPoint{}, wire.G1{0: 0x80}))}}}
	if _, err := p.some().call("submit_transaction", wire.SerdeOf(tx)); err == nil || err.Error()[:4] != "400 " {
		t.Errorf("a key that is no point: %v", err)
	}
}
