package toyfed

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"strings"

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
	case "session_count":
		return f.sessionCount(), nil
	case "session_status", "signed_session_status":
		return f.serveSession(method, request)
	case "backup":
		return f.backup(peer, request)
	case "recover":
		return f.restore(peer, request)
	}
	return f.serveModule(ctx, peer, name, method, request)
}

// serveModule answers a question to one of the mints, or to lightning.
func (f *Federation) serveModule(ctx context.Context, peer wire.PeerID, name, method string, request []byte) (any, error) {
	for _, m := range f.mints {
		local, ok := strings.CutPrefix(method, moduleMethod(m.id, ""))
		if !ok {
			continue
		}
		c := call{peer, name, local, request}
		if answer, known, err := m.serveRecovery(c); known {
			return answer, err
		}
		if answer, known, err := m.serve(ctx, m, c); known {
			return answer, err
		}
	}
	if local, ok := strings.CutPrefix(method, moduleMethod(LNV2ID, "")); ok && f.lightning != nil {
		if answer, known, err := f.lightning.serve(ctx, call{peer, name, local, request}); known {
			return answer, err
		}
	}
	if local, ok := strings.CutPrefix(method, moduleMethod(LNID, "")); ok && f.ln != nil {
		if answer, known, err := f.ln.serve(ctx, call{peer, name, local, request}); known {
			return answer, err
		}
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
	v := wire.SupportedVersions{
		Core: wire.SupportedCore{Consensus: core, API: wire.APIVersions{f.Core}},
		Modules: map[wire.ModuleID]wire.SupportedModule{
			DummyID: {CoreConsensus: core, Consensus: wire.Version{}, API: wire.APIVersions{{}}},
		},
	}
	for _, m := range f.mints {
		v.Modules[m.id] = wire.SupportedModule{CoreConsensus: core, Consensus: m.consensus(), API: wire.APIVersions{m.api()}}
	}
	if l := f.lightning; l != nil {
		v.Modules[LNV2ID] = wire.SupportedModule{CoreConsensus: core, Consensus: l.consensus(), API: wire.APIVersions{l.api()}}
	}
	if l := f.ln; l != nil {
		v.Modules[LNID] = wire.SupportedModule{CoreConsensus: core, Consensus: l.consensus(), API: wire.APIVersions{l.api()}}
	}
	return v
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
	if f.lightning != nil {
		f.lightning.watch(tx.id, tx.Transaction)
	}
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
	return f.mints[0].refuseOutput(f.mints[0].id, usedBefore, 0)
}

// await waits for a transaction.
func (f *Federation) await(ctx context.Context, name string, id wire.TxID) (wire.Transaction, error) {
	return wait(ctx, f, name, func(b *books) (wire.Transaction, bool) {
		tx, ok := b.txs[id]
		return tx, ok
	})
}
