package mint

import (
	"context"
	"encoding/json"
	"errors"

	"satchel/client"
	"satchel/client/guardians"
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

	// ErrTooManyNotes reports e-cash of more notes than are claimed at once.
	// Whoever sent it can send it in parts.
	ErrTooManyNotes = errors.New("e-cash has too many notes")

	// ErrDust reports e-cash that is worth no more than it costs to claim.
	ErrDust = errors.New("e-cash is worth less than the fee for claiming it")

	// ErrReceived reports e-cash that this wallet has claimed before.
	ErrReceived = errors.New("this e-cash was already received")
)

// mostClaims keeps transactions below the size limit of guardians: an input takes
// about 150 bytes of 49 968.
const mostClaims = 200

// mostNotes is how many notes a text may have: what five transactions claim. A
// wallet that claims them all by one transaction, as others do, manages some 300.
const mostNotes = 5 * mostClaims

// Receive claims e-cash: the notes are spent for new ones that only this wallet
// knows. The operation is named by the notes, so a second call for the same ones
// returns [ErrReceived] and the same operation.
func (m *Mint) Receive(ctx context.Context, text wire.OOBNotes, extra json.RawMessage) (fsm.OpID, error) {
	op := fsm.OpID(text.ReissueID())
	if fsm.Exists(m.Executor().Snapshot(), op) {
		return op, ErrReceived
	}
	notes, amount, err := m.validate(ctx, text)
	if err != nil {
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
			m.putAside(tx, op, shelve(dust, ""))
			m.Log(tx, m.event("oob-notes-reissued", map[string]any{"amount": amount}))
			m.Log(tx, m.event("payment-receive", map[string]any{"operation_id": op.String(), "amount": amount}))
			return m.begin(tx, op, meta{Variant: variant{Reissue: reissueOf(p)}, Amount: amount, Extra: extra, Aside: total(dust)})
		})
	if errors.Is(err, client.ErrExists) {
		err = ErrReceived
	}
	return op, err
}

// claimAll plans as many transactions as the notes need.
func (m *Mint) claimAll(p *client.Plan, notes []note) error {
	for _, some := range m.chunks(notes) {
		d, err := p.Transaction(m.part(&bundle{foreign: some}))
		if err != nil {
			return err
		}
		if d.Added.Start == d.Added.End {
			return ErrDust
		}
	}
	return nil
}

// reissueOf names the first of the transactions that claim e-cash.
func reissueOf(p *client.Plan) *reissueMeta {
	d := p.Drafts()[0]
	r := &reissueMeta{TxID: d.ID, Indices: []uint64{}}
	for i := d.Added.Start; i < d.Added.End; i++ {
		r.Indices = append(r.Indices, i)
	}
	return r
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
	last, err := m.spendStep(ctx, op)
	if err != nil {
		return false, err
	}
	s, ok := last.(given)
	if !ok {
		_, ok := last.(taken)
		return ok, nil
	}
	for _, n := range s.Notes {
		if spent, err := m.isSpent(ctx, n.nonce); err != nil || !spent {
			return false, err
		}
	}
	return m.noteTaken(ctx, op)
}

// noteTaken notes that e-cash is spent, and reports whether it was somebody else
// who took it: it may have been called back while guardians were asked.
func (m *Mint) noteTaken(ctx context.Context, op fsm.OpID) (byOthers bool, err error) {
	moved := true
	err = m.Update(ctx, func(tx *fsm.Tx) error {
		for rec := range m.Executor().Machines(&tx.Reader, op) {
			switch rec.State.(type) {
			case given:
				tx.Put(m.takenKey(op), nil)
				byOthers, moved = true, false
			case taken:
				byOthers, moved = true, false
			case calledBack:
				moved = false
			}
		}
		return nil
	})
	if err != nil || !moved {
		return byOthers, err
	}
	last, err := m.spendStep(ctx, op)
	_, byOthers = last.(taken)
	return byOthers, err
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
