package ecash

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"satchel/client"
	"satchel/client/notes"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm"
)

// How often e-cash of each bad kind is offered.
const offers = 1000

func allOn(s *toyfed.Setup) { s.Off = nil }

// bad is e-cash that must not be taken in, by what is wrong with it. rnd makes
// it another one each time.
var bad = map[string]struct {
	only *generation
	make func(s *stage, rnd *rand.Rand) notes.Text
	want error
}{
	"forged": {nil, func(s *stage, rnd *rand.Rand) notes.Text {
		some := minted(s, rnd, 512, 128)
		some[128][0].Signature = some[512][0].Signature
		return ours(s, some)
	}, notes.ErrForged},
	"no signature": {nil, func(s *stage, rnd *rand.Rand) notes.Text {
		some := minted(s, rnd, 512)
		for i := range some[512][0].Signature {
			some[512][0].Signature[i] = byte(rnd.Uint32())
		}
		return ours(s, some)
	}, notes.ErrForged},
	"identity for a signature": {nil, func(s *stage, rnd *rand.Rand) notes.Text {
		some := minted(s, rnd, 512)
		some[512][0].Signature = wire.G1{0xc0}
		return ours(s, some)
	}, notes.ErrForged},
	"of another tier": {nil, func(s *stage, rnd *rand.Rand) notes.Text {
		return ours(s, wire.MintNotes{1024: minted(s, rnd, 1)[1]})
	}, notes.ErrForged},
	"of a tier that is not there": {nil, func(s *stage, rnd *rand.Rand) notes.Text {
		return ours(s, wire.MintNotes{s.of.noTier(rnd): minted(s, rnd, 512)[512]})
	}, notes.ErrForged},
	"of nothing": {nil, func(s *stage, rnd *rand.Rand) notes.Text {
		return ours(s, wire.MintNotes{0: minted(s, rnd, 512)[512]})
	}, notes.ErrForged},
	"of another federation": {nil, func(s *stage, rnd *rand.Rand) notes.Text {
		other := s.id()
		other[rnd.IntN(len(s.fed.Prefix()))] ^= byte(1 + rnd.IntN(255))
		return s.of.text(other, minted(s, rnd, 512))
	}, notes.ErrForeign},
	"of a federation whose id begins alike": {second, func(s *stage, rnd *rand.Rand) notes.Text {
		other := s.id()
		other[31] ^= byte(1 + rnd.IntN(255))
		return s.of.text(other, minted(s, rnd, 512))
	}, notes.ErrForeign},
	"doubled inside": {nil, func(s *stage, rnd *rand.Rand) notes.Text {
		some := minted(s, rnd, 512, 256)
		some[256] = append(some[256], some[256][0])
		return ours(s, some)
	}, notes.ErrForged},
	"dust": {nil, func(s *stage, rnd *rand.Rand) notes.Text {
		var amounts []wire.Amount
		for range 1 + rnd.IntN(5) {
			amounts = append(amounts, 1<<rnd.IntN(7))
		}
		return ours(s, minted(s, rnd, amounts...))
	}, ErrDust},
	"not enough for a note": {nil, func(s *stage, rnd *rand.Rand) notes.Text {
		return ours(s, minted(s, rnd, s.of.lone>>rnd.IntN(2)))
	}, ErrDust},
	"without notes": {nil, func(s *stage, _ *rand.Rand) notes.Text { return ours(s, wire.MintNotes{}) }, ErrDust},
	"overflowing": {first, func(s *stage, rnd *rand.Rand) notes.Text {
		n := minted(s, rnd, 512)[512][0]
		a := wire.Amount(rnd.Uint64() | 1<<63)
		return ours(s, wire.MintNotes{a: {n, n}, 2: {n}})
	}, wire.ErrAmount},
}

// noTier is an amount of which there are no notes.
func (g *generation) noTier(rnd *rand.Rand) wire.Amount {
	if g == first {
		return wire.Amount(3 + rnd.Uint64N(1<<62) | 1)
	}
	return 1 << (g.top + 1 + rnd.IntN(63-g.top))
}

