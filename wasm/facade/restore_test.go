//go:build unix

package facade_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"satchel/build/devfed"
	"satchel/build/devfed/guardian"
	"satchel/build/devfed/liar"
	"satchel/client/wire"
	"satchel/wasm/facade"
)

// ended waits until every operation of a federation is at rest, and returns them.
func (w *wallet) ended(federation string) []facade.OperationView {
	w.t.Helper()
	list := must[[]facade.OperationView](w, "list_operation_views", fields{"federation": federation, "limit": 10_000})
	for _, op := range list {
		w.rest(federation, wire.OperationID(op.ID).String())
	}
	return must[[]facade.OperationView](w, "list_operation_views", fields{"federation": federation, "limit": 10_000})
}

// restored makes a wallet from words and joins.
func restored(t *testing.T, fed *devfed.Federation, words []string) (w *wallet, id string) {
	t.Helper()
	w = open(t, platform(t.TempDir()))
	must[any](w, "set_mnemonic", fields{"words": words})
	id = must[struct{ Federation string }](w, "join", fields{"invite_code": fed.Invite()}).Federation
	for _, op := range w.ended(id) {
		if op.Title == "restore" && op.State != "done" {
			t.Fatalf("restore is %s: %s", op.State, op.Why)
		}
	}
	return w, id
}

// The words alone bring back what a wallet had, of either generation, and what it
// had handed out that nobody has taken.
func TestRestoreFromWords(t *testing.T) {
	for name, modules := range map[string][]wire.ModuleKind{
		"first": {wire.KindMint}, "second": {wire.KindMintV2}, "both": {wire.KindMint, wire.KindMintV2, wire.KindMeta},
	} {
		t.Run(name, func(t *testing.T) {
			fed := federation(t, devfed.Options{Offline: 1, Modules: modules})
			w := open(t, platform(t.TempDir()))
			id := w.join(fed)
			w.receiveAny(id, fed, 600*1024)
			w.send(id, "gift", 100*1024)
			words := must[struct{ Mnemonic []string }](w, "get_mnemonic", nil).Mnemonic
			before := w.claim(id)
			w.stop()
			again, id := restored(t, fed, words)
			fees := wire.Amount(0)
			for _, op := range again.ended(id) {
				fees += op.Fee
			}
			if after := again.claim(id); after+fees != before || after == 0 {
				t.Errorf("%v were there, %v are, and %v of fees", before, after, fees)
			}
		})
	}
}

// A wallet's file brings back the words, the federations, which are restored, and
// the history.
func TestFile(t *testing.T) {
	fed := federation(t, devfed.Options{Offline: 1, Modules: []wire.ModuleKind{wire.KindMintV2}})
	w := open(t, platform(t.TempDir()))
	id := w.join(fed)
	w.receiveAny(id, fed, 600*1024)
	before := w.claim(id)
	saved := must[struct{ File, Name string }](w, "export_wallet", fields{"passphrase": "correct horse"})
	w.stop()

	w = open(t, platform(t.TempDir()))
	_, err := call[any](w, "read_export", fields{"file": saved.File, "passphrase": "correct house"})
	wantCode(t, err, facade.WrongPassphrase)
	_, err = call[any](w, "import_wallet", fields{"file": saved.File[:200], "passphrase": "correct horse"})
	wantCode(t, err, facade.DamagedFile)
	_, err = call[any](w, "export_wallet", fields{"passphrase": "correct horse"})
	wantCode(t, err, facade.NoWords)
	if w.view().Words {
		t.Fatal("a file that cannot be read changed something")
	}
	open := fields{"file": saved.File, "passphrase": "correct horse"}
	seen := must[facade.FileView](w, "read_export", open)
	if len(seen.Federations) != 1 || seen.Federations[0].ID.String() != id || seen.Operations == 0 || w.view().Words {
		t.Fatalf("the file has %+v", seen)
	}
	for range 2 { // importing again changes nothing
		must[facade.FileView](w, "import_wallet", open)
	}
	must[any](w, "join", fields{"invite_code": seen.Federations[0].Invite, "restore": true})
	fees := wire.Amount(0)
	for _, op := range w.ended(id) {
		fees += op.Fee
	}
	if after := w.claim(id); after+fees != before || after == 0 {
		t.Errorf("%v were there, %v are, and %v of fees", before, after, fees)
	}
	old := must[[]facade.ArchivedView](w, "list_archived", fields{"federation": id})
	if len(old) != seen.Operations || old[0].Title != "receive" {
		t.Errorf("the history is %+v", old)
	}
	other := open2(t)
	must[any](other, "generate_mnemonic", nil)
	_, err = call[any](other, "import_wallet", open)
	wantCode(t, err, facade.HasWords)
}

