package liar

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"

	"satchel/build/devfed/mintv2"
	"satchel/build/devfed/rpc"
	"satchel/client/wire"
)

// Lies about what notes are recovered from.
const (
	RecoveryMore      Lie = "recovery-more"
	RecoveryFewer     Lie = "recovery-fewer"
	RecoveryNothing   Lie = "recovery-nothing"
	RecoveryForged    Lie = "recovery-forged"
	RecoveryDropped   Lie = "recovery-dropped"
	RecoveryChanged   Lie = "recovery-changed"
	RecoveryAdded     Lie = "recovery-added"
	RecoveryReordered Lie = "recovery-reordered"
	RecoveryShort     Lie = "recovery-short"
	RecoveryLong      Lie = "recovery-long"
	RecoveryGarbage   Lie = "recovery-garbage"
	RecoveryHash      Lie = "recovery-hash"
	RecoveryMoved     Lie = "recovery-moved"

	// FailRecovery is no lie of an older guardian: all together can be made such.
	FailRecovery Lie = "fail-recovery"
)

var (
	recoveryCount     = []string{"module_*_recovery_count"}
	recoverySlice     = []string{"module_*_recovery_slice"}
	recoveryHash      = []string{"module_*_recovery_slice_hash"}
	recoveryOutpoints = []string{"module_*_recovery_blind_nonce_outpoints"}
)

var aboutRecovery = []falsehood{
	{RecoveryMore, "says that there are more recovery items than there are", recoveryCount, told(func(_ *call, count uint64) any { return count + 100_000 })},
	{RecoveryFewer, "says that there is one recovery item less than there is, or if there is none one more", recoveryCount, told(oneLess)},
	{RecoveryNothing, "says that there are no recovery items", recoveryCount, always(0)},
	{RecoveryForged, "gives recovery items in which every note is spent, and their hash", slices.Concat(recoverySlice, recoveryHash), forgedSlice},
	{RecoveryDropped, "leaves out the first recovery item of a slice", recoverySlice, changeSlices(func(_ *call, s items) items { return s[1:] })},
	{RecoveryChanged, "gives the last recovery item of a slice with another hash", recoverySlice, changeSlices(func(c *call, s items) items { return append(s[:len(s)-1:len(s)-1], c.spentItem(0)) })},
	{RecoveryAdded, "adds a recovery item to a slice", recoverySlice, changeSlices(func(c *call, s items) items { return append(s, c.spentItem(0)) })},
	{RecoveryReordered, "gives recovery items in the other order, or one of them twice", recoverySlice, changeSlices(reordered)},
	{RecoveryShort, "gives the first half of a slice", recoverySlice, changeSlices(func(_ *call, s items) items { return s[:len(s)/2] })},
	{RecoveryLong, "gives every slice twice over", recoverySlice, changeSlices(func(_ *call, s items) items { return slices.Concat(s, s) })},
	{RecoveryGarbage, "gives slices that do not decode", recoverySlice, garbage},
	{RecoveryHash, "gives the hash of other recovery items", recoveryHash, told(func(_ *call, hash wire.Hash) any { return wire.Hash(sha256.Sum256(hash[:])) })},
	{RecoveryMoved, "gives outpoints with their indices off by one", recoveryOutpoints, told(movedOutpoints)},
	{FailRecovery, "does not know the methods by which notes are listed, as a guardian before fedimint 0.11", slices.Concat(recoveryCount, recoverySlice, recoveryHash, recoveryOutpoints), fails(-32601, "Method not found")},
}

func oneLess(_ *call, count uint64) any {
	if count == 0 {
		return 1
	}
	return count - 1
}

// items is a slice of the list for recovery, whose items are of either
// generation of the mint.
type items []wire.Appender

// Append appends the consensus form.
func (s items) Append(b []byte) []byte { return wire.AppendVec(b, s) }

// changeSlices makes a lie of a function that changes a slice, in which there is at
// least one item. An empty one stays as it is.
func changeSlices(change func(c *call, honest items) items) func(context.Context, *call) (any, error) {
	return func(ctx context.Context, c *call) (any, error) {
		answer, err := c.honest(ctx)
		if err != nil {
			return nil, err
		}
		honest := decodeItems(c, answer)
		if len(honest) == 0 {
			return answer, nil
		}
		return c.sliceAnswer(change(c, honest)), nil
	}
}

func decodeItems(c *call, answer any) (s items) {
	switch answer := answer.(type) {
	case wire.SerdeBase64:
		decoded, err := wire.Decode[wire.MintRecoverySlice](answer)
		if err != nil {
			panic(fmt.Sprintf("liar: an honest slice does not decode: %v", err))
		}
		for _, item := range decoded {
			s = append(s, item)
		}
	case mintv2.Slice:
		for _, item := range answer.Items() {
			s = append(s, item)
		}
	default:
		panic(fmt.Sprintf("liar: %s answered with a %T", c.method, answer))
	}
	return s
}

// sliceAnswer gives a slice the form that the mint has which is asked.
func (c *call) sliceAnswer(s items) any {
	if c.Config.Modules[c.module()].Kind != wire.KindMintV2 {
		return wire.SerdeBase64Of(s)
	}
	return s
}

// spentItem says that some note is spent that never was.
func (c *call) spentItem(i byte) wire.Appender {
	hash := wire.Hash160{0: i, 19: 1}
	if c.Config.Modules[c.module()].Kind != wire.KindMintV2 {
		return wire.MintRecoveryItem{Spent: true, Hash: hash}
	}
	return wire.MintV2RecoveryItem{Spent: true, Hash: hash}
}

func reordered(_ *call, s items) items {
	if len(s) == 1 {
		return items{s[0], s[0]}
	}
	slices.Reverse(s)
	return s
}

func garbage(ctx context.Context, c *call) (any, error) {
	if _, err := c.honest(ctx); err != nil {
		return nil, err
	}
	if c.Config.Modules[c.module()].Kind != wire.KindMintV2 {
		return wire.SerdeBase64{0xff, 0xff, 0xff}, nil
	}
	return json.RawMessage(`[{"Output":{"denomination":256,"nonce_hash":"00","tweak":[]}}]`), nil
}

// forgedSlice is as long as the honest one.
func forgedSlice(_ context.Context, c *call) (any, error) {
	var bounds [2]uint64
	if err := json.Unmarshal(c.params, &bounds); err != nil {
		return nil, rpc.BadRequest("%v", err)
	}
	slice := items{}
	for i := bounds[0]; i < bounds[1] && len(slice) < 10_000; i++ {
		slice = append(slice, c.spentItem(byte(i)))
	}
	if generic(c.method) == "module_*_recovery_slice" {
		return c.sliceAnswer(slice), nil
	}
	return wire.HashOf(slice), nil
}

func movedOutpoints(_ *call, points []wire.OutPoint) any {
	for i := range points {
		points[i].Index++
	}
	return points
}
