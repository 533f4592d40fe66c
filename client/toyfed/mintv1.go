package toyfed

import (
	"context"

	"satchel/client/wire"
)

// generation1 is module kind "mint".
type generation1 struct{}

func (generation1) kind() wire.ModuleKind   { return wire.KindMint }
func (generation1) consensus() wire.Version { return wire.Version{Major: 2} }
func (generation1) api() wire.Version       { return wire.Version{Minor: 1} }

func (generation1) config(m *mint) wire.Appender {
	c := wire.MintConfig{Keys: map[wire.Amount]wire.G2{}, Fee: m.f.Fee, PeerKeys: map[wire.PeerID]map[wire.Amount]wire.G2{}}
	for i := range m.f.Guardians {
		keys := map[wire.Amount]wire.G2{}
		for tier, k := range m.keys {
			keys[tier] = k.Public[i]
		}
		c.PeerKeys[wire.PeerID(i)] = keys
	}
	for tier, k := range m.keys {
		c.Keys[tier] = k.Aggregate
	}
	return c
}

func (generation1) readInput(body []byte) (spentNote, bool) {
	v, err := wire.Decode[wire.MintInput](body)
	return spentNote{v.Amount, v.Note.Nonce, v.Note.Signature}, err == nil && v.Unknown == nil
}

func (generation1) readOutput(body []byte) (issuedNote, bool) {
	v, err := wire.Decode[wire.MintOutput](body)
	return issuedNote{amount: v.Amount, blinded: v.BlindNonce}, err == nil && v.Unknown == nil
}

func (generation1) input(n spentNote) wire.Appender {
	return wire.MintInput{Amount: n.amount, Note: wire.MintNote{Nonce: n.nonce, Signature: n.signature}}
}

func (generation1) output(n issuedNote) wire.Appender {
	return wire.MintOutput{Amount: n.amount, BlindNonce: n.blinded}
}

func (generation1) refuseInput(id wire.ModuleID, why flaw, amount wire.Amount) *wire.TransactionError {
	v := wire.MintInputError{Variant: wire.MintUnknownInput}
	switch why {
	case notSigned:
		// What exactly is wrong, guardians do not tell: they check in parallel
		// and would not give the same answer.
		return &wire.TransactionError{Variant: wire.TxInvalidWitnessLength}
	case noSuchAmount:
		v = wire.MintInputError{Variant: wire.MintInputAmount, Amount: amount}
	case usedBefore:
		v = wire.MintInputError{Variant: wire.MintNoteSpent}
	}
	return &wire.TransactionError{Variant: wire.TxInvalidInput, Cause: wire.DynOf(id, v)}
}

func (generation1) refuseOutput(id wire.ModuleID, why flaw, amount wire.Amount) *wire.TransactionError {
	v := wire.MintOutputError{Variant: wire.MintUnknownOutput}
	switch why {
	case noSuchAmount:
		v = wire.MintOutputError{Variant: wire.MintOutputAmount, Amount: amount}
	case usedBefore:
		v = wire.MintOutputError{Variant: wire.MintBlindNonceReused}
	}
	return &wire.TransactionError{Variant: wire.TxInvalidOutput, Cause: wire.DynOf(id, v)}
}

func (generation1) onceOnly() bool { return true }

func (generation1) spentItem(n spentNote) wire.Appender {
	return wire.MintRecoveryItem{Spent: true, Hash: wire.Hash160Of(n.nonce[:])}
}

func (generation1) issuedItem(n issuedNote) wire.Appender {
	return wire.MintRecoveryItem{Amount: n.amount, Hash: wire.Hash160Of(n.blinded[:])}
}

func (generation1) slice(s items) any { return wire.SerdeBase64Of(s) }

func (g generation1) serve(_ context.Context, m *mint, c call) (any, bool, error) {
	switch c.method {
	case "note_spent":
		nonce, err := parse[wire.PublicKey](c.request)
		return m.f.Spent(nonce), true, err
	case "blind_nonce_used":
		blinded, err := parse[wire.G1](c.request)
		m.f.mu.Lock()
		defer m.f.mu.Unlock()
		return m.f.books.blinded[blinded], true, err
	case "recovery_blind_nonce_outpoints":
		if m.f.NoRecovery {
			return nil, false, nil
		}
		answer, err := g.outpoints(m, c.request)
		return answer, true, err
	}
	return nil, false, nil
}

// outpoints tells which outputs asked for blind nonces.
func (generation1) outpoints(m *mint, request []byte) (any, error) {
	blinded, err := parse[[]wire.G1](request)
	if err != nil {
		return nil, err
	}
	points := []wire.OutPoint{}
	for _, b := range blinded {
		_, at, ok := m.find(b)
		if !ok {
			return nil, badRequest("blind nonce not found")
		}
		points = append(points, at)
	}
	return points, nil
}

// outcomes makes the guardian's shares for notes of the first generation.
func (f *Federation) outcomes(ctx context.Context, peer wire.PeerID, name string, id wire.TxID, at wire.IndexRange) ([]*wire.Serde, error) {
	tx, err := f.await(ctx, name, id)
	if err != nil {
		return nil, err
	}
	m, ok := f.mintAt(MintID)
	if !ok {
		return nil, badRequest("no output has an outcome")
	}
	all, err := m.issued(tx, at)
	if err != nil {
		return nil, err
	}
	answer := make([]*wire.Serde, len(all))
	for i, n := range all {
		if n == nil {
			continue
		}
		share, err := m.sign(peer, *n)
		if err != nil {
			return nil, err
		}
		answer[i] = outcome(share)
	}
	return answer, nil
}

func outcome(share wire.G1) *wire.Serde {
	s := wire.SerdeOf(wire.DynOutcome{Dyn: wire.DynOf(MintID, wire.MintOutcome{Share: share})})
	return &s
}
