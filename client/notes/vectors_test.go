package notes

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"satchel/client/vectors"
	"satchel/client/wire"
)

func TestVectors(t *testing.T) {
	vectors.Run(t, "mint_v1", map[string]vectors.Handler{"select": selects, "represent": represents},
		map[string]string{
			"oob": "client/wire", "oob-parse": "client/wire", "fee": "client/wire",
			"derive": "client/mint", "issue": "client/mint",
		})
}

// wallet makes notes, descending. Their keys do not matter here.
func wallet(held Counts) func(func(Note) bool) {
	return func(yield func(Note) bool) {
		amounts := slices.Sorted(maps.Keys(held))
		slices.Reverse(amounts)
		for _, a := range amounts {
			for range held[a] {
				if !yield(Note{Amount: a}) {
					return
				}
			}
		}
	}
}

func selects(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Fee       wire.FeeConsensus `json:"fee"`
		Requested vectors.Uint      `json:"requested_msats"`
		Wallet    Counts            `json:"wallet"`
	}](t, e.Inputs)
	type answer struct {
		Error    *string `json:"error"`
		Selected Counts  `json:"selected"`
	}
	want := vectors.Decode[struct {
		AtLeast answer `json:"at_least"`
		Exact   answer `json:"exact"`
	}](t, e.Expected)
	check := func(what string, got []Note, err error, want answer) {
		t.Helper()
		if (err != nil) != (want.Error != nil) || err == nil && !maps.Equal(CountsOf(got), want.Selected) {
			t.Errorf("%s: %v %v, want %v", what, CountsOf(got), err, want)
		}
	}
	requested := wire.Amount(in.Requested)
	got, err := AtLeast(wallet(in.Wallet), requested, in.Fee)
	check("at least", got, err, want.AtLeast)
	if in.Fee == (wire.FeeConsensus{}) {
		got, err = Exact(wallet(in.Wallet), requested)
	} else if err == nil && Total(got) != requested {
		err = ErrNoExactAmount
	}
	check("exact", got, err, want.Exact)
}

func represents(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Amount vectors.Uint      `json:"amount_msats"`
		Sets   int               `json:"denomination_sets"`
		Fee    wire.FeeConsensus `json:"fee"`
		Have   Counts            `json:"have"`
		Tiers  string            `json:"tiers"`
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		Denominations Counts `json:"denominations"`
	}](t, e.Expected)
	var top int
	if _, err := fmt.Sscanf(in.Tiers, "powers of two up to 2^%d msat", &top); err != nil {
		t.Fatalf("tiers %q: %v", in.Tiers, err)
	}
	var tiers []wire.Amount
	for i := range top + 1 {
		tiers = append(tiers, 1<<i)
	}
	got := Represent(wire.Amount(in.Amount), in.Have, tiers, in.Sets, in.Fee)
	if !maps.Equal(got, want.Denominations) {
		t.Errorf("%v, want %v", got, want.Denominations)
	}
}