// minted returns new notes that somebody else holds.
func minted(s *stage, rnd *rand.Rand, amounts ...wire.Amount) wire.MintNotes {
	return s.fed.MintOf(s.of.kind, amounts, func() wire.SecretKey { return keyOf(fmt.Sprint(rnd.Uint64())) })
}

func ours(s *stage, some wire.MintNotes) notes.Text { return s.of.text(s.id(), some) }

// stocked puts so many notes into the wallet that it wants no others.
func stocked(t *teller) error {
	var amounts []wire.Amount
	for tier := t.of.least; tier <= 1<<t.of.top; tier *= 2 {
		amounts = append(amounts, tier, tier, tier)
	}
	return t.holds(t.purse, t.of, "", amounts)
}

// Bad e-cash is refused with the right error, and nothing at all is written.
func TestBadECashIsRefused(t *testing.T) {
	inEach(t, func(t *testing.T, g *generation) {
		for name, b := range bad {
			if b.only != nil && b.only != g {
				continue
			}
			t.Run(name, func(t *testing.T) { refuses(t, g, name, b.make, b.want) })
		}
	})
}

func refuses(t *testing.T, g *generation, name string, offer func(*stage, *rand.Rand) notes.Text, want error) {
	plain(t, g, stocked, func(tl *teller) error {
		rnd := rand.New(rand.NewPCG(1, uint64(len(name))))
		before := tl.c.Executor().Snapshot().Seq()
		for i := range offers {
			text := offer(tl.stage, rnd)
			if _, err := tl.purse.Receive(tl.ctx, text, nil); !errors.Is(err, want) {
				return fmt.Errorf("offer %d: %v, want %v", i, err, want)
			}
			if _, err := tl.purse.Validate(text); want != ErrDust && !errors.Is(err, want) {
				return fmt.Errorf("offer %d is valid: %v, want %v", i, err, want)
			}
		}
		if after := tl.c.Executor().Snapshot().Seq(); after != before {
			t.Errorf("%d commits", after-before)
		}
		return nil
	})
}

// plain performs acts with a wallet all of whose guardians are honest, and
// checks nothing at the end.
func plain(t *testing.T, g *generation, acts ...act) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		st := story{of: g, change: allOn, others: true, tell: do(acts...)}.stage(nil)
		err := st.live(t.Context())
		time.Sleep(time.Minute)
		if err != nil {
			t.Error(err)
		}
	})
}

// That e-cash was spent, only the federation knows.
func TestSpentECashIsRefused(t *testing.T) {
	inEach(t, testSpentECash)
}

func testSpentECash(t *testing.T, g *generation) {
	plain(t, g, receives("gift", 3000), func(tl *teller) error {
		rnd := rand.New(rand.NewPCG(1, 2))
		before := tl.c.Balance(tl.c.Executor().Snapshot())
		n := offers
		if !g.tells { // each takes four transactions
			n /= 4
		}
		for i := range n {
			text := ours(tl.stage, minted(tl.stage, rnd, g.scaled(512, 256)...))
			tl.spendNotes(text, 2)
			op, err := tl.purse.Receive(tl.ctx, text, nil)
			if err != nil {
				return err
			}
			if err := tl.until(op, ""); err != nil {
				return err
			}
			s, err := tl.summary(op)
			if err != nil {
				return err
			}
			if s.State != client.Refused || !s.Final || s.Amount != 0 || s.Fee != 0 || !strings.Contains(s.Why, "already spent") {
				return fmt.Errorf("offer %d is shown as %+v", i, s)
			}
			if now := tl.c.Balance(tl.c.Executor().Snapshot()); now != before {
				return fmt.Errorf("offer %d: balance %v, was %v", i, now, before)
			}
		}
		return nil
	})
}

// summary returns what an operation has come to.
func (t *teller) summary(op fsm.OpID) (client.Summary, error) {
	o, ok := t.c.Operation(t.c.Executor().Snapshot(), op)
	if !ok {
		return client.Summary{}, fmt.Errorf("operation %v is not in the log", op)
	}
	return t.c.Summary(context.Background(), o)
}

// Offered a second time, e-cash is known, whatever has become of it.
func TestECashIsReceivedOnce(t *testing.T) {
	inEach(t, testReceivedOnce)
}

