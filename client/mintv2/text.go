package mintv2

import (
	"errors"
	"fmt"
	"iter"
	"strings"

	"satchel/client/notes"
	"satchel/client/wire"
)

// A Text is e-cash of this generation as text. It is a [notes.Text].
type Text struct{ wire.ECash }

// ErrNoNotes reports a text of the right form that is not e-cash in bitcoin.
var ErrNoNotes = errors.New("text has no e-cash")

// ParseText reads the text. Blanks in it are passed over.
func ParseText(s string) (Text, error) {
	e, err := wire.ParseECash(strings.Join(strings.Fields(s), ""))
	if err != nil {
		return Text{}, err
	}
	if _, ok := e.FederationID(); !ok || len(e.Notes()) == 0 || e.Unit() != wire.Bitcoin {
		return Text{}, ErrNoNotes
	}
	return Text{e}, nil
}

func (t Text) String() string { return t.Base32() }

// Count implements [notes.Text].
func (t Text) Count() int { return len(t.Notes()) }

// Total implements [notes.Text].
func (t Text) Total() (wire.Amount, error) {
	for _, n := range t.Notes() {
		if n.Denomination > wire.MaxDenomination {
			return 0, fmt.Errorf("%w: there are no notes of %v", notes.ErrForged, n.Denomination)
		}
	}
	return t.ECash.Total()
}

// All implements [notes.Text].
func (t Text) All() iter.Seq2[wire.Amount, wire.MintSpendableNote] {
	return func(yield func(wire.Amount, wire.MintSpendableNote) bool) {
		for _, n := range t.Notes() {
			if !yield(n.Denomination.Amount(), wire.MintSpendableNote{Signature: n.Signature, SpendKey: n.SpendKey}) {
				return
			}
		}
	}
}

// Of implements [notes.Text].
func (t Text) Of(id wire.FederationID) bool {
	of, ok := t.FederationID()
	return ok && of == id && t.Unit() == wire.Bitcoin
}

// Text implements [notes.Generation].
func (m *Mint) Text(some []notes.Note, invite *wire.InviteCode) notes.Text {
	list := make([]wire.MintV2SpendableNote, len(some))
	for i, n := range some {
		d, _ := denomination(n.Amount)
		list[i] = wire.MintV2SpendableNote{Denomination: d, SpendKey: n.SpendKey, Signature: n.Signature}
	}
	if invite != nil {
		return Text{wire.NewECashWithInvite(*invite, list, wire.Bitcoin)}
	}
	return Text{wire.NewECash(m.host.FederationID(), list, wire.Bitcoin)}
}
