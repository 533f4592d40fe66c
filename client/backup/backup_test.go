package backup

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"satchel/client/secret"
	"satchel/client/vectors"
	"satchel/client/wire"
)

func checkBackup(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Federation vectors.Hex `json:"federation_id"`
		Material   vectors.Hex `json:"ikm"`
		Nonce      vectors.Hex
		Salt       vectors.Hex
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		Ciphertext vectors.Hex
		Encoded    vectors.Hex
		ID         wire.PublicKey `json:"backup_id"`
		Key        vectors.Hex    `json:"encryption_key"`
		PaddedLen  int            `json:"padded_len"`
		Signer     wire.SecretKey `json:"signing_secret"`
	}](t, e.Expected)
	keys := NewKeys(secret.Single.Client(secret.NewRoot(in.Material, in.Salt), [32]byte(in.Federation)))
	if keys.ID() != want.ID || !bytes.Equal(keys.hidden.cipher[:], want.Key) || keys.hidden.signer != want.Signer {
		t.Errorf("keys of %v, want %v", keys.ID(), want.ID)
	}
	b, err := wire.Decode[wire.ClientBackup](want.Encoded)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := keys.Seal(b, bytes.NewReader(in.Nonce))
	if err != nil || !bytes.Equal(payload, want.Ciphertext) || len(payload) != want.PaddedLen+28 {
		t.Errorf("sealed as %x (%v), want %x", payload, err, want.Ciphertext)
	}
	back, err := keys.Open(want.Ciphertext)
	if err != nil || !bytes.Equal(wire.Encode(back), want.Encoded) {
		t.Errorf("opened as %x (%v), want %x", wire.Encode(back), err, want.Encoded)
	}
	request := keys.Sign(payload, wire.SystemTime{Secs: 1})
	if request.Request.ID != want.ID || request.Verify() != nil {
		t.Errorf("request of %v: %v", request.Request.ID, request.Verify())
	}
}

func checkOpen(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct{ Ciphertext, Key vectors.Hex }](t, e.Inputs)
	plain, err := open([32]byte(in.Key), in.Ciphertext)
	if e.Rejected() {
		if !errors.Is(err, ErrSealed) {
			t.Errorf("opened as %x (%v)", plain, err)
		}
		return
	}
	want := vectors.Decode[struct{ Plaintext vectors.Hex }](t, e.Expected)
	if err != nil || !bytes.Equal(plain, want.Plaintext) {
		t.Errorf("opened as %x (%v), want %x", plain, err, want.Plaintext)
	}
}

func TestVectors(t *testing.T) {
	vectors.Run(t, "backup", map[string]vectors.Handler{
		"backup": checkBackup, "open": checkOpen,
	}, map[string]string{
		"request": "client/wire", "snapshot": "client/wire",
	})
}

// someKeys are the keys of a wallet whose entropy is n.
func someKeys(t testing.TB, n byte) Keys {
	t.Helper()
	words, err := secret.WordsFromEntropy(bytes.Repeat([]byte{n}, 16))
	if err != nil {
		t.Fatal(err)
	}
	return NewKeys(secret.Double.Client(words.Root(), [32]byte{1}))
}

// nonces are 12 bytes of n.
func nonces(n byte) *bytes.Reader { return bytes.NewReader(bytes.Repeat([]byte{n}, 12)) }

func seal(t testing.TB, k Keys, b wire.ClientBackup) []byte {
	t.Helper()
	payload, err := k.Seal(b, nonces(7))
	if err != nil {
		t.Fatal(err)
	}
	return payload
}

func TestSealPads(t *testing.T) {
	keys := someKeys(t, 1)
	for metadata, want := range map[int]int{
		0: 4096, 4096 - 1 - 3 - 2: 4096, 4096 - 1 - 3 - 2 + 1: 8192, 8192 - 1 - 3 - 2: 8192,
	} {
		if got := len(seal(t, keys, wire.ClientBackup{Metadata: make([]byte, metadata)})); got != want+28 {
			t.Errorf("metadata of %d bytes: payload of %d, want %d", metadata, got, want+28)
		}
	}
}

