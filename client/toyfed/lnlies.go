package toyfed

import (
	"fmt"
	"math"
	"slices"

	"satchel/client/wire"
)

// atLN makes a lie of an answer to a method of lightning of the first generation,
// for which the guardian does not wait.
func atLN(method string, answer any) Lie {
	return Lie(func(Question) (any, error) { return answer, nil }).About(moduleMethod(LNID, method))
}

// insteadLN makes a lie of what changes an honest answer to such a method.
func insteadLN[T any](method string, change func(Question, T) any) Lie {
	return Lie(func(q Question) (any, error) {
		honest, err := q.Honest()
		if err != nil {
			return nil, err
		}
		value, _ := honest.(T) // nil is no T, and of any interface type
		return change(q, value), nil
	}).About(moduleMethod(LNID, method))
}

// FalseLN are all lies about lightning of the first generation, by what they are
// about.
func FalseLN() map[string]map[string]Lie {
	return map[string]map[string]Lie{
		"accounts": FalseAccounts(), "decryption": FalseDecryption(), "offers": FalseOffers(),
		"heights": FalseHeights(), "registrations": FalseRegistrations(),
	}
}

// FalseAccounts are lies about what is in a contract.
func FalseAccounts() map[string]Lie {
	lies := map[string]Lie{
		"cancelled at once": Lie(func(q Question) (any, error) {
			id, err := parse[wire.ContractID](q.Params)
			if err != nil {
				return nil, err
			}
			c := q.Fed.LNContracts()[id]
			if c.Outgoing == nil {
				return q.Honest()
			}
			cancelled := *c.Outgoing
			cancelled.Cancelled = true
			c.Outgoing = &cancelled
			return c.LNAccount, nil
		}).About(moduleMethod(LNID, "await_outgoing_contract_cancelled")),
	}
	for _, method := range []string{"account", "await_account"} {
		lies["none, "+method] = atLN(method, nil)
		lies["another's, "+method] = atLN(method, wire.LNAccount{Amount: 1, Outgoing: &wire.LNOutgoingContract{
			GatewayKey: PublicKey(keyOf("nobody")), UserKey: PublicKey(keyOf("nobody")),
		}})
		for name, amount := range map[string]wire.Amount{"empty": 0, "full": math.MaxUint64} {
			lies[name+", "+method] = insteadLN(method, func(_ Question, honest any) any {
				if a, ok := honest.(wire.LNAccount); ok {
					a.Amount = amount
					return a
				}
				return honest
			})
		}
	}
	return lies
}

// FalseDecryption are lies about the preimages of incoming contracts.
func FalseDecryption() map[string]Lie {
	const await = "await_preimage_decryption"
	account := wire.LNIncomingAccount{Amount: 1, Contract: wire.LNIncomingContract{GatewayKey: PublicKey(keyOf("nobody"))}}
	changed := func(preimage any) Lie {
		return insteadLN(await, func(_ Question, honest any) any { return []any{honest.([]any)[0], preimage} })
	}
	return map[string]Lie{
		"wrong preimage":   changed(wire.Preimage{1}),
		"no preimage":      changed(nil),
		"another contract": atLN(await, []any{account, wire.Preimage{1}}),
		"one part":         atLN(await, []any{account}),
		"nothing":          atLN(await, nil),
	}
}

// FalseOffers are lies about offers.
func FalseOffers() map[string]Lie {
	const open = "offer"
	expiry := uint64(3600)
	other := wire.LNOffer{Amount: 1, ExpiryTime: &expiry}
	changed := func(change func(*wire.LNOffer)) Lie {
		return insteadLN(open, func(_ Question, honest any) any {
			if o, ok := honest.(wire.LNOffer); ok {
				change(&o)
				return o
			}
			return honest
		})
	}
	return map[string]Lie{
		"none":          atLN(open, nil),
		"another's":     atLN(open, other),
		"cheaper":       changed(func(o *wire.LNOffer) { o.Amount = 1 }),
		"another's key": changed(func(o *wire.LNOffer) { o.Encrypted.V = slices.Concat(o.Encrypted.V[1:], []byte{0}) }),
	}
}

// FalseHeights are lies about blocks, and about sessions.
func FalseHeights() map[string]Lie {
	return map[string]Lie{
		"no blocks":         atLN("block_count", 0),
		"too many blocks":   atLN("block_count", uint64(math.MaxUint64)),
		"reached at once":   atLN("await_block_height", nil),
		"no sessions":       Lie(func(Question) (any, error) { return 0, nil }).About("session_count"),
		"too many sessions": Lie(func(Question) (any, error) { return uint64(math.MaxUint64), nil }).About("session_count"),
	}
}

// FalseRegistrations are lies about gateways. There is nobody in these lists who
// could be used, or who would be cheaper if he were.
func FalseRegistrations() map[string]Lie {
	const list = "list_gateways"
	type all = []wire.LNAnnouncement
	changed := func(change func(*wire.LNAnnouncement)) Lie {
		return insteadLN(list, func(_ Question, honest all) any {
			honest = slices.Clone(honest)
			for i := range honest {
				change(&honest[i])
			}
			return honest
		})
	}
	return map[string]Lie{
		"none":      atLN(list, all{}),
		"nobody's":  atLN(list, strangers(1)),
		"a crowd's": atLN(list, strangers(500)),
		"forged":    changed(func(a *wire.LNAnnouncement) { a.Info.RedeemKey = PublicKey(keyOf("nobody")) }),
		"unsigned": changed(func(a *wire.LNAnnouncement) {
			a.Auth, a.Info.RedeemKey = nil, PublicKey(keyOf("nobody"))
		}),
		"vetted":  changed(func(a *wire.LNAnnouncement) { a.Vetted = true }),
		"doubled": insteadLN(list, func(_ Question, honest all) any { return slices.Concat(honest, honest) }),
		"at other places": changed(func(a *wire.LNAnnouncement) {
			a.Auth, a.Info.API = nil, must(wire.ParseURL("http://127.0.0.1:8175/v1"))
		}),
	}
}

// strangers are gateways of which only one guardian has heard.
func strangers(n int) (all []wire.LNAnnouncement) {
	for i := range n {
		key := PublicKey(keyOf(fmt.Sprint("stranger ", i)))
		all = append(all, wire.LNAnnouncement{Vetted: true, TTL: wire.Duration{Secs: 600}, Info: wire.LNGateway{
			RedeemKey: key, NodeKey: key, ID: key, API: must(wire.ParseURL(fmt.Sprintf("https://%d.nobody.example/", i))),
		}})
	}
	return all
}
