package recovery

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
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

// sessionLies are what a guardian of four may serve as a session.
var sessionLies = map[string]func(l *ledger, index uint64) any{
	"item changed": func(l *ledger, index uint64) any {
		o := l.over[index]
		o.Outcome = wire.SessionOutcome{Items: []wire.AcceptedItem{voteOf(9)}}
		return o
	},
	"item appended": func(l *ledger, index uint64) any {
		o := l.over[index]
		o.Outcome.Items = append(slices.Clone(o.Outcome.Items), voteOf(9))
		return o
	},
	"item dropped": func(l *ledger, index uint64) any {
		// Signed for what has one more item than is served.
		more := wire.SessionOutcome{Items: append(outcome(int(index)).Items, voteOf(9))}
		o := l.sign(more, index, 4)
		o.Outcome = outcome(int(index))
		return o
	},
	"another session":       func(l *ledger, index uint64) any { return l.over[index+3] },
	"one signature too few": func(l *ledger, index uint64) any { return l.sign(outcome(int(index)), index, 2) },
	"no signatures":         func(l *ledger, index uint64) any { return l.sign(outcome(int(index)), index, 0) },
	"one signature of a wrong key": func(l *ledger, index uint64) any {
		o := l.sign(outcome(int(index)), index, 3)
		o.Signatures[1] = o.Signatures[2]
		return o
	},
	"one signature for all": func(l *ledger, index uint64) any {
		o := l.sign(wire.SessionOutcome{Items: []wire.AcceptedItem{voteOf(9)}}, index, 1)
		for peer := range wire.PeerID(4) {
			o.Signatures[peer] = o.Signatures[3]
		}
		return o
	},
	"signatures of strangers": func(l *ledger, index uint64) any {
		others := newLedger(7, 0)
		others.log = l.log
		return others.sign(wire.SessionOutcome{Items: []wire.AcceptedItem{voteOf(9)}}, index, 3)
	},
	"signatures of too few and strangers": func(l *ledger, index uint64) any {
		others := newLedger(7, 0)
		others.log = l.log
		o := others.sign(outcome(int(index)), index, 3)
		maps.Copy(o.Signatures, l.sign(outcome(int(index)), index, 2).Signatures)
		return o
	},
	"signatures over other keys": func(_ *ledger, index uint64) any {
		return newLedger(5, 0).sign(outcome(int(index)), index, 5)
	},
	"null":        func(*ledger, uint64) any { return nil },
	"no session":  func(*ledger, uint64) any { return wire.SerdeBase64{9, 9, 9} },
	"not wrapped": func(*ledger, uint64) any { return "030101" },
}

// lying answers with a lie to everything.
func (l *ledger) lying(lie func(*ledger, uint64) any) script {
	return func(c call) any {
		answer := lie(l, params[uint64](c))
		if o, ok := answer.(wire.SignedSessionOutcome); ok {
			return inForm(c.method, statusOf(o))
		}
		return answer
	}
}

func TestForgedSessions(t *testing.T) {
	l := newLedger(4, 150)
	for name, lie := range sessionLies {
		inTime(t, name, func(t *testing.T) {
			fakes := many(4, l.honest)
			fakes[0].script = l.lying(lie) // of several that are as good as each other, the first is asked first
			g, _ := federation(fakes...)
			readSessions(t, g, l.log, 40, 41)
			blamed(t, g, 0)
			readSessions(t, g, l.log, 0, 140)
			blamed(t, g, 0)
			if asked, _, _ := fakes[0].meter.of("signed_session_status"); asked > 1+sessionWindow {
				t.Errorf("the liar is asked %d times", asked)
			}
		})
	}
}

// TestForgersAlone has nobody but liars to ask: nothing is believed.
func TestForgersAlone(t *testing.T) {
	l := newLedger(4, 150)
	for name, lie := range sessionLies {
		inTime(t, name, func(t *testing.T) {
			g, _ := federation(many(4, l.lying(lie))...)
			for session, err := range Sessions(t.Context(), g, l.log, 40, 42) {
				if err == nil {
					t.Errorf("session %d with %v is believed", session.Index, session.Items)
				}
			}
			blamed(t, g, 0, 1, 2, 3)
		})
	}
}

// TestVotedSessions has sessions without signatures, of which a guardian gives
// another account.
func TestVotedSessions(t *testing.T) {
	l := newLedger(4, 60)
	for _, method := range []string{"session_status", "await_session_outcome"} {
		for _, name := range []string{"item changed", "item appended", "another session", "null", "not wrapped"} {
			inTime(t, method+"/"+name, func(t *testing.T) {
				fakes := many(4, l.honest)
				for _, f := range fakes[1:] {
					f.delay = func(call) time.Duration { return 10 * time.Millisecond }
				}
				fakes[0].script = l.lying(sessionLies[name])
				g, _ := federation(fakes...)
				readSessions(t, g, Log{l.log.Keys, versions[method]}, 0, 57)
				blamed(t, g, 0)
			})
		}
	}
}

// TestVotedSessionsNeedThreshold has two accounts of a session, each of half of
// the guardians.
func TestVotedSessionsNeedThreshold(t *testing.T) {
	l := newLedger(4, 60)
	synctest.Test(t, func(t *testing.T) {
		g, all := federation(append(many(2, l.honest), many(2, l.lying(sessionLies["item changed"]))...)...)
		for session, err := range Sessions(t.Context(), g, Log{l.log.Keys, wire.Version{Minor: 4}}, 40, 41) {
			var undecided *guardians.UndecidedError
			if !errors.As(err, &undecided) {
				t.Errorf("session %v, %v", session, err)
			}
		}
		blamed(t, g)
		all.idle(t)
	})
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
	l := newLedger(4, 600)
	for name, slow := range map[string]*fake{
		"off": off(), "silent": silent(), "a minute": slowly(l.honest, time.Minute, "signed_session_status"),
	} {
		inTime(t, name, func(t *testing.T) {
			g, all := federation(append(many(3, l.honest), slow)...)
			within(t, 2*hedgeAfter, func() { readSessions(t, g, l.log, 0, 600) })
			blamed(t, g)
			if asked, _, _ := slow.meter.of("signed_session_status"); asked > sessionWindow/2 {
				t.Errorf("the slow guardian is asked %d times", asked)
			}
			all.idle(t)
		})
	}
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
	l := newLedger(4, 150)
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
					for _, err := range Sessions(ctx, g, Log{l.log.Keys, version}, 0, 150) {
						if last = err; leave && time.Since(began) >= moment*time.Millisecond {
							break
						}
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
