package liar

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"

	"satchel/build/devfed/ecash"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// Lies about shares of signatures.
const (
	ShareRandom        Lie = "share-random"
	ShareIdentity      Lie = "share-identity"
	ShareOffCurve      Lie = "share-off-curve"
	ShareOffSubgroup   Lie = "share-off-subgroup"
	ShareWrongTier     Lie = "share-wrong-tier"
	ShareOtherGuardian Lie = "share-other-guardian"
	ShareOtherNote     Lie = "share-other-note"
	ShareOneBad        Lie = "share-one-bad"
	ShareNone          Lie = "share-none"
	ShareFewer         Lie = "share-fewer"
	ShareMore          Lie = "share-more"
	ShareUnknown       Lie = "share-unknown"
	ShareOtherModule   Lie = "share-other-module"
	SilentShares       Lie = "silent-shares"
)

var (
	outcomes = []string{"await_output_outcome", "await_outputs_outcomes"}
	// allShares are the methods by which shares are had, of either generation of
	// the mint; severalShares those of them that give any number.
	allShares     = slices.Concat(outcomes, severalOfV2)
	severalShares = slices.Concat([]string{"await_outputs_outcomes"}, severalOfV2)
	severalOfV2   = []string{"module_*_signature_shares", "module_*_recovery_signature_shares"}
)

var aboutShares = []falsehood{
	{ShareRandom, "signs with a key that nobody knows", allShares, shares(randomShare)},
	{ShareIdentity, "gives the identity as share", allShares, shares(fixedShare(identity))},
	{ShareOffCurve, "gives a share that is no point of the curve", allShares, shares(fixedShare(offCurve))},
	{ShareOffSubgroup, "gives a share that is a point of the curve, but not of the group", allShares, shares(fixedShare(offSubgroup))},
	{ShareWrongTier, "signs with its key of another tier", allShares, shares(wrongTier)},
	{ShareOtherGuardian, "gives another guardian's share, or if it is alone a random one", allShares, shares(otherGuardian)},
	{ShareOtherNote, "signs another note", allShares, shares(otherNote)},
	{ShareOneBad, "gives good shares but for the last, which is of another note", allShares, lastShare(otherNote)},
	{ShareNone, "has no shares", allShares, changeShares(
		func(c *call, o []*wire.DynOutcome) []*wire.DynOutcome { return make([]*wire.DynOutcome, len(o)) },
		func(*call, []wire.G1) []wire.G1 { return []wire.G1{} },
	)},
	{ShareFewer, "gives one share less than it was asked for", allShares, changeShares(
		func(_ *call, o []*wire.DynOutcome) []*wire.DynOutcome { return o[1:] },
		func(_ *call, s []wire.G1) []wire.G1 { return s[1:] },
	)},
	{ShareMore, "gives one share more than it was asked for", severalShares, changeShares(
		func(_ *call, o []*wire.DynOutcome) []*wire.DynOutcome { return append(o, o[0]) },
		func(_ *call, s []wire.G1) []wire.G1 { return append(s, s[0]) },
	)},
	{ShareUnknown, "gives outcomes of an unknown variant", outcomes, changeShares(unknownOutcomes, nil)},
	{ShareOtherModule, "says that the outcomes are of another module", outcomes, changeShares(otherModule, nil)},
	{SilentShares, "does not answer when it is asked for shares", allShares, silence},
}

var (
	identity    = wire.G1{0: 0xc0}
	offCurve    = wire.G1{0: 0x80, 47: 1} // x = 1
	offSubgroup = wire.G1{0: 0x80, 47: 4} // x = 4
)

// A forger makes a share for a note, which a mint has issued.
type forger func(c *call, m *ecash.Mint, note ecash.Issued) wire.G1

func fixedShare(share wire.G1) forger {
	return func(*call, *ecash.Mint, ecash.Issued) wire.G1 { return share }
}

func randomShare(_ *call, _ *ecash.Mint, note ecash.Issued) wire.G1 {
	var secret [32]byte
	rand.Read(secret[:31])
	secret[0] |= 1 // not zero
	key, err := tbs.ParseSecretKeyShare(secret)
	if err != nil {
		panic(fmt.Sprintf("liar: 31 random bytes are no scalar: %v", err))
	}
	blind, err := tbs.ParseBlindedMessage(note.Blind)
	if err != nil {
		panic(fmt.Sprintf("liar: an accepted blind nonce is no point: %v", err))
	}
	return tbs.Sign(blind, key).Bytes()
}

func wrongTier(c *call, m *ecash.Mint, note ecash.Issued) wire.G1 {
	other := 2 * note.Amount
	if _, ok := m.Key(other); !ok {
		other = 1
	}
	return m.Sign(c.ID, other, note.Blind)
}

func otherGuardian(c *call, m *ecash.Mint, note ecash.Issued) wire.G1 {
	n := len(c.Config.Guardians)
	if n == 1 {
		return randomShare(c, m, note)
	}
	return m.Sign((c.ID+1)%wire.PeerID(n), note.Amount, note.Blind)
}

func otherNote(c *call, m *ecash.Mint, note ecash.Issued) wire.G1 {
	return m.Sign(c.ID, note.Amount, tbs.HashV1([]byte("another note")).Bytes())
}

// shares replaces each share by a forged one.
func shares(forge forger) func(context.Context, *call) (any, error) {
	return forgeFrom(func(int) int { return 0 }, forge)
}

// lastShare replaces the last share by a forged one.
func lastShare(forge forger) func(context.Context, *call) (any, error) {
	return forgeFrom(func(n int) int { return n - 1 }, forge)
}

