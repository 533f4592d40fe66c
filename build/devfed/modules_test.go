package devfed_test

import (
	"encoding/hex"
	"encoding/json"
	"testing"

	"satchel/build/devfed"
	"satchel/client/wire"
)

// TestMintMethods asks every guardian about notes before and after.
func TestMintMethods(t *testing.T) {
	f := start(t, devfed.Options{})
	p := open(t, f)
	coins := p.draw(f, 1024)
	r := newRequest(t, 512)
	nonce := coins[0].note.SpendKey.PublicKey()
	check := func(want bool) {
		t.Helper()
		for peer, s := range p.sockets {
			if got := ask[bool](s, "module_1_note_spent", nonce); got != want {
				t.Errorf("guardian %d: note spent %v, want %v", peer, got, want)
			}
			if got := ask[bool](s, "module_1_blind_nonce_used", r.blind); got != want {
				t.Errorf("guardian %d: blind nonce used %v, want %v", peer, got, want)
			}
		}
	}
	check(false)
	tx := p.transaction(coins, []request{r})
	if text := p.submit(tx); text != "" {
		t.Fatal(text)
	}
	check(true)

	other := newRequest(t, 1).blind
	for _, s := range p.sockets {
		if got := string(s.must("module_1_recovery_blind_nonce_outpoints", []wire.G1{r.blind})); got != `[{"txid":"`+tx.TxID().String()+`","out_idx":0}]` {
			t.Errorf("outpoints %s", got)
		}
		if _, err := s.call("module_1_recovery_blind_nonce_outpoints", []wire.G1{r.blind, other}); err == nil || err.Error() != "400 blind nonce not found" {
			t.Errorf("outpoint of an unknown blind nonce: %v", err)
		}
	}
}

// TestRecoveryItems compares the recovery list with the transactions made.
func TestRecoveryItems(t *testing.T) {
	f := start(t, devfed.Options{})
	p := open(t, f)
	s := p.some()
	if got := ask[uint64](s, "module_1_recovery_count", nil); got != 0 {
		t.Fatalf("%d items before anything was issued", got)
	}
	coins := p.draw(f, 2048+1024)
	requests := newRequests(t, 1024, 512, 64)
	if text := p.submit(p.transaction(coins, requests)); text != "" {
		t.Fatal(text)
	}
	var want wire.MintRecoverySlice
	for _, c := range coins {
		nonce := c.note.SpendKey.PublicKey()
		want = append(want, wire.MintRecoveryItem{Spent: true, Hash: wire.Hash160Of(nonce[:])})
	}
	for _, r := range requests {
		want = append(want, wire.MintRecoveryItem{Amount: r.amount, Hash: wire.Hash160Of(r.blind[:])})
	}
	for _, s := range p.sockets {
		count := ask[uint64](s, "module_1_recovery_count", nil)
		if count != 2+5 {
			t.Fatalf("%d items, want 7", count)
		}
		for _, c := range []struct {
			from, to uint64
			want     wire.MintRecoverySlice
		}{
			{2, 7, want}, {3, 5, want[1:3]}, {6, 1 << 60, want[4:]}, {7, 9, nil}, {1 << 60, 1<<60 + 1, nil}, {5, 2, nil}, {3, 3, nil},
		} {
			bounds := []uint64{c.from, c.to}
			slice := decode[wire.MintRecoverySlice](t, ask[wire.SerdeBase64](s, "module_1_recovery_slice", bounds))
			hash := ask[wire.Hash](s, "module_1_recovery_slice_hash", bounds)
			if wire.HashOf(slice) != wire.HashOf(c.want) || hash != wire.HashOf(c.want) {
				t.Errorf("slice %v is %+v with hash %v, want %+v", bounds, slice, hash, c.want)
			}
		}
	}
}