func testReceivedOnce(t *testing.T, g *generation) {
	plain(t, g, receives("gift", 3000), func(tl *teller) error {
		before := tl.c.Executor().Snapshot().Seq()
		for range offers {
			if _, err := tl.purse.Receive(tl.ctx, tl.ecash("gift", 3000), nil); !errors.Is(err, ErrReceived) {
				return fmt.Errorf("received again: %v", err)
			}
		}
		if after := tl.c.Executor().Snapshot().Seq(); after != before {
			t.Errorf("%d commits", after-before)
		}
		return nil
	})
}

// Amounts that nobody has, up to the greatest that there are, are refused at
// once.
func TestAmountsOutOfRange(t *testing.T) {
	inEach(t, testAmounts)
}

func testAmounts(t *testing.T, g *generation) {
	plain(t, g, receives("gift", 3000), func(tl *teller) error {
		amounts := []wire.Amount{math.MaxUint64, math.MaxUint64 - 1, math.MaxUint64 - 511, 1 << 63, 1<<63 - 1, 1 << 62}
		balance := tl.c.Balance(tl.c.Executor().Snapshot())
		rnd := rand.New(rand.NewPCG(1, 3))
		for range offers {
			amounts = append(amounts, balance+1+wire.Amount(rnd.Uint64()>>(1+rnd.IntN(63))))
		}
		before := tl.c.Executor().Snapshot().Seq()
		for i, a := range amounts {
			_, quoted := tl.purse.Quote(a)
			_, exactly := tl.purse.Spend(tl.ctx, a, SendOptions{})
			_, atLeast := tl.purse.SpendAtLeast(tl.ctx, a, SendOptions{})
			sent := tl.purse.Send(tl.ctx, fsm.OpID{7, byte(i >> 8), byte(i)}, a, nil, SendOptions{})
			for what, err := range map[string]error{"quote": quoted, "spend": exactly, "spend at least": atLeast, "send": sent} {
				var poor *client.InsufficientError
				if !errors.As(err, &poor) && !errors.Is(err, wire.ErrAmount) {
					t.Errorf("%s of %v: %v", what, a, err)
				}
				if poor != nil && poor.Have >= poor.Need {
					t.Errorf("%s of %v: %v", what, a, poor)
				}
			}
		}
		for what, err := range map[string]error{
			"send":  tl.purse.Send(tl.ctx, opID(8), 0, nil, SendOptions{}),
			"spend": errOf(tl.purse.Spend(tl.ctx, 0, SendOptions{})),
		} {
			if !errors.Is(err, ErrNoAmount) {
				t.Errorf("%s of nothing: %v", what, err)
			}
		}
		if after := tl.c.Executor().Snapshot().Seq(); after != before {
			t.Errorf("%d commits", after-before)
		}
		return nil
	})
}

// E-cash of which the fee would leave nothing stays where it is.
func TestTakingBackMustBringSomething(t *testing.T) {
	for _, test := range []struct {
		of     *generation
		amount wire.Amount
		want   error
	}{
		{first, 128, ErrDust}, {first, 256, ErrDust}, {first, 384, ErrDust}, {first, 512, nil},
		{second, 128, ErrDust}, {second, 256, nil},
	} {
		want := test.want
		t.Run(fmt.Sprint(test.of, "/", test.amount), func(t *testing.T) {
			plain(t, test.of, receives("gift", 3000), sends(1, test.amount, SendOptions{TakeBackAfter: time.Hour}), func(tl *teller) error {
				if err := tl.purse.TakeBack(tl.ctx, opID(1)); !errors.Is(err, want) || (err == nil) != (want == nil) {
					return fmt.Errorf("%v, want %v", err, want)
				}
				time.Sleep(24 * time.Hour)
				s, err := tl.summary(opID(1))
				if wantState := map[bool]client.State{true: client.Returned, false: client.Ready}[want == nil]; err != nil || s.State != wantState {
					return fmt.Errorf("%+v %v, want %v", s, err, wantState)
				}
				return nil
			})
		})
	}
}

// errPoor stands for any InsufficientError.
var errPoor = errors.New("not enough")

func isPoor(err error) bool {
	var poor *client.InsufficientError
	return errors.As(err, &poor)
}

func errOf[A any](_ A, err error) error { return err }
