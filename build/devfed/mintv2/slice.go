package mintv2

import (
	"encoding/hex"
	"strconv"

	"satchel/build/devfed/consensus"
	"satchel/client/wire"
)

// A Slice is a part of the list for recovery: its items in their consensus form.
// JSON: that of a wire.MintV2RecoverySlice. It is written by hand here, several
// times faster, because wallets ask for ten thousand items at a time.
type Slice [][]byte

// Items returns the items.
func (s Slice) Items() wire.MintV2RecoverySlice {
	items := make(wire.MintV2RecoverySlice, len(s))
	for i, item := range s {
		items[i] = consensus.Stored[wire.MintV2RecoveryItem](item)
	}
	return items
}

// maxItem is the length of the longest item in JSON.
const maxItem = 160

// MarshalJSON implements json.Marshaler.
func (s Slice) MarshalJSON() ([]byte, error) {
	b := append(make([]byte, 0, 2+maxItem*len(s)), '[')
	for i, item := range s.Items() {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendItem(b, item)
	}
	return append(b, ']'), nil
}

func appendItem(b []byte, item wire.MintV2RecoveryItem) []byte {
	if item.Spent {
		return append(appendHash(append(b, `{"Input":{`...), item.Hash), `}}`...)
	}
	b = strconv.AppendUint(append(b, `{"Output":{"denomination":`...), uint64(item.Denomination), 10)
	b = append(appendHash(append(b, ','), item.Hash), `,"tweak":[`...)
	for i, n := range item.Tweak {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendUint(b, uint64(n), 10)
	}
	return append(b, `]}}`...)
}

func appendHash(b []byte, hash wire.Hash160) []byte {
	return append(hex.AppendEncode(append(b, `"nonce_hash":"`...), hash[:]), '"')
}
