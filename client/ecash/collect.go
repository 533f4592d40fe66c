package ecash

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
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
	h, err := m.collect(ctx, wanted, q, false)
	return h.made, err
}

// A harvest is what came of a question about signature shares.
type harvest struct {
	made  []note
	amiss []int // places of notes of which guardians gave no share; see askAgain
}

// askAgain is ask for notes that a search has found. It tells of which of them
// guardians gave no share: when so many give a bad one that one of them must be
// honest, they were asked for what they do not have, and none of them lies.
func (m *Purse) askAgain(ctx context.Context, wanted []request, q notes.ShareQuestion) (harvest, error) {
	return m.collect(ctx, wanted, q, true)
}

func (m *Purse) collect(ctx context.Context, wanted []request, q notes.ShareQuestion, again bool) (harvest, error) {
	c := &collector{m: m, method: q.Method, wanted: wanted, again: again, bad: map[wire.PeerID]map[int]bool{}, amiss: map[int]bool{}}
	h, err := guardians.Ask(ctx, m.Guardians(), q.Question,
		func(_ wire.PeerID, answer json.RawMessage) ([]wire.G1, error) {
			shares, err := q.Decode(answer)
			if err == nil && len(shares) != len(wanted) {
				err = fmt.Errorf("%d shares for %d notes", len(shares), len(wanted))
			}
			return shares, err
		},
		guardians.Decider[[]wire.G1, harvest]{Decide: c.decide})
	if c.err != nil {
		return h, c.err
	}
	return h, err
}

// A collector turns guardians' answers into notes. It takes the first threshold
// of them, makes the notes and checks all of these at once. Honest answers pass;
// only when they do not is it worth finding out which shares are bad. It then
// goes on with the answers of the others, or without the notes that are amiss.
type collector struct {
	m      *Purse
	method string
	wanted []request
	again  bool                         // notes may be amiss
	bad    map[wire.PeerID]map[int]bool // places of bad shares
	amiss  map[int]bool                 // places of notes
	err    error                        // something is wrong that is not an answer
}

// decide makes notes as soon as there are enough good answers.
func (c *collector) decide(poll guardians.Poll[[]wire.G1]) (harvest, guardians.Verdict) {
	threshold := wire.Threshold(poll.Size)
	for {
		good := c.good(poll)
		if len(good) < threshold {
			if len(good)+poll.Open() < threshold {
				return harvest{}, guardians.Undecidable
			}
			return harvest{}, guardians.Undecided
		}
		made, bad, err := c.combine(good[:threshold])
		if err != nil {
			c.err = err
			return harvest{}, guardians.Undecidable
		}
		if len(bad) == 0 {
			if c.again {
				c.accuse(c.bad)
			}
			return harvest{made, slices.Sorted(maps.Keys(c.amiss))}, guardians.Decided
		}
		c.note(bad, wire.OneHonest(poll.Size))
	}
}

// note remembers which shares are bad. Where nothing can be amiss, who gave them
// lies. Otherwise that is known when the notes are made.
func (c *collector) note(bad map[wire.PeerID]map[int]bool, oneHonest int) {
	for peer, places := range bad {
		if c.bad[peer] == nil {
			c.bad[peer] = map[int]bool{}
		}
		maps.Copy(c.bad[peer], places)
	}
	if !c.again {
		c.accuse(bad)
		return
	}
	for i := range c.wanted {
		n := 0
		for _, places := range c.bad {
			if places[i] {
				n++
			}
		}
		if n >= oneHonest {
			c.amiss[i] = true
		}
	}
}

// accuse reports guardians for bad shares of notes that are not amiss.
func (c *collector) accuse(bad map[wire.PeerID]map[int]bool) {
	for peer, places := range bad {
		if n := c.lies(places); n > 0 {
			c.m.Guardians().Report(peer, c.method, fmt.Sprintf("%d of %d signature shares are bad", n, len(c.wanted)))
		}
	}
}

// lies counts bad shares of notes that are not amiss.
func (c *collector) lies(places map[int]bool) (n int) {
	for i := range places {
		if !c.amiss[i] {
			n++
		}
	}
	return n
}

// good returns the answers that are not known to be bad, in order of arrival.
func (c *collector) good(poll guardians.Poll[[]wire.G1]) []guardians.Answer[[]wire.G1] {
	return slices.DeleteFunc(slices.Clone(poll.Answers), func(a guardians.Answer[[]wire.G1]) bool { return c.lies(c.bad[a.Peer]) > 0 })
}

// combine makes notes of threshold answers, but for those that are amiss, or
// tells which shares are bad.
func (c *collector) combine(answers []guardians.Answer[[]wire.G1]) ([]note, map[wire.PeerID]map[int]bool, error) {
	var made []note
	var batch []tbs.SignedNote
	for i, q := range c.wanted {
		if c.amiss[i] {
			continue
		}
		shares := map[uint16][48]byte{}
		for _, a := range answers {
			shares[uint16(a.Peer)] = a.Value[i]
		}
		signature, err := c.m.Scheme().Combine(len(answers), shares, q.Keys.BlindingKey)
		var malformed *tbs.ShareError
		if errors.As(err, &malformed) {
			return nil, map[wire.PeerID]map[int]bool{wire.PeerID(malformed.Guardian): {i: true}}, nil
		}
		if err != nil {
			return nil, nil, err
		}
		made = append(made, q.Signed(signature))
		key, _ := c.m.TierKey(q.Amount)
		batch = append(batch, tbs.SignedNote{Nonce: q.Nonce, Signature: signature, Key: key})
	}
	bad, err := c.m.Scheme().VerifyNotes(batch)
	if err != nil || len(bad) == 0 {
		return made, nil, err
	}
	found, err := c.badShares(answers)
	return nil, found, err
}

// badShares checks every share of answers that do not make good notes.
func (c *collector) badShares(answers []guardians.Answer[[]wire.G1]) (map[wire.PeerID]map[int]bool, error) {
	shares := map[uint16][]tbs.BlindShare{}
	var places []int
	for i, q := range c.wanted {
		if c.amiss[i] {
			continue
		}
		places = append(places, i)
		for _, a := range answers {
			shares[uint16(a.Peer)] = append(shares[uint16(a.Peer)], tbs.BlindShare{
				Blinded: q.Blinded, Share: a.Value[i], Key: c.m.PeerKey(a.Peer, q.Amount),
			})
		}
	}
	liars, err := tbs.FindLiars(c.m.Scheme(), shares)
	if err != nil {
		return nil, err
	}
	if len(liars) == 0 {
		return nil, errors.New("every share is good but the notes are not: the federation's keys do not fit together")
	}
	bad := map[wire.PeerID]map[int]bool{}
	for peer, some := range liars {
		bad[wire.PeerID(peer)] = map[int]bool{}
		for _, n := range some {
			bad[wire.PeerID(peer)][places[n]] = true
		}
	}
	return bad, nil
}
