package devfed_test

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"satchel/build/devfed"
	"satchel/build/devfed/guardian"
	"satchel/client/wire"
	"satchel/fsm/kv"
	"satchel/fsm/kv/logfile"
)

// TestRestartChangesNothing compares every answer of every guardian, the audit
// and the invite code before and after a restart.
func TestRestartChangesNothing(t *testing.T) {
	folder := t.TempDir()
	options := devfed.Options{Data: folder, Session: -1, Modules: devfed.Kinds(), Now: func() time.Time { return time.Unix(1_700_000_000, 0) }}
	f, err := devfed.Start(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	s := newSceneIn(t, f)
	last := s.p.transaction(s.p.draw(f, 1024), newRequests(t, 512)) // of the running session
	if text := s.p.submit(last); text != "" {
		t.Fatal(text)
	}
	s.questions = append(s.questions, question{"session_status", 3}, question{"signed_session_status", 3}, question{"await_transaction", last.TxID()})
	answers := s.everything()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}

	again := start(t, options)
	s.f, s.p = again, open(t, again)
	now := s.everything()
	for about, want := range answers {
		if got := now[about]; got != want {
			t.Errorf("%s: %.300s, want %.300s", about, got, want)
		}
	}
	s.p.pay(s.p.draw(again, 1024), 512)
}

// TestOlderFederation opens the state of one that was made before there was
// another kind of module: it stays without.
func TestOlderFederation(t *testing.T) {
	folder := t.TempDir()
	f, err := devfed.Start(t.Context(), devfed.Options{Data: folder, Session: -1, Guardians: 1, Modules: []wire.ModuleKind{"meta", "mint"}})
	if err != nil {
		t.Fatal(err)
	}
	coins := open(t, f).draw(f, 1024)
	id := f.ID()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	again := start(t, devfed.Options{Data: folder})
	if kinds := again.Config().Kinds(); again.ID() != id || len(kinds) != 2 {
		t.Errorf("federation %v with modules %v, want %v with two", again.ID(), kinds, id)
	}
	open(t, again).pay(coins, 512)
}

// everything returns what there is to be known, by what it is about.
func (s *scene) everything() map[string]string {
	all := map[string]string{"invite": s.f.Invite().String(), "audit": fmt.Sprint(s.f.Audit()), "address": s.f.Address()}
	for peer := range s.p.sockets {
		for i, q := range s.questions {
			all[fmt.Sprintf("guardian %d, question %d, %s", peer, i, q.method)] = s.answer(peer, q)
		}
	}
	return all
}

