package liar

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"

	"satchel/build/devfed/mint"
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
)

var outcomes = []string{"await_output_outcome", "await_outputs_outcomes"}

var aboutShares = []falsehood{
	{ShareRandom, "signs with a key that nobody knows", outcomes, shares(randomShare)},
	{ShareIdentity, "gives the identity as share", outcomes, shares(fixedShare(identity))},
	{ShareOffCurve, "gives a share that is no point of the curve", outcomes, shares(fixedShare(offCurve))},
	{ShareOffSubgroup, "gives a share that is a point of the curve, but not of the group", outcomes, shares(fixedShare(offSubgroup))},
	{ShareWrongTier, "signs with its key of another tier", outcomes, shares(wrongTier)},
	{ShareOtherGuardian, "gives another guardian's share, or if it is alone a random one", outcomes, shares(otherGuardian)},
	{ShareOtherNote, "signs another note", outcomes, shares(otherNote)},
	{ShareOneBad, "gives good shares but for the last, which is of another note", outcomes, changeOutcomes(oneBad)},
	{ShareNone, "has no shares", outcomes, changeOutcomes(func(c *call, o []*wire.DynOutcome) []*wire.DynOutcome { return make([]*wire.DynOutcome, len(o)) })},
	{ShareFewer, "gives one share less than it was asked for", outcomes, changeOutcomes(func(c *call, o []*wire.DynOutcome) []*wire.DynOutcome { return o[1:] })},
	{ShareMore, "gives one share more than it was asked for", []string{"await_outputs_outcomes"}, changeOutcomes(func(c *call, o []*wire.DynOutcome) []*wire.DynOutcome { return append(o, o[0]) })},
	{ShareUnknown, "gives outcomes of an unknown variant", outcomes, changeOutcomes(unknownOutcomes)},
	{ShareOtherModule, "says that the outcomes are of another module", outcomes, changeOutcomes(otherModule)},
}

var (
	identity    = wire.G1{0: 0xc0}
	offCurve    = wire.G1{0: 0x80, 47: 1} // x = 1
	offSubgroup = wire.G1{0: 0x80, 47: 4} // x = 4
)

// A forger makes a share for an output.
type forger func(c *call, out wire.MintOutput) wire.G1

func fixedShare(share wire.G1) forger { return func(*call, wire.MintOutput) wire.G1 { return share } }

func randomShare(_ *call, out wire.MintOutput) wire.G1 {
	var secret [32]byte
	rand.Read(secret[:31])
	secret[0] |= 1 // not zero
	key, err := tbs.ParseSecretKeyShare(secret)
	if err != nil {
		panic(fmt.Sprintf("liar: 31 random bytes are no scalar: %v", err))
	}
	blind, err := tbs.ParseBlindedMessage(out.BlindNonce)
	if err != nil {
		panic(fmt.Sprintf("liar: an accepted blind nonce is no point: %v", err))
	}
	return tbs.Sign(blind, key).Bytes()
}

func wrongTier(c *call, out wire.MintOutput) wire.G1 {
	other := 2 * out.Amount
	if _, ok := c.Mint.Key(other); !ok {
		other = 1
	}
	return c.Mint.Sign(c.ID, other, out.BlindNonce)
}

func otherGuardian(c *call, out wire.MintOutput) wire.G1 {
	n := len(c.Config.Guardians)
	if n == 1 {
		return randomShare(c, out)
	}
	return c.Mint.Sign((c.ID+1)%wire.PeerID(n), out.Amount, out.BlindNonce)
}

func otherNote(c *call, out wire.MintOutput) wire.G1 {
	return c.Mint.Sign(c.ID, out.Amount, tbs.HashV1([]byte("another note")).Bytes())
}

// shares replaces each share by a forged one.
func shares(forge forger) func(context.Context, *call) (any, error) {
	return changeOutcomes(func(c *call, honest []*wire.DynOutcome) []*wire.DynOutcome {
		for i := range honest {
			c.forge(honest, i, forge)
		}
		return honest
	})
}

func oneBad(c *call, honest []*wire.DynOutcome) []*wire.DynOutcome {
	c.forge(honest, len(honest)-1, otherNote)
	return honest
}

// forge replaces outcome i of those that were asked for, if it is of the mint.
func (c *call) forge(outcomes []*wire.DynOutcome, i int, forge forger) {
	if outcomes[i] == nil {
		return
	}
	id := outcomes[i].Module
	if c.Config.Modules[id].Kind != wire.KindMint {
		return
	}
	at := c.firstOutPoint()
	at.Index += uint64(i)
	out, ok := mint.Issued(c.Ledger.View(id), at)
	if !ok {
		panic(fmt.Sprintf("liar: no output %v", at))
	}
	outcomes[i] = &wire.DynOutcome{Dyn: wire.DynOf(id, wire.MintOutcome{Share: forge(c, out)})}
}

// firstOutPoint returns the first output that the request asks for.
func (c *call) firstOutPoint() (at wire.OutPoint) {
	if json.Unmarshal(c.params, &at) == nil {
		return at
	}
	var r wire.OutPointRange
	if err := json.Unmarshal(c.params, &r); err != nil {
		panic(fmt.Sprintf("liar: %s answered to %s: %v", c.method, c.params, err))
	}
	return wire.OutPoint{TxID: r.TxID, Index: r.Indices.Start}
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

// changeOutcomes makes a lie of a function that changes the outcomes that were
// asked for, of which there is at least one. Where one is asked for by itself,
// what the function returns is cut to the first, or to null.
func changeOutcomes(change func(c *call, honest []*wire.DynOutcome) []*wire.DynOutcome) func(context.Context, *call) (any, error) {
	return func(ctx context.Context, c *call) (any, error) {
		answer, err := c.honest(ctx)
		if err != nil {
			return nil, err
		}
		list, isList := answer.([]*wire.Serde)
		if !isList {
			list = []*wire.Serde{answer.(*wire.Serde)}
		}
		if len(list) == 0 {
			return answer, nil
		}
		list = encodeOutcomes(change(c, decodeOutcomes(list)))
		switch {
		case isList:
			return list, nil
		case len(list) == 0:
			return nil, nil
		}
		return list[0], nil
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
