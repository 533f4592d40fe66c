package kill

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"satchel/build/devfed"
	"satchel/client/wire"
)

// A generation of e-cash, as the faucet deals in it.
type generation struct {
	kind wire.ModuleKind

	// tells says that guardians tell whether a note is spent. Else nobody learns
	// that e-cash was taken but by calling it back.
	tells bool

	// few is an amount of a few notes, in msat. Where guardians do not tell which of
	// them is spent, every further one takes the wallet more transactions.
	few wire.Amount

	issue  func(context.Context, *devfed.Federation, wire.Amount) (text string, err error)
	redeem func(ctx context.Context, fed *devfed.Federation, text string) error

	// one returns a note of some e-cash, one of the least or of the greatest, as
	// e-cash of its own.
	one func(text string, greatest bool) (string, error)
}

var first = &generation{
	kind: wire.KindMint, tells: true, few: 7000,
	issue: func(ctx context.Context, fed *devfed.Federation, amount wire.Amount) (string, error) {
		notes, err := fed.Faucet.Ecash(ctx, amount)
		if err != nil {
			return "", err
		}
		return notes.Base64(), nil
	},
	redeem: func(ctx context.Context, fed *devfed.Federation, text string) error {
		notes, err := wire.ParseOOBNotes(text)
		if err == nil {
			_, err = fed.Faucet.Redeem(ctx, notes)
		}
		return err
	},
	one: func(text string, greatest bool) (string, error) {
		notes, err := wire.ParseOOBNotes(text)
		if err != nil {
			return "", err
		}
		tiers := slices.Sorted(maps.Keys(notes.Notes()))
		tier := tiers[0]
		if greatest {
			tier = tiers[len(tiers)-1]
		}
		return wire.NewOOBNotes(notes.Prefix(), wire.MintNotes{tier: notes.Notes()[tier][:1]}).Base64(), nil
	},
}

var second = &generation{
	kind: wire.KindMintV2, few: 3072,
	issue: func(ctx context.Context, fed *devfed.Federation, amount wire.Amount) (string, error) {
		notes, err := fed.Faucet.EcashV2(ctx, amount)
		if err != nil {
			return "", err
		}
		return notes.Base32(), nil
	},
	redeem: func(ctx context.Context, fed *devfed.Federation, text string) error {
		notes, err := wire.ParseECash(text)
		if err == nil {
			_, err = fed.Faucet.RedeemV2(ctx, notes)
		}
		return err
	},
	one: func(text string, greatest bool) (string, error) {
		notes, err := wire.ParseECash(text)
		if err != nil {
			return "", err
		}
		byAmount := func(a, b wire.MintV2SpendableNote) int { return cmp.Compare(a.Denomination, b.Denomination) }
		note := slices.MinFunc(notes.Notes(), byAmount)
		if greatest {
			note = slices.MaxFunc(notes.Notes(), byAmount)
		}
		id, _ := notes.FederationID()
		return wire.NewECash(id, []wire.MintV2SpendableNote{note}, notes.Unit()).Base32(), nil
	},
}
