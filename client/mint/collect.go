package mint

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"satchel/client/guardians"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// batchOutcomes is the core API that gives the outcomes of several outputs at
// once.
var batchOutcomes = wire.Version{Major: 0, Minor: 8}

// awaitNotes waits until guardians have signed new notes. It does not wait for
// the transaction to be accepted first: guardians keep the question until it is.
func (m *Mint) awaitNotes(ctx context.Context, p pending) ([]note, error) {
	versions, err := m.Versions(ctx)
	if err != nil {
		return nil, err
	}
	if versions.Core.Minor >= batchOutcomes.Minor {
		return m.ask(ctx, p.Wanted, guardians.Question{Method: "await_outputs_outcomes", Params: p.At}, m.decodeShares)
	}
	var notes []note
	for i, q := range p.Wanted {
		at := wire.OutPoint{TxID: p.At.TxID, Index: p.At.Indices.Start + uint64(i)}
		one, err := m.ask(ctx, []request{q}, guardians.Question{Method: "await_output_outcome", Params: at}, m.decodeShare)
		if err != nil {
			return nil, err
		}
		notes = append(notes, one...)
	}
	return notes, nil
}

func (m *Mint) ask(ctx context.Context, wanted []request, q guardians.Question, decode func(json.RawMessage) ([]wire.G1, error)) ([]note, error) {
	c := &collector{m: m, method: q.Method, wanted: wanted, bad: map[wire.PeerID]bool{}}
	notes, err := guardians.Ask(ctx, m.Guardians(), q,
		func(_ wire.PeerID, answer json.RawMessage) ([]wire.G1, error) {
			shares, err := decode(answer)
			if err == nil && len(shares) != len(wanted) {
				err = fmt.Errorf("%d shares for %d notes", len(shares), len(wanted))
			}
			return shares, err
		},
		guardians.Decider[[]wire.G1, []note]{Decide: c.decide})
	if c.err != nil {
		return nil, c.err
	}
	return notes, err
}

// decodeShares reads the answer to await_outputs_outcomes: a list of outcomes.
func (m *Mint) decodeShares(answer json.RawMessage) ([]wire.G1, error) {
	var outcomes []*wire.Serde
	if err := json.Unmarshal(answer, &outcomes); err != nil {
		return nil, err
	}
	shares := make([]wire.G1, len(outcomes))
	for i, o := range outcomes {
		if o == nil {
			return nil, errors.New("output without outcome")
		}
		var err error
		if shares[i], err = m.share(*o); err != nil {
			return nil, err
		}
	}
	return shares, nil
}

// decodeShare reads the answer to await_output_outcome: one outcome.
func (m *Mint) decodeShare(answer json.RawMessage) ([]wire.G1, error) {
	var o wire.Serde
	if err := json.Unmarshal(answer, &o); err != nil {
		return nil, err
	}
	share, err := m.share(o)
	return []wire.G1{share}, err
}

func (m *Mint) share(o wire.Serde) (wire.G1, error) {
	outcome, err := wire.Decode[wire.DynOutcome](o)
	if err != nil {
		return wire.G1{}, err
	}
	v, err := wire.Decode[wire.MintOutcome](outcome.Body)
	if err == nil && (outcome.Module != m.ID || v.Unknown != nil) {
		err = errors.New("outcome is not one of this mint")
	}
	return v.Share, err
}

// A collector turns guardians' answers into notes. It takes the first threshold
// of them, makes the notes and checks all of these at once. Honest answers pass;
// only when they do not is it worth finding out whose answer is bad. It then
// goes on with the answers of the others.
type collector struct {
	m      *Mint
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
		notes, liars, err := c.combine(good[:threshold])
		if err != nil {
			c.err = err
			return nil, guardians.Undecidable
		}
		if len(liars) == 0 {
			return notes, guardians.Decided
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
	notes := make([]note, len(c.wanted))
	batch := make([]tbs.SignedNote, len(c.wanted))
	for i, q := range c.wanted {
		shares := map[uint16][48]byte{}
		for _, a := range answers {
			shares[uint16(a.Peer)] = a.Value[i]
		}
		signature, err := c.m.scheme.Combine(len(answers), shares, q.Keys.BlindingKey)
		var malformed *tbs.ShareError
		if errors.As(err, &malformed) {
			return nil, map[wire.PeerID]string{wire.PeerID(malformed.Guardian): malformed.Error()}, nil
		}
		if err != nil {
			return nil, nil, err
		}
		notes[i] = note{q.Amount, q.Nonce, wire.MintSpendableNote{Signature: signature, SpendKey: q.Keys.SpendKey}}
		batch[i] = tbs.SignedNote{Nonce: q.Nonce, Signature: signature, Key: c.m.keys.Keys[q.Amount]}
	}
	bad, err := c.m.scheme.VerifyNotes(batch)
	if err != nil || len(bad) == 0 {
		return notes, nil, err
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
				Blinded: q.Blinded, Share: a.Value[i], Key: c.m.keys.PeerKeys[a.Peer][q.Amount],
			})
		}
	}
	found, err := tbs.FindLiars(c.m.scheme, shares)
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