// forgeFrom replaces shares from the one on that first says of how many.
func forgeFrom(first func(n int) int, forge forger) func(context.Context, *call) (any, error) {
	return changeShares(
		func(c *call, outcomes []*wire.DynOutcome) []*wire.DynOutcome {
			for i := first(len(outcomes)); i < len(outcomes); i++ {
				c.forgeOutcome(outcomes, i, forge)
			}
			return outcomes
		},
		func(c *call, shares []wire.G1) []wire.G1 {
			id := c.module()
			for i, note := range c.issued(id) {
				if i >= first(len(shares)) {
					shares[i] = forge(c, c.Mints[id], note)
				}
			}
			return shares
		})
}

// forgeOutcome replaces outcome i of those that were asked for, if it is of a
// mint.
func (c *call) forgeOutcome(outcomes []*wire.DynOutcome, i int, forge forger) {
	if outcomes[i] == nil || c.Mints[outcomes[i].Module] == nil {
		return
	}
	id := outcomes[i].Module
	at := c.firstOutPoint()
	at.Index += uint64(i)
	note, ok := ecash.IssuedAt(c.Ledger.View(id), at)
	if !ok {
		panic(fmt.Sprintf("liar: no output %v", at))
	}
	outcomes[i] = &wire.DynOutcome{Dyn: wire.DynOf(id, wire.MintOutcome{Share: forge(c, c.Mints[id], note)})}
}

// issued returns the notes of whose shares the second generation is asked, by
// output or by blind nonce, and which it has answered.
func (c *call) issued(id wire.ModuleID) (notes []ecash.Issued) {
	view := c.Ledger.View(id)
	var points []wire.OutPoint
	var blinds []wire.G1
	if json.Unmarshal(c.params, &blinds) == nil {
		for _, blind := range blinds {
			at, _ := ecash.OutPointOf(view, blind)
			points = append(points, at)
		}
	} else {
		r := c.outPoints()
		for i := r.Indices.Start; i < r.Indices.End; i++ {
			points = append(points, wire.OutPoint{TxID: r.TxID, Index: i})
		}
	}
	for _, at := range points {
		if note, ok := ecash.IssuedAt(view, at); ok {
			notes = append(notes, note)
		}
	}
	return notes
}

// firstOutPoint returns the first output that the request asks for.
func (c *call) firstOutPoint() (at wire.OutPoint) {
	if json.Unmarshal(c.params, &at) == nil {
		return at
	}
	r := c.outPoints()
	return wire.OutPoint{TxID: r.TxID, Index: r.Indices.Start}
}

func (c *call) outPoints() (r wire.OutPointRange) {
	if err := json.Unmarshal(c.params, &r); err != nil {
		panic(fmt.Sprintf("liar: %s answered to %s: %v", c.method, c.params, err))
	}
	return r
}

func unknownOutcomes(_ *call, honest []*wire.DynOutcome) []*wire.DynOutcome {
	for i, o := range honest {
		if o != nil {
			honest[i] = &wire.DynOutcome{Dyn: wire.DynOf(o.Module, wire.MintOutcome{Unknown: &wire.Unknown{Variant: 7, Body: []byte("later")}})}
		}
	}
	return honest
}

func otherModule(_ *call, honest []*wire.DynOutcome) []*wire.DynOutcome {
	for i, o := range honest {
		if o != nil {
			honest[i] = &wire.DynOutcome{Dyn: wire.Dyn{Module: o.Module + 1, Body: o.Body}}
		}
	}
	return honest
}

// changeShares makes a lie of two functions that change what was asked for, of
// which there is at least one: outcomes, as the first generation of the mint
// has them, and shares, as the second. Where one outcome is asked for by itself,
// what the function returns is cut to the first, or to null. shares is nil in a
// lie that is about outcomes alone.
func changeShares(
	outcomes func(c *call, honest []*wire.DynOutcome) []*wire.DynOutcome,
	shares func(c *call, honest []wire.G1) []wire.G1,
) func(context.Context, *call) (any, error) {
	return func(ctx context.Context, c *call) (any, error) {
		answer, err := c.honest(ctx)
		if err != nil {
			return nil, err
		}
		switch honest := answer.(type) {
		case *wire.Serde:
			if list := encodeOutcomes(outcomes(c, decodeOutcomes([]*wire.Serde{honest}))); len(list) > 0 {
				return list[0], nil
			}
			return nil, nil
		case []*wire.Serde:
			if len(honest) > 0 {
				return encodeOutcomes(outcomes(c, decodeOutcomes(honest))), nil
			}
		case []wire.G1:
			if len(honest) > 0 {
				return shares(c, honest), nil
			}
		}
		return answer, nil
	}
}

func decodeOutcomes(list []*wire.Serde) []*wire.DynOutcome {
	outcomes := make([]*wire.DynOutcome, len(list))
	for i, encoded := range list {
		if encoded == nil {
			continue
		}
		outcome, err := wire.Decode[wire.DynOutcome](*encoded)
		if err != nil {
			panic(fmt.Sprintf("liar: an honest outcome does not decode: %v", err))
		}
		outcomes[i] = &outcome
	}
	return outcomes
}

func encodeOutcomes(outcomes []*wire.DynOutcome) []*wire.Serde {
	list := make([]*wire.Serde, len(outcomes))
	for i, outcome := range outcomes {
		if outcome != nil {
			encoded := wire.SerdeOf(outcome)
			list[i] = &encoded
		}
	}
	return list
}
