package toyfed

import (
	"context"
	"math/bits"

	"satchel/client/wire"
)

// generation2 is module kind "mintv2".
type generation2 struct{}

func (generation2) kind() wire.ModuleKind   { return wire.KindMintV2 }
func (generation2) consensus() wire.Version { return wire.Version{Major: 1} }
func (generation2) api() wire.Version       { return wire.Version{Minor: 2} }

func denomination(amount wire.Amount) wire.Denomination {
	return wire.Denomination(bits.TrailingZeros64(uint64(amount)))
}

func (generation2) config(m *mint) wire.Appender {
	c := wire.MintV2Config{
		Keys: map[wire.Denomination]wire.G2{}, PeerKeys: map[wire.Denomination]map[wire.PeerID]wire.G2{},
		Fee: m.f.Fee, Unit: m.f.Unit,
	}
	for amount, k := range m.keys {
		d := denomination(amount)
		c.Keys[d], c.PeerKeys[d] = k.Aggregate, map[wire.PeerID]wire.G2{}
		for i, key := range k.Public {
			c.PeerKeys[d][wire.PeerID(i)] = key
		}
	}
	return c
}

func (generation2) readInput(body []byte) (spentNote, bool) {
	v, err := wire.Decode[wire.MintV2Input](body)
	return spentNote{v.Note.Denomination.Amount(), v.Note.Nonce, v.Note.Signature}, err == nil && v.Unknown == nil
}

func (generation2) readOutput(body []byte) (issuedNote, bool) {
	v, err := wire.Decode[wire.MintV2Output](body)
	return issuedNote{v.Denomination.Amount(), v.BlindNonce, v.Tweak}, err == nil && v.Unknown == nil
}

func (generation2) input(n spentNote) wire.Appender {
	return wire.MintV2Input{Note: wire.MintV2Note{Denomination: denomination(n.amount), Nonce: n.nonce, Signature: n.signature}}
}

func (generation2) output(n issuedNote) wire.Appender {
	return wire.MintV2Output{Denomination: denomination(n.amount), BlindNonce: n.blinded, Tweak: n.tweak}
}

func (generation2) refuseInput(id wire.ModuleID, why flaw, _ wire.Amount) *wire.TransactionError {
	v := wire.MintV2InputError{Variant: wire.MintV2UnknownInput}
	switch why {
	case noSuchAmount:
		v.Variant = wire.MintV2InputDenomination
	case notSigned:
		v.Variant = wire.MintV2NoteSignature
	case usedBefore:
		v.Variant = wire.MintV2NoteSpent
	}
	return &wire.TransactionError{Variant: wire.TxInvalidInput, Cause: wire.DynOf(id, v)}
}

func (generation2) refuseOutput(id wire.ModuleID, why flaw, _ wire.Amount) *wire.TransactionError {
	v := wire.MintV2OutputError{Variant: wire.MintV2UnknownOutput}
	if why != unknown {
		v.Variant = wire.MintV2OutputDenomination
	}
	return &wire.TransactionError{Variant: wire.TxInvalidOutput, Cause: wire.DynOf(id, v)}
}

func (generation2) onceOnly() bool { return false }

func (generation2) spentItem(n spentNote) wire.Appender {
	return wire.MintV2RecoveryItem{Spent: true, Hash: wire.Hash160Of(n.nonce[:])}
}

func (generation2) issuedItem(n issuedNote) wire.Appender {
	return wire.MintV2RecoveryItem{Denomination: denomination(n.amount), Hash: wire.Hash160Of(n.blinded[:]), Tweak: n.tweak}
}

func (generation2) slice(s items) any { return s }

func (g generation2) serve(ctx context.Context, m *mint, c call) (answer any, known bool, err error) {
	switch c.method {
	case "signature_shares":
		answer, err = g.shares(ctx, m, c)
		return answer, true, err
	case "recovery_signature_shares":
		answer, err = g.sharesByNonce(m, c)
		return answer, true, err
	}
	return nil, false, nil
}

// shares waits for a transaction and makes the guardian's shares of its notes.
// Outputs of other modules have none.
func (generation2) shares(ctx context.Context, m *mint, c call) (any, error) {
	at, err := parse[wire.OutPointRange](c.request)
	if err != nil {
		return nil, err
	}
	shares := []wire.G1{}
	if at.Indices.Start >= at.Indices.End {
		return shares, nil
	}
	tx, err := m.f.await(ctx, c.gate, at.TxID)
	if err != nil {
		return nil, err
	}
	all, err := m.issued(tx, at.Indices)
	if err != nil {
		return nil, err
	}
	for _, n := range all {
		if n == nil {
			continue
		}
		share, err := m.sign(c.peer, *n)
		if err != nil {
			return nil, err
		}
		shares = append(shares, share)
	}
	return shares, nil
}

// sharesByNonce is for a wallet that does not know its transactions.
func (generation2) sharesByNonce(m *mint, c call) (any, error) {
	blinded, err := parse[[]wire.G1](c.request)
	if err != nil {
		return nil, err
	}
	shares := []wire.G1{}
	for _, b := range blinded {
		n, _, ok := m.find(b)
		if !ok {
			return nil, badRequest("No blinded signature share found")
		}
		share, err := m.sign(c.peer, n)
		if err != nil {
			return nil, err
		}
		shares = append(shares, share)
	}
	return shares, nil
}
