package recovery

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"satchel/client/guardians"
	"satchel/client/wire"
)

// A ledger is the log of a simulated federation.
type ledger struct {
	secrets []wire.SecretKey
	log     Log
	over    []wire.SignedSessionOutcome
}

// newLedger returns a ledger of n guardians, with the sessions signed by a
// threshold of them.
func newLedger(n, sessions int) *ledger {
	l := &ledger{log: Log{Keys: make(map[wire.PeerID]wire.PublicKey), API: wire.Version{Minor: 9}}}
	for i := range n {
		l.secrets = append(l.secrets, wire.SecretKey{31: byte(i + 1)})
		l.log.Keys[wire.PeerID(i)] = l.secrets[i].PublicKey()
	}
	for index := range sessions {
		l.over = append(l.over, l.sign(outcome(index), uint64(index), wire.Threshold(n)))
	}
	return l
}

// outcome returns what was agreed on in a session: in each third one nothing.
func outcome(index int) (o wire.SessionOutcome) {
	for i := range index % 3 {
		o.Items = append(o.Items, voteOf(byte(index), byte(i)))
	}
	return o
}

// voteOf returns an item of some module.
func voteOf(body ...byte) wire.AcceptedItem {
	return wire.AcceptedItem{Item: wire.ConsensusItem{Module: &wire.DynConsensusItem{Dyn: wire.Dyn{Module: 1, Body: body}}}}
}

// sign signs with the keys of the last guardians.
func (l *ledger) sign(o wire.SessionOutcome, index uint64, many int) wire.SignedSessionOutcome {
	signed := wire.SignedSessionOutcome{Outcome: o, Signatures: make(map[wire.PeerID]wire.Signature)}
	hash := o.SigningHash(index, l.log.Keys)
	for i := len(l.secrets) - many; i < len(l.secrets); i++ {
		signature, err := l.secrets[i].Sign(hash)
		if err != nil {
			panic(err)
		}
		signed.Signatures[wire.PeerID(i)] = signature
	}
	return signed
}

// honest answers for a guardian.
func (l *ledger) honest(c call) any { return l.upTo(len(l.over))(c) }

// upTo answers for a guardian that has so many sessions.
func (l *ledger) upTo(n int) script {
	return func(c call) any {
		index := params[uint64](c)
		v2 := wire.SessionStatusV2{State: wire.SessionInitial}
		switch {
		case index == uint64(n):
			v2 = wire.SessionStatusV2{State: wire.SessionPending, Items: []wire.AcceptedItem{voteOf(1)}}
		case index < uint64(n):
			v2 = statusOf(l.over[index])
		}
		return inForm(c.method, v2)
	}
}

// statusOf returns the status of a session that is over.
func statusOf(o wire.SignedSessionOutcome) wire.SessionStatusV2 {
	return wire.SessionStatusV2{State: wire.SessionComplete, Items: o.Outcome.Items, Signatures: o.Signatures}
}

// inForm returns a status as a method answers it.
func inForm(method string, s wire.SessionStatusV2) any {
	switch method {
	case "signed_session_status":
		return wire.SerdeBase64Of(s)
	case "session_status":
		return wire.SerdeOf(wire.SessionStatus{State: s.State, Items: s.Items})
	case "await_session_outcome":
		if s.State != wire.SessionComplete {
			return &guardians.AnswerError{Code: -32000, Message: "Request timeout"}
		}
		return wire.SerdeOf(wire.SessionOutcome{Items: s.Items})
	}
	panic(method)
}

// readSessions reads sessions and checks that they are all there, in their order.
func readSessions(t *testing.T, g *guardians.Federation, log Log, start, end uint64) {
	t.Helper()
	next := start
	for session, err := range Sessions(t.Context(), g, log, start, end) {
		if err != nil {
			t.Fatal(err)
		}
		got := wire.HashOf(wire.SessionOutcome{Items: session.Items})
		if session.Index != next || got != wire.HashOf(outcome(int(next))) {
			t.Fatalf("session %d with %v, want %d", session.Index, session.Items, next)
		}
		next++
	}
	if next != end {
		t.Errorf("ends at %d, want %d", next, end)
	}
}

// versions are those of the core API that differ, by the method that is asked.
var versions = map[string]wire.Version{
	"signed_session_status": {Minor: 5}, "session_status": {Minor: 1}, "await_session_outcome": {},
}

func TestSessions(t *testing.T) {
	for _, n := range []int{1, 2, 4, 7} {
		l := newLedger(n, 200)
		for method, version := range versions {
			inTime(t, fmt.Sprint(n, method), func(t *testing.T) {
				fakes := many(n, l.honest)
				for i := range wire.MaxEvil(n) {
					fakes[i] = off()
				}
				g, all := federation(fakes...)
				log := Log{l.log.Keys, version}
				readSessions(t, g, log, 0, 200)
				readSessions(t, g, log, 3, 4)
				readSessions(t, g, log, 9, 9)
				blamed(t, g)
				if asked, _, _ := all.of(method); asked < 201 {
					t.Errorf("%s is asked %d times", method, asked)
				}
			})
		}
	}
}

// TestSessionsWithoutKeys has a federation whose config has no broadcast keys:
// then signatures prove nothing.
func TestSessionsWithoutKeys(t *testing.T) {
	l := newLedger(4, 60)
	synctest.Test(t, func(t *testing.T) {
		g, all := federation(many(4, l.honest)...)
		readSessions(t, g, Log{nil, wire.Version{Minor: 9}}, 0, 60)
		if asked, _, _ := all.of("signed_session_status"); asked > 0 {
			t.Errorf("signatures are asked for %d times", asked)
		}
		blamed(t, g)
	})
}

