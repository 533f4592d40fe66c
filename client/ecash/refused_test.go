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
	make func(s *stage, rnd *rand.Rand) wire.OOBNotes
	want error
}{
	"forged": {func(s *stage, rnd *rand.Rand) wire.OOBNotes {
		notes := minted(s, rnd, 512, 128)
		notes[128][0].Signature = notes[512][0].Signature
		return ours(s, notes)
	}, ErrForged},
	"no signature": {func(s *stage, rnd *rand.Rand) wire.OOBNotes {
		notes := minted(s, rnd, 512)
		for i := range notes[512][0].Signature {
			notes[512][0].Signature[i] = byte(rnd.Uint32())
		}
		return ours(s, notes)
	}, ErrForged},
	"identity for a signature": {func(s *stage, rnd *rand.Rand) wire.OOBNotes {
		notes := minted(s, rnd, 512)
		notes[512][0].Signature = wire.G1{0xc0}
		return ours(s, notes)
	}, ErrForged},
	"of another tier": {func(s *stage, rnd *rand.Rand) wire.OOBNotes {
		return ours(s, wire.MintNotes{1024: minted(s, rnd, 1)[1]})
	}, ErrForged},
	"of a tier that is not there": {func(s *stage, rnd *rand.Rand) wire.OOBNotes {
		return ours(s, wire.MintNotes{wire.Amount(3 + rnd.Uint64N(1<<62) | 1): minted(s, rnd, 512)[512]})
	}, ErrForged},
	"of nothing": {func(s *stage, rnd *rand.Rand) wire.OOBNotes {
		return ours(s, wire.MintNotes{0: minted(s, rnd, 512)[512]})
	}, ErrForged},
	"of another federation": {func(s *stage, rnd *rand.Rand) wire.OOBNotes {
		other := s.fed.Prefix()
		other[rnd.IntN(len(other))] ^= byte(1 + rnd.IntN(255))
		return wire.NewOOBNotes(other, minted(s, rnd, 512))
	}, ErrForeign},
	"doubled inside": {func(s *stage, rnd *rand.Rand) wire.OOBNotes {
		notes := minted(s, rnd, 512, 256)
		notes[256] = append(notes[256], notes[256][0])
		return ours(s, notes)
	}, ErrForged},
	"dust": {func(s *stage, rnd *rand.Rand) wire.OOBNotes {
		var amounts []wire.Amount
		for range 1 + rnd.IntN(5) {
			amounts = append(amounts, 1<<rnd.IntN(7))
		}
		return ours(s, minted(s, rnd, amounts...))
	}, ErrDust},
	"not enough for a note": {func(s *stage, rnd *rand.Rand) wire.OOBNotes {
		return ours(s, minted(s, rnd, 128<<rnd.IntN(2)))
	}, ErrDust},
	"without notes": {func(s *stage, _ *rand.Rand) wire.OOBNotes { return ours(s, wire.MintNotes{}) }, ErrDust},
	"overflowing": {func(s *stage, rnd *rand.Rand) wire.OOBNotes {
		note := minted(s, rnd, 512)[512][0]
		a := wire.Amount(rnd.Uint64() | 1<<63)
		return ours(s, wire.MintNotes{a: {note, note}, 2: {note}})
	}, wire.ErrAmount},
}

// minted returns new notes that somebody else holds.
func minted(s *stage, rnd *rand.Rand, amounts ...wire.Amount) wire.MintNotes {
	return s.fed.MintEach(amounts, func() wire.SecretKey { return keyOf(fmt.Sprint(rnd.Uint64())) })
}

func ours(s *stage, notes wire.MintNotes) wire.OOBNotes {
	return wire.NewOOBNotes(s.fed.Prefix(), notes)
}

// Bad e-cash is refused with the right error, and nothing at all is written.
func TestBadECashIsRefused(t *testing.T) {
	for name, b := range bad {
		t.Run(name, func(t *testing.T) {
			plain(t, receives("gift", 3000), func(tl *teller) error {
				rnd := rand.New(rand.NewPCG(1, uint64(len(name))))
				before := tl.c.Executor().Snapshot().Seq()
				for i := range offers {
					text := b.make(tl.stage, rnd)
					if _, err := tl.mint.Receive(tl.ctx, text, nil); !errors.Is(err, b.want) {
						return fmt.Errorf("offer %d: %v, want %v", i, err, b.want)
					}
					if _, err := tl.mint.Validate(text); b.want != ErrDust && !errors.Is(err, b.want) {
						return fmt.Errorf("offer %d is valid: %v, want %v", i, err, b.want)
					}
				}
				if after := tl.c.Executor().Snapshot().Seq(); after != before {
					t.Errorf("%d commits", after-before)
				}
				return nil
			})
		})
	}
}

// plain performs acts with a wallet all of whose guardians are honest, and
// checks nothing at the end.
func plain(t *testing.T, acts ...act) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		st := story{change: allOn, others: true, tell: do(acts...)}.stage(nil)
		err := st.live(t.Context())
		time.Sleep(time.Minute)
		if err != nil {
			t.Error(err)
		}
	})
}

// That e-cash was spent, only the federation knows.
func TestSpentECashIsRefused(t *testing.T) {
	plain(t, receives("gift", 3000), func(tl *teller) error {
		rnd := rand.New(rand.NewPCG(1, 2))
		before := tl.c.Balance(tl.c.Executor().Snapshot())
		for i := range offers {
			notes := minted(tl.stage, rnd, 512, 256)
			tl.spendNotes(notes, 2)
			op, err := tl.mint.Receive(tl.ctx, ours(tl.stage, notes), nil)
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
	plain(t, receives("gift", 3000), func(tl *teller) error {
		before := tl.c.Executor().Snapshot().Seq()
		for range offers {
			if _, err := tl.mint.Receive(tl.ctx, tl.texts["gift"], nil); !errors.Is(err, ErrReceived) {
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
	plain(t, receives("gift", 3000), func(tl *teller) error {
		amounts := []wire.Amount{math.MaxUint64, math.MaxUint64 - 1, math.MaxUint64 - 511, 1 << 63, 1<<63 - 1, 1 << 62}
		balance := tl.c.Balance(tl.c.Executor().Snapshot())
		rnd := rand.New(rand.NewPCG(1, 3))
		for range offers {
			amounts = append(amounts, balance+1+wire.Amount(rnd.Uint64()>>(1+rnd.IntN(63))))
		}
		before := tl.c.Executor().Snapshot().Seq()
		for i, a := range amounts {
			_, quoted := tl.mint.Quote(a)
			_, exactly := tl.mint.Spend(tl.ctx, a, SendOptions{})
			_, atLeast := tl.mint.SpendAtLeast(tl.ctx, a, SendOptions{})
			sent := tl.mint.Send(tl.ctx, fsm.OpID{7, byte(i >> 8), byte(i)}, a, nil, SendOptions{})
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
			"send":  tl.mint.Send(tl.ctx, opID(8), 0, nil, SendOptions{}),
			"spend": second(tl.mint.Spend(tl.ctx, 0, SendOptions{})),
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
	for amount, want := range map[wire.Amount]error{128: ErrDust, 256: ErrDust, 384: ErrDust, 512: nil} {
		t.Run(fmt.Sprint(amount), func(t *testing.T) {
			plain(t, receives("gift", 3000), sends(1, amount, SendOptions{TakeBackAfter: time.Hour}), func(tl *teller) error {
				if err := tl.mint.TakeBack(tl.ctx, opID(1)); !errors.Is(err, want) || (err == nil) != (want == nil) {
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

func second[A any](_ A, err error) error { return err }
