package recovery

import (
	"slices"
	"testing"
	"testing/synctest"

	"satchel/client/guardians"
	"satchel/client/wire"
)

// TestListsOfMints reads the lists of both generations of the mint, in the forms
// in which guardians send them.
func TestListsOfMints(t *testing.T) {
	first := wire.MintRecoverySlice{{Amount: 1024, Hash: wire.Hash160{1}}, {Spent: true, Hash: wire.Hash160{2}}}
	second := wire.MintV2RecoverySlice{{Denomination: 10, Hash: wire.Hash160{3}, Tweak: wire.MintTweak{4}}, {Spent: true, Hash: wire.Hash160{5}}}
	checkList(t, first, wire.SerdeBase64Of(first), guardians.ConsensusBase64[wire.MintRecoverySlice])
	checkList(t, second, second, guardians.JSON[wire.MintV2RecoverySlice])
}

// checkList reads a list of one slice, which guardians answer in some form.
func checkList[S interface {
	~[]T
	wire.Appender
}, T interface {
	comparable
	wire.Appender
}](t *testing.T, want S, form any, decode guardians.Decode[S]) {
	synctest.Test(t, func(t *testing.T) {
		g, _ := federation(many(4, func(c call) any {
			if c.method == hashMethod {
				return wire.HashOf(want)
			}
			return form
		})...)
		for slice, err := range Slices(t.Context(), g, List[S]{Method: list.Method, Decode: decode}, 0, uint64(len(want))) {
			if err != nil || !slices.Equal(slice.Items, want) {
				t.Errorf("list of %T is %v, %v", want, slice.Items, err)
			}
		}
		blamed(t, g)
	})
}
