package archive

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"

	"satchel/client/secret"
	"satchel/client/vectors"
	"satchel/client/wire"
)

var rewrite = flag.Bool("rewrite", false, "write testdata anew")

const abandon = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"

func random() io.Reader { return rand.NewChaCha8([32]byte{1}) }

func words(t testing.TB, sentence string) secret.Words {
	t.Helper()
	w, err := secret.ParseWords(sentence)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// federation is one of a single guardian, with the secret of its API.
func federation(t testing.TB, name string) Federation {
	t.Helper()
	url, err := wire.ParseURL("wss://" + name + ".example/ws/")
	if err != nil {
		t.Fatal(err)
	}
	config := wire.ClientConfig{
		Guardians: map[wire.PeerID]wire.PeerURL{0: {URL: url, Name: "Ada"}},
		Version:   wire.Version{Major: 2, Minor: 1},
		Meta:      map[string]string{"federation_name": name},
		Modules:   map[wire.ModuleID]wire.ModuleConfig{},
	}
	password := "open sesame"
	id := config.FederationID()
	invite, err := wire.NewInviteCode(id, map[wire.PeerID]wire.SafeURL{0: url}, &password)
	if err != nil {
		t.Fatal(err)
	}
	return Federation{
		ID: id, Name: name, Label: "the one of the market", Invite: invite, Derivation: secret.Double,
		Joined: 1_700_000_000_000, Balance: 123_456, Config: &config,
	}
}

func some(t testing.TB) Archive {
	t.Helper()
	f := federation(t, "harbour")
	old := federation(t, "old")
	old.Derivation, old.Config, old.Label = secret.Single, nil, ""
	return Archive{
		Made: 1_760_000_000_000, MadeBy: "satchel 1.0", Words: words(t, abandon),
		Federations: []Federation{f, old},
		History: []Entry{
			{Federation: f.ID, ID: wire.OperationID{2}, Began: 1_750_000_000_000, Title: "send", State: "on its way", Outgoing: true, Requested: 5000, Amount: 5000, Fee: 100, Change: -5100},
			{Federation: old.ID, ID: wire.OperationID{1}, Began: 1_740_000_000_000, Title: "receive", Label: "Käse", State: "done", Final: true, Requested: 1_000_000, Amount: 999_000, Fee: 1000, Change: 999_000, Why: "so"},
		},
		Omitted: 3,
	}
}

// same compares what archives encode to, since their words do not compare.
func same(t *testing.T, got, want Archive) {
	t.Helper()
	a, err := Encode(got)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Encode(want)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) || got.Unread != want.Unread {
		t.Errorf("read as %s, %d unread; want %s, %d unread", a, got.Unread, b, want.Unread)
	}
}

func TestRoundTrip(t *testing.T) {
	want := some(t)
	file, err := seal(want, "öffne dich", 2, random())
	if err != nil {
		t.Fatal(err)
	}
	got, err := Open(file, "öffne dich")
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, want)
	if got.Words.Sentence() != abandon || !reflect.DeepEqual(got.Federations, want.Federations) || !reflect.DeepEqual(got.History, want.History) {
		t.Errorf("read as %v", got)
	}
	if s := got.Federations[0].Invite.APISecret(); s == nil || *s != "open sesame" {
		t.Error("the secret of the API is lost")
	}
}

