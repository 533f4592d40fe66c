package wire

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// A MintV2RecoveryItem is one note that was issued or spent, as a guardian lists
// them for recovery. It is an enum without a default variant:
//
//	0 {Denomination, Hash160, MintTweak}   issued; the hash is of the 48 bytes of the blind nonce
//	1 {Hash160}                            spent; the hash is of the 33 bytes of the nonce
//
// The API gives it as JSON: {"Output":{"denomination":d,"nonce_hash":hex,"tweak":[16 numbers]}}
// or {"Input":{"nonce_hash":hex}}.
type MintV2RecoveryItem struct {
	Spent bool
	// Denomination and Tweak are known of issued notes only.
	Denomination Denomination
	Tweak        MintTweak
	Hash         Hash160
}

// Append appends the consensus form.
func (i MintV2RecoveryItem) Append(b []byte) []byte {
	if i.Spent {
		return AppendEnum(b, 1, i.Hash.Append)
	}
	return AppendEnum(b, 0, func(b []byte) []byte {
		return i.Tweak.Append(i.Hash.Append(i.Denomination.Append(b)))
	})
}

// Decode reads the consensus form.
func (i *MintV2RecoveryItem) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		switch variant {
		case 0:
			i.Denomination.Decode(d)
			i.Hash.Decode(d)
			i.Tweak.Decode(d)
		case 1:
			i.Spent = true
			i.Hash.Decode(d)
		default:
			d.NoVariant("RecoveryItem", variant)
		}
	})
}

// MarshalJSON returns the form of the API.
func (i MintV2RecoveryItem) MarshalJSON() ([]byte, error) {
	if i.Spent {
		return json.Marshal(map[string]any{"Input": map[string]any{"nonce_hash": i.Hash}})
	}
	return json.Marshal(map[string]any{"Output": map[string]any{
		"denomination": i.Denomination, "nonce_hash": i.Hash, "tweak": [16]byte(i.Tweak),
	}})
}

// UnmarshalJSON reads the form of the API.
func (i *MintV2RecoveryItem) UnmarshalJSON(data []byte) error {
	const what = "recovery item"
	var issued, spent json.RawMessage
	if err := readObject(data, what, field{"Output", &issued, true}, field{"Input", &spent, true}); err != nil {
		return err
	}
	*i = MintV2RecoveryItem{Spent: spent != nil}
	switch {
	case (issued == nil) == (spent == nil):
		return errors.New("recovery item is not one of an output and an input")
	case i.Spent:
		return readObject(spent, what, field{"nonce_hash", &i.Hash, false})
	}
	var tweak []uint8Number
	err := readObject(issued, what,
		field{"denomination", &i.Denomination, false},
		field{"nonce_hash", &i.Hash, false},
		field{"tweak", &tweak, false})
	if err == nil && len(tweak) != len(i.Tweak) {
		err = fmt.Errorf("recovery item has a tweak of %d bytes, want %d", len(tweak), len(i.Tweak))
	}
	for n := range min(len(tweak), len(i.Tweak)) {
		i.Tweak[n] = byte(tweak[n])
	}
	return err
}

// A uint8Number is a byte that encoding/json reads as a number, unlike []byte.
type uint8Number uint8

// MintV2RecoverySlice is a part of a guardian's list. Guardians are compared by
// the hash of its consensus form. The API gives it as a JSON list of the items,
// 10 000 at a time.
type MintV2RecoverySlice []MintV2RecoveryItem

// Append appends the consensus form.
func (s MintV2RecoverySlice) Append(b []byte) []byte { return AppendVec(b, s) }

// Decode reads the consensus form.
func (s *MintV2RecoverySlice) Decode(d *Decoder) { *s = ReadVec[MintV2RecoveryItem](d) }

// UnmarshalJSON reads the form of the API. What guardians write, without spaces
// and with the members in the order of the fields, takes it a fraction of the
// time that encoding/json takes, which reads the rest.
func (s *MintV2RecoverySlice) UnmarshalJSON(data []byte) error {
	if items, ok := readCompactItems(data); ok {
		*s = items
		return nil
	}
	return json.Unmarshal(data, (*[]MintV2RecoveryItem)(s))
}

// readCompactItems reads a JSON list of recovery items as guardians write it.
// What it reads is the same to encoding/json; of anything else it says no.
func readCompactItems(data []byte) ([]MintV2RecoveryItem, bool) {
	rest, ok := cutText(data, "[")
	if !ok {
		return nil, false
	}
	items := []MintV2RecoveryItem{}
	for string(rest) != "]" {
		if len(items) > 0 {
			if rest, ok = cutText(rest, ","); !ok {
				return nil, false
			}
		}
		var item MintV2RecoveryItem
		if rest, ok = item.readCompact(rest); !ok {
			return nil, false
		}
		items = append(items, item)
	}
	return items, true
}

// readCompact reads an item from the front of b and returns what follows.
func (i *MintV2RecoveryItem) readCompact(b []byte) (rest []byte, ok bool) {
	if rest, ok = cutText(b, `{"Input":{"nonce_hash":"`); ok {
		i.Spent = true
		if rest, ok = cutHex(rest, i.Hash[:]); ok {
			rest, ok = cutText(rest, `"}}`)
		}
		return rest, ok
	}
	rest, ok = cutText(b, `{"Output":{"denomination":`)
	if !ok {
		return nil, false
	}
	denomination, rest, ok := cutByte(rest)
	if !ok {
		return nil, false
	}
	i.Denomination = Denomination(denomination)
	if rest, ok = cutText(rest, `,"nonce_hash":"`); !ok {
		return nil, false
	}
	if rest, ok = cutHex(rest, i.Hash[:]); !ok {
		return nil, false
	}
	separator := `","tweak":[`
	for n := range i.Tweak {
		if rest, ok = cutText(rest, separator); !ok {
			return nil, false
		}
		if i.Tweak[n], rest, ok = cutByte(rest); !ok {
			return nil, false
		}
		separator = ","
	}
	return cutText(rest, "]}}")
}

// cutText returns what follows text in b, if b begins with it.
func cutText(b []byte, text string) (rest []byte, ok bool) {
	if len(b) < len(text) || string(b[:len(text)]) != text {
		return nil, false
	}
	return b[len(text):], true
}

// cutHex fills dst with the hex at the front of b.
func cutHex(b, dst []byte) (rest []byte, ok bool) {
	n := hex.EncodedLen(len(dst))
	if len(b) < n {
		return nil, false
	}
	_, err := hex.Decode(dst, b[:n])
	return b[n:], err == nil
}

// cutByte returns the number from 0 to 255 at the front of b, which has no
// zeros before it, as JSON demands.
func cutByte(b []byte) (value byte, rest []byte, ok bool) {
	n, digits := 0, 0
	for digits < len(b) && digits < 4 && '0' <= b[digits] && b[digits] <= '9' {
		n = 10*n + int(b[digits]-'0')
		digits++
	}
	if digits == 0 || n > 255 || digits > 1 && b[0] == '0' {
		return 0, nil, false
	}
	return byte(n), b[digits:], true
}
