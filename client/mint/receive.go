package mint

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"satchel/client"
	"satchel/client/guardians"
	"satchel/client/tbs"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// Errors about e-cash that comes in. Nothing has changed when one is returned.
var (
	// ErrForeign reports e-cash of another federation.
	ErrForeign = errors.New("e-cash is of another federation")

	// ErrForged reports notes that the federation has not signed.
	ErrForged = errors.New("e-cash is not genuine")

	// ErrDust reports e-cash that is worth no more than it costs to claim.
	ErrDust = errors.New("e-cash is worth less than the fee for claiming it")

	// ErrReceived reports e-cash that this wallet has claimed before.
	ErrReceived = errors.New("this e-cash was already received")
)

// mostClaims keeps transactions below the size limit of guardians: an input takes
// about 150 bytes of 49 968.
const mostClaims = 200

// Validate checks e-cash without asking anybody, and returns its face value in
// msat. That it is genuine does not mean that nobody has spent it.
func (m *Mint) Validate(text wire.OOBNotes) (wire.Amount, error) {
	if _, err := text.Notes().Total(); err != nil {
		return 0, err
	}
	notes := listed(text.Notes())
	return total(notes), m.validate(text, notes)
}

func (m *Mint) validate(text wire.OOBNotes, notes []note) error {
	if text.Prefix() != m.FederationID().Prefix() {
		return ErrForeign
	}
	seen := map[wire.PublicKey]bool{}
	batch := make([]tbs.SignedNote, len(notes))
	for i, n := range notes {
		key, ok := m.keys.Keys[n.amount]
		if !ok {
			return fmt.Errorf("%w: there are no notes of %v", ErrForged, n.amount)
		}
		if seen[n.nonce] {
			return fmt.Errorf("%w: a note is in it twice", ErrForged)
		}
		seen[n.nonce] = true
		batch[i] = tbs.SignedNote{Nonce: n.nonce, Signature: n.Signature, Key: key}
	}
	bad, err := m.scheme.VerifyNotes(batch)
	if err == nil && len(bad) > 0 {
		err = fmt.Errorf("%w: %d of %d notes", ErrForged, len(bad), len(batch))
	}
	return err
}

// Receive claims e-cash: the notes are spent for new ones that only this wallet
// knows. The operation is named by the notes, so a second call for the same ones
// returns [ErrReceived] and the same operation.
func (m *Mint) Receive(ctx context.Context, text wire.OOBNotes, extra json.RawMessage) (fsm.OpID, error) {
	op := fsm.OpID(text.ReissueID())
	if fsm.Exists(m.Executor().Snapshot(), op) {
		return op, ErrReceived
	}
	amount, err := text.Notes().Total()
	if err != nil {
		return op, err
	}
	notes := listed(text.Notes())
	if err := m.validate(text, notes); err != nil {
		return op, err
	}
	worth, dust := m.worthClaiming(notes)
	if len(worth) == 0 {
		return op, ErrDust
	}
	err = m.Transact(ctx, op,
		func(p *client.Plan) error { return m.claimAll(p, worth) },
		func(tx *fsm.Tx, p *client.Plan) error {
			m.markOwn(tx, notes)
			m.putAside(tx, dust)
			m.Log(tx, m.event("oob-notes-reissued", map[string]any{"amount": amount}))
			m.Log(tx, m.event("payment-receive", map[string]any{"operation_id": op.String(), "amount": amount}))
			return m.begin(tx, op, amount, reissueMeta(p), extra)
		})
	if errors.Is(err, client.ErrExists) {
		err = ErrReceived
	}
	return op, err
}

// claimAll plans as many transactions as the notes need, about equally great: a
// last one of a few notes might be worth nothing.
func (m *Mint) claimAll(p *client.Plan, notes []note) error {
	for n := (len(notes) + m.mostClaims - 1) / m.mostClaims; n > 0; n-- {
		k := (len(notes) + n - 1) / n
		d, err := p.Transaction(m.part(&bundle{foreign: notes[:k]}))
		if err != nil {
			return err
		}
		if d.Added.Start == d.Added.End {
			return ErrDust
		}
		notes = notes[k:]
	}
	return nil
}

func reissueMeta(p *client.Plan) map[string]any {
	d := p.Drafts()[0]
	indices := []uint64{}
	for i := d.Added.Start; i < d.Added.End; i++ {
		indices = append(indices, i)
	}
	return map[string]any{"reissuance": map[string]any{"txid": d.ID, "out_point_indices": indices}}
}

// markOwn notes that e-cash which this wallet handed out has come home.
func (m *Mint) markOwn(tx *fsm.Tx, notes []note) {
	coming := map[fsm.OpID]int{}
	for _, n := range notes {
		if op, ok := tx.Get(m.givenKey(n.nonce)); ok {
			coming[fsm.OpID(op)]++
		}
	}
	for op, n := range coming {
		for rec := range m.Executor().Machines(&tx.Reader, op) {
			if s, ok := rec.State.(given); ok && n == len(s.Notes) {
				tx.Put(m.takenKey(op), nil)
			}
		}
	}
}

// CheckTaken asks the guardians whether e-cash that was handed out has been
// taken, and reports whether all of it has. It tells them that whoever asks is
// interested in these notes, so it is asked when a person looks, not by itself.
func (m *Mint) CheckTaken(ctx context.Context, op fsm.OpID) (bool, error) {
	for rec := range m.Executor().Machines(m.Executor().Snapshot(), op) {
		switch s := rec.State.(type) {
		case taken:
			return true, nil
		case calledBack:
			return false, nil
		case given:
			return m.askTaken(ctx, op, s)
		}
	}
	return false, ErrUnknownOperation
}

func (m *Mint) askTaken(ctx context.Context, op fsm.OpID, s given) (bool, error) {
	for _, n := range s.Notes {
		spent, err := guardians.Ask(ctx, m.Guardians(),
			guardians.Question{Method: m.Method("note_spent"), Params: n.nonce},
			guardians.JSON[bool], guardians.Agree[bool]())
		if err != nil || !spent {
			return false, err
		}
	}
	return true, m.Update(ctx, func(tx *fsm.Tx) error {
		for rec := range m.Executor().Machines(&tx.Reader, op) {
			if _, ok := rec.State.(given); ok {
				tx.Put(m.takenKey(op), nil)
			}
		}
		return nil
	})
}

// usedProbe is how many notes of each tier are looked for by [Mint.Used].
const usedProbe = 2

// Used reports whether notes were issued for these words before: the first ones
// of each tier that a wallet would make.
func (m *Mint) Used(ctx context.Context) (bool, error) {
	for _, tier := range m.worth {
		for index := range uint64(usedProbe) {
			q, err := newRequest(m.scheme, m.Secret, tier, index)
			if err != nil {
				return false, err
			}
			used, err := guardians.Ask(ctx, m.Guardians(),
				guardians.Question{Method: m.Method("blind_nonce_used"), Params: q.Blinded},
				guardians.JSON[bool], guardians.Agree[bool]())
			if err != nil || used {
				return used, err
			}
		}
	}
	return false, nil
}

// IsOwn reports whether all notes are ones that this wallet has handed out.
func (m *Mint) IsOwn(r *kv.Reader, text wire.OOBNotes) bool {
	for _, n := range text.Notes().All() {
		if !r.Has(m.givenKey(n.SpendKey.PublicKey())) {
			return false
		}
	}
	return true
}
