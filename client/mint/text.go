package mint

import (
	"iter"

	"satchel/client/notes"
	"satchel/client/wire"
)

// A Text is e-cash of this generation as text. It is a [notes.Text].
type Text struct{ wire.OOBNotes }

// ParseText reads the text in any of its forms.
func ParseText(s string) (Text, error) {
	o, err := wire.ParseOOBNotes(s)
	return Text{o}, err
}

func (t Text) String() string { return t.Base64() }

// Count implements [notes.Text].
func (t Text) Count() int { return t.Notes().Count() }

// Total implements [notes.Text].
func (t Text) Total() (wire.Amount, error) { return t.Notes().Total() }

// All implements [notes.Text].
func (t Text) All() iter.Seq2[wire.Amount, wire.MintSpendableNote] { return t.Notes().All() }

// Of implements [notes.Text]. The text has the beginning of the id only.
func (t Text) Of(id wire.FederationID) bool { return t.Prefix() == id.Prefix() }

// ReceiveID implements [notes.Text]. It depends on the notes alone.
func (t Text) ReceiveID() wire.OperationID { return t.ReissueID() }

// Text implements [notes.Generation].
func (m *Mint) Text(some []notes.Note, invite *wire.InviteCode) notes.Text {
	if invite != nil {
		return Text{wire.NewOOBNotesWithInvite(notes.Grouped(some), *invite)}
	}
	return Text{wire.NewOOBNotes(m.host.FederationID().Prefix(), notes.Grouped(some))}
}
