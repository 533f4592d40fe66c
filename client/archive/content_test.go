package archive

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"satchel/client/wire"
)

// object is an archive as a map, to be bent.
func object(t testing.TB, a Archive) map[string]any {
	t.Helper()
	text, err := Encode(a)
	if err != nil {
		t.Fatal(err)
	}
	var members map[string]any
	if err := json.Unmarshal(text, &members); err != nil {
		t.Fatal(err)
	}
	return members
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestDecodeRefuses(t *testing.T) {
	for _, c := range []struct {
		member string
		value  any
		want   error
	}{
		{"format", "something", ErrForeign}, {"format", nil, ErrForeign}, {"format", 1, ErrForeign},
		{"version", 0, ErrForeign}, {"version", -1, ErrForeign}, {"version", "1", ErrForeign}, {"version", 2, ErrNewer}, {"version", 900, ErrNewer},
		{"words", nil, ErrDamaged}, {"words", "", ErrDamaged}, {"words", "zebra " + abandon, ErrDamaged}, {"words", []string{abandon}, ErrDamaged},
		{"words", strings.Replace(abandon, "about", "zebra", 1), ErrDamaged}, {"words", abandon + strings.Repeat(" ", maxSentence), ErrDamaged},
		{"federations", "none", ErrDamaged}, {"federations", map[string]any{}, ErrDamaged}, {"history", 7, ErrDamaged},
		{"made_ms", "today", ErrDamaged}, {"made_by", 1, ErrDamaged}, {"omitted", 1.5, ErrDamaged},
	} {
		bent := object(t, some(t))
		bent[c.member] = c.value
		_, err := Decode(marshal(t, bent))
		if !errors.Is(err, c.want) {
			t.Errorf("%s %v: error %v, want %v", c.member, c.value, err, c.want)
		}
		if err != nil && (strings.Contains(err.Error(), "zebra") || strings.Contains(err.Error(), "abandon")) {
			t.Errorf("an error quotes a word: %v", err)
		}
	}
	for _, text := range []string{"", "null", "[]", "{", `"satchel wallet"`, strings.Repeat("[", 100_000), "\xff"} {
		if _, err := Decode([]byte(text)); !errors.Is(err, ErrForeign) {
			t.Errorf("%.20q: %v", text, err)
		}
	}
	if _, err := Decode(make([]byte, maxContent+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("more than there may be: %v", err)
	}
}

// TestNewerVersionsMayLookOtherwise shows that a file of a later version is told
// as that, whatever its members are.
func TestNewerVersionsMayLookOtherwise(t *testing.T) {
	if _, err := Decode([]byte(`{"format":"satchel wallet","version":2,"words":{"of":7},"history":"elsewhere"}`)); !errors.Is(err, ErrNewer) {
		t.Errorf("error %v", err)
	}
}

func TestUnknownMembersAreIgnored(t *testing.T) {
	more := object(t, some(t))
	more["mood"] = []int{1}
	for _, list := range []string{"federations", "history"} {
		for _, item := range more[list].([]any) {
			item.(map[string]any)["mood"] = map[string]any{"deep": []int{1}}
		}
	}
	got, err := Decode(marshal(t, more))
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, some(t))
}

// TestOneBadItemIsLeftOut bends the first federation or operation, and has the
// rest.
func TestOneBadItemIsLeftOut(t *testing.T) {
	other := federation(t, "elsewhere")
	for _, c := range []struct {
		list, member string
		value        any
	}{
		{"federations", "id", "00"}, {"federations", "id", other.ID}, {"federations", "invite", "fed1"}, {"federations", "invite", other.Invite},
		{"federations", "invite", nil}, {"federations", "derivation", "triple"}, {"federations", "derivation", nil}, {"federations", "derivation", 2},
		{"federations", "config", other.Config}, {"federations", "config", 7}, {"federations", "balance_msat", -1},
		{"history", "amount_msat", -1}, {"history", "amount_msat", 1e30}, {"history", "operation_id", "x"}, {"history", "operation_id", wire.OperationID{}}, {"history", "federation", nil}, {"history", "title", 5},
	} {
		bent := object(t, some(t))
		bent[c.list].([]any)[0].(map[string]any)[c.member] = c.value
		want := some(t)
		want.Unread = 1
		if c.list == "history" {
			want.History = want.History[1:]
		} else {
			want.Federations = want.Federations[1:]
		}
		got, err := Decode(marshal(t, bent))
		if err != nil {
			t.Fatalf("%s %v: %v", c.member, c.value, err)
		}
		same(t, got, want)
	}
	bent := object(t, some(t))
	for _, list := range []string{"history", "federations"} {
		bent[list] = append(bent[list].([]any), nil, 5, "x", []int{}, map[string]string{"derivation": "single"})
	}
	if got, err := Decode(marshal(t, bent)); err != nil || got.Unread != 10 || len(got.History) != 2 || len(got.Federations) != 2 {
		t.Errorf("%d operations, %d federations, %d unread (%v)", len(got.History), len(got.Federations), got.Unread, err)
	}
}

func TestTextsAreCut(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "Käse": "Käse", "a\nb\tc": "a b c", "\u202egnp.exe": "gnp.exe", "\x00\x1b[31m": "[31m", "a\u00a0b": "a b",
		"broken \xff": "broken ", strings.Repeat("ö", MaxText+1): strings.Repeat("ö", MaxText), strings.Repeat("\u200b", 5000) + "x": "x",
		"<img src=x onerror=alert(1)>": "<img src=x onerror=alert(1)>",
	} {
		if got := cut(in); got != want || !utf8.ValidString(got) || cut(got) != got {
			t.Errorf("%.40q is cut to %q, want %q", in, got, want)
		}
	}
	long := strings.Repeat("x", 5000)
	a := some(t)
	a.MadeBy, a.Federations[0].Name, a.Federations[0].Label = long, long, long
	e := &a.History[0]
	e.Title, e.Label, e.State, e.Why = long, long, long, long
	text, err := Encode(a)
	if err != nil || bytes.Contains(text, []byte(long[:MaxText+1])) || bytes.Count(text, []byte(long[:MaxText])) != 7 {
		t.Errorf("written as %s (%v)", text, err)
	}
	uncut := bytes.ReplaceAll(text, []byte(long[:MaxText]), []byte(long))
	got, err := Decode(uncut)
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, a)
	if f, e := got.Federations[0], got.History[0]; len(got.MadeBy+f.Name+f.Label+e.Title+e.Label+e.State+e.Why) != 7*MaxText {
		t.Errorf("read with %d characters of made_by", len(got.MadeBy))
	}
}

