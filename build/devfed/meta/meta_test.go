package meta_test

import (
	"context"
	"encoding/hex"
	"testing"
	"testing/synctest"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/meta"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

// TestAgreement proposes values one guardian after the other and watches what
// they agree on.
func TestAgreement(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, err := kv.Open(t.Context(), kv.NewMemory().Handle())
		if err != nil {
			t.Fatal(err)
		}
		keys := make(map[wire.PeerID]wire.SecretKey)
		for i := range wire.PeerID(4) {
			keys[i] = wire.SecretKey{31: byte(i) + 1}
		}
		l := consensus.New(db, map[wire.ModuleID]consensus.Module{0: meta.Module(4)}, keys)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go l.Run(ctx)

		for i, c := range []struct {
			peer  wire.PeerID
			value string
			want  string // "" is nothing
			rev   uint64
		}{
			{0, "a", "", 0},
			{1, "a", "", 0},
			{0, "a", "", 0}, // the same guardian again
			{2, "b", "", 0},
			{3, "a", "a", 0}, // three of four
			{2, "a", "a", 0}, // gives up its own
			{0, "b", "a", 0},
			{1, "b", "a", 0},
			{1, "a", "a", 0}, // takes it back
			{2, "b", "a", 0},
			{3, "b", "b", 1},
			{1, "c", "b", 1},
			{0, "c", "b", 1}, // what was counted for b does not count again
			{2, "c", "c", 2},
		} {
			item := meta.Item{Salt: uint64(i), Key: meta.Key, Value: []byte(c.value)}
			if err := l.ProposeItem(ctx, c.peer, 0, item); err != nil {
				t.Fatal(err)
			}
			now, ok := meta.Get(l.View(0), meta.Key)
			if string(now.Value) != c.want || ok != (c.want != "") || now.Revision != c.rev {
				t.Errorf("step %d: %q of revision %d, want %q of %d", i, now.Value, now.Revision, c.want, c.rev)
			}
			if _, ok := meta.Get(l.View(0), 1); ok {
				t.Error("key 1 has a value")
			}
		}
		if err := l.ProposeItem(ctx, 0, 0, wire.Amount(1)); err == nil {
			t.Error("an item that is none was taken")
		}
	})
}

// TestForms has known answers of the reference.
func TestForms(t *testing.T) {
	item := meta.Item{Salt: 300, Value: []byte("{}")}
	value := meta.Value{Revision: 2, Value: []byte(`{"a":"b"}`)}
	for want, v := range map[string]wire.Appender{"fd012c00027b7d": item, "02097b2261223a2262227d": value} {
		if got := hex.EncodeToString(wire.Encode(v)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got, err := wire.Decode[meta.Item](wire.Encode(item)); err != nil || got.Salt != 300 || string(got.Value) != "{}" {
		t.Errorf("%+v, %v", got, err)
	}
}