// TestAnotherFederationIsRefused opens a folder with options of another
// federation.
func TestAnotherFederationIsRefused(t *testing.T) {
	folder := t.TempDir()
	f, err := devfed.Start(t.Context(), devfed.Options{Data: folder, Guardians: 1, Modules: []wire.ModuleKind{"mint"}})
	if err != nil {
		t.Fatal(err)
	}
	address := f.Address()
	if _, err := devfed.Start(t.Context(), devfed.Options{Data: folder}); err == nil || !strings.Contains(err.Error(), "is running already") {
		t.Errorf("a second one in the same folder: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(address)
	for want, o := range map[string]devfed.Options{
		"this federation has 1 guardians, not 4":                {Guardians: 4},
		"this federation has the modules mint, not meta,mint":   {Modules: []wire.ModuleKind{"mint", "meta"}},
		`this federation is called "Satchel demo", not "other"`: {Name: "other"},
		"this federation's modules take fees":                   {NoFees: true},
		"cannot move to 127.0.0.1:1,":                           {Listen: "127.0.0.1:1"},
		"cannot move to localhost:0,":                           {Listen: "localhost:0"},
		"cannot move to localhost:" + port:                      {Listen: "localhost:" + port},
	} {
		o.Data = folder
		if _, err := devfed.Start(t.Context(), o); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "data folder") {
			t.Errorf("%+v: %v, want %s", o, err, want)
		}
	}
	for _, o := range []devfed.Options{
		{}, {Listen: address}, {Guardians: 1, Name: "Satchel demo", Modules: []wire.ModuleKind{"mint"}},
	} {
		o.Data = folder
		f, err := devfed.Start(t.Context(), o)
		if err != nil {
			t.Errorf("%+v: %v", o, err)
			continue
		}
		if f.Address() != address {
			t.Errorf("it moved from %s to %s", address, f.Address())
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestWrongOptions makes no federation at all.
func TestWrongOptions(t *testing.T) {
	for want, o := range map[string]devfed.Options{
		`unknown module "casino"; known are ln, lnv2, meta, mint, mintv2`: {Modules: []wire.ModuleKind{"mint", "casino"}},
		"5 of 4 guardians cannot be offline":                              {Offline: 5},
		"clients need a host":                                             {Listen: ":0"},
		`clients need a host by which`:                                    {Listen: "0.0.0.0:0"},
		"[::]:0":                                                          {Listen: "[::]:0"},
		`address "nonsense"`:                                              {Listen: "nonsense"},
		`meta value "[]" is no JSON object`:                               {Meta: []byte("[]")},
		`meta value "null" is no JSON object`:                             {Meta: []byte("null")},
	} {
		f, err := devfed.Start(t.Context(), o)
		if err == nil {
			f.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %s", o, err, want)
		}
	}
}

// TestHostIsKept finds a federation again under the name it was given, and its
// port by itself.
func TestHostIsKept(t *testing.T) {
	folder := t.TempDir()
	var first string
	for _, listen := range []string{"localhost:0", "", "localhost:0"} {
		f, err := devfed.Start(t.Context(), devfed.Options{Data: folder, Guardians: 1, Listen: listen})
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = f.Address()
		}
		if f.Address() != first || !strings.HasPrefix(first, "localhost:") {
			t.Errorf("it is at %s, after %s", f.Address(), first)
		}
		ask[wire.ClientConfig](dial(t, f.Config().Guardians[0].URL.Full()), "client_config", nil)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestNewMetaAfterRestart changes the meta value with an option.
func TestNewMetaAfterRestart(t *testing.T) {
	folder := t.TempDir()
	for _, c := range []struct {
		meta     string
		revision uint64
	}{{`{"a":"1"}`, 0}, {`{"a":"1"}`, 0}, {``, 0}, {`{"a":"2"}`, 1}, {``, 1}} {
		o := devfed.Options{Data: folder, Guardians: 1, Modules: cash}
		if c.meta != "" {
			o.Meta = []byte(c.meta)
		}
		f, err := devfed.Start(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if got := ask[uint64](dial(t, f.Config().Guardians[0].URL.Full()), "module_0_get_consensus_rev", 0); got != c.revision {
			t.Errorf("meta %s has revision %d, want %d", c.meta, got, c.revision)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestDamageIsFound flips a bit of one stored value.
func TestDamageIsFound(t *testing.T) {
	folder := t.TempDir()
	f, err := devfed.Start(t.Context(), devfed.Options{Data: folder, Guardians: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	store := logfile.Open(filepath.Join(folder, "federation.log"))
	seq, entries, err := store.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	value := entries["federation"]
	value[100] ^= 1
	if err := store.Commit(t.Context(), seq+1, []kv.Write{{Key: "federation", Value: value}}); err != nil {
		t.Fatal(err)
	}
	if _, err := devfed.Start(t.Context(), devfed.Options{Data: folder}); err == nil || !strings.Contains(err.Error(), "do not match their checksums") {
		t.Errorf("a damaged federation: %v", err)
	}
}

// TestEnd ends a federation by its context, with requests under way.
func TestEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f, err := devfed.Start(ctx, devfed.Options{Guardians: 4})
	if err != nil {
		t.Fatal(err)
	}
	p := open(t, f)
	behave(t, f, 2, guardian.Behaviour{State: guardian.Off})
	behave(t, f, 3, guardian.Behaviour{State: guardian.Off})
	p.sockets[0].send("await_transaction", wire.TxID{})
	waiting := make(chan error)
	go func() {
		_, err := f.CloseSession(context.Background())
		waiting <- err
	}()
	until(t, func() bool { return f.Waiting() == 1 })
	cancel()
	<-f.Ended()
	if err := <-waiting; err == nil {
		t.Error("a session was completed without a quorum")
	}
	if err := f.SetMeta(t.Context(), []byte("{}")); err == nil {
		t.Error("a federation that has ended agreed on something")
	}
	if _, _, err := p.sockets[0].conn.Read(t.Context()); err == nil {
		t.Error("a connection outlived the federation")
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}
