package wire_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"strings"
	"testing"

	"satchel/client/vectors"
	"satchel/client/wire"
)

// invited is what an invite code says.
type invited struct {
	APISecret    *string           `json:"api_secret"`
	FederationID wire.FederationID `json:"federation_id"`
	Peers        map[wire.PeerID]wire.SafeURL
	AllPeers     map[wire.PeerID]wire.SafeURL `json:"all_peers"`
}

func (i invited) check(t *testing.T, code wire.InviteCode) {
	t.Helper()
	if code.FederationID() != i.FederationID || !reflect.DeepEqual(code.APISecret(), i.APISecret) || !maps.Equal(code.Guardians(), i.Peers) {
		t.Errorf("code says %v, %v, %v", code.FederationID(), code.APISecret(), code.Guardians())
	}
}

// checkForms checks all forms of one code.
func checkForms(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[invited](t, e.Inputs)
	want := vectors.Decode[struct {
		Base32, Bech32m, JSON string
		Hex                   vectors.Hex
		Legacy                string `json:"legacy_bech32"`
	}](t, e.Expected)
	code, err := wire.Decode[wire.InviteCode](want.Hex)
	if err != nil {
		t.Fatal(err)
	}
	in.check(t, code)
	if code.String() != want.Bech32m || code.Base32() != want.Base32 || !bytes.Equal(wire.Encode(code), want.Hex) {
		t.Errorf("code is written\n%v\n%v\n%x", code, code.Base32(), wire.Encode(code))
	}
	if text, err := json.Marshal(code); err != nil || string(text) != `"`+want.JSON+`"` {
		t.Errorf("JSON %s (%v)", text, err)
	}
	for _, s := range []string{want.Base32, want.Bech32m, want.Legacy, strings.ToUpper(want.Base32), strings.ToUpper(want.Bech32m)} {
		back, err := wire.ParseInviteCode(s)
		if err != nil || !bytes.Equal(wire.Encode(back), want.Hex) {
			t.Errorf("%s read as %v (%v)", s, back, err)
		}
	}
}

// checkNewInvite checks forms, and that we make the same code.
func checkNewInvite(t *testing.T, e vectors.Entry) {
	checkForms(t, e)
	in := vectors.Decode[invited](t, e.Inputs)
	guardians := in.AllPeers
	if guardians == nil {
		guardians = in.Peers
	}
	code, err := wire.NewInviteCode(in.FederationID, guardians, in.APISecret)
	if err != nil {
		t.Fatal(err)
	}
	want := vectors.Decode[encoded](t, e.Expected)
	if got := wire.Encode(code); !bytes.Equal(got, want.Hex) {
		t.Errorf("new code %x, want %x", got, want.Hex)
	}
}

func checkParsedInvite(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct{ String string }](t, e.Inputs)
	code, err := wire.ParseInviteCode(in.String)
	if e.Rejected() {
		if err == nil {
			t.Errorf("%q is read as %v", in.String, code)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	vectors.Decode[struct{ Accept invited }](t, e.Expected).Accept.check(t, code)
}

func TestInviteVectors(t *testing.T) {
	vectors.Run(t, "invite", map[string]vectors.Handler{
		"single": checkNewInvite, "map": checkNewInvite, "unknown-part": checkForms, "parse": checkParsedInvite,
	}, nil)
}

func TestInviteTooLongForBech32(t *testing.T) {
	guardians := make(map[wire.PeerID]wire.SafeURL)
	for peer := range wire.PeerID(4) {
		u, err := wire.ParseURL("wss://guardian.example/" + strings.Repeat("long/", 80))
		if err != nil {
			t.Fatal(err)
		}
		guardians[peer] = u
	}
	code, err := wire.NewInviteCode(wire.FederationID{1}, guardians, nil)
	if err != nil {
		t.Fatal(err)
	}
	if code.String() != code.Base32() {
		t.Errorf("code of %d characters in bech32m", len(code.String()))
	}
	if back, err := wire.ParseInviteCode(code.String()); err != nil || back.String() != code.String() {
		t.Errorf("read back as %v (%v)", back, err)
	}
}

func TestInviteOfNobody(t *testing.T) {
	if code, err := wire.NewInviteCode(wire.FederationID{1}, nil, nil); err == nil {
		t.Errorf("made %v", code)
	}
}

func TestLastPartOfAGuardianCounts(t *testing.T) {
	// Two parts for guardian 0, two federations: the later url, the first id.
	b := []byte{4}
	for _, u := range []string{"ws://a/", "ws://b/"} {
		b = wire.AppendEnum(b, 0, func(b []byte) []byte { return wire.AppendUint(wire.AppendText(b, u), 0) })
	}
	for id := range byte(2) {
		b = wire.AppendEnum(b, 1, wire.FederationID{id}.Append)
	}
	code, err := wire.Decode[wire.InviteCode](b)
	if err != nil {
		t.Fatal(err)
	}
	if got := code.Guardians()[0].String(); got != "ws://b/" || code.FederationID() != (wire.FederationID{0}) {
		t.Errorf("guardian 0 is %s, federation %v", got, code.FederationID())
	}
}
