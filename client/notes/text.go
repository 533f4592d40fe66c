package notes

import (
	"errors"
	"iter"

	"satchel/client/wire"
)

// A Text is e-cash as one person hands it to another, of either generation.
// Whoever has read it can spend it.
type Text interface {
	// String returns the form that is shown and pasted.
	String() string

	// MarshalJSON gives the form that stands in the log.
	MarshalJSON() ([]byte, error)

	// Count returns how many notes there are, Total their face value in msat. It
	// fails when that does not fit.
	Count() int
	Total() (wire.Amount, error)

	// All yields amounts and notes in the order in which they are claimed.
	All() iter.Seq2[wire.Amount, wire.MintSpendableNote]

	// Of reports whether the text says, as far as it says anything, that it is
	// e-cash of that federation.
	Of(wire.FederationID) bool

	// Invite returns the invite code that came with it, or nil.
	Invite() *wire.InviteCode

	// ReceiveID names the operation that claims it.
	ReceiveID() wire.OperationID
}

// Errors about e-cash that comes in. Nothing has changed when one is returned.
var (
	// ErrForeign reports e-cash of another federation.
	ErrForeign = errors.New("e-cash is of another federation")

	// ErrForged reports notes that the federation has not signed.
	ErrForged = errors.New("e-cash is not genuine")
)