// TestSessionsNotOver has guardians of which some have not come to the end yet.
// Nobody lies.
func TestSessionsNotOver(t *testing.T) {
	l := newLedger(4, 60)
	for method, version := range versions {
		inTime(t, method, func(t *testing.T) {
			began := time.Now()
			behind := func(n int, until time.Duration) *fake {
				return &fake{script: func(c call) any {
					if time.Since(began) < until {
						return l.upTo(n)(c)
					}
					return l.honest(c)
				}}
			}
			g, all := federation(behind(0, 1000*time.Hour), behind(59, 5*time.Second), behind(30, 10*time.Second), behind(60, 0))
			within(t, 30*time.Second, func() { readSessions(t, g, Log{l.log.Keys, version}, 0, 60) })
			blamed(t, g)
			var last error
			for _, err := range Sessions(t.Context(), g, Log{l.log.Keys, version}, 60, 61) {
				last = err
			}
			if last == nil {
				t.Error("a session that is not over is there")
			}
			blamed(t, g)
			all.idle(t)
		})
	}
}

func TestSlowGuardiansOfSessions(t *testing.T) {
	l := newLedger(4, 400)
	for name, slow := range map[string]*fake{
		"off": off(), "silent": silent(), "a minute": slowly(l.honest, time.Minute, "signed_session_status"),
	} {
		inTime(t, name, func(t *testing.T) {
			g, all := federation(append(many(3, l.honest), slow)...)
			within(t, 2*hedgeAfter, func() { readSessions(t, g, l.log, 0, 400) })
			blamed(t, g)
			if asked, _, _ := slow.meter.of("signed_session_status"); asked > sessionWindow/2 {
				t.Errorf("the slow guardian is asked %d times", asked)
			}
			all.idle(t)
		})
	}
}

// TestSessionsAvoid has guardians of which it is known that they are off, or
// slow.
func TestSessionsAvoid(t *testing.T) {
	l := newLedger(4, 400)
	synctest.Test(t, func(t *testing.T) {
		away := off()
		slow := slowly(l.honest, 500*time.Millisecond, "signed_session_status")
		g, _ := federation(away, slow, &fake{script: l.honest}, &fake{script: l.honest})
		for range 2 { // what it takes to connect does not count
			for _, peer := range g.Peers() {
				g.Guardian(peer).Call(t.Context(), "signed_session_status", 0)
			}
		}
		readSessions(t, g, l.log, 0, 400)
		if n, _, _ := away.meter.of("signed_session_status"); n != 2 {
			t.Errorf("the guardian that is off is asked %d times", n-2)
		}
		if n, _, most := slow.meter.of("signed_session_status"); most > sessionWindow/10 {
			t.Errorf("the slow guardian is asked %d times, %d times at once", n, most)
		}
	})
}

func TestSessionWindow(t *testing.T) {
	l := newLedger(4, 200)
	for method, version := range versions {
		inTime(t, method, func(t *testing.T) {
			window, each := votedWindow, 4
			if method == "signed_session_status" {
				window, each = sessionWindow, 1
			}
			g, all := federation(many(4, l.honest)...)
			for session, err := range Sessions(t.Context(), g, Log{l.log.Keys, version}, 0, 200) {
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Minute)
				want := each * min(int(session.Index)+window, 200)
				if asked, open, _ := all.of(method); asked != want || open != 0 {
					t.Errorf("%d questions, of which %d are open, while session %d is used; want %d", asked, open, session.Index, want)
				}
			}
		})
	}
}

func TestSessionsStop(t *testing.T) {
	l := newLedger(4, 100)
	for method, version := range versions {
		for moment := time.Duration(0); moment < 12; moment++ {
			for _, leave := range []bool{true, false} {
				synctest.Test(t, func(t *testing.T) {
					fakes := many(4, l.honest)
					for i, f := range fakes {
						f.delay = func(call) time.Duration { return time.Duration(1+i) * time.Millisecond }
					}
					fakes[1] = silent()
					g, all := federation(fakes...)
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					began := time.Now()
					if !leave {
						time.AfterFunc(moment*time.Millisecond, cancel)
					}
					var last error
					var left time.Time
					for _, err := range Sessions(ctx, g, Log{l.log.Keys, version}, 0, 100) {
						if last, left = err, time.Now(); leave && time.Since(began) >= moment*time.Millisecond {
							break
						}
					}
					all.stopped(t, "signed_session_status")
					if waited := time.Since(left); waited > 0 {
						t.Errorf("%s, after %d ms: it takes %v to stop", method, moment, waited)
					}
					if last != nil && (leave || !errors.Is(last, context.Canceled)) {
						t.Errorf("%s, after %d ms: the error is %v", method, moment, last)
					}
					all.idle(t)
				})
			}
		}
	}
}

// BenchmarkVerify is what a session of a federation of four costs.
func BenchmarkVerify(b *testing.B) {
	l := newLedger(4, 3)
	b.Run("threshold", func(b *testing.B) {
		for b.Loop() {
			if err := l.log.verify(2, l.over[2]); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("all", func(b *testing.B) {
		signed := l.sign(outcome(2), 2, 4)
		for b.Loop() {
			if err := signed.Verify(2, l.log.Keys); err != nil {
				b.Fatal(err)
			}
		}
	})
}
