package dummy_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"satchel/client/guardians"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm/sim"
)

// A misreading makes answers of guardians into other ones, as a wallet does that
// reads them wrongly. There is one guardian, so that one answer decides.
type misreading struct {
	guardians.Guardian
	read func(method string, params any, answer json.RawMessage, err error) (json.RawMessage, error)
}

func (m misreading) Call(ctx context.Context, method string, params any) (json.RawMessage, error) {
	answer, err := m.Guardian.Call(ctx, method, params)
	if ctx.Err() != nil {
		return answer, err
	}
	return m.read(method, params, answer, err)
}

var refusal = func() json.RawMessage {
	text, err := json.Marshal(wire.SerdeOf(wire.SubmissionOutcome{Err: &wire.TransactionError{Variant: wire.TxInvalidWitnessLength}}))
	if err != nil {
		panic(err)
	}
	return text
}()

// What the machine of a transaction must not do.
func TestMistakesAreFound(t *testing.T) {
	for name, read := range map[string]func(string, any, json.RawMessage, error) (json.RawMessage, error){
		"error taken for a rejection": func(method string, _ any, answer json.RawMessage, err error) (json.RawMessage, error) {
			if err != nil && method == "submit_transaction" {
				return refusal, nil
			}
			return answer, err
		},
		"error taken for acceptance": func(method string, params any, answer json.RawMessage, err error) (json.RawMessage, error) {
			if err != nil && method == "await_transaction" {
				return params.(json.RawMessage), nil
			}
			return answer, err
		},
		"rejection taken for an error": func(method string, _ any, answer json.RawMessage, err error) (json.RawMessage, error) {
			if err != nil || method != "submit_transaction" {
				return answer, err
			}
			if outcome, err := guardians.Consensus[wire.SubmissionOutcome](0, answer); err != nil || outcome.Err != nil {
				return nil, guardians.ErrUnreachable
			}
			return answer, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sim.Search(t, sim.Plan{Seeds: 100, Faults: 4, Kill: true}, scenario(purses["change"], func(s *toyfed.Setup) {
				s.Guardians, s.Off = 1, nil
				s.Wrap = func(g guardians.Guardian) guardians.Guardian { return misreading{g, read} }
			}))
			if err == nil {
				t.Fatal("not found")
			}
			first, _, _ := strings.Cut(err.Error(), "\n")
			t.Log(first)
		})
	}
}
