package ecash

import (
	"errors"
	"slices"

	"satchel/client"
	"satchel/client/wire"
)

// Complete implements [client.Cash], as the generation balances.
func (m *Purse) Complete(p *client.Plan, in, out wire.Amount) (client.Part, error) {
	balancing, err := m.Generation.Balance(slices.Collect(m.free(p)), in, out, m.scratch(p).alone)
	if err != nil {
		return client.Part{}, m.insufficient(p, err)
	}
	b := &bundle{}
	m.pay(p, b, balancing.Spend)
	if err := m.want(p, b, balancing.Make, m.beginIssuance); err != nil {
		return client.Part{}, err
	}
	return m.part(b), nil
}

// Drain implements [client.Drainer].
func (m *Purse) Drain(p *client.Plan) client.Part {
	worth, _ := m.worthClaiming(slices.Collect(m.free(p)))
	b := &bundle{}
	m.pay(p, b, worth)
	return m.part(b)
}

// insufficient says what the whole balance is, and what it would have to be: by
// so much more as the notes did not cover, each of them less its fee.
func (m *Purse) insufficient(p *client.Plan, err error) error {
	var poor *client.InsufficientError
	if !errors.As(err, &poor) {
		return err
	}
	have := m.Balance(p.Reader)
	need, err := have.Add(poor.Need - poor.Have)
	if err != nil {
		return err
	}
	return &client.InsufficientError{Have: have, Need: need}
}

// worthClaiming splits notes by whether they are worth more than it costs to
// spend them.
func (m *Purse) worthClaiming(some []note) (worth, dust []note) {
	for _, n := range some {
		if n.Amount > m.fee(n.Amount) {
			worth = append(worth, n)
		} else {
			dust = append(dust, n)
		}
	}
	return worth, dust
}

// worthReissuing reports whether anything is left of notes after the fees for
// spending them and for making new ones.
func (m *Purse) worthReissuing(some []note) bool {
	worth, _ := m.worthClaiming(some)
	left := wire.Amount(0)
	for _, n := range worth {
		left += n.Amount - m.fee(n.Amount)
	}
	return len(m.worth) > 0 && left >= m.worth[0]+m.fee(m.worth[0])
}
