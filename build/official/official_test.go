//go:build unix

package official

import (
	"context"
	"strings"
	"testing"

	"satchel/build/devfed"
	"satchel/build/devfed/guardian"
	"satchel/client/wire"
)

var words = []string{
	"legal", "winner", "thank", "year", "wave", "sausage", "worth", "useful", "legal", "winner", "thank", "yellow",
}

// modules are those that both wallets know, with e-cash of the first generation.
var modules = []wire.ModuleKind{wire.KindMeta, wire.KindMint}

func startFederation(t testing.TB, o devfed.Options) *devfed.Federation {
	t.Helper()
	o.Modules = modules
	f, err := devfed.Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func ecash(t testing.TB, f *devfed.Federation, amount wire.Amount) string {
	t.Helper()
	notes, err := f.Faucet.Ecash(t.Context(), amount)
	if err != nil {
		t.Fatal(err)
	}
	return notes.Base64()
}

// worth reads notes as our wallet does.
func worth(t testing.TB, notes string) wire.Amount {
	t.Helper()
	parsed, err := wire.ParseOOBNotes(notes)
	if err != nil {
		t.Fatal(err)
	}
	total, err := parsed.Notes().Total()
	if err != nil {
		t.Fatal(err)
	}
	return total
}

// A story is what two wallets in one federation have been through.
type story struct {
	t          testing.TB
	federation *devfed.Federation
	ours       *wallet
	theirs     *Client
}

// balanced checks that what the two have, and what is on its way between them,
// is all that the federation owes. Of what our wallet says it counts the notes
// that it put aside, too.
func (s *story) balanced(step string, underway wire.Amount) {
	s.t.Helper()
	balance, aside := s.ours.has()
	official, audit := s.theirs.Balance(), s.federation.Audit()
	s.t.Logf("%s: we have %d and %d aside, the official client %d, on the way %d; fees so far %d msat",
		step, balance, aside, official, underway, audit.Fees)
	if total, err := wire.Sum(balance, aside, official, underway); err != nil || total != audit.Outstanding {
		s.t.Errorf("%s: together %d msat (%v), the audit is %+v", step, total, err, audit)
	}
}

// TestPayEachOther lets the official client and our wallet pay each other while
// a guardian is off, the first one that the invite code names.
func TestPayEachOther(t *testing.T) {
	f := startFederation(t, devfed.Options{})
	if err := f.Behave(0, guardian.Behaviour{State: guardian.Off}); err != nil {
		t.Fatal(err)
	}
	s := &story{t, f, openWallet(t), Start(t)}
	s.theirs.SetWords(words...)
	s.theirs.Join(f.Invite())
	s.ours.join(f.Invite())
	s.ours.redeem(ecash(t, f, 200_000))
	s.balanced("the faucet paid us", 0)

	notes := s.ours.spend(100_000)
	amount := worth(t, notes)
	if read := s.theirs.Worth(notes); read != amount || amount < 100_000 {
		t.Errorf("our notes of 100000 are worth %d msat, %d as the official client reads them", amount, read)
	}
	s.balanced("we sent", amount)
	s.theirs.Redeem(notes)
	s.balanced("the official client redeemed", 0)

	notes = s.theirs.Spend(50_000)
	if amount := worth(t, notes); amount != 50_000 {
		t.Errorf("its notes of 50000 are worth %d msat", amount)
	}
	s.balanced("the official client sent", 50_000)
	s.ours.redeem(notes)
	s.balanced("we redeemed", 0)

	if err := s.theirs.TryRedeem(notes); err == nil || !strings.Contains(err.Error(), "The note is already spent") {
		t.Errorf("the official client redeemed notes that we have redeemed: %v", err)
	}
	s.balanced("the official client came too late", 0)
	if asked := f.Guardians()[0].Requests(); len(asked) > 0 {
		t.Errorf("a guardian that is off was asked %v", asked)
	}
}
