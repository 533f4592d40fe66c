package ecash

import (
	"context"
	"encoding/json"
	"errors"

	"satchel/client"
	"satchel/client/notes"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// Errors about e-cash that comes in. Nothing has changed when one is returned.
var (
	// ErrTooManyNotes reports e-cash of more notes than are claimed at once.
	// Whoever sent it can send it in parts.
	ErrTooManyNotes = errors.New("e-cash has too many notes")

	// ErrDust reports e-cash that is worth no more than it costs to claim.
	ErrDust = errors.New("e-cash is worth less than the fee for claiming it")

	// ErrReceived reports e-cash that this wallet has claimed before.
	ErrReceived = errors.New("this e-cash was already received")

	// ErrNotTold reports that guardians do not tell whether a note is spent.
	ErrNotTold = errors.New("guardians of this e-cash do not tell whether it is spent")
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
func (m *Purse) Receive(ctx context.Context, text notes.Text, extra json.RawMessage) (fsm.OpID, error) {
	op := fsm.OpID(text.ReceiveID())
	if fsm.Exists(m.Executor().Snapshot(), op) {
		return op, ErrReceived
	}
	some, amount, err := m.validate(ctx, text)
	if err != nil {
		return op, err
	}
	worth, dust := m.worthClaiming(some)
	if len(worth) == 0 {
		return op, ErrDust
	}
	err = m.Transact(ctx, op,
		func(p *client.Plan) error { return m.claimAll(p, worth) },
		func(tx *fsm.Tx, p *client.Plan) error {
			m.markOwn(tx, some)
			m.putAside(tx, op, shelve(dust, ""))
			m.log(tx, notes.CameIn{Op: op, Amount: amount})
			first := p.Drafts()[0]
			return m.Begin(tx, op, m.Kind(), m.ReceiveMeta(notes.Receiving{
				Text: text, Amount: amount, Aside: notes.Total(dust), TxID: first.ID, Outputs: first.Added, Extra: orNull(extra),
			}))
		})
	if errors.Is(err, client.ErrExists) {
		err = ErrReceived
	}
	return op, err
}

// claimAll plans as many transactions as the notes need.
func (m *Purse) claimAll(p *client.Plan, all []note) error {
	for _, some := range m.chunks(all) {
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

// orNull is what stands in the log where a caller has nothing to keep.
func orNull(extra json.RawMessage) json.RawMessage {
	if extra == nil {
		return json.RawMessage("null")
	}
	return extra
}

// markOwn notes that e-cash which this wallet handed out has come home.
func (m *Purse) markOwn(tx *fsm.Tx, some []note) {
	coming := map[fsm.OpID]int{}
	for _, n := range some {
		if op, ok := tx.Get(m.givenKey(n.Nonce)); ok {
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
func (m *Purse) CheckTaken(ctx context.Context, op fsm.OpID) (bool, error) {
	last, err := m.spendStep(ctx, op)
	if err != nil {
		return false, err
	}
	s, ok := last.(given)
	if !ok {
		_, ok := last.(taken)
		return ok, nil
	}
	teller, ok := m.Generation.(notes.Teller)
	if !ok {
		return false, ErrNotTold
	}
	for _, n := range s.Notes {
		if spent, err := teller.Spent(ctx, n.Nonce); err != nil || !spent {
			return false, err
		}
	}
	return m.noteTaken(ctx, op)
}

// noteTaken notes that e-cash is spent, and reports whether it was somebody else
// who took it: it may have been called back while guardians were asked.
func (m *Purse) noteTaken(ctx context.Context, op fsm.OpID) (byOthers bool, err error) {
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

// IsOwn reports whether all notes are ones that this wallet has handed out.
func (m *Purse) IsOwn(r *kv.Reader, text notes.Text) bool {
	for _, n := range text.All() {
		if !r.Has(m.givenKey(n.SpendKey.PublicKey())) {
			return false
		}
	}
	return true
}