// A wallet that cannot join what its file names saves all of it again, and says
// that it knows no balance. The file of the same wallet shows nothing twice.
func TestFileAgain(t *testing.T) {
	fed := federation(t, devfed.Options{Modules: []wire.ModuleKind{wire.KindMintV2}})
	w := open(t, platform(t.TempDir()))
	id := w.join(fed)
	w.receiveAny(id, fed, 600*1024)
	pass := fields{"passphrase": "correct horse"}
	first := must[facade.SavedView](w, "export_wallet", pass)
	if f := first.View.Federations; len(f) != 1 || f[0].Unknown || f[0].Balance == 0 || first.View.Operations != 1 {
		t.Fatalf("the first file has %+v", first.View)
	}
	taken := fields{"file": first.File, "passphrase": "correct horse"}
	must[any](w, "import_wallet", taken)
	if again := must[facade.SavedView](w, "export_wallet", pass).View; again.Operations != 1 {
		t.Errorf("with its own file taken in, the next has %+v", again)
	}
	if old := must[[]facade.ArchivedView](w, "list_archived", fields{"federation": id}); len(old) != 0 {
		t.Errorf("shown twice are %+v", old)
	}

	other := open2(t)
	must[any](other, "import_wallet", taken)
	if v := other.view(); len(v.Invited) != 1 || v.Invited[0].Invite.String() != first.View.Federations[0].Invite.String() {
		t.Errorf("invited to %+v", v.Invited)
	}
	second := must[facade.SavedView](other, "export_wallet", pass)
	seen := must[facade.FileView](other, "read_export", fields{"file": second.File, "passphrase": "correct horse"})
	if f := seen.Federations; len(f) != 1 || !f[0].Unknown || !second.View.Federations[0].Unknown || seen.Operations != 1 {
		t.Errorf("the second file has %+v", seen)
	}
	must[any](other, "join", fields{"invite_code": seen.Federations[0].Invite, "restore": true})
	if v := other.view(); len(v.Invited) != 0 {
		t.Errorf("still invited to %+v", v.Invited)
	}
	other.ended(id)
	old := must[[]facade.ArchivedView](other, "list_archived", fields{"federation": id})
	if len(old) != 1 {
		t.Fatalf("the history is %+v", old)
	}
	after := fields{"federation": id, "before": old[0].Began, "before_id": old[0].ID}
	if rest := must[[]facade.ArchivedView](other, "list_archived", after); len(rest) != 0 {
		t.Errorf("after the last one comes %+v", rest)
	}
}

func open2(t *testing.T) *wallet { return open(t, platform(t.TempDir())) }

