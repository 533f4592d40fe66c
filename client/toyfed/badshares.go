package toyfed

import "satchel/client/wire"

// BadShares are lies about the signature shares of new notes, by what is wrong
// with them.
func BadShares() map[string]Lie {
	return map[string]Lie{
		"random":         shares(func(f forger) wire.G1 { return f.sign(f.out.blinded, [32]byte{7, byte(f.i), 9, byte(f.q.Peer)}) }),
		"identity":       shares(func(forger) wire.G1 { return wire.G1{0xc0} }),
		"no coordinate":  shares(func(forger) wire.G1 { return filled(0x9f, 0xff) }),
		"off the curve":  shares(func(f forger) wire.G1 { return f.noElement() }),
		"wrong key":      shares(func(f forger) wire.G1 { return f.sign(f.out.blinded, f.secret(f.out.amount, 1)) }),
		"wrong tier":     shares(func(f forger) wire.G1 { return f.sign(f.out.blinded, f.secret(f.otherTier(), 0)) }),
		"another note's": shares(func(f forger) wire.G1 { return f.sign(f.otherNote(), f.secret(f.out.amount, 0)) }),
		"one is bad": shares(func(f forger) wire.G1 {
			if f.i < f.n-1 {
				return f.sign(f.out.blinded, f.secret(f.out.amount, 0))
			}
			return f.sign(f.out.blinded, [32]byte{7})
		}),
	}
}

// A forger makes the share for one of the outputs of a request.
type forger struct {
	q    Question
	mint *mint
	i, n int
	out  issuedNote
}

func (f forger) sign(blinded wire.G1, secret [32]byte) wire.G1 {
	return must(f.mint.signer.Sign(blinded, secret))
}

// secret returns the key of a tier of the guardian so many places further.
func (f forger) secret(tier wire.Amount, further int) [32]byte {
	return f.mint.keys[tier].Secret[(int(f.q.Peer)+further)%f.q.Fed.Guardians]
}

func (f forger) otherTier() wire.Amount {
	if f.out.amount == 1 {
		return 2
	}
	return f.out.amount / 2
}

// otherNote returns the blind nonce of a note that was not asked for.
func (f forger) otherNote() wire.G1 {
	return must(f.mint.signer.Blind([33]byte{2, byte(f.i)}, [32]byte{1}))
}

// noElement returns a well-formed x that no element of the group has, other
// ones for other notes: some are not on the curve, some not in the group.
func (f forger) noElement() wire.G1 {
	for x := byte(1); ; x++ {
		b := wire.G1{0x80}
		b[20], b[47] = byte(f.i), x
		if _, err := f.mint.signer.Combine(1, map[uint16][48]byte{0: b}, [32]byte{1}); err != nil {
			return b
		}
	}
}

func filled(first, rest byte) (b wire.G1) {
	for i := range b {
		b[i] = rest
	}
	b[0] = first
	return b
}

// shares makes a lie of what forges one share.
func shares(forge func(forger) wire.G1) Lie {
	lie := func(q Question) (any, error) {
		honest, err := q.Honest()
		if err != nil {
			return nil, err
		}
		m, outs := q.issued()
		if len(outs) == 0 {
			return honest, nil
		}
		bad := make([]wire.G1, len(outs))
		for i, out := range outs {
			bad[i] = forge(forger{q, m, i, len(outs), out})
		}
		return q.sharesAnswer(bad), nil
	}
	return Lie(lie).About(append(methods("signature_shares", "recovery_signature_shares"), "await_outputs_outcomes", "await_output_outcome")...)
}

// sharesAnswer gives shares the form that the method has.
func (q Question) sharesAnswer(shares []wire.G1) any {
	outcomes := make([]*wire.Serde, len(shares))
	for i, share := range shares {
		outcomes[i] = outcome(share)
	}
	switch q.Method {
	case "await_output_outcome":
		return outcomes[0]
	case "await_outputs_outcomes":
		return outcomes
	}
	return shares
}

// issued returns the notes whose shares are asked for, and the mint.
func (q Question) issued() (m *mint, all []issuedNote) {
	if blinded, err := parse[[]wire.G1](q.Params); err == nil {
		m, _ = q.Fed.mintAt(MintV2ID)
		for _, b := range blinded {
			n, _, _ := m.find(b)
			all = append(all, n)
		}
		return m, all
	}
	r, err := parse[wire.OutPointRange](q.Params)
	if err != nil {
		p := must(parse[wire.OutPoint](q.Params))
		r = wire.OutPointRange{TxID: p.TxID, Indices: wire.IndexRange{Start: p.Index, End: p.Index + 1}}
	}
	m, _ = q.Fed.mintAt(MintID)
	if q.Method == moduleMethod(MintV2ID, "signature_shares") {
		m, _ = q.Fed.mintAt(MintV2ID)
	}
	q.Fed.mu.Lock()
	tx := q.Fed.books.txs[r.TxID]
	q.Fed.mu.Unlock()
	for _, n := range must(m.issued(tx, r.Indices)) {
		if n != nil {
			all = append(all, *n)
		}
	}
	return m, all
}
