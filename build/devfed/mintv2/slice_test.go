package mintv2_test

import (
	"encoding/json"
	"testing"

	"satchel/build/devfed/mintv2"
	"satchel/client/wire"
)

// TestSlice compares what a guardian says with what the wire has.
func TestSlice(t *testing.T) {
	for _, items := range []wire.MintV2RecoverySlice{
		{},
		{{Spent: true, Hash: wire.Hash160{1, 19: 0xff}}},
		{{Denomination: 41, Hash: wire.Hash160{0xab}, Tweak: wire.MintTweak{1, 20, 255}}, {Spent: true}, {}},
	} {
		slice := mintv2.Slice{}
		for _, item := range items {
			slice = append(slice, wire.Encode(item))
		}
		got, err := json.Marshal(slice)
		want, _ := json.Marshal(items)
		if err != nil || string(got) != string(want) {
			t.Errorf("got %s (%v), want %s", got, err, want)
		}
	}
}

func BenchmarkSlice(b *testing.B) {
	slice := make(mintv2.Slice, 10_000)
	for i := range slice {
		slice[i] = wire.Encode(wire.MintV2RecoveryItem{Denomination: 10, Tweak: wire.MintTweak{byte(i), 0xff}})
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := json.Marshal(slice); err != nil {
			b.Fatal(err)
		}
	}
}
