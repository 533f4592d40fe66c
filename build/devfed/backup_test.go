package devfed_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"satchel/build/devfed"
	"satchel/client/wire"
)

// backupRequest is the params of backup, signed with key over the encoding
// id, payload, timestamp.
func backupRequest(t *testing.T, key wire.SecretKey, payload []byte, at wire.SystemTime) map[string]any {
	t.Helper()
	id := key.PublicKey()
	signature, err := key.Sign(wire.HashOf(encoded(at.Append(wire.HexBytes(payload).Append(id.Append(nil))))))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{"id": id, "payload": wire.HexBytes(payload), "timestamp": at, "signature": signature}
}

type encoded []byte

func (e encoded) Append(b []byte) []byte { return append(b, e...) }

func TestBackup(t *testing.T) {
	now := time.Unix(1_700_000_000, 500)
	f := start(t, devfed.Options{Now: func() time.Time { return now }})
	p := open(t, f)
	s := p.sockets[0]
	key := newKey()
	at := func(seconds int64, nanos uint32) wire.SystemTime {
		return wire.SystemTime{Secs: uint64(now.Unix() + seconds), Nanos: nanos}
	}
	large := make([]byte, 128<<10)
	forged := backupRequest(t, key, []byte{1}, at(0, 5))
	forged["payload"] = "02"
	for _, c := range []struct {
		params any
		want   string // "" is taken
	}{
		{forged, "invalid request"},
		{backupRequest(t, key, []byte{1, 2, 3}, at(0, 5)), ""},
		{backupRequest(t, key, []byte{9}, at(0, 5)), "timestamp too small"},
		{backupRequest(t, key, []byte{9}, at(-1, 999_999_999)), "timestamp too small"},
		{backupRequest(t, key, []byte{9}, at(3600, 501)), "timestamp too far in the future"},
		{backupRequest(t, key, []byte{9}, wire.SystemTime{Secs: 1<<63 - 1}), "timestamp too far in the future"},
		{backupRequest(t, key, append(large, 1), at(0, 7)), "snapshot too large"},
		{backupRequest(t, key, large, at(0, 6)), ""},
		{backupRequest(t, key, []byte{4}, at(3600, 500)), ""},
		{backupRequest(t, newKey(), []byte{5}, at(0, 0)), ""},
	} {
		got, err := s.call("backup", c.params)
		if c.want == "" && (err != nil || string(got) != "null") {
			t.Errorf("backup answered %s, %v", got, err)
		}
		if c.want != "" && (err == nil || err.Error() != "400 "+c.want) {
			t.Errorf("backup answered %v, want %s", err, c.want)
		}
	}
	want := fmt.Sprintf(`{"timestamp":{"secs_since_epoch":%d,"nanos_since_epoch":500},"data":"04"}`, now.Unix()+3600)
	if got := string(s.must("recover", key.PublicKey())); got != want {
		t.Errorf("recover: got %s, want %s", got, want)
	}
	if got := string(p.sockets[1].must("recover", key.PublicKey())); got != "null" {
		t.Errorf("a guardian that got no backup has %s", got)
	}
	if got := string(s.must("recover", strings.ToUpper(key.PublicKey().String()))); got != want {
		t.Errorf("recover with capital letters: got %s", got)
	}
}

// TestBackupVector has the signed bytes of a known answer of the reference.
func TestBackupVector(t *testing.T) {
	f := start(t, devfed.Options{Guardians: 1})
	var key wire.SecretKey
	for i := range key {
		key[i] = 1
	}
	at := wire.SystemTime{Secs: 1_700_000_000, Nanos: 5}
	bytes := at.Append(wire.HexBytes{1, 2, 3}.Append(key.PublicKey().Append(nil)))
	if got, want := wire.HashOf(encoded(bytes)).String(), "f738ec2460e4d686f59b924861256531666491ec87281094f35a35c5d16cc614"; got != want {
		t.Fatalf("hash %s, want %s", got, want)
	}
	s := dial(t, f.Config().Guardians[0].URL.Full())
	s.must("backup", backupRequest(t, key, []byte{1, 2, 3}, at))
	if got, want := string(s.must("recover", key.PublicKey())), `{"timestamp":{"secs_since_epoch":1700000000,"nanos_since_epoch":5},"data":"010203"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