// TestMeta reads the meta value through its revisions.
func TestMeta(t *testing.T) {
	first := `{"federation_name":"Müller & <Söhne>","welcome_message":"hi"}`
	f := start(t, devfed.Options{Name: "Müller & <Söhne>", Meta: []byte(first)})
	p := open(t, f)
	check := func(revision, value string) {
		t.Helper()
		for peer, s := range p.sockets {
			if got, want := string(s.must("module_0_get_consensus", 0)), `{"revision":`+revision+`,"value":"`+hex.EncodeToString([]byte(value))+`"}`; got != want {
				t.Errorf("guardian %d: got %s, want %s", peer, got, want)
			}
			if got := string(s.must("module_0_get_consensus_rev", 0)); got != revision {
				t.Errorf("guardian %d: revision %s, want %s", peer, got, revision)
			}
			for _, method := range []string{"module_0_get_consensus", "module_0_get_consensus_rev"} {
				if got := string(s.must(method, 1)); got != "null" {
					t.Errorf("guardian %d: %s of key 1 is %s", peer, method, got)
				}
			}
		}
	}
	check("0", first)
	second := `{"federation_name":"Meyer"}`
	for range 2 { // the second time it changes nothing
		if err := f.SetMeta(t.Context(), []byte(second)); err != nil {
			t.Fatal(err)
		}
		check("1", second)
	}
	for _, bad := range []string{``, `null`, `[]`, `"x"`, `{`, `{} x`} {
		if err := f.SetMeta(t.Context(), []byte(bad)); err == nil {
			t.Errorf("meta value %q was taken", bad)
		}
	}
	check("1", second)
	if name, _ := p.config.MetaText("federation_name"); name != "Müller & <Söhne>" {
		t.Errorf("the config has name %q", name)
	}
}

// TestModulesAreOptional runs federations of every mix of modules, which are
// numbered by the names of their kinds.
func TestModulesAreOptional(t *testing.T) {
	for _, c := range []struct {
		modules []wire.ModuleKind
		want    string
	}{
		{devfed.Kinds(), `{"0":"ln","1":"lnv2","2":"meta","3":"mint","4":"mintv2"}`},
		{[]wire.ModuleKind{"mintv2", "ln"}, `{"0":"ln","1":"mintv2"}`},
		{[]wire.ModuleKind{"mint", "lnv2", "meta"}, `{"0":"lnv2","1":"meta","2":"mint"}`},
		{[]wire.ModuleKind{"lnv2", "ln"}, `{"0":"ln","1":"lnv2"}`},
		{[]wire.ModuleKind{"mint"}, `{"0":"mint"}`},
		{[]wire.ModuleKind{"mintv2"}, `{"0":"mintv2"}`},
		{[]wire.ModuleKind{"meta"}, `{"0":"meta"}`},
		{[]wire.ModuleKind{"mint", "meta", "mint"}, `{"0":"meta","1":"mint"}`},
		{[]wire.ModuleKind{"mintv2", "meta"}, `{"0":"meta","1":"mintv2"}`},
		{[]wire.ModuleKind{"mintv2", "mint"}, `{"0":"mint","1":"mintv2"}`},
		{[]wire.ModuleKind{"mintv2", "mint", "meta"}, `{"0":"meta","1":"mint","2":"mintv2"}`},
	} {
		f := start(t, devfed.Options{Guardians: 1, Modules: c.modules})
		s := dial(t, f.Config().Guardians[0].URL.Full())
		config := ask[wire.ClientConfig](s, "client_config", nil)
		got, err := json.Marshal(config.Kinds())
		if err != nil || string(got) != c.want {
			t.Errorf("modules %v make %s (%v), want %s", c.modules, got, err, c.want)
		}
		versions := ask[wire.SupportedVersions](s, "version", nil)
		if len(versions.Modules) != len(config.Modules) {
			t.Errorf("modules %v have versions %+v", c.modules, versions.Modules)
		}
		_, err = f.Faucet.Ecash(t.Context(), 512)
		_, second := f.Faucet.EcashV2(t.Context(), 512)
		for kind, err := range map[wire.ModuleKind]error{wire.KindMint: err, wire.KindMintV2: second} {
			if has := len(config.ModulesOf(kind)) > 0; has != (err == nil) {
				t.Errorf("modules %v, faucet of %s: %v", c.modules, kind, err)
			}
			if len(config.ModulesOf(kind)) > 0 {
				p := openKind(t, f, kind)
				p.pay(p.draw(f, 4096), 1024, 512)
			}
		}
	}
}

// TestDefaultModules starts a federation that is asked for nothing.
func TestDefaultModules(t *testing.T) {
	f, err := devfed.Start(t.Context(), devfed.Options{Guardians: 1})
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(f.Config().Kinds())
	if want := `{"0":"ln","1":"lnv2","2":"meta","3":"mint","4":"mintv2"}`; err != nil || string(got) != want {
		t.Errorf("modules %s (%v), want %s", got, err, want)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}
