package notes

import (
	"time"

	"satchel/client/wire"
	"satchel/fsm"
)

// An Occasion is something that belongs into the event log, which each
// generation words in its own way. It is one of the types below.
type Occasion interface{ occasion() }

// Kept: notes came into the wallet.
type Kept struct{ Notes []Note }

// Left: kept notes leave the wallet: handed out, paid with, or taken along. Notes
// of e-cash that comes in are not among them.
type Left struct{ Notes []Note }

// HandedOwn: notes that were there are handed out.
type HandedOwn struct {
	Requested, Amount wire.Amount // msat
	TakeBackAfter     time.Duration
	Invite            bool
}

// HandedOut: notes are handed out, whether they were there or had to be made.
type HandedOut struct {
	Op     fsm.OpID
	Amount wire.Amount // msat
	Text   Text
}

// CameIn: e-cash is being claimed.
type CameIn struct {
	Op     fsm.OpID
	Amount wire.Amount // msat
}

// Signed: the new notes of a transaction are there, or it was refused.
type Signed struct {
	Op      fsm.OpID
	Refused bool
}

// Claimed: a transaction that claims e-cash was accepted, or refused.
type Claimed struct {
	Op      fsm.OpID
	Refused bool
}

func (Kept) occasion()      {}
func (Left) occasion()      {}
func (HandedOwn) occasion() {}
func (HandedOut) occasion() {}
func (CameIn) occasion()    {}
func (Signed) occasion()    {}
func (Claimed) occasion()   {}
