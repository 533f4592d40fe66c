package devfed_test

import (
	"satchel/build/devfed"
	"satchel/client/wire"
)

// What a purse does otherwise with notes of the second generation.

// asFirst says a config as the first generation does, by amounts.
func asFirst(c wire.MintV2Config) wire.MintConfig {
	first := wire.MintConfig{Keys: make(map[wire.Amount]wire.G2), PeerKeys: make(map[wire.PeerID]map[wire.Amount]wire.G2), Fee: c.Fee}
	for d, key := range c.Keys {
		first.Keys[d.Amount()] = key
	}
	for d, keys := range c.PeerKeys {
		for peer, key := range keys {
			if first.PeerKeys[peer] == nil {
				first.PeerKeys[peer] = make(map[wire.Amount]wire.G2)
			}
			first.PeerKeys[peer][d.Amount()] = key
		}
	}
	return first
}

func (p *purse) drawV2(f *devfed.Federation, amount wire.Amount) (coins []coin) {
	p.t.Helper()
	ecash, err := f.Faucet.EcashV2(p.t.Context(), amount)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, n := range ecash.Notes() {
		coins = append(coins, coin{n.Denomination.Amount(), wire.MintSpendableNote{Signature: n.Signature, SpendKey: n.SpendKey}})
	}
	return coins
}

// denomination returns that of a coin or request. One that is no power of two,
// or too large, is of a denomination that nobody issues.
func denomination(amount wire.Amount) wire.Denomination {
	for d := range wire.MaxDenomination + 1 {
		if d.Amount() == amount {
			return d
		}
	}
	return 200
}

func (p *purse) inputV2(c coin) wire.DynInput {
	note := wire.MintV2Note{Denomination: denomination(c.amount), Nonce: c.note.SpendKey.PublicKey(), Signature: c.note.Signature}
	return wire.DynInput{Dyn: wire.DynOf(p.id, wire.MintV2Input{Note: note})}
}

func (p *purse) outputV2(r request) wire.DynOutput {
	out := wire.MintV2Output{Denomination: denomination(r.amount), BlindNonce: r.blind, Tweak: r.tweak()}
	return wire.DynOutput{Dyn: wire.DynOf(p.id, out)}
}

// tweak is one that nobody has ground.
func (r request) tweak() wire.MintTweak { return wire.MintTweak(r.blind[:16]) }
