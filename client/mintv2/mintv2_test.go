package mintv2

import (
	"context"
	"slices"
	"testing"

	"satchel/client"
	"satchel/client/tbs/toy"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

// open opens a wallet of a federation, and returns what becomes of its mint.
func open(t *testing.T, change func(*toyfed.Setup), config func(*wire.MintV2Config)) (m *Mint, err error) {
	t.Helper()
	setup := toyfed.Setup{
		Signer: toy.New(), Guardians: 4, TopTier: 14, Fee: wire.FeeConsensus{Base: 100},
		Mints: []wire.ModuleKind{wire.KindMintV2},
	}
	if change != nil {
		change(&setup)
	}
	kind := client.Kind{Name: wire.KindMintV2, Version: 1, New: func(h client.Host) (client.Module, error) {
		if config != nil {
			c, decoded := wire.Decode[wire.MintV2Config](h.Config)
			if decoded != nil {
				t.Fatal(decoded)
			}
			config(&c)
			h.Config = wire.Encode(c)
		}
		m, err = New(h, Options{Scheme: toy.New(), Random: newSource(1), Zeros: 1})
		return nil, nil
	}}
	if _, opened := toyfed.New(nil, setup).Open(context.Background(), "wallet", kv.NewMemory().Handle(), nil, kind); opened != nil {
		t.Fatal(opened)
	}
	return m, err
}

func opened(t *testing.T) *Mint {
	t.Helper()
	m, err := open(t, nil, nil)
	if err != nil || m == nil {
		t.Fatal(m, err)
	}
	return m
}

// The wallet makes notes of 512 msat and more, and knows the keys of smaller ones.
func TestDenominations(t *testing.T) {
	m := opened(t)
	if want := []wire.Amount{1 << 9, 1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14}; !slices.Equal(m.Tiers(), want) {
		t.Errorf("tiers %v", m.Tiers())
	}
	if m.Unit() != 512 {
		t.Errorf("unit %v", m.Unit())
	}
	for amount, want := range map[wire.Amount]bool{
		0: false, 1: true, 2: true, 3: false, 256: true, 512: true, 513: false,
		1 << 14: true, 1 << 15: false, 1 << 41: false, 1 << 42: false, 1 << 63: false,
	} {
		if _, got := m.TierKey(amount); got != want {
			t.Errorf("a key for notes of %v: %v, want %v", amount, got, want)
		}
	}
	if m.PeerKey(0, 512) == m.PeerKey(1, 512) || m.PeerKey(0, 512) == m.PeerKey(0, 1024) {
		t.Error("keys of guardians are the same")
	}
}

func TestConfigs(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*wire.MintV2Config)
		want   string
	}{
		"a denomination too great": {func(c *wire.MintV2Config) { c.Keys[42] = c.Keys[9] }, "mint config has a key for denomination 42, at most 41 are issued"},
		"a key missing":            {func(c *wire.MintV2Config) { delete(c.PeerKeys[10], 3) }, "mint config has no key of guardian 3 for 2^10"},
		"a denomination missing":   {func(c *wire.MintV2Config) { delete(c.PeerKeys, 9) }, "mint config has no key of guardian"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := open(t, nil, test.change)
			if err == nil || err.Error()[:min(len(err.Error()), len(test.want))] != test.want {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
}

// E-cash of something else than bitcoin is left alone.
func TestOtherUnits(t *testing.T) {
	m, err := open(t, func(s *toyfed.Setup) { s.Unit = 7 }, nil)
	if m != nil || err != nil {
		t.Errorf("%v %v", m, err)
	}
}

// Only that a note of this mint is spent says that a note of this mint is spent.
func TestSaysSpent(t *testing.T) {
	m := opened(t)
	kinds := map[wire.ModuleID]wire.ModuleKind{toyfed.MintID: wire.KindMint, toyfed.MintV2ID: wire.KindMintV2, 7: wire.KindMintV2}
	says := func(id wire.ModuleID, variant uint64, cause wire.Appender) bool {
		return m.SaysSpent(wire.TransactionError{Variant: variant, Cause: wire.DynOf(id, cause)}.Text(kinds))
	}
	spent := wire.MintV2InputError{Variant: wire.MintV2NoteSpent}
	if !says(toyfed.MintV2ID, wire.TxInvalidInput, spent) {
		t.Error("a spent note is not known")
	}
	for name, got := range map[string]bool{
		"of the first generation": says(toyfed.MintID, wire.TxInvalidInput, wire.MintInputError{Variant: wire.MintNoteSpent}),
		"of another instance":     says(7, wire.TxInvalidInput, spent),
		"of another instance, 22": says(22, wire.TxInvalidInput, spent),
		"not signed":              says(toyfed.MintV2ID, wire.TxInvalidInput, wire.MintV2InputError{Variant: wire.MintV2NoteSignature}),
		"no such denomination":    says(toyfed.MintV2ID, wire.TxInvalidInput, wire.MintV2InputError{Variant: wire.MintV2InputDenomination}),
		"an output":               says(toyfed.MintV2ID, wire.TxInvalidOutput, wire.MintV2OutputError{Variant: wire.MintV2OutputDenomination}),
		"nothing":                 m.SaysSpent(""),
		"unbalanced":              m.SaysSpent(wire.TransactionError{Variant: wire.TxUnbalanced}.Text(kinds)),
	} {
		if got {
			t.Errorf("%s: taken for a spent note", name)
		}
	}
}
