package toyfed

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"satchel/client/guardians"
	"satchel/client/wire"
	"satchel/fsm/sim"
)

// Methods of the mint.
var (
	noteSpent      = fmt.Sprintf("module_%d_note_spent", MintID)
	blindNonceUsed = fmt.Sprintf("module_%d_blind_nonce_used", MintID)
)

// serve answers a request honestly.
func (f *Federation) serve(ctx context.Context, peer wire.PeerID, name, method string, request []byte) (any, error) {
	switch method {
	case "submit_transaction":
		return f.submit(request)
	case "await_transaction":
		id, err := parse[wire.TxID](request)
		if err == nil {
			_, err = f.await(ctx, name, id)
		}
		return id, err
	case "await_outputs_outcomes":
		at, err := parse[wire.OutPointRange](request)
		if err != nil {
			return nil, err
		}
		return f.outcomes(ctx, peer, name, at.TxID, at.Indices)
	case "await_output_outcome":
		at, err := parse[wire.OutPoint](request)
		if err != nil {
			return nil, err
		}
		all, err := f.outcomes(ctx, peer, name, at.TxID, wire.IndexRange{Start: at.Index, End: at.Index + 1})
		if err != nil {
			return nil, err
		}
		return all[0], nil
	case "version":
		return f.versions(), nil
	case "client_config":
		return f.config, nil
	case noteSpent:
		nonce, err := parse[wire.PublicKey](request)
		return f.Spent(nonce), err
	case blindNonceUsed:
		blinded, err := parse[wire.G1](request)
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.books.blinded[blinded], err
	}
	return nil, &guardians.AnswerError{Code: -32601, Message: "Method not found"}
}

func parse[T any](request []byte) (T, error) {
	var v T
	if err := json.Unmarshal(request, &v); err != nil {
		return v, &guardians.AnswerError{Code: 400, Message: err.Error()}
	}
	return v, nil
}

func (f *Federation) versions() wire.SupportedVersions {
	core := wire.Version{Major: 2, Minor: 1}
	return wire.SupportedVersions{
		Core: wire.SupportedCore{Consensus: core, API: wire.APIVersions{f.Core}},
		Modules: map[wire.ModuleID]wire.SupportedModule{
			MintID:  {CoreConsensus: core, Consensus: wire.Version{Major: 2}, API: wire.APIVersions{{Major: 0, Minor: 1}}},
			DummyID: {CoreConsensus: core, Consensus: wire.Version{}, API: wire.APIVersions{{}}},
		},
	}
}

// A submitted transaction with its id, which takes a while to compute.
type submitted struct {
	wire.Transaction
	id wire.TxID
}

var submissions memo[[32]byte, submitted]

func parseSubmission(request []byte) (submitted, error) {
	return submissions.get(sha256.Sum256(request), func() (s submitted, err error) {
		body, err := parse[wire.Serde](request)
		if err != nil {
			return s, err
		}
		if s.Transaction, err = wire.Decode[wire.Transaction](body); err != nil {
			return s, &guardians.AnswerError{Code: 400, Message: err.Error()}
		}
		s.id = s.TxID()
		return s, nil
	})
}

// submit takes a transaction into consensus at once, or says why not.
func (f *Federation) submit(request []byte) (any, error) {
	tx, err := parseSubmission(request)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.books.txs[tx.id]; ok {
		return wire.SerdeOf(wire.SubmissionOutcome{TxID: tx.id}), nil
	}
	f.watch(tx.id, tx.Transaction)
	refused := f.hold(tx.Transaction)
	if refused == nil {
		refused = f.enter(tx.Transaction, true)
	}
	if refused != nil {
		f.refused[tx.id] = true
		return wire.SerdeOf(wire.SubmissionOutcome{Err: refused}), nil
	}
	return wire.SerdeOf(wire.SubmissionOutcome{TxID: tx.id}), nil
}

// hold keeps a transaction that is refused for a reason that passes.
func (f *Federation) hold(tx wire.Transaction) *wire.TransactionError {
	if f.Hold == nil || !f.Hold(tx) {
		return nil
	}
	f.held = append(f.held, tx)
	return &wire.TransactionError{
		Variant: wire.TxInvalidOutput,
		Cause:   wire.DynOf(MintID, wire.MintOutputError{Variant: wire.MintBlindNonceReused}),
	}
}

// await waits for a transaction. If it had to, the answer goes through a gate of
// its own, so that of several answers one comes first.
func (f *Federation) await(ctx context.Context, name string, id wire.TxID) (wire.Transaction, error) {
	for waited := false; ; waited = true {
		f.mu.Lock()
		tx, ok := f.books.txs[id]
		changed := f.changed
		f.mu.Unlock()
		if ok {
			if waited && f.world != nil {
				return sim.Call(ctx, f.world, name+" answers", func() (wire.Transaction, error) { return tx, nil })
			}
			return tx, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return wire.Transaction{}, ctx.Err()
		}
	}
}

// outcomes makes the guardian's shares.
func (f *Federation) outcomes(ctx context.Context, peer wire.PeerID, name string, id wire.TxID, at wire.IndexRange) ([]*wire.Serde, error) {
	tx, err := f.await(ctx, name, id)
	if err != nil {
		return nil, err
	}
	if at.Start > at.End || at.End > uint64(len(tx.Outputs)) {
		return nil, &guardians.AnswerError{Code: 400, Message: "no such outputs"}
	}
	answer := make([]*wire.Serde, at.End-at.Start)
	for i := range answer {
		o := tx.Outputs[at.Start+uint64(i)]
		if o.Module != MintID {
			continue
		}
		v, err := wire.Decode[wire.MintOutput](o.Body)
		if err != nil {
			return nil, err
		}
		share, err := f.Signer.Sign(v.BlindNonce, f.keys[v.Amount].Secret[peer])
		if err != nil {
			return nil, err
		}
		answer[i] = outcome(share)
	}
	return answer, nil
}

func outcome(share wire.G1) *wire.Serde {
	s := wire.SerdeOf(wire.DynOutcome{Dyn: wire.DynOf(MintID, wire.MintOutcome{Share: share})})
	return &s
}
