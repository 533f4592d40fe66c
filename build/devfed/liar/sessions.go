package liar

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"satchel/client/wire"
)

// Lies about sessions.
const (
	SessionForged    Lie = "session-forged"
	SessionEmptied   Lie = "session-emptied"
	SessionDropped   Lie = "session-dropped"
	SessionUnsigned  Lie = "session-unsigned"
	SessionSelfmade  Lie = "session-selfmade"
	SessionMissigned Lie = "session-missigned"
	SessionOther     Lie = "session-other"
	SessionRunning   Lie = "session-running"
	SessionCountNone Lie = "session-count-none"
	SessionCountHuge Lie = "session-count-huge"
)

var (
	sessions       = []string{"session_status", "signed_session_status", "await_session_outcome", "await_signed_session_outcome"}
	signedSessions = []string{"signed_session_status", "await_signed_session_outcome"}
	sessionStates  = []string{"session_status", "signed_session_status"}
	sessionCount   = []string{"session_count"}
)

var aboutSessions = []falsehood{
	{SessionForged, "adds a transaction to a session, under the old signatures", sessions, changeSessions(forged)},
	{SessionEmptied, "takes all items out of a session, under the old signatures", sessions, changeSessions(emptied)},
	{SessionDropped, "leaves the last item out of a session, under the old signatures", sessions, changeSessions(dropped)},
	{SessionUnsigned, "leaves out signatures until there are too few", signedSessions, changeSessions(unsigned)},
	{SessionSelfmade, "adds a transaction to a session and signs that in the name of all", sessions, changeSessions(selfmade)},
	{SessionMissigned, "gives a session with one signature that is by no guardian's key", signedSessions, changeSessions(missigned)},
	{SessionOther, "gives the session after the one it was asked for as that one", sessions, otherSession},
	{SessionRunning, "says that a session is still running and is empty", sessionStates, changeSessions(running)},
	{SessionCountNone, "says that no session is complete", sessionCount, always(0)},
	{SessionCountHuge, "says that more sessions are complete than there can be", sessionCount, always(uint64(math.MaxInt64))},
}

// changeSessions makes a lie of a function that changes a session.
func changeSessions(change func(c *call, index uint64, honest wire.SessionStatusV2) wire.SessionStatusV2) func(context.Context, *call) (any, error) {
	return func(ctx context.Context, c *call) (any, error) {
		if _, err := c.honest(ctx); err != nil {
			return nil, err
		}
		index := c.sessionIndex()
		return c.sessionAnswer(change(c, index, c.Ledger.Session(index))), nil
	}
}

func (c *call) sessionIndex() (index uint64) {
	if err := json.Unmarshal(c.params, &index); err != nil {
		panic(fmt.Sprintf("liar: %s answered to %s", c.method, c.params))
	}
	return index
}

// sessionAnswer gives a session the form that the method has.
func (c *call) sessionAnswer(s wire.SessionStatusV2) any {
	switch c.method {
	case "session_status":
		return wire.SerdeOf(wire.SessionStatus{State: s.State, Items: s.Items})
	case "signed_session_status":
		return wire.SerdeBase64Of(s)
	case "await_session_outcome":
		return wire.SerdeOf(s.Signed().Outcome)
	}
	return wire.SerdeOf(s.Signed())
}

func forged(c *call, _ uint64, s wire.SessionStatusV2) wire.SessionStatusV2 {
	item := wire.AcceptedItem{Peer: c.ID, Item: wire.ConsensusItem{Transaction: &wire.Transaction{Nonce: [8]byte{'f', 'o', 'r', 'g', 'e', 'd'}}}}
	s.Items = append(s.Items, item)
	if s.State == wire.SessionInitial {
		s.State = wire.SessionPending
	}
	return s
}

func emptied(_ *call, _ uint64, s wire.SessionStatusV2) wire.SessionStatusV2 {
	s.Items = nil
	return s
}

func dropped(_ *call, _ uint64, s wire.SessionStatusV2) wire.SessionStatusV2 {
	s.Items = s.Items[:max(len(s.Items)-1, 0)]
	return s
}

func unsigned(c *call, _ uint64, s wire.SessionStatusV2) wire.SessionStatusV2 {
	for peer := range s.Signatures {
		if len(s.Signatures) < wire.Threshold(len(c.Config.Guardians)) {
			break
		}
		delete(s.Signatures, peer)
	}
	return s
}

func selfmade(c *call, index uint64, s wire.SessionStatusV2) wire.SessionStatusV2 {
	s = forged(c, index, s)
	hash := s.Signed().Outcome.SigningHash(index, c.Config.BroadcastKeys)
	for peer := range s.Signatures {
		s.Signatures[peer] = c.sign(hash)
	}
	return s
}

func missigned(c *call, index uint64, s wire.SessionStatusV2) wire.SessionStatusV2 {
	stranger := c.Key
	stranger[31] ^= 1
	hash := s.Signed().Outcome.SigningHash(index, c.Config.BroadcastKeys)
	for peer := range s.Signatures {
		s.Signatures[peer] = c.signAs(stranger, hash)
		break
	}
	return s
}

// otherSession is an honest answer to another question.
func otherSession(ctx context.Context, c *call) (any, error) {
	if _, err := c.honest(ctx); err != nil {
		return nil, err
	}
	return c.sessionAnswer(c.Ledger.Session(c.sessionIndex() + 1)), nil
}

func running(*call, uint64, wire.SessionStatusV2) wire.SessionStatusV2 {
	return wire.SessionStatusV2{State: wire.SessionPending}
}
