package mint

import (
	"errors"

	"satchel/client"
	"satchel/client/wire"
)

// How the wallet keeps its notes.
const (
	// changeSets is how many notes of each tier change should bring about.
	changeSets = 2

	// A tier with more than crowded notes makes the next transaction take along
	// what is above roomy in each tier, at most consolidated of them.
	crowded      = 8
	roomy        = 4
	consolidated = 20
)

// Complete implements [client.Cash] as the reference does: it consolidates, pays
// what is missing, and makes change of what is left.
func (m *Mint) Complete(p *client.Plan, in, out wire.Amount) (client.Part, error) {
	b := &bundle{}
	m.pay(p, b, m.crowd(p))
	var err error
	if in, out, err = m.charge(b.own, in, out); err != nil {
		return client.Part{}, err
	}
	if out > in {
		extra, err := atLeast(m.free(p), out-in, m.keys.Fee)
		if err != nil {
			return client.Part{}, m.insufficient(p, err)
		}
		m.pay(p, b, extra)
		if in, out, err = m.charge(extra, in, out); err != nil {
			return client.Part{}, err
		}
	}
	have := counts{}
	for n := range m.free(p) {
		have[n.amount]++
	}
	change := represent(in-out, have, m.worth, changeSets, m.keys.Fee)
	if err := m.want(p, b, change.ascending(m.worth), beginIssuance); err != nil {
		return client.Part{}, err
	}
	return m.part(b), nil
}

// charge counts notes and their fees.
func (m *Mint) charge(notes []note, in, out wire.Amount) (wire.Amount, wire.Amount, error) {
	for _, n := range notes {
		var err error
		if in, err = in.Add(n.amount); err != nil {
			return 0, 0, err
		}
		if out, err = out.Add(m.keys.Fee.Fee(n.amount)); err != nil {
			return 0, 0, err
		}
	}
	return in, out, nil
}

// insufficient says what the whole balance is, and what it would have to be: by
// so much more as the notes did not cover, each of them less its fee.
func (m *Mint) insufficient(p *client.Plan, err error) error {
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

// crowd chooses the notes that are taken along because there are too many: when
// a tier is crowded, from every tier what is above roomy, smallest tiers first.
func (m *Mint) crowd(p *client.Plan) (chosen []note) {
	if m.scratch(p).alone {
		return nil
	}
	byTier := map[wire.Amount][]note{}
	isCrowded := false
	for n := range m.free(p) {
		byTier[n.amount] = append(byTier[n.amount], n)
		isCrowded = isCrowded || len(byTier[n.amount]) > crowded
	}
	if !isCrowded {
		return nil
	}
	for _, tier := range m.worth {
		notes := byTier[tier]
		k := min(len(notes)-roomy, consolidated-len(chosen))
		if k > 0 {
			chosen = append(chosen, notes[:k]...)
		}
	}
	return chosen
}

// worthClaiming splits notes by whether they are worth more than it costs to
// spend them.
func (m *Mint) worthClaiming(notes []note) (worth, dust []note) {
	for _, n := range notes {
		if n.amount > m.keys.Fee.Fee(n.amount) {
			worth = append(worth, n)
		} else {
			dust = append(dust, n)
		}
	}
	return worth, dust
}

// worthReissuing reports whether anything is left of notes after the fees for
// spending them and for making new ones.
func (m *Mint) worthReissuing(notes []note) bool {
	worth, _ := m.worthClaiming(notes)
	left := wire.Amount(0)
	for _, n := range worth {
		left += n.amount - m.keys.Fee.Fee(n.amount)
	}
	return len(m.worth) > 0 && left >= m.worth[0]+m.keys.Fee.Fee(m.worth[0])
}
