package wire_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"satchel/client/wire"
)

// recoverySlice returns a slice of n items, of which each third one is spent.
func recoverySlice(n int) wire.MintV2RecoverySlice {
	slice := make(wire.MintV2RecoverySlice, n)
	for i := range slice {
		random := wire.HashOf(wire.ModuleID(i))
		copy(slice[i].Hash[:], random[:20])
		if slice[i].Spent = i%3 == 2; !slice[i].Spent {
			slice[i].Denomination = wire.Denomination(i)
			copy(slice[i].Tweak[:], random[16:])
		}
	}
	return slice
}

// slowly reads a slice with encoding/json, item by item.
func slowly(text []byte) (wire.MintV2RecoverySlice, error) {
	var items []wire.MintV2RecoveryItem
	err := json.Unmarshal(text, &items)
	return items, err
}

// sameReading checks that a slice is read as encoding/json reads its items, or
// refused as it does.
func sameReading(t *testing.T, text []byte) {
	t.Helper()
	want, wantErr := slowly(text)
	for name, read := range map[string]func(*wire.MintV2RecoverySlice) error{
		"by json":  func(s *wire.MintV2RecoverySlice) error { return json.Unmarshal(text, s) },
		"directly": func(s *wire.MintV2RecoverySlice) error { return s.UnmarshalJSON(text) },
	} {
		var got wire.MintV2RecoverySlice
		err := read(&got)
		if (err == nil) != (wantErr == nil) {
			t.Errorf("%s, %q: error %v, want %v", name, text, err, wantErr)
		}
		if err == nil && (!slices.Equal(got, want) || (got == nil) != (want == nil)) {
			t.Errorf("%s, %q: read as %v, want %v", name, text, got, want)
		}
	}
}

const (
	spentItem  = `{"Input":{"nonce_hash":"000102030405060708090a0b0c0d0e0f10111213"}}`
	issuedItem = `{"Output":{"denomination":10,"nonce_hash":"000102030405060708090a0b0c0d0e0f10111213","tweak":[0,1,2,3,4,5,6,7,8,9,10,100,200,253,254,255]}}`
)

// recoverySliceTexts are slices, and what is nearly one, by whether they are
// written as guardians do.
func recoverySliceTexts() []string {
	both := `[` + spentItem + `,` + issuedItem + `]`
	texts := []string{
		`[]`, `[` + spentItem + `]`, `[` + issuedItem + `]`, both,
		``, `null`, `{}`, `0`, `[`, `]`, `[]]`, `[,]`, `[null]`, `[[]]`, ` ` + both, both + "\n", both + `x`,
		`[` + spentItem + `,]`, `[,` + spentItem + `]`, `[` + spentItem + spentItem + `]`, `[` + spentItem, `[` + spentItem + ` , ` + issuedItem + `]`,
	}
	for _, edit := range [][2]string{
		{`:10,`, `:256,`}, {`:10,`, `:1000,`}, {`:10,`, `:010,`}, {`:10,`, `:0,`}, {`:10,`, `:00,`}, {`:10,`, `:,`}, {`:10,`, `:-1,`},
		{`:10,`, `:1e1,`}, {`:10,`, `:10.0,`}, {`:10,`, `: 10,`}, {`:10,`, `:"10",`}, {`:10,`, `:null,`}, {`:10,`, `:99999999999999999999,`},
		{`[0,`, `[`}, {`[0,`, `[0,0,`}, {`,255]`, `,256]`}, {`,255]`, `,255,]`}, {`,255]`, `,255 ]`}, {`[0,`, `[null,`}, {`[0,`, `[00,`},
		{`0a0b`, `0A0B`}, {`0a0b`, `0a0`}, {`0a0b`, `0a0b0`}, {`0a0b`, `0a0g`}, {`0a0b`, `0a\u0030b`}, {`0a0b`, `0a0b"`},
		{`nonce_hash`, `Nonce_hash`}, {`nonce_hash`, `nonce\u005fhash`}, {`nonce_hash`, `hash`},
		{`"tweak"`, `"note":1,"tweak"`}, {`"denomination":10,`, ``}, {`"denomination":10,`, `"denomination":10,"denomination":11,`},
		{`{"Input"`, `{"Output":null,"Input"`}, {`{"Output"`, `{"Input":{},"Output"`}, {`"}}`, `"}}}`}, {`"}}`, `"}`}, {`]}}`, `]},"Later":1}`},
	} {
		texts = append(texts, strings.Replace(both, edit[0], edit[1], 1), strings.ReplaceAll(both, edit[0], edit[1]))
	}
	for end := range len(both) {
		texts = append(texts, both[:end])
	}
	return texts
}

func TestMintV2RecoverySliceIsReadAsItsItems(t *testing.T) {
	accepted := 0
	for _, text := range recoverySliceTexts() {
		sameReading(t, []byte(text))
		if _, err := slowly([]byte(text)); err == nil {
			accepted++
		}
	}
	if accepted < 20 {
		t.Errorf("only %d of the texts are slices", accepted)
	}
	slice := recoverySlice(300)
	text, err := json.Marshal(slice)
	if err != nil {
		t.Fatal(err)
	}
	sameReading(t, text)
	var back wire.MintV2RecoverySlice
	if err := back.UnmarshalJSON(text); err != nil || !bytes.Equal(wire.Encode(back), wire.Encode(slice)) {
		t.Errorf("written and read back: %v", err)
	}
}

// TestGuardiansWriteCompactSlices makes sure that what guardians write takes the
// fast way: encoding/json needs dozens of allocations for each item.
func TestGuardiansWriteCompactSlices(t *testing.T) {
	text, err := json.Marshal(recoverySlice(1000))
	if err != nil {
		t.Fatal(err)
	}
	var back wire.MintV2RecoverySlice
	if n := testing.AllocsPerRun(3, func() { err = back.UnmarshalJSON(text) }); n > 100 || err != nil {
		t.Errorf("%v allocations for 1000 items, %v", n, err)
	}
}

// FuzzMintV2RecoverySlice looks for texts that are read otherwise than
// encoding/json reads their items.
func FuzzMintV2RecoverySlice(f *testing.F) {
	for i, text := range recoverySliceTexts() {
		if i%3 == 0 {
			f.Add([]byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) { sameReading(t, text) })
}

func BenchmarkMintV2RecoverySlice(b *testing.B) {
	text, err := json.Marshal(recoverySlice(10_000))
	if err != nil {
		b.Fatal(err)
	}
	b.Run("json", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			if _, err := slowly(text); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("compact", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			var slice wire.MintV2RecoverySlice
			if err := slice.UnmarshalJSON(text); err != nil {
				b.Fatal(err)
			}
		}
	})
}
