package mint

import (
	"context"
	"encoding/json"
	"errors"

	"satchel/client/guardians"
	"satchel/client/notes"
	"satchel/client/wire"
)

// batchOutcomes is the core API that gives the outcomes of several outputs at
// once.
var batchOutcomes = wire.Version{Major: 0, Minor: 8}

// Shares implements [notes.Generation]. Guardians keep the question until the
// transaction is accepted.
func (m *Mint) Shares(ctx context.Context, at wire.OutPointRange, n int) ([]notes.ShareQuestion, error) {
	versions, err := m.host.Versions(ctx)
	if err != nil {
		return nil, err
	}
	if versions.Core.Minor >= batchOutcomes.Minor {
		q := guardians.Question{Method: "await_outputs_outcomes", Params: at}
		return []notes.ShareQuestion{{Question: q, Count: n, Decode: m.decodeShares}}, nil
	}
	var questions []notes.ShareQuestion
	for i := range uint64(n) {
		q := guardians.Question{Method: "await_output_outcome", Params: wire.OutPoint{TxID: at.TxID, Index: at.Indices.Start + i}}
		questions = append(questions, notes.ShareQuestion{Question: q, Count: 1, Decode: m.decodeShare})
	}
	return questions, nil
}

// decodeShares reads the answer to await_outputs_outcomes: a list of outcomes.
func (m *Mint) decodeShares(answer json.RawMessage) ([]wire.G1, error) {
	var outcomes []*wire.Serde
	if err := json.Unmarshal(answer, &outcomes); err != nil {
		return nil, err
	}
	shares := make([]wire.G1, len(outcomes))
	for i, o := range outcomes {
		if o == nil {
			return nil, errors.New("output without outcome")
		}
		var err error
		if shares[i], err = m.share(*o); err != nil {
			return nil, err
		}
	}
	return shares, nil
}

// decodeShare reads the answer to await_output_outcome: one outcome.
func (m *Mint) decodeShare(answer json.RawMessage) ([]wire.G1, error) {
	var o wire.Serde
	if err := json.Unmarshal(answer, &o); err != nil {
		return nil, err
	}
	share, err := m.share(o)
	return []wire.G1{share}, err
}

func (m *Mint) share(o wire.Serde) (wire.G1, error) {
	outcome, err := wire.Decode[wire.DynOutcome](o)
	if err != nil {
		return wire.G1{}, err
	}
	v, err := wire.Decode[wire.MintOutcome](outcome.Body)
	if err == nil && (outcome.Module != m.host.ID || v.Unknown != nil) {
		err = errors.New("outcome is not one of this mint")
	}
	return v.Share, err
}
