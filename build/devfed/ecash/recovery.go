package ecash

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/rpc"
	"satchel/client/wire"
)

const recoveryPrefix = "recovery/"

func recoveryKey(index uint64) string {
	return recoveryPrefix + string(binary.BigEndian.AppendUint64(nil, index))
}

// recoveryCount returns how many notes were issued and spent so far.
func recoveryCount(view consensus.View) uint64 {
	rest, ok := view.Last(recoveryPrefix)
	if !ok {
		return 0
	}
	return binary.BigEndian.Uint64([]byte(rest)) + 1
}

func addItem(tx consensus.Tx, item wire.Appender) {
	tx.Put(recoveryKey(recoveryCount(tx.View)), wire.Encode(item))
}

// A Slice is a part of the list for recovery: its items in their consensus form.
// Consensus form: a list.
type Slice [][]byte

// Append appends the consensus form.
func (s Slice) Append(b []byte) []byte {
	return wire.AppendVecFunc(b, s, func(b, item []byte) []byte { return append(b, item...) })
}

// slice returns what there is of the items from start up to and without end. It
// looks at no others, since a wallet that recovers asks for the list in many
// slices.
func slice(view consensus.View, start, end uint64) Slice {
	end = min(end, recoveryCount(view))
	if start >= end {
		return Slice{}
	}
	items := make(Slice, end-start)
	i := len(items)
	for _, value := range view.UnderDown(recoveryPrefix, recoveryKey(end)) {
		i--
		if items[i] = value; i == 0 {
			break
		}
	}
	return items
}

// Recovery are the methods with which wallets read the list. answer is the form
// in which the generation gives a slice.
func Recovery(answer func(Slice) any) map[string]consensus.Method {
	return map[string]consensus.Method{
		"recovery_count": func(_ context.Context, call consensus.Call) (any, error) {
			return recoveryCount(call.View), rpc.NoParams(call.Params)
		},
		"recovery_slice": func(_ context.Context, call consensus.Call) (any, error) {
			s, err := requested(call)
			if err != nil {
				return nil, err
			}
			return answer(s), nil
		},
		"recovery_slice_hash": func(_ context.Context, call consensus.Call) (any, error) {
			s, err := requested(call)
			if err != nil {
				return nil, err
			}
			return wire.Hash(sha256.Sum256(s.Append(nil))), nil
		},
	}
}

// requested reads params [start, end]. Where they point beyond the last item, or
// backwards, the slice is short or empty. There is no limit to its length but
// that of a response.
func requested(call consensus.Call) (Slice, error) {
	bounds, err := rpc.Params[[]json.RawMessage](call.Params)
	if err != nil {
		return nil, err
	}
	if len(bounds) != 2 {
		return nil, rpc.BadRequest("a range has two bounds, not %d", len(bounds))
	}
	start, err := rpc.Params[uint64](bounds[0])
	if err != nil {
		return nil, err
	}
	end, err := rpc.Params[uint64](bounds[1])
	if err != nil {
		return nil, err
	}
	return slice(call.View, start, end), nil
}
