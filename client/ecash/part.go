package ecash

import (
	"iter"

	"satchel/client"
	"satchel/client/notes"
	"satchel/client/wire"
	"satchel/fsm"
)

// scratch is what the purse keeps about a plan: what its earlier parts use up.
type scratch struct {
	taken map[wire.PublicKey]bool
	alone bool // no notes of the wallet are taken along
}

func (m *Purse) scratch(p *client.Plan) *scratch {
	return client.Scratch(p, m.ID, func() *scratch { return &scratch{taken: map[wire.PublicKey]bool{}} })
}

// free yields the notes that no earlier part of the plan takes.
func (m *Purse) free(p *client.Plan) iter.Seq[note] {
	taken := m.scratch(p).taken
	return func(yield func(note) bool) {
		for n := range m.notes(p.Reader) {
			if !taken[n.Nonce] && !yield(n) {
				return
			}
		}
	}
}

// A bundle is what the purse adds to a transaction.
type bundle struct {
	own     []note // of the wallet, to be spent
	foreign []note // of somebody else, to be spent
	wanted  notes.Draw
	begin   func(*fsm.Tx, client.Placed, []request)
}

// pay adds notes of the wallet.
func (m *Purse) pay(p *client.Plan, b *bundle, some []note) {
	for _, n := range some {
		m.scratch(p).taken[n.Nonce] = true
	}
	b.own = append(b.own, some...)
}

// want adds new notes. begin starts the machine that waits for them; there is
// one such call for each bundle.
func (m *Purse) want(p *client.Plan, b *bundle, amounts []wire.Amount, begin func(*fsm.Tx, client.Placed, []request)) (err error) {
	if len(amounts) > 0 && !m.ready(p.Reader) {
		return client.ErrSearching
	}
	b.begin = begin
	b.wanted, err = m.Draw(p, amounts)
	return err
}

// part turns the bundle into a part of a transaction.
func (m *Purse) part(b *bundle) client.Part {
	part := client.Part{Module: m.ID, Lock: func(tx *fsm.Tx, at client.Placed) error { return m.lock(tx, at, b) }}
	for _, some := range [][]note{b.own, b.foreign} {
		for _, n := range some {
			part.Inputs = append(part.Inputs, client.Input{
				Body:   m.Input(n),
				Amount: n.Amount, Fee: m.fee(n.Amount), Key: n.SpendKey, Public: n.Nonce,
			})
		}
	}
	for i, q := range b.wanted.Requests {
		o := client.Output{Amount: q.Amount, Fee: m.fee(q.Amount)}
		if i < len(b.wanted.Outputs) {
			o.Body = b.wanted.Outputs[i]
		}
		part.Outputs = append(part.Outputs, o)
	}
	return part
}

// lock takes the notes away, makes durable which keys are used and starts the
// machines.
func (m *Purse) lock(tx *fsm.Tx, at client.Placed, b *bundle) error {
	if err := m.take(tx, b.own); err != nil {
		return err
	}
	if len(b.wanted.Requests) > 0 {
		if err := b.wanted.Commit(tx); err != nil {
			return err
		}
	}
	m.fromAside(tx, b.foreign)
	if all := append(b.own[:len(b.own):len(b.own)], b.foreign...); len(all) > 0 {
		m.start(tx, at.Op, "input", spending{claim{at.TxID, notes.Sorted(all)}, len(b.foreign) > 0})
	}
	if len(b.wanted.Requests) > 0 {
		b.begin(tx, at, b.wanted.Requests)
	}
	return nil
}

// beginIssuance starts the machine for notes that the wallet keeps.
func (m *Purse) beginIssuance(tx *fsm.Tx, at client.Placed, wanted []request) {
	m.start(tx, at.Op, "issuance", issuing{pending{At: wire.OutPointRange{TxID: at.TxID, Indices: at.Outputs}, Wanted: wanted}})
}