func TestSealKeepsToTheLimit(t *testing.T) {
	keys := someKeys(t, 1)
	most := 31*4096 - 1 - 5 - 2 // the next multiple of 4096 leaves no room for nonce and tag
	payload := seal(t, keys, wire.ClientBackup{Metadata: make([]byte, most)})
	if len(payload) > wire.MaxBackupPayload {
		t.Errorf("payload of %d bytes", len(payload))
	}
	if b, err := keys.Open(payload); err != nil || len(b.Metadata) != most {
		t.Errorf("opened with metadata of %d bytes, %v", len(b.Metadata), err)
	}
	if _, err := keys.Seal(wire.ClientBackup{Metadata: make([]byte, most+1)}, nonces(1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a backup that is too large: %v", err)
	}
}

func TestSealNeedsRandomness(t *testing.T) {
	lost := errors.New("no randomness")
	if _, err := someKeys(t, 1).Seal(wire.ClientBackup{}, iotest.ErrReader(lost)); !errors.Is(err, lost) {
		t.Errorf("sealed: %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	keys := someKeys(t, 1)
	good := seal(t, keys, wire.ClientBackup{SessionCount: 5})
	bent := func(i int) []byte {
		b := bytes.Clone(good)
		b[i] ^= 1
		return b
	}
	for what, payload := range map[string][]byte{
		"nothing": nil, "a nonce": good[:12], "less than a nonce": good[:11], "a part": good[:len(good)-1],
		"another nonce": bent(0), "another text": bent(100), "another tag": bent(len(good) - 1),
		"of another client": seal(t, someKeys(t, 2), wire.ClientBackup{}),
	} {
		if b, err := keys.Open(payload); !errors.Is(err, ErrSealed) {
			t.Errorf("%s opens as %v (%v)", what, b, err)
		}
	}
	var decoding *wire.DecodeError
	if _, err := keys.Open(sealBytes(keys, bytes.Repeat([]byte{0xff}, 4096))); !errors.As(err, &decoding) {
		t.Errorf("what is no backup: %v", err)
	}
}

// sealBytes seals what need not be a backup.
func sealBytes(k Keys, plain []byte) []byte {
	nonce := make([]byte, 12)
	return newAEAD(k.hidden.cipher).Seal(nonce, nonce, plain, nil)
}

func TestNewest(t *testing.T) {
	keys := someKeys(t, 1)
	answer := func(k Keys, session uint64) *wire.ClientBackupSnapshot {
		return &wire.ClientBackupSnapshot{Timestamp: wire.SystemTime{Secs: 99 - session}, Data: seal(t, k, wire.ClientBackup{SessionCount: session})}
	}
	foreign := answer(someKeys(t, 2), 90)
	for _, c := range []struct {
		answers []*wire.ClientBackupSnapshot
		session uint64
		ok      bool
	}{
		{nil, 0, false},
		{[]*wire.ClientBackupSnapshot{nil, foreign, {}}, 0, false},
		{[]*wire.ClientBackupSnapshot{nil, answer(keys, 0), foreign}, 0, true},
		{[]*wire.ClientBackupSnapshot{answer(keys, 4), answer(keys, 7), foreign, answer(keys, 6)}, 7, true},
	} {
		if got, ok := keys.Newest(c.answers); ok != c.ok || got.SessionCount != c.session {
			t.Errorf("%d answers: session %d, %v; want %d, %v", len(c.answers), got.SessionCount, ok, c.session, c.ok)
		}
	}
}

// Of backups of one session the one counts that was kept last, whichever guardian
// answers first.
func TestNewestOfOneSession(t *testing.T) {
	keys := someKeys(t, 1)
	var answers []*wire.ClientBackupSnapshot
	for i, at := range []wire.SystemTime{{Secs: 5}, {Secs: 7, Nanos: 2}, {Secs: 7, Nanos: 1}, {Secs: 6, Nanos: 9}} {
		b := wire.ClientBackup{SessionCount: 3, Metadata: []byte{byte(i)}}
		answers = append(answers, &wire.ClientBackupSnapshot{Timestamp: at, Data: seal(t, keys, b)})
	}
	for range answers {
		answers = append(answers[1:], answers[0])
		if got, ok := keys.Newest(answers); !ok || got.Metadata[0] != 1 {
			t.Errorf("the newest is %v, %v", got.Metadata, ok)
		}
	}
}

func TestFit(t *testing.T) {
	part := func(id wire.ModuleID, size int) wire.DynModuleBackup {
		return wire.DynModuleBackup{Dyn: wire.Dyn{Module: id, Body: make([]byte, size)}}
	}
	backup := func(session uint64, parts ...wire.DynModuleBackup) wire.ClientBackup {
		b := wire.ClientBackup{SessionCount: session, Metadata: []byte("{}"), Modules: map[wire.ModuleID]wire.DynModuleBackup{}}
		for _, p := range parts {
			b.Modules[p.Module] = p
		}
		return b
	}
	const most = 32<<10 - 1 - 4 // an id of one byte, a length of three, and one to stay below
	before := backup(3, part(1, 10), part(2, most), part(3, most+1), part(4, 40))
	now := backup(5, part(1, most), part(2, most+1), part(3, most+1), part(5, 50))
	for _, c := range []struct {
		before *wire.ClientBackup
		want   wire.ClientBackup
	}{
		{nil, backup(5, part(1, most), part(5, 50))},
		{&before, backup(5, part(1, most), part(2, most), part(4, 40), part(5, 50))},
	} {
		if got := Fit(now, c.before); !bytes.Equal(wire.Encode(got), wire.Encode(c.want)) {
			t.Errorf("with %v before: %v, want %v", c.before, got.Modules, c.want.Modules)
		}
	}
}

func TestKeysDoNotPrint(t *testing.T) {
	keys := someKeys(t, 1)
	for _, verb := range []string{"%v", "%+v", "%#v", "%x", "%s", "%d"} {
		text := fmt.Sprintf(verb, keys) + fmt.Sprintf(verb, struct{ keys Keys }{keys})
		for _, key := range [][32]byte{keys.hidden.cipher, keys.hidden.signer} {
			for _, form := range []string{"%x", "%d", "% x"} {
				if strings.Contains(text, strings.Trim(fmt.Sprintf(form, key[:4]), "[]")) {
					t.Errorf("%s shows %s", verb, text)
				}
			}
		}
	}
}

// FuzzDecodeBackup looks for what somebody with the keys, or a guardian, could
// send to make opening panic.
func FuzzDecodeBackup(f *testing.F) {
	keys := someKeys(f, 1)
	f.Add(seal(f, keys, wire.ClientBackup{SessionCount: 5, Metadata: []byte("{}")}), false)
	f.Add(wire.Encode(wire.ClientBackup{SessionCount: 5, Metadata: []byte("{}")}), true)
	f.Add([]byte{}, false)
	f.Fuzz(func(t *testing.T, b []byte, plain bool) {
		if plain {
			b = sealBytes(keys, b)
		}
		backup, err := keys.Open(b)
		if err == nil && !plain && len(b) < 4096+28 {
			t.Errorf("%x opens as %v", b, backup)
		}
	})
}