func TestNothingButWords(t *testing.T) {
	text, err := Encode(Archive{Words: words(t, abandon)})
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"format":"satchel wallet","version":1,"made_ms":0,"made_by":"","words":"` + abandon + `","federations":[],"history":[],"omitted":0}`
	if string(text) != want {
		t.Errorf("encoded as %s", text)
	}
	for _, s := range []string{want, `{"format":"satchel wallet","version":1,"words":"` + abandon + `"}`, strings.ReplaceAll(want, "[]", "null")} {
		got, err := Decode([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, Archive{Words: words(t, abandon)})
	}
}

// TestSeal is the only test with the work of real files.
func TestSeal(t *testing.T) {
	file, err := Seal(some(t), "sesame", random())
	if err != nil {
		t.Fatal(err)
	}
	if _, rest, _ := strings.Cut(string(file), "-> scrypt "); !strings.HasPrefix(rest[23:], "16\n") {
		t.Errorf("begins with %q", file[:80])
	}
	got, err := Open(file, "sesame")
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, some(t))
	if _, err := Seal(some(t), "", random()); !errors.Is(err, ErrNoPassphrase) {
		t.Errorf("without a passphrase: %v", err)
	}
	broken := some(t)
	broken.Federations[0].Derivation = 0
	if file, err := Seal(broken, "sesame", random()); err == nil {
		t.Errorf("what cannot be encoded is sealed as %d bytes", len(file))
	}
}

// TestAgeOpens shows what a person sees who has only the age command.
func TestAgeOpens(t *testing.T) {
	file, err := seal(some(t), "sesame", 2, random())
	if err != nil {
		t.Fatal(err)
	}
	identity, err := age.NewScryptIdentity("sesame")
	if err != nil {
		t.Fatal(err)
	}
	r, err := age.Decrypt(bytes.NewReader(file), identity)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	var seen struct {
		Words       string
		Federations []struct{ Name, Invite, Derivation string }
		History     []struct {
			Title  string
			Amount uint64 `json:"amount_msat"`
		}
	}
	if err := json.Unmarshal(text, &seen); err != nil {
		t.Fatal(err)
	}
	if seen.Words != abandon || seen.Federations[1].Derivation != "single" || !strings.HasPrefix(seen.Federations[0].Invite, "fed1") || seen.History[1].Amount != 999_000 {
		t.Errorf("age shows %s", text)
	}
}

func TestOpensArmor(t *testing.T) {
	text, err := Encode(some(t))
	if err != nil {
		t.Fatal(err)
	}
	recipient, err := age.NewScryptRecipient("sesame")
	if err != nil {
		t.Fatal(err)
	}
	recipient.SetWorkFactor(2)
	var file bytes.Buffer
	out := armor.NewWriter(&file)
	w, err := age.Encrypt(out, recipient)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(), out.Close()); err != nil {
		t.Fatal(err)
	}
	got, err := Open(append([]byte("\n\n"), file.Bytes()...), "sesame")
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, some(t))
}

// TestReadsEveryVersion opens the files of all versions there have been.
func TestReadsEveryVersion(t *testing.T) {
	if *rewrite {
		file, err := seal(some(t), "correct horse", 2, random())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join("testdata", fmt.Sprintf("version%d.age", version)), file, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for v := 1; v <= version; v++ {
		file, err := os.ReadFile(filepath.Join("testdata", fmt.Sprintf("version%d.age", v)))
		if err != nil {
			t.Fatal(err)
		}
		got, err := Open(file, "correct horse")
		if err != nil {
			t.Fatalf("version %d: %v", v, err)
		}
		same(t, got, some(t))
	}
}

func TestOpenRefuses(t *testing.T) {
	file, err := seal(some(t), "sesame", 2, random())
	if err != nil {
		t.Fatal(err)
	}
	good := string(file)
	harder := strings.Replace(good, " 2\n", " 19\n", 1)
	for what, c := range map[string]struct {
		file, passphrase string
		want             error
	}{
		"nothing":            {"", "sesame", ErrForeign},
		"a picture":          {"\x89PNG\r\n\x1a\n", "sesame", ErrForeign},
		"plain json":         {`{"format":"satchel wallet","version":1}`, "sesame", ErrForeign},
		"a file to a key":    {"age-encryption.org/v1\n-> X25519 a\n\n--- " + strings.Repeat("A", 43) + "\n", "sesame", ErrForeign},
		"another passphrase": {good, "Sesame", ErrPassphrase},
		"no passphrase":      {good, "", ErrPassphrase},
		"half a file":        {good[:len(good)/2], "sesame", ErrDamaged},
		"a changed file":     {good[:len(good)-1] + "x", "sesame", ErrDamaged},
		"a changed header":   {strings.Replace(good, "\n--- ", "\n--- A", 1), "sesame", ErrDamaged},
		"another age":        {strings.Replace(good, "/v1", "/v2", 1), "sesame", ErrNewer},
		"too much work":      {harder, "sesame", ErrWork},
		"too large":          {good + strings.Repeat(" ", MaxFile), "sesame", ErrTooLarge},
	} {
		if a, err := Open([]byte(c.file), c.passphrase); !errors.Is(err, c.want) || !reflect.DeepEqual(a, Archive{}) {
			t.Errorf("%s: error %v, want %v", what, err, c.want)
		}
	}
}

// TestRealConfigs keeps the configs of federations of all kinds of modules.
func TestRealConfigs(t *testing.T) {
	checked := 0
	for _, e := range vectors.Load(t, "config") {
		if e.Kind != "client-config" {
			continue
		}
		checked++
		config := vectors.Decode[wire.ClientConfig](t, vectors.Decode[struct{ Wire json.RawMessage }](t, e.Inputs).Wire)
		want := vectors.Decode[struct {
			ID     wire.FederationID `json:"federation_id"`
			Invite wire.InviteCode   `json:"invite_code"`
		}](t, e.Expected)
		a := Archive{Words: words(t, abandon), Federations: []Federation{{ID: want.ID, Invite: want.Invite, Derivation: secret.Double, Config: &config}}}
		text, err := Encode(a)
		if err != nil {
			t.Fatalf("%s: %v", e.Name, err)
		}
		got, err := Decode(text)
		if err != nil || len(got.Federations) != 1 || wire.HashOf(*got.Federations[0].Config) != wire.HashOf(config) {
			t.Errorf("%s: read as %v (%v)", e.Name, got.Federations, err)
		}
	}
	if checked == 0 {
		t.Error("no configs")
	}
}
