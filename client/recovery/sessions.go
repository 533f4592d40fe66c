package recovery

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"

	"satchel/client/guardians"
	"satchel/client/wire"
)

const (
	// sessionWindow is how many sessions are worked on or held at a time.
	sessionWindow = 64
	// votedWindow is the same where every guardian has to send every session.
	votedWindow = 16
)

// A Log is the log of a federation: its sessions.
type Log struct {
	// Keys has the broadcast key of each guardian, which sign the sessions; nil
	// if the config has none.
	Keys map[wire.PeerID]wire.PublicKey
	// API is the version of the core API that all guardians speak.
	API wire.Version
}

// A Session is a session that is over.
type Session struct {
	Index uint64
	// Items are what was agreed on, in that order.
	Items []wire.AcceptedItem
}

// Sessions yields the sessions from start up to and without end in their order.
// end is at most what Count returned for "session_count": sessions that are not
// over yet are none. At most 64 are held at a time, among them the one that was
// yielded.
//
// What can be had only later is waited for, about a minute; then there is an
// error, and nothing after it. A session that was yielded is signed by a
// threshold of the guardians, or, if log does not allow for that, as a threshold
// of them has it.
func Sessions(ctx context.Context, g *guardians.Federation, log Log, start, end uint64) iter.Seq2[Session, error] {
	return func(yield func(Session, error) bool) {
		if start >= end {
			return
		}
		run := &sessionRun{g: g, log: log, roster: newRoster(g), peers: g.Peers()}
		get, window := run.voted, uint64(votedWindow)
		if log.signed() {
			get, window = run.signed, sessionWindow
		}
		session := func(ctx context.Context, i uint64) (Session, error) {
			items, err := again(ctx, func(ctx context.Context) ([]wire.AcceptedItem, error) { return get(ctx, start+i) })
			if err != nil {
				err = fmt.Errorf("session %d: %w", start+i, err)
			}
			return Session{start + i, items}, err
		}
		inOrder(ctx, int(window), end-start, session)(yield)
	}
}

// signed reports whether the sessions can be had with signatures.
func (l Log) signed() bool { return len(l.Keys) > 0 && l.has(5) }

// has reports whether the guardians have so high a minor version of the API.
func (l Log) has(minor uint32) bool { return l.API.Major > 0 || l.API.Minor >= minor }

// verify checks that a threshold of the guardians signed a session. Further
// signatures prove nothing more and are not looked at; they cost time.
func (l Log) verify(index uint64, o wire.SignedSessionOutcome) error {
	hash := o.Outcome.SigningHash(index, l.Keys)
	valid, need := 0, wire.Threshold(len(l.Keys))
	for peer, key := range l.Keys {
		if signature, ok := o.Signatures[peer]; ok && key.XOnly().Verify(hash, signature) == nil {
			if valid++; valid == need {
				return nil
			}
		}
	}
	return fmt.Errorf("session %d has %d valid signatures, want %d of %d: %w", index, valid, need, len(o.Signatures), wire.ErrSignature)
}

// A sessionRun is what the sessions of one call of Sessions share.
type sessionRun struct {
	g      *guardians.Federation
	log    Log
	roster *roster
	peers  []wire.PeerID
}

// signed gets a session from one guardian, with the signatures of others.
func (r *sessionRun) signed(ctx context.Context, index uint64) ([]wire.AcceptedItem, error) {
	return relay(ctx, r.roster, r.peers, request[[]wire.AcceptedItem]{
		method: "signed_session_status", params: index,
		accept: func(peer wire.PeerID, answer json.RawMessage) ([]wire.AcceptedItem, error) {
			status, err := guardians.ConsensusBase64[wire.SessionStatusV2](peer, answer)
			switch {
			case err != nil:
				return nil, err
			case status.State != wire.SessionComplete:
				return nil, fmt.Errorf("%w: session %d is not over", errBehind, index)
			}
			return status.Items, r.log.verify(index, status.Signed())
		},
	})
}

// An account is what one guardian says of a session without signatures.
type account struct {
	over  bool
	items []wire.AcceptedItem
	hash  wire.Hash
}

// voted gets a session from all guardians, as a threshold of them has it. One
// that has it otherwise lies: what is over does not change.
func (r *sessionRun) voted(ctx context.Context, index uint64) ([]wire.AcceptedItem, error) {
	method, decode := "session_status", decodeStatus
	if !r.log.has(1) {
		method, decode = "await_session_outcome", decodeOutcome
	}
	agreed, err := poll(ctx, r.g, guardians.Question{Method: method, Params: index}, decode,
		voting(func(a account) bool { return a.over }, func(a, b account) bool { return a.hash == b.hash }))
	if err != nil {
		return nil, err
	}
	for _, peer := range agreed.against {
		r.g.Report(peer, method, fmt.Sprintf("session %d contradicts a quorum", index))
	}
	return agreed.value.items, nil
}

func decodeStatus(peer wire.PeerID, answer json.RawMessage) (account, error) {
	status, err := guardians.Consensus[wire.SessionStatus](peer, answer)
	return accountOf(status), err
}

func decodeOutcome(peer wire.PeerID, answer json.RawMessage) (account, error) {
	outcome, err := guardians.Consensus[wire.SessionOutcome](peer, answer)
	return accountOf(wire.SessionStatus{State: wire.SessionComplete, Items: outcome.Items}), err
}

// accountOf turns the status of a session into what is compared.
func accountOf(s wire.SessionStatus) account {
	if s.State != wire.SessionComplete {
		return account{}
	}
	return account{true, s.Items, wire.HashOf(wire.SessionOutcome{Items: s.Items})}
}
