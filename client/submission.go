package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"satchel/client/guardians"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// The steps of a transaction.
type (
	created  struct{ wire.Transaction }
	accepted struct{ wire.TxID }
	rejected struct {
		ID  wire.TxID
		Why string
	}
)

func (s created) AppendBinary(b []byte) ([]byte, error)  { return s.Transaction.Append(b), nil }
func (s accepted) AppendBinary(b []byte) ([]byte, error) { return s.TxID.Append(b), nil }
func (s rejected) AppendBinary(b []byte) ([]byte, error) {
	return wire.AppendText(s.ID.Append(b), s.Why), nil
}

func (s *rejected) Decode(d *wire.Decoder) {
	s.ID.Decode(d)
	s.Why = d.Text()
}

func (c *Client) submission() *fsm.Machine {
	return fsm.Define("transaction",
		fsm.At("created", wire.Decode[created],
			fsm.On("accepted", c.awaitConsensus, c.accept, "accepted").Backoff(readMin, readMax),
			fsm.On("rejected", c.submit, c.reject, "rejected").Backoff(submitMin, submitMax)),
		fsm.At("accepted", wire.Decode[accepted]),
		fsm.At("rejected", wire.Decode[rejected]))
}

// How long to wait before asking again: questions, and submissions.
const (
	readMin   = 1 * time.Second
	readMax   = 10 * time.Second
	submitMin = 2 * time.Second
	submitMax = 600 * time.Second
)

// Read gives an edge the back-off of questions to guardians: at most ten
// seconds apart.
func Read[S fsm.State](e fsm.Edge[S]) fsm.Edge[S] { return e.Backoff(readMin, readMax) }

// awaitConsensus waits until a threshold of guardians has the transaction in
// consensus. It asks before the submission is answered: guardians keep the
// question until they know.
func (c *Client) awaitConsensus(ctx context.Context, s created) (wire.TxID, error) {
	id := s.TxID()
	q := guardians.Question{Method: "await_transaction", Params: id, Deterministic: true}
	return guardians.Ask(ctx, c.circle, q, func(_ wire.PeerID, answer json.RawMessage) (wire.TxID, error) {
		var got wire.TxID
		if err := json.Unmarshal(answer, &got); err != nil {
			return got, err
		}
		if got != id {
			return got, fmt.Errorf("asked for %v", id)
		}
		return got, nil
	}, guardians.Agree[wire.TxID]())
}

// errSubmitted says that guardians took the transaction and have not refused it.
var errSubmitted = errors.New("submitted, not decided yet")

// submit hands the transaction in and returns why a threshold refuses it. That
// they took it proves nothing: older guardians say so before consensus has it.
func (c *Client) submit(ctx context.Context, s created) (string, error) {
	q := guardians.Question{Method: "submit_transaction", Params: wire.SerdeOf(s.Transaction)}
	outcome, err := guardians.Ask(ctx, c.circle, q, decodeOutcome(s.TxID()), guardians.Agree[wire.SubmissionOutcome]())
	if err != nil {
		return "", err
	}
	if outcome.Err == nil {
		return "", errSubmitted
	}
	return outcome.Err.Text(c.setup.Config.Kinds()), nil
}

func decodeOutcome(id wire.TxID) guardians.Decode[wire.SubmissionOutcome] {
	return func(peer wire.PeerID, answer json.RawMessage) (wire.SubmissionOutcome, error) {
		outcome, err := guardians.Consensus[wire.SubmissionOutcome](peer, answer)
		if err == nil && outcome.Err == nil && outcome.TxID != id {
			err = fmt.Errorf("submitted %v", id)
		}
		return outcome, err
	}
}

func (c *Client) accept(tx *fsm.Tx, s created, id wire.TxID) (fsm.State, error) {
	c.Log(tx, Event{Kind: "tx-accepted", Payload: map[string]any{"txid": id, "operation_id": tx.Self.Op.String()}})
	return accepted{id}, nil
}

func (c *Client) reject(tx *fsm.Tx, s created, why string) (fsm.State, error) {
	id := s.TxID()
	c.Log(tx, Event{Kind: "tx-rejected", Payload: map[string]any{"txid": id, "error": why, "operation_id": tx.Self.Op.String()}})
	return rejected{id, why}, nil
}

// Acceptance waits until a transaction of the operation to which the await of
// ctx belongs is accepted. It never ends for one that is rejected.
func (c *Client) Acceptance(ctx context.Context, id wire.TxID) (struct{}, error) {
	return verdict(ctx, c, id, func(s fsm.State) (none struct{}, ok bool) {
		a, ok := s.(accepted)
		return none, ok && a.TxID == id
	})
}

// Rejection waits until a transaction of the operation to which the await of ctx
// belongs is rejected, and returns the federation's words, which are untrusted.
// It never ends for one that is accepted.
func (c *Client) Rejection(ctx context.Context, id wire.TxID) (string, error) {
	return verdict(ctx, c, id, func(s fsm.State) (string, bool) {
		r, ok := s.(rejected)
		return r.Why, ok && r.ID == id
	})
}

func verdict[T any](ctx context.Context, c *Client, id wire.TxID, found func(fsm.State) (T, bool)) (T, error) {
	op := fsm.Self(ctx).Op
	return fsm.Await(ctx, c.x, fsm.Under(op), func(r *kv.Reader) (v T, ok bool) {
		for rec := range c.x.Machines(r, op) {
			if v, ok = found(rec.State); ok {
				return v, true
			}
		}
		return v, false
	})
}
