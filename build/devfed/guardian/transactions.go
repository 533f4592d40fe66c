package guardian

import (
	"context"
	"encoding/json"
	"errors"

	"satchel/build/devfed/rpc"
	"satchel/client/wire"
)

// maxOutcomes is how many outcomes may be asked for at once.
const maxOutcomes = 1024

// submitTransaction answers when the transaction is accepted or cannot be, as
// since fedimint 0.12; a refusal is a result and not an error.
func (g *Guardian) submitTransaction(ctx context.Context, params json.RawMessage) (any, error) {
	encoded, err := rpc.Params[wire.Serde](params)
	if err != nil {
		return nil, err
	}
	t, err := g.shared.Ledger.Decode(encoded)
	if err != nil {
		return nil, rpc.BadRequest("%v", err)
	}
	outcome := wire.SubmissionOutcome{TxID: t.ID}
	err = g.shared.Ledger.Submit(ctx, g.id, t)
	if refusal, ok := errors.AsType[*wire.TransactionError](err); ok {
		outcome.Err, err = refusal, nil
	}
	if err != nil {
		return nil, err
	}
	return wire.SerdeOf(outcome), nil
}

func (g *Guardian) awaitTransaction(ctx context.Context, params json.RawMessage) (any, error) {
	id, err := rpc.Params[wire.TxID](params)
	if err != nil {
		return nil, err
	}
	if _, err := g.shared.Ledger.AwaitTransaction(ctx, id); err != nil {
		return nil, err
	}
	return id, nil
}

func (g *Guardian) awaitOutputOutcome(ctx context.Context, params json.RawMessage) (any, error) {
	at, err := rpc.Params[wire.OutPoint](params)
	if err != nil {
		return nil, err
	}
	outcome, err := g.awaitOutcome(ctx, at)
	if err == nil && outcome == nil {
		err = rpc.BadRequest("No output outcome for outpoint")
	}
	return outcome, err
}

// awaitOutputsOutcomes gives null for an output of whose module nothing is to
// be had here.
func (g *Guardian) awaitOutputsOutcomes(ctx context.Context, params json.RawMessage) (any, error) {
	r, err := rpc.Params[wire.OutPointRange](params)
	if err != nil {
		return nil, err
	}
	start, end := r.Indices.Start, r.Indices.End
	switch {
	case end < start:
		return nil, rpc.BadRequest("Outpoint range is descending or too large")
	case end-start > maxOutcomes:
		return nil, rpc.BadRequest("Outpoint range must cover at most %d outputs, got %d", maxOutcomes, end-start)
	case end == start:
		// Nothing is asked for, but only of an accepted transaction.
		_, err := g.shared.Ledger.AwaitTransaction(ctx, r.TxID)
		return []*wire.Serde{}, err
	}
	outcomes := make([]*wire.Serde, 0, end-start)
	for index := start; index < end; index++ {
		outcome, err := g.awaitOutcome(ctx, wire.OutPoint{TxID: r.TxID, Index: index})
		if err != nil {
			return nil, err
		}
		outcomes = append(outcomes, outcome)
	}
	return outcomes, nil
}

func (g *Guardian) awaitOutcome(ctx context.Context, at wire.OutPoint) (*wire.Serde, error) {
	modules, err := g.shared.Ledger.AwaitTransaction(ctx, at.TxID)
	if err != nil {
		return nil, err
	}
	if at.Index >= uint64(len(modules)) {
		return nil, rpc.BadRequest("Outpoint index out of bounds %v", at)
	}
	outcome := g.shared.Ledger.Outcome(g.id, modules[at.Index], at)
	if outcome == nil {
		return nil, nil
	}
	encoded := wire.SerdeOf(outcome)
	return &encoded, nil
}
