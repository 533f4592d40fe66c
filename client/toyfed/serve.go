package toyfed

import (
	"context"
	"encoding/json"
	"fmt"

	"satchel/client/guardians"
	"satchel/client/wire"
)

// serve answers a request honestly.
func (f *Federation) serve(ctx context.Context, peer wire.PeerID, name, method string, request []byte) (any, error) {
	switch method {
	case "submit_transaction":
		return f.submit(request)
	case "await_transaction":
		id, err := parse[wire.TxID](request)
		if err != nil {
			return nil, err
		}
		_, err = f.await(ctx, name, id)
		return id, err
	case "await_outputs_outcomes":
		at, err := parse[wire.OutPointRange](request)
		if err != nil {
			return nil, err
		}
		tx, err := f.await(ctx, name, at.TxID)
		if err != nil {
			return nil, err
		}
		return f.outcomes(peer, tx, at.Indices)
	case "version":
		return f.versions(), nil
	case fmt.Sprintf("module_%d_note_spent", MintID):
		nonce, err := parse[wire.PublicKey](request)
		if err != nil {
			return nil, err
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.books.spent[nonce], nil
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
		Core: wire.SupportedCore{Consensus: core, API: wire.APIVersions{{Major: 0, Minor: 9}}},
		Modules: map[wire.ModuleID]wire.SupportedModule{
			MintID:  {CoreConsensus: core, Consensus: wire.Version{Major: 2}, API: wire.APIVersions{{Major: 0, Minor: 1}}},
			DummyID: {Consensus: core, API: wire.APIVersions{{}}},
		},
	}
}

// submit takes a transaction into consensus at once, or says why not.
func (f *Federation) submit(request []byte) (any, error) {
	body, err := parse[wire.Serde](request)
	if err != nil {
		return nil, err
	}
	tx, err := wire.Decode[wire.Transaction](body)
	if err != nil {
		return nil, &guardians.AnswerError{Code: 400, Message: err.Error()}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	id := tx.TxID()
	if _, ok := f.books.txs[id]; ok {
		return wire.SerdeOf(wire.SubmissionOutcome{TxID: id}), nil
	}
	next := f.books.clone()
	if refused := f.process(next, tx, true); refused != nil {
		return wire.SerdeOf(wire.SubmissionOutcome{Err: refused}), nil
	}
	f.books = next
	close(f.changed)
	f.changed = make(chan struct{})
	return wire.SerdeOf(wire.SubmissionOutcome{TxID: id}), nil
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
			if waited {
				if _, err := f.world.Gate(ctx, name+" answers"); err != nil {
					return tx, err
				}
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
func (f *Federation) outcomes(peer wire.PeerID, tx wire.Transaction, at wire.IndexRange) (any, error) {
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
		s := wire.SerdeOf(wire.DynOutcome{Dyn: wire.DynOf(MintID, wire.MintOutcome{Share: share})})
		answer[i] = &s
	}
	return answer, nil
}
