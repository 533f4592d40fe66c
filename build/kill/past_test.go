package kill

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"satchel/build/devfed"
	"satchel/build/devfed/guardian"
	"satchel/build/devfed/liar"
	"satchel/build/drive"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// A past is that of a federation in which a wallet has lived. Restores of its
// words can be compared, since each is in a federation that has just this past.
type past struct {
	data   string // the federation
	old    bool   // whose guardians do not list notes: sessions are read
	kinds  []wire.ModuleKind
	words  []string
	owned  wire.Amount // what the words own, msat
	others wire.Amount // what others have, msat
}

// A lifetime is so many times that a wallet receives some e-cash of each
// generation, which is claimed for some thirty notes, hands some out that is taken,
// and some that is not.
const lifetime = 12

// live lets a wallet live in a federation of its own.
func live(t *testing.T, w drive.Wallet, old bool, kinds ...wire.ModuleKind) *past {
	t.Helper()
	p := &past{data: filepath.Join(t.TempDir(), "federation"), kinds: kinds, old: old}
	fed := p.start(t, p.data, nil)
	b := newBench(t, w, fed, nil)
	b.once(func(b *bench) error { return b.join() })
	for range lifetime {
		for _, cash := range []*generation{first, second} {
			if len(fed.Config().ModulesOf(cash.kind)) > 0 {
				b.cash = cash
				b.liveOn()
			}
		}
	}
	if old {
		b.issueOthers()
	}
	var words struct{ Mnemonic []string }
	if err := w.Call("get_mnemonic", nil, &words); err != nil {
		t.Fatal(err)
	}
	p.words = words.Mnemonic
	var err error
	if p.owned, err = b.claim(); err != nil {
		t.Fatal(err)
	}
	p.others = fed.Audit().Outstanding - p.owned
	w.Kill()
	if err := fed.Close(); err != nil {
		t.Fatal(err)
	}
	return p
}

// liveOn is a session of a life.
func (b *bench) liveOn() {
	b.t.Helper()
	b.once(receive(1 << 21)(b))
	b.once(func(b *bench) error {
		taken, err := b.send(key(), 1<<14-1)
		if err == nil {
			err = b.takenByFaucet(taken)
		}
		if err == nil {
			_, err = b.send(key(), 1<<19-512)
		}
		return err
	})
	b.endSession()
}

// issueOthers has others own notes of the greater tiers, one in each session, so
// that a search learns of these tiers one after the other.
func (b *bench) issueOthers() {
	b.t.Helper()
	blinded := wire.G1(tbs.HashV1([]byte("of others")).Bytes())
	for _, id := range b.fed.Config().ModulesOf(wire.KindMint) {
		for tier := 20; tier < 35; tier++ {
			note := wire.MintOutput{Amount: 1 << tier, BlindNonce: blinded}
			if _, err := b.fed.Issue(b.t.Context(), wire.DynOutput{Dyn: wire.DynOf(id, note)}); err != nil {
				b.t.Fatal(err)
			}
			b.endSession()
		}
	}
}

func (b *bench) endSession() {
	b.t.Helper()
	if _, err := b.fed.CloseSession(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

// start starts the federation in a folder.
func (p *past) start(t *testing.T, folder string, handler http.Handler) *devfed.Federation {
	t.Helper()
	fed, err := devfed.Start(t.Context(), devfed.Options{
		Data: folder, Session: -1, Offline: 1, Modules: p.kinds, Handler: handler,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { fed.Close() })
	for i := range fed.Guardians() {
		if !p.old || i == len(fed.Guardians())-1 {
			break
		}
		if err := fed.Behave(i, guardian.Behaviour{State: guardian.On, Lie: liar.FailRecovery}); err != nil {
			t.Fatal(err)
		}
	}
	return fed
}

// again starts another federation with the same past. Only one at a time can run.
func (p *past) again(t *testing.T, handler http.Handler) *devfed.Federation {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "federation")
	if err := os.CopyFS(folder, os.DirFS(p.data)); err != nil {
		t.Fatal(err)
	}
	return p.start(t, folder, handler)
}

// restored is what a restore has come to, in msat.
type restored struct {
	balance, fees, claimed, aside wire.Amount
}

// same reports whether two restores came to the same but for fees: those depend on
// which notes are there already when others are claimed.
func (r restored) same(as restored) bool {
	return r.claimed == as.claimed && r.aside == as.aside && r.balance+r.fees == as.balance+as.fees
}

// judge holds what a restore has come to against the past.
func (p *past) judge(b *bench) (r restored, err error) {
	ops, err := b.operations()
	if err != nil {
		return r, err
	}
	for _, op := range ops {
		if op.Title != "restore" || op.State != "done" || op.Gone != 0 {
			return r, fmt.Errorf("operation: %+v", op)
		}
		r.fees, r.claimed, r.aside = r.fees+op.Fee, r.claimed+op.Amount, r.aside+op.Aside
	}
	claim, err := b.claim()
	if err == nil {
		err = b.balanced()
	}
	if err != nil {
		return r, err
	}
	for edge := range b.edges {
		if strings.Contains(edge, "rejected") {
			return r, fmt.Errorf("notes that nobody else had were refused: %s", edge)
		}
	}
	r.balance = claim - r.aside
	if r.claimed+r.aside != p.owned || r.balance+r.aside+r.fees != p.owned {
		return r, fmt.Errorf("the words own %v and came to %+v", p.owned, r)
	}
	return r, nil
}
