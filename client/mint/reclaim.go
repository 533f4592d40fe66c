package mint

import (
	"context"

	"satchel/client"
	"satchel/client/wire"
	"satchel/fsm"
)

// The steps of a reclaim.
type (
	claiming  struct{ claim }
	claimed   struct{ settled }
	scattered struct{ Claims []settled }
	gathered  struct {
		Back wire.Amount // face value of the notes that could be claimed, msat
		Gone wire.Amount // face value of those that somebody else has spent, msat
	}
)

func (s claiming) AppendBinary(b []byte) ([]byte, error) { return s.Append(b), nil }
func (s claimed) AppendBinary(b []byte) ([]byte, error)  { return s.Append(b), nil }

func (s scattered) AppendBinary(b []byte) ([]byte, error) { return wire.AppendVec(b, s.Claims), nil }
func (s *scattered) Decode(d *wire.Decoder)               { s.Claims = wire.ReadVec[settled](d) }

func (s gathered) AppendBinary(b []byte) ([]byte, error) { return s.Gone.Append(s.Back.Append(b)), nil }

func (s *gathered) Decode(d *wire.Decoder) {
	s.Back.Decode(d)
	s.Gone.Decode(d)
}

// reclaim gets notes back that may or may not have been spent by somebody else:
// all at once, and if that is refused, each by itself.
func (m *Mint) reclaim() *fsm.Machine {
	return fsm.Define("mint/reclaim",
		fsm.At("claiming", wire.Decode[claiming],
			fsm.On("accepted",
				func(ctx context.Context, s claiming) (struct{}, error) { return m.Acceptance(ctx, s.TxID) },
				func(_ *fsm.Tx, s claiming, _ struct{}) (fsm.State, error) {
					return claimed{s.settled()}, nil
				}, "claimed"),
			fsm.On("rejected", m.awaitOneByOne, m.scatter, "scattered")),
		fsm.At("scattered", wire.Decode[scattered],
			fsm.On("decided", m.awaitClaims,
				func(_ *fsm.Tx, _ scattered, g gathered) (fsm.State, error) { return g, nil },
				"gathered")),
		fsm.At("claimed", wire.Decode[claimed]),
		fsm.At("gathered", wire.Decode[gathered]))
}

// awaitOneByOne works out a transaction for each note by itself.
func (m *Mint) awaitOneByOne(ctx context.Context, s claiming) (*client.Plan, error) {
	if _, err := m.Rejection(ctx, s.TxID); err != nil {
		return nil, err
	}
	plan := m.Plan(fsm.Self(ctx).Op)
	for _, n := range s.Notes {
		if _, err := plan.Transaction(m.claimPart([]note{n})); err != nil {
			return nil, err
		}
	}
	return plan, nil
}

func (m *Mint) scatter(tx *fsm.Tx, s claiming, plan *client.Plan) (fsm.State, error) {
	if err := plan.Commit(tx); err != nil {
		return nil, err
	}
	var next scattered
	for i, n := range s.Notes {
		next.Claims = append(next.Claims, settled{plan.Drafts()[i].ID, n.amount})
	}
	return next, nil
}

// awaitClaims waits until the federation has decided about every note.
func (m *Mint) awaitClaims(ctx context.Context, s scattered) (g gathered, err error) {
	for _, c := range s.Claims {
		ok, err := m.Decision(ctx, c.TxID)
		if err != nil {
			return g, err
		}
		if ok {
			g.Back += c.Amount
		} else {
			g.Gone += c.Amount
		}
	}
	return g, nil
}
