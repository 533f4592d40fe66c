package ecash

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"satchel/client"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm"
)

// Blinded nonces are public, and of the outputs that ask for the same one
// guardians remember the last. So anybody can have them answer a wallet that
// restores its notes with shares that do not fit.

// hadAmounts are notes that the words had, with the first of which somebody
// meddles.
var hadAmounts = []wire.Amount{512, 256, 1024}

// restored returns the sums of the search.
func (t *teller) restored() (s client.Summary, err error) {
	for op := range t.c.Operations(t.c.Executor().Snapshot(), 0) {
		if s, err = t.summary(op.ID); err != nil || s.Title == "restore" {
			return s, err
		}
	}
	return s, errors.New("nothing was restored")
}

// Everything comes back, and no guardian is accused.
func TestMeddlingChangesNothing(t *testing.T) {
	inEach(t, func(t *testing.T, g *generation) {
		s := story{of: g, others: true, tell: do(past(hadAmounts, []wire.Amount{512}), overwritten(0, 3), begins, func(tl *teller) error {
			time.Sleep(time.Hour)
			sum, err := tl.restored()
			if want := g.scaled(512 + 256 + 1024 + 512)[0]; err != nil || sum.State != client.Done || sum.Amount != want || sum.Aside != 0 {
				t.Errorf("%+v, want %v (%v)", sum, want, err)
			}
			for _, h := range tl.c.Guardians().Health() {
				if len(h.Misbehaviours) > 0 {
					t.Errorf("guardian %d is accused: %v", h.Peer, h.Misbehaviours)
				}
			}
			return nil
		})}
		s.perform(t)
	})
}

// A liar beside is still named, and nobody else.
func TestLiarIsNamedThoughSomebodyMeddles(t *testing.T) {
	inEach(t, func(t *testing.T, g *generation) {
		for liar := range wire.PeerID(4) {
			tr := &trial{
				of: g, guardians: 4, liars: []wire.PeerID{liar}, lie: toyfed.BadShares()["random"],
				acts: do(past(hadAmounts), overwritten(0), restores),
			}
			_, seen := tr.perform(t)
			if len(seen) != 1 || seen[liar] == "" {
				t.Errorf("guardian %d lies, accused are %v", liar, seen)
			}
		}
	})
}

// While sessions cannot be had, the other notes are there already.
func TestMeddlingHoldsNothingBack(t *testing.T) {
	inEach(t, func(t *testing.T, g *generation) {
		var quiet atomic.Bool
		quiet.Store(true)
		s := story{
			of: g, others: true,
			change: func(s *toyfed.Setup) {
				s.Lie = toyfed.Lie(func(q toyfed.Question) (any, error) {
					if quiet.Load() {
						return nil, errors.New("not now")
					}
					return q.Honest()
				}).About("signed_session_status")
			},
			tell: do(past(hadAmounts), overwritten(0), begins, func(tl *teller) error {
				time.Sleep(time.Hour)
				want, without := g.scaled(512)[0], g.scaled(256 + 1024)[0]
				if sum, err := tl.restored(); err != nil || sum.Amount != without || sum.InFlight != want || sum.Final {
					t.Errorf("%+v, want %v and %v on its way (%v)", sum, without, want, err)
				}
				quiet.Store(false)
				return restores(tl)
			}),
		}
		s.perform(t)
	})
}

// Where no session has the note, which guardians vouch for and do not show, it is
// said to be aside, and the next search finds it.
func TestMeddledNoteThatNoSessionHas(t *testing.T) {
	inEach(t, func(t *testing.T, g *generation) {
		var emptied atomic.Bool
		emptied.Store(true)
		s := story{
			of: g, others: true,
			change: func(s *toyfed.Setup) {
				s.Core = wire.Version{Minor: 4} // sessions without signatures
				s.Lie = func(q toyfed.Question) (any, error) {
					if emptied.Load() {
						return toyfed.FalseSessions()["emptied"](q)
					}
					return q.Honest()
				}
			},
			tell: do(past(hadAmounts), overwritten(0), begins, func(tl *teller) error {
				time.Sleep(time.Minute)
				tl.fed.Grant() // ends the session in which the search began
				if err := restores(tl); err != nil {
					return err
				}
				want := g.scaled(512)[0]
				if sum, err := tl.restored(); err != nil || sum.Aside != want || !sum.Final {
					t.Errorf("%+v, want %v aside (%v)", sum, want, err)
				}
				emptied.Store(false)
				if err := tl.begin("search again", client.Search{Again: true}); err != nil {
					return err
				}
				time.Sleep(time.Hour)
				if sum, err := tl.restored(); err != nil || sum.Amount != want || sum.Aside != 0 {
					t.Errorf("searched again: %+v, want %v (%v)", sum, want, err)
				}
				return nil
			}),
		}
		s.perform(t)
	})
}

// That shares of the notes a transaction makes are bad is a lie whoever gives
// them: these are asked for by the output.
func TestNewNotesAreNeverAmiss(t *testing.T) {
	inEach(t, func(t *testing.T, g *generation) {
		s := story{
			of: g, others: true,
			change: func(s *toyfed.Setup) { s.Off, s.Lie = nil, toyfed.BadShares()["random"].By(0, 1) },
			tell: func(tl *teller) error {
				op, err := tl.purse.Receive(tl.ctx, tl.ecash("gift", 600), nil)
				if err != nil {
					return err
				}
				time.Sleep(time.Hour)
				for rec := range tl.c.Executor().Machines(tl.c.Executor().Snapshot(), fsm.OpID(op)) {
					if rec.Machine == tl.purse.name("issuance") && rec.Final {
						return fmt.Errorf("notes are %s that two of four guardians have not signed", rec.Step)
					}
				}
				for _, h := range tl.c.Guardians().Health() {
					if liar := h.Peer < 2; liar != (len(h.Misbehaviours) > 0) {
						t.Errorf("guardian %d: %v", h.Peer, h.Misbehaviours)
					}
				}
				return nil
			},
		}
		s.tellOnly(t)
	})
}