func TestEncodeRefuses(t *testing.T) {
	a := some(t)
	a.Federations[0].Derivation = 0
	if _, err := Encode(a); err == nil {
		t.Error("a federation without a derivation is written")
	}
	a = some(t)
	a.Federations[0].Invite = a.Federations[1].Invite
	if _, err := Encode(a); err == nil {
		t.Error("a federation with the invite code of another is written")
	}
	a = some(t)
	a.Federations[0].Config = federation(t, "elsewhere").Config
	if _, err := Encode(a); !errors.Is(err, wire.ErrFederationID) {
		t.Errorf("a federation with the config of another: %v", err)
	}
	a = some(t)
	a.History[1].ID = wire.OperationID{}
	if _, err := Encode(a); err == nil {
		t.Error("an operation without an id is written")
	}
}

func TestOldestOperationsMakeRoom(t *testing.T) {
	a := some(t)
	a.History = make([]Entry, 60_000)
	for i := range a.History {
		a.History[i] = Entry{ID: wire.OperationID{1}, Title: "send", Began: int64(-i)}
	}
	text, err := Encode(a)
	if err != nil || len(text) > maxContent || len(text) < maxContent*9/10 {
		t.Fatalf("%d bytes (%v)", len(text), err)
	}
	got, err := Decode(text)
	if err != nil || got.Unread != 0 || len(got.Federations) != 2 {
		t.Fatalf("%d unread (%v)", got.Unread, err)
	}
	if n := len(got.History); n == 0 || n+got.Omitted != 60_000+3 || got.History[n-1].Began != int64(1-n) {
		t.Errorf("%d operations, %d omitted", n, got.Omitted)
	}
}

func TestConfigsMakeRoom(t *testing.T) {
	a := some(t)
	for i := range 3 {
		f := federation(t, fmt.Sprint("large", i))
		f.Config.Meta["picture"] = strings.Repeat("x", maxContent/4)
		a.Federations = append(a.Federations, f)
	}
	text, err := Encode(a)
	if err != nil || len(text) > 100_000 {
		t.Fatalf("%d bytes (%v)", len(text), err)
	}
	got, err := Decode(text)
	if err != nil || len(got.Federations) != 5 || got.Federations[0].Config != nil || len(got.History) != 2 {
		t.Errorf("%d federations (%v)", len(got.Federations), err)
	}
	if a.Federations[0].Config == nil {
		t.Error("the caller's federations were changed")
	}
	for len(a.Federations) <= maxFederations {
		a.Federations = append(a.Federations, a.Federations[0])
	}
	if _, err := Encode(a); !errors.Is(err, ErrTooLarge) {
		t.Errorf("more federations than are read: %v", err)
	}
}

func TestListsAreBounded(t *testing.T) {
	text := []byte(`{"format":"satchel wallet","version":1,"words":"` + abandon + `","history":[` +
		strings.Repeat(`0,`, 200_000) + `0],"federations":[` + strings.Repeat("[],", 1000) + `[]]}`)
	got, err := Decode(text)
	if err != nil || got.Unread != 200_001+1001 || got.History != nil || got.Federations != nil {
		t.Errorf("%d unread, %d operations (%v)", got.Unread, len(got.History), err)
	}
	var read []string
	l := list{most: 2, read: func(item []byte) error {
		if string(item) == "0" {
			return errors.New("zero")
		}
		read = append(read, string(item))
		return nil
	}}
	if err := json.Unmarshal([]byte("[1, 0, 2, 0, 3]"), &l); err != nil || strings.Join(read, " ") != "1 2" || l.bad != 3 {
		t.Errorf("%q read, %d not (%v)", read, l.bad, err)
	}
}

// FuzzDecodeArchive looks for content that makes reading it panic, or that is
// written and read back as something else.
func FuzzDecodeArchive(f *testing.F) {
	for _, a := range []Archive{some(f), {Words: words(f, abandon)}} {
		text, err := Encode(a)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"format":"satchel wallet","version":1,"words":"` + abandon + `","history":[{}],"federations":[null,{"derivation":"single"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		a, err := Decode(text)
		if err != nil {
			return
		}
		first, err := Encode(a)
		if err != nil {
			t.Fatalf("%q is read and cannot be written: %v", text, err)
		}
		b, err := Decode(first)
		if err != nil || b.Unread != 0 {
			t.Fatalf("%q is written as %q, of which %d are not read (%v)", text, first, b.Unread, err)
		}
		if second, err := Encode(b); err != nil || !bytes.Equal(first, second) {
			t.Errorf("%q is written as %q and then as %q (%v)", text, first, second, err)
		}
	})
}
