package ecash

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"satchel/client/guardians"
	"satchel/client/notes"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// awaitNotes waits until guardians have signed new notes. It does not wait for
// the transaction to be accepted first where guardians keep the question until it
// is.
func (m *Purse) awaitNotes(ctx context.Context, p pending) (all []note, err error) {
	questions, err := m.Shares(ctx, p.At, len(p.Wanted))
	if err != nil {
		return nil, err
	}
	wanted := p.Wanted
	for _, q := range questions {
		some, err := m.ask(ctx, wanted[:q.Count], q)
		if err != nil {
			return nil, err
		}
		all, wanted = append(all, some...), wanted[q.Count:]
	}
	return all, nil
}

// ask makes notes of guardians' answers to a question.
func (m *Purse) ask(ctx context.Context, wanted []request, q notes.ShareQuestion) ([]note, error) {
	c := &collector{m: m, method: q.Method, wanted: wanted, bad: map[wire.PeerID]bool{}}
	some, err := guardians.Ask(ctx, m.Guardians(), q.Question,
		func(_ wire.PeerID, answer json.RawMessage) ([]wire.G1, error) {
			shares, err := q.Decode(answer)
			if err == nil && len(shares) != len(wanted) {
				err = fmt.Errorf("%d shares for %d notes", len(shares), len(wanted))
			}
			return shares, err
		},
		guardians.Decider[[]wire.G1, []note]{Decide: c.decide})
	if c.err != nil {
		return nil, c.err
	}
	return some, err
}

// A collector turns guardians' answers into notes. It takes the first threshold
// of them, makes the notes and checks all of these at once. Honest answers pass;
// only when they do not is it worth finding out whose answer is bad. It then
// goes on with the answers of the others.
type collector struct {
	m      *Purse
	method string
	wanted []request
	bad    map[wire.PeerID]bool
	err    error // something is wrong that is not an answer
}

// decide makes notes as soon as there are enough good answers.
func (c *collector) decide(poll guardians.Poll[[]wire.G1]) ([]note, guardians.Verdict) {
	threshold := wire.Threshold(poll.Size)
	for {
		good := c.good(poll)
		if len(good) < threshold {
			if len(good)+poll.Open() < threshold {
				return nil, guardians.Undecidable
			}
			return nil, guardians.Undecided
		}
		made, liars, err := c.combine(good[:threshold])
		if err != nil {
			c.err = err
			return nil, guardians.Undecidable
		}
		if len(liars) == 0 {
			return made, guardians.Decided
		}
		for peer, what := range liars {
			c.bad[peer] = true
			c.m.Guardians().Report(peer, c.method, what)
		}
	}
}

// good returns the answers that are not known to be bad, in order of arrival.
func (c *collector) good(poll guardians.Poll[[]wire.G1]) []guardians.Answer[[]wire.G1] {
	return slices.DeleteFunc(slices.Clone(poll.Answers), func(a guardians.Answer[[]wire.G1]) bool { return c.bad[a.Peer] })
}

// combine makes notes of threshold answers, or tells which of these are bad.
func (c *collector) combine(answers []guardians.Answer[[]wire.G1]) ([]note, map[wire.PeerID]string, error) {
	made := make([]note, len(c.wanted))
	batch := make([]tbs.SignedNote, len(c.wanted))
	for i, q := range c.wanted {
		shares := map[uint16][48]byte{}
		for _, a := range answers {
			shares[uint16(a.Peer)] = a.Value[i]
		}
		signature, err := c.m.Scheme().Combine(len(answers), shares, q.Keys.BlindingKey)
		var malformed *tbs.ShareError
		if errors.As(err, &malformed) {
			return nil, map[wire.PeerID]string{wire.PeerID(malformed.Guardian): malformed.Error()}, nil
		}
		if err != nil {
			return nil, nil, err
		}
		made[i] = q.Signed(signature)
		key, _ := c.m.TierKey(q.Amount)
		batch[i] = tbs.SignedNote{Nonce: q.Nonce, Signature: signature, Key: key}
	}
	bad, err := c.m.Scheme().VerifyNotes(batch)
	if err != nil || len(bad) == 0 {
		return made, nil, err
	}
	liars, err := c.liars(answers)
	return nil, liars, err
}

// liars checks every share of answers that do not make good notes.
func (c *collector) liars(answers []guardians.Answer[[]wire.G1]) (map[wire.PeerID]string, error) {
	shares := map[uint16][]tbs.BlindShare{}
	for _, a := range answers {
		for i, q := range c.wanted {
			shares[uint16(a.Peer)] = append(shares[uint16(a.Peer)], tbs.BlindShare{
				Blinded: q.Blinded, Share: a.Value[i], Key: c.m.PeerKey(a.Peer, q.Amount),
			})
		}
	}
	found, err := tbs.FindLiars(c.m.Scheme(), shares)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, errors.New("every share is good but the notes are not: the federation's keys do not fit together")
	}
	liars := map[wire.PeerID]string{}
	for peer, bad := range found {
		liars[wire.PeerID(peer)] = fmt.Sprintf("%d of %d signature shares are bad", len(bad), len(c.wanted))
	}
	return liars, nil
}
