package mintv2

import (
	"errors"
	"strings"
	"testing"

	"satchel/client/notes"
	"satchel/client/wire"
)

// someNotes are notes of given amounts, which nobody has signed.
func someNotes(amounts ...wire.Amount) (some []notes.Note) {
	for i, a := range amounts {
		key := wire.SecretKey{31: byte(i + 1)}
		some = append(some, notes.New(a, key, wire.G1{0: 0xc0}))
	}
	return some
}

// parts is e-cash of parts as they stand there.
func parts(t *testing.T, all ...[]byte) wire.ECash {
	t.Helper()
	b := wire.AppendUint(nil, uint64(len(all)))
	for _, part := range all {
		b = append(b, part...)
	}
	e, err := wire.Decode[wire.ECash](b)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func enum(variant uint64, body []byte) []byte {
	return wire.AppendEnum(nil, variant, func(b []byte) []byte { return append(b, body...) })
}

// Texts say whose e-cash they are, and what is not known in them is kept.
func TestTexts(t *testing.T) {
	m := opened(t)
	id := m.host.FederationID()
	other := id
	other[31] ^= 1
	text := m.Text(someNotes(512, 512, 4096), nil).(Text)
	note := text.Notes()[0]
	spendable := wire.Encode(note)
	for name, test := range map[string]struct {
		ecash wire.ECash
		want  error
		ours  bool
	}{
		"of the wallet":      {text.ECash, nil, true},
		"with unknown parts": {parts(t, enum(0, id[:]), enum(99, []byte{1, 2, 3}), enum(1, spendable)), nil, true},
		"notes first":        {parts(t, enum(1, spendable), enum(0, id[:])), nil, true},
		"of two federations": {parts(t, enum(0, id[:]), enum(0, other[:]), enum(1, spendable)), nil, true}, // the first counts
		"of another one":     {parts(t, enum(0, other[:]), enum(0, id[:]), enum(1, spendable)), nil, false},
		"of nobody":          {parts(t, enum(1, spendable)), ErrNoNotes, false},
		"without notes":      {parts(t, enum(0, id[:])), ErrNoNotes, false},
		"empty":              {parts(t), ErrNoNotes, false},
		"of another unit":    {wire.NewECash(id, text.Notes(), 7), ErrNoNotes, false},
		"of bitcoin, said":   {parts(t, enum(0, id[:]), enum(1, spendable), enum(4, []byte{0})), nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseText(test.ecash.Base32())
			if !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
				t.Fatalf("%v, want %v", err, test.want)
			}
			if err != nil {
				return
			}
			if got.Of(id) != test.ours {
				t.Errorf("of the federation: %v, want %v", got.Of(id), test.ours)
			}
			if got.String() != test.ecash.Base32() {
				t.Errorf("becomes %s", got)
			}
		})
	}
}

// What is read of a text is what was put into it.
func TestTextsHaveTheNotes(t *testing.T) {
	m := opened(t)
	some := someNotes(512, 512, 4096)
	code, _ := m.host.Client.Invite(2)
	for name, invite := range map[string]*wire.InviteCode{"plain": nil, "with an invite": &code} {
		t.Run(name, func(t *testing.T) {
			written := m.Text(some, invite).String()
			text, err := ParseText("\n " + written[:20] + "\r\n\t" + written[20:] + " ")
			if err != nil {
				t.Fatal(err)
			}
			total, err := text.Total()
			if text.Count() != 3 || total != 512+512+4096 || err != nil || (text.Invite() != nil) != (invite != nil) {
				t.Errorf("%d notes, %v, %v, invite %v", text.Count(), total, err, text.Invite())
			}
			i := 0
			for amount, n := range text.All() {
				if amount != some[i].Amount || n != some[i].MintSpendableNote {
					t.Errorf("note %d is %v of %v", i, n, amount)
				}
				i++
			}
			json, err := text.MarshalJSON()
			if err != nil || string(json) != `"`+written+`"` {
				t.Errorf("in the log %s %v", json, err)
			}
		})
	}
}

// Notes that nobody issues have no amount.
func TestNotesOfNoDenomination(t *testing.T) {
	m := opened(t)
	for _, d := range []wire.Denomination{42, 63, 64, 255} {
		e := wire.NewECash(m.host.FederationID(), []wire.MintV2SpendableNote{{Denomination: d, SpendKey: wire.SecretKey{31: 1}, Signature: wire.G1{0: 0xc0}}}, wire.Bitcoin)
		text, err := ParseText(e.Base32())
		if err != nil {
			t.Fatal(err)
		}
		if total, err := text.Total(); !errors.Is(err, notes.ErrForged) {
			t.Errorf("%v: %v %v", d, total, err)
		}
		for amount := range text.All() {
			if _, ok := m.TierKey(amount); ok {
				t.Errorf("%v: a key for %v", d, amount)
			}
		}
	}
}

// What is none is no text of this generation.
func TestTextsThatAreNone(t *testing.T) {
	m := opened(t)
	good := m.Text(someNotes(512), nil).String()
	code, _ := m.host.Client.Invite(0)
	for name, text := range map[string]string{
		"nothing": "", "blanks": " \n", "without its beginning": strings.TrimPrefix(good, "fedimint"),
		"cut short": good[:len(good)-7], "another letter": good[:30] + "?" + good[31:],
		"an invite code":          code.String(),
		"of the first generation": wire.NewOOBNotes(m.host.FederationID().Prefix(), notes.Grouped(someNotes(512))).Base32(),
	} {
		if got, err := ParseText(text); err == nil {
			t.Errorf("%s is %s", name, got)
		}
	}
}
