// Package meta is the module with which guardians tell clients about their
// federation, as fedimint 0.13 runs it: kind "meta", consensus version 0.0, API
// 0.0.
//
// A key is a byte, of which only 0 is in use; a value is bytes, by convention
// the text of a JSON object. Each guardian proposes the value it wants in an
// item; what a threshold of them has proposed becomes the value, with a revision
// that begins at 0 and goes up by one each time. The module has no inputs and no
// outputs, and clients need no config.
//
// The methods by which a guardian's owner proposes a value are there and refuse,
// since these guardians have no owner; the demo federation calls Propose.
//
// # State
//
//	value/<key>        Value
//	wish/<key><peer>   the bytes that a guardian has proposed and are not the value
package meta

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/rpc"
	"satchel/client/wire"
)

// Key is the only key that clients ask for.
const Key byte = 0

// An Item is a guardian's proposal. Consensus form: the fields in order.
type Item struct {
	// Salt makes a proposal differ from an earlier one of the same value.
	Salt  uint64
	Key   byte
	Value []byte
}

// Append appends the consensus form.
func (i Item) Append(b []byte) []byte {
	return wire.AppendBytes(wire.AppendByte(wire.AppendUint(b, i.Salt), i.Key), i.Value)
}

// Decode reads the consensus form.
func (i *Item) Decode(d *wire.Decoder) {
	i.Salt = d.Uint64()
	i.Key = d.Byte()
	i.Value = d.Bytes()
}

// A Value is what the guardians agree on for one key. JSON:
// {"revision":number,"value":hex}. Consensus form: the fields in order.
type Value struct {
	Revision uint64        `json:"revision"`
	Value    wire.HexBytes `json:"value"`
}

// Append appends the consensus form.
func (v Value) Append(b []byte) []byte { return v.Value.Append(wire.AppendUint(b, v.Revision)) }

// Decode reads the consensus form.
func (v *Value) Decode(d *wire.Decoder) {
	v.Revision = d.Uint64()
	v.Value.Decode(d)
}

// Module returns what a federation of so many guardians runs.
func Module(guardians int) consensus.Module {
	return consensus.Module{
		Kind:   wire.KindMeta,
		Config: wire.MetaConfig{},
		ApplyItem: func(tx consensus.Tx, peer wire.PeerID, item []byte) error {
			decoded, err := wire.Decode[Item](item)
			if err != nil {
				return err
			}
			apply(tx, peer, decoded, wire.Threshold(guardians))
			return nil
		},
		Methods: map[string]consensus.Method{
			"get_consensus":     getConsensus,
			"get_consensus_rev": getRevision,
			"submit":            forOwners,
			"get_submission":    forOwners,
		},
	}
}

// apply takes a proposal in. Like the reference it accepts one that changes
// nothing.
func apply(tx consensus.Tx, peer wire.PeerID, item Item, threshold int) {
	key := wishKey(item.Key, peer)
	tx.Delete(key)
	now, agreed := Get(tx.View, item.Key)
	if agreed && bytes.Equal(now.Value, item.Value) {
		return
	}
	tx.Put(key, item.Value)
	var same []string
	prefix := wishPrefix(item.Key)
	for rest, value := range tx.Under(prefix) {
		if bytes.Equal(value, item.Value) {
			same = append(same, prefix+rest)
		}
	}
	if len(same) < threshold {
		return
	}
	next := Value{Value: item.Value}
	if agreed {
		next.Revision = now.Revision + 1
	}
	tx.Put(valueKey(item.Key), wire.Encode(next))
	for _, key := range same {
		tx.Delete(key)
	}
}

// Get returns what the guardians agree on for a key, if there is anything.
func Get(view consensus.View, key byte) (value Value, ok bool) {
	stored, ok := view.Get(valueKey(key))
	if !ok {
		return Value{}, false
	}
	return consensus.Stored[Value](stored), true
}

// Propose proposes a value for Key in the name of each of these guardians, and
// returns when all proposals are taken in.
func Propose(ctx context.Context, ledger *consensus.Ledger, id wire.ModuleID, peers []wire.PeerID, value []byte) error {
	for _, peer := range peers {
		var salt [8]byte
		rand.Read(salt[:])
		item := Item{Salt: binary.BigEndian.Uint64(salt[:]), Key: Key, Value: value}
		if err := ledger.ProposeItem(ctx, peer, id, item); err != nil {
			return err
		}
	}
	return nil
}

func getConsensus(_ context.Context, call consensus.Call) (any, error) {
	key, err := rpc.Params[uint8](call.Params)
	if err != nil {
		return nil, err
	}
	if value, ok := Get(call.View, key); ok {
		return value, nil
	}
	return nil, nil
}

func getRevision(_ context.Context, call consensus.Call) (any, error) {
	key, err := rpc.Params[uint8](call.Params)
	if err != nil {
		return nil, err
	}
	if value, ok := Get(call.View, key); ok {
		return value.Revision, nil
	}
	return nil, nil
}

func forOwners(context.Context, consensus.Call) (any, error) { return nil, rpc.Unauthorized() }

func valueKey(key byte) string { return "value/" + string([]byte{key}) }

func wishPrefix(key byte) string { return "wish/" + string([]byte{key}) }

func wishKey(key byte, peer wire.PeerID) string {
	return wishPrefix(key) + string(binary.BigEndian.AppendUint16(nil, uint16(peer)))
}
