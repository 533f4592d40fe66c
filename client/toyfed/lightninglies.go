package toyfed

import (
	"fmt"
	"math"
	"slices"

	"satchel/client/wire"
)

// at makes a lie of an answer to a method of lightning, for which the guardian
// does not wait.
func at(method string, answer any) Lie {
	return Lie(func(Question) (any, error) { return answer, nil }).About(moduleMethod(LNV2ID, method))
}

// instead makes a lie of what changes an honest answer to a method of lightning.
func instead[T any](method string, change func(Question, T) any) Lie {
	return told(change).About(moduleMethod(LNV2ID, method))
}

// FalseLightning are all lies about lightning, by what they are about.
func FalseLightning() map[string]map[string]Lie {
	return map[string]map[string]Lie{
		"preimages": FalsePreimages(), "contracts": FalseContracts(), "blocks": FalseBlocks(),
		"gateways": FalseGateways(), "shares": FalseKeyShares(),
	}
}

// FalsePreimages are lies about outgoing contracts.
func FalsePreimages() map[string]Lie {
	const await, expiration = "await_preimage", "outgoing_contract_expiration"
	standing := func(change func(*wire.ContractID, *uint64)) Lie {
		return Lie(func(q Question) (any, error) {
			honest, err := q.Honest()
			if err != nil || honest == nil {
				return nil, err
			}
			parts := honest.([]any)
			id, left := parts[0].(wire.ContractID), parts[1].(uint64)
			change(&id, &left)
			return []any{id, left}, nil
		}).About(moduleMethod(LNV2ID, expiration))
	}
	return map[string]Lie{
		"wrong preimage": at(await, wire.Preimage{1}),
		"no preimage":    at(await, nil),
		"kept preimage":  instead(await, func(Question, *wire.Preimage) any { return nil }),
		"wrong preimage in the end": instead(await, func(Question, *wire.Preimage) any {
			return wire.Preimage{1}
		}),

		"contract unknown":   at(expiration, nil),
		"contract expired":   standing(func(_ *wire.ContractID, left *uint64) { *left = 0 }),
		"contract for ever":  standing(func(_ *wire.ContractID, left *uint64) { *left = math.MaxUint64 }),
		"another contract":   standing(func(id *wire.ContractID, _ *uint64) { id[0]++ }),
		"contract of nobody": at(expiration, []any{wire.ContractID{1}, 100}),
	}
}

// FalseContracts are lies about incoming contracts.
func FalseContracts() map[string]Lie {
	const await, stream = "await_incoming_contract", "await_incoming_contracts"
	type contracts = []wire.LNV2IncomingContract
	batch := func(change func(q Question, all contracts, next uint64) (contracts, uint64)) Lie {
		return instead(stream, func(q Question, honest any) any {
			parts := honest.([]any)
			all, next := change(q, slices.Clone(parts[0].(contracts)), parts[1].(uint64))
			return []any{append(contracts{}, all...), next}
		})
	}
	return map[string]Lie{
		"funded elsewhere": at(await, wire.OutPoint{TxID: wire.TxID{1}}),
		"never funded":     at(await, nil),
		"not funded":       instead(await, func(Question, *wire.OutPoint) any { return nil }),
		"another output": instead(await, func(_ Question, at *wire.OutPoint) any {
			if at == nil {
				return wire.OutPoint{}
			}
			return wire.OutPoint{TxID: at.TxID, Index: at.Index + 1}
		}),

		"contract dropped": batch(func(_ Question, all contracts, next uint64) (contracts, uint64) {
			return all[min(1, len(all)):], next
		}),
		"contract changed": batch(func(_ Question, all contracts, next uint64) (contracts, uint64) {
			for i := range all {
				all[i].Commitment.Amount++
			}
			return all, next
		}),
		"contract doubled": batch(func(_ Question, all contracts, next uint64) (contracts, uint64) {
			return append(all, all...), next
		}),
		"no contracts": batch(func(_ Question, _ contracts, next uint64) (contracts, uint64) {
			return nil, next
		}),
		"contracts left out": batch(func(_ Question, all contracts, next uint64) (contracts, uint64) {
			return all, next + 1000
		}),
		"the same again": batch(func(q Question, all contracts, _ uint64) (contracts, uint64) {
			start, _, err := parsePair[uint64, uint64](q.Params)
			if err != nil {
				panic("toyfed: an honest guardian has read " + string(q.Params))
			}
			return all, start
		}),
		"the end of all": at(stream, []any{contracts{}, uint64(math.MaxUint64)}),
	}
}

// FalseBlocks are lies about the count of blocks.
func FalseBlocks() map[string]Lie {
	const count = "consensus_block_count"
	return map[string]Lie{
		"no blocks":       at(count, 0),
		"too many blocks": at(count, uint64(math.MaxUint64)),
		"a block fewer":   instead(count, func(_ Question, n uint64) any { return n - 1 }),
		"a block more":    instead(count, func(_ Question, n uint64) any { return n + 1 }),
	}
}

// FalseGateways are lies about gateways. A guardian may list whom it likes: these
// lists have nobody in them who could be used.
func FalseGateways() map[string]Lie {
	const list = "gateways"
	var many []wire.SafeURL
	for i := range 5000 {
		many = append(many, must(wire.ParseURL(fmt.Sprintf("https://%d.nobody.example/", i))))
	}
	return map[string]Lie{
		"no gateways":       at(list, []wire.SafeURL{}),
		"another gateway":   at(list, many[:1]),
		"too many gateways": at(list, many),
		"gateway on this device": at(list, []string{
			"http://127.0.0.1/", "https://localhost/", "http://[::1]:8080/",
		}),
		"gateway in the house":   at(list, []string{"http://192.168.0.1/", "https://10.0.0.1/"}),
		"no gateway but a url":   at(list, []string{"iroh://1234/", "wss://gateway.example/", "ftp://gateway.example/"}),
		"gateway with a secret":  at(list, []string{"https://user:secret@gateway0.toy.example/"}),
		"gateway without a url":  at(list, []string{"gateway"}),
		"gateway doubled":        instead(list, func(_ Question, all []wire.SafeURL) any { return slices.Concat(all, all) }),
		"gateway at other paths": at(list, []string{"https://gateway0.toy.example/a", "https://gateway0.toy.example/b"}),
	}
}

// FalseKeyShares are lies about shares of decryption keys.
func FalseKeyShares() map[string]Lie {
	const share = "decryption_key_share"
	return map[string]Lie{
		"no point":   at(share, wire.G1{}),
		"identity":   at(share, wire.G1{0xc0}),
		"no share":   at(share, nil),
		"of another": instead(share, func(q Question, _ wire.G1) any { return q.shareOf((int(q.Peer) + 1) % q.Fed.Guardians) }),
	}
}

// shareOf makes the share of another guardian for the contract that is asked about.
func (q Question) shareOf(peer int) wire.G1 {
	q.Fed.mu.Lock()
	defer q.Fed.mu.Unlock()
	c := q.Fed.books.contract(must(parse[wire.OutPoint](q.Params)))
	return must(q.Fed.lightning.share(wire.PeerID(peer), *c.Incoming))
}
