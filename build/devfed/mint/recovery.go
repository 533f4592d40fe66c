package mint

import (
	"encoding/binary"

	"satchel/build/devfed/consensus"
	"satchel/client/wire"
)

func recoveryKey(index uint64) string {
	return "recovery/" + string(binary.BigEndian.AppendUint64(nil, index))
}

// recoveryCount returns how many notes were issued and spent so far.
func recoveryCount(view consensus.View) uint64 {
	rest, ok := view.Last("recovery/")
	if !ok {
		return 0
	}
	return binary.BigEndian.Uint64([]byte(rest)) + 1
}

func addRecovery(tx consensus.Tx, item wire.MintRecoveryItem) {
	tx.Put(recoveryKey(recoveryCount(tx.View)), wire.Encode(item))
}

// recoverySlice returns what there is of the items from start up to and without
// end.
func recoverySlice(view consensus.View, start, end uint64) wire.MintRecoverySlice {
	slice := wire.MintRecoverySlice{}
	for i := start; i < end; i++ {
		value, ok := view.Get(recoveryKey(i))
		if !ok {
			break
		}
		slice = append(slice, consensus.Stored[wire.MintRecoveryItem](value))
	}
	return slice
}

// outstanding counts, nonce by nonce, what was issued and not spent, in msat.
func outstanding(view consensus.View) (owed wire.Amount) {
	for _, value := range view.Under("output/") {
		owed = must(owed.Add(consensus.Stored[wire.MintOutput](value).Amount))
	}
	for _, value := range view.Under("spent/") {
		owed = must(owed.Sub(consensus.Stored[wire.Amount](value)))
	}
	return owed
}

func must(a wire.Amount, err error) wire.Amount {
	if err != nil {
		panic("mint: audit: " + err.Error())
	}
	return a
}
