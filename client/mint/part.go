package mint

import (
	"iter"

	"satchel/client"
	"satchel/client/wire"
	"satchel/fsm"
)

// scratch is what the mint keeps about a plan: what its earlier parts use up.
type scratch struct {
	taken map[wire.PublicKey]bool
	next  map[wire.Amount]uint64
	alone bool // no notes of the wallet are taken along
}

func (m *Mint) scratch(p *client.Plan) *scratch {
	return client.Scratch(p, m.ID, func() *scratch {
		return &scratch{taken: map[wire.PublicKey]bool{}, next: map[wire.Amount]uint64{}}
	})
}

// free yields the notes that no earlier part of the plan takes.
func (m *Mint) free(p *client.Plan) iter.Seq[note] {
	taken := m.scratch(p).taken
	return func(yield func(note) bool) {
		for n := range m.notes(p.Reader) {
			if !taken[n.nonce] && !yield(n) {
				return
			}
		}
	}
}

// A bundle is what the mint adds to a transaction.
type bundle struct {
	own     []note // of the wallet, to be spent
	foreign []note // of somebody else, to be spent
	wanted  []request
	from    map[wire.Amount]uint64 // tier counters before wanted
	begin   func(*fsm.Tx, client.Placed, []request)
}

// pay adds notes of the wallet.
func (m *Mint) pay(p *client.Plan, b *bundle, notes []note) {
	for _, n := range notes {
		m.scratch(p).taken[n.nonce] = true
	}
	b.own = append(b.own, notes...)
}

// want adds new notes. begin starts the machine that waits for them; there is
// one such call for each bundle.
func (m *Mint) want(p *client.Plan, b *bundle, amounts []wire.Amount, begin func(*fsm.Tx, client.Placed, []request)) error {
	s := m.scratch(p)
	b.from, b.begin = map[wire.Amount]uint64{}, begin
	for _, a := range amounts {
		index, ok := s.next[a]
		if !ok {
			var err error
			if index, err = m.index(p.Reader, a); err != nil {
				return err
			}
		}
		if _, ok := b.from[a]; !ok {
			b.from[a] = index
		}
		s.next[a] = index + 1
		q := request{Amount: a}
		if !p.Quote {
			var err error
			if q, err = newRequest(m.scheme, m.Secret, a, index); err != nil {
				return err
			}
		}
		b.wanted = append(b.wanted, q)
	}
	return nil
}

// part turns the bundle into a part of a transaction.
func (m *Mint) part(b *bundle) client.Part {
	part := client.Part{Module: m.ID, Lock: func(tx *fsm.Tx, at client.Placed) error { return m.lock(tx, at, b) }}
	for _, notes := range [][]note{b.own, b.foreign} {
		for _, n := range notes {
			part.Inputs = append(part.Inputs, client.Input{
				Body:   wire.MintInput{Amount: n.amount, Note: n.shown()},
				Amount: n.amount, Fee: m.keys.Fee.Fee(n.amount), Key: n.SpendKey, Public: n.nonce,
			})
		}
	}
	for _, q := range b.wanted {
		part.Outputs = append(part.Outputs, client.Output{
			Body:   wire.MintOutput{Amount: q.Amount, BlindNonce: q.Blinded},
			Amount: q.Amount, Fee: m.keys.Fee.Fee(q.Amount),
		})
	}
	return part
}

// lock takes the notes away, moves the counters on and starts the machines.
func (m *Mint) lock(tx *fsm.Tx, at client.Placed, b *bundle) error {
	if err := m.take(tx, b.own); err != nil {
		return err
	}
	for tier, from := range b.from {
		now, err := m.index(&tx.Reader, tier)
		if err != nil {
			return err
		}
		if now != from {
			return fsm.ErrAgain
		}
	}
	used := map[wire.Amount]uint64{}
	for _, q := range b.wanted {
		used[q.Amount]++
	}
	for tier, n := range used {
		m.setIndex(tx, tier, b.from[tier]+n)
	}
	m.fromAside(tx, b.foreign)
	if notes := append(b.own[:len(b.own):len(b.own)], b.foreign...); len(notes) > 0 {
		tx.Start(at.Op, spending{claim{at.TxID, sorted(notes)}})
	}
	if len(b.wanted) > 0 {
		b.begin(tx, at, b.wanted)
	}
	return nil
}

// beginIssuance starts the machine for notes that the wallet keeps.
func beginIssuance(tx *fsm.Tx, at client.Placed, wanted []request) {
	tx.Start(at.Op, issuing{pending{At: wire.OutPointRange{TxID: at.TxID, Indices: at.Outputs}, Wanted: wanted}})
}
