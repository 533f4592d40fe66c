package mint

import (
	"satchel/client"
	"satchel/client/notes"
	"satchel/client/secret"
	"satchel/client/tbs"
	"satchel/client/wire"
	"satchel/fsm"
)

// The secret of note i of a tier is
//
//	s = module secret, child 0, child i, child amount in msat
//
// its spend key the secp256k1 key of s, child 0; its blinding key the scalar of
// s, child 1. The nonce is the public key of the spend key.
func noteSecret(module secret.Secret, amount wire.Amount, index uint64) secret.Secret {
	return module.Child(0).Child(index).Child(uint64(amount))
}

// issuance derives the keys of a note from its secret.
func issuance(note secret.Secret) wire.MintIssuanceRequest {
	return wire.MintIssuanceRequest{
		SpendKey:    wire.SecretKey(note.Child(0).SecpKey()),
		BlindingKey: wire.Scalar(note.Child(1).BLSScalar()),
	}
}

// newRequest asks for note index of a tier.
func newRequest(scheme tbs.Scheme, module secret.Secret, amount wire.Amount, index uint64) (notes.Request, error) {
	keys := issuance(noteSecret(module, amount, index))
	nonce := keys.SpendKey.PublicKey()
	blinded, err := scheme.Blind(nonce, keys.BlindingKey)
	return notes.Request{Amount: amount, Nonce: nonce, Keys: keys, Blinded: blinded}, err
}

// Draw implements [notes.Generation]: the next indices of each tier are used up.
func (m *Mint) Draw(p *client.Plan, amounts []wire.Amount) (d notes.Draw, err error) {
	next := *client.Scratch(p, m.host.ID, func() *map[wire.Amount]uint64 { return &map[wire.Amount]uint64{} })
	from := map[wire.Amount]uint64{}
	for _, a := range amounts {
		index, ok := next[a]
		if !ok {
			if index, err = m.index(p.Reader, a); err != nil {
				return d, err
			}
		}
		if _, ok := from[a]; !ok {
			from[a] = index
		}
		next[a] = index + 1
		if p.Quote {
			d.Requests = append(d.Requests, notes.Request{Amount: a})
			continue
		}
		q, err := newRequest(m.scheme, m.host.Secret, a, index)
		if err != nil {
			return d, err
		}
		d.Requests = append(d.Requests, q)
		d.Outputs = append(d.Outputs, wire.MintOutput{Amount: a, BlindNonce: q.Blinded})
	}
	d.Commit = func(tx *fsm.Tx) error { return m.use(tx, from, d.Requests) }
	return d, nil
}

// use moves the counters on, or returns [fsm.ErrAgain] when they are not what
// they were.
func (m *Mint) use(tx *fsm.Tx, from map[wire.Amount]uint64, requests []notes.Request) error {
	used := map[wire.Amount]uint64{}
	for _, q := range requests {
		used[q.Amount]++
	}
	for tier, n := range used {
		now, err := m.index(&tx.Reader, tier)
		if err != nil {
			return err
		}
		if now != from[tier] {
			return fsm.ErrAgain
		}
		m.setIndex(tx, tier, now+n)
	}
	return nil
}
