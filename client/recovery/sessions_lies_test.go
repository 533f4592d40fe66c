package recovery

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"satchel/client/guardians"
	"satchel/client/wire"
)

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
	l := newLedger(4, 100)
	for name, lie := range sessionLies {
		inTime(t, name, func(t *testing.T) {
			fakes := many(4, l.honest)
			fakes[0].script = l.lying(lie) // of several that are as good as each other, the first is asked first
			g, _ := federation(fakes...)
			readSessions(t, g, l.log, 40, 41)
			blamed(t, g, 0)
			readSessions(t, g, l.log, 0, 90)
			blamed(t, g, 0)
			if asked, _, _ := fakes[0].meter.of("signed_session_status"); asked > 1+sessionWindow {
				t.Errorf("the liar is asked %d times", asked)
			}
		})
	}
}

// TestForgersAlone has nobody but liars to ask: nothing is believed.
func TestForgersAlone(t *testing.T) {
	l := newLedger(4, 100)
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