// What a guardian lies about while a wallet is restored makes no difference, and it
// is named when it can be convicted.
func TestLiesAboutThePast(t *testing.T) {
	for _, l := range liar.All() {
		about, what, _ := strings.Cut(string(l), "-")
		if about != "recovery" && about != "backup" && about != "share" {
			continue
		}
		provable := about == "recovery" && !slices.Contains([]string{"more", "fewer", "nothing", "moved"}, what)
		for kind, modules := range map[string][]wire.ModuleKind{"first": {wire.KindMint}, "second": {wire.KindMintV2}} {
			t.Run(string(l)+"/"+kind, func(t *testing.T) {
				t.Parallel()
				fed := federation(t, devfed.Options{Modules: modules})
				w := open(t, platform(t.TempDir()))
				id := w.join(fed)
				w.receiveAny(id, fed, 600*1024)
				w.send(id, "gift", 100*1024)
				before := w.claim(id)
				must[any](w, "back_up", fields{"federation": id})
				words := must[struct{ Mnemonic []string }](w, "get_mnemonic", nil).Mnemonic
				w.stop()
				for peer := range 4 { // the liar is the first to answer
					b := guardian.Behaviour{State: guardian.Slow, Delay: 500 * time.Millisecond}
					if peer == 1 {
						b = guardian.Behaviour{State: guardian.On, Lie: l}
					}
					if err := fed.Behave(peer, b); err != nil {
						t.Fatal(err)
					}
				}
				again, id := restored(t, fed, words)
				fees := wire.Amount(0)
				for _, op := range again.ended(id) {
					fees += op.Fee
				}
				if after := again.claim(id); after+fees != before || after == 0 {
					t.Errorf("%v were there, %v are, and %v of fees", before, after, fees)
				}
				if provable {
					again.awaitNamed(1)
				}
				for _, g := range again.view().Federations[0].Guardians {
					if g.Peer != 1 && len(g.Misbehaviours) > 0 {
						t.Errorf("guardian %d is accused: %+v", g.Peer, g.Misbehaviours)
					}
				}
			})
		}
	}
}

// Whoever asks for older e-cash and has newer is told how much of it could be made,
// and gets that.
func TestMostOfOlderEcash(t *testing.T) {
	fed := federation(t, devfed.Options{Modules: []wire.ModuleKind{wire.KindMint, wire.KindMintV2}})
	w := open(t, platform(t.TempDir()))
	id := w.join(fed)
	text, err := fed.Faucet.EcashV2(t.Context(), 600*1024)
	if err != nil {
		t.Fatal(err)
	}
	r := must[struct {
		Op string `json:"operation_id"`
	}](w, "receive_ecash", fields{"notes": text.Base32()})
	w.rest(id, r.Op)
	type quote struct {
		Balance wire.Amount `json:"balance_msat"`
		Most    wire.Amount `json:"max_msat"`
	}
	older := fields{"federation": id, "kind": "mint"}
	q := must[quote](w, "quote_send", older)
	if q.Most < q.Balance*9/10 || q.Most >= q.Balance {
		t.Fatalf("of %v at most %v can be sent", q.Balance, q.Most)
	}
	older["amount_msat"] = q.Most
	must[quote](w, "quote_send", older)
	older["amount_msat"] = q.Balance
	_, err = call[quote](w, "quote_send", older)
	wantCode(t, err, facade.InsufficientBalance)
	older["amount_msat"], older["key"] = q.Most, "all"
	r = must[struct {
		Op string `json:"operation_id"`
	}](w, "send_ecash", older)
	if d := w.rest(id, r.Op); d.State != "ready" || d.HandedOut != q.Most {
		t.Errorf("sent was %+v", d.OperationView)
	}
}

// A backup that is refused for its time is not silence of the guardians.
func TestBackupRefused(t *testing.T) {
	fed := federation(t, devfed.Options{})
	p := platform(t.TempDir())
	p.Now = func() time.Time { return time.Now().Add(2 * time.Hour) }
	w := open(t, p)
	id := w.join(fed)
	_, err := call[any](w, "back_up", fields{"federation": id})
	wantCode(t, err, facade.Refused)
	if !strings.Contains(err.Error(), "timestamp too far in the future") {
		t.Errorf("the guardians' words are missing: %v", err)
	}
}

// receiveAny receives e-cash of the faucet, of a generation that there is.
func (w *wallet) receiveAny(id string, fed *devfed.Federation, amount wire.Amount) {
	w.t.Helper()
	first, err := fed.Faucet.Ecash(w.t.Context(), amount)
	text := first.Base64()
	if err != nil {
		second, err := fed.Faucet.EcashV2(w.t.Context(), amount)
		if err != nil {
			w.t.Fatal(err)
		}
		text = second.Base32()
	}
	r := must[struct {
		Op string `json:"operation_id"`
	}](w, "receive_ecash", fields{"notes": text})
	w.rest(id, r.Op)
}
