package notes

import (
	"context"
	"encoding/json"

	"satchel/client"
	"satchel/client/guardians"
	"satchel/client/tbs"
	"satchel/client/wire"
	"satchel/fsm"
)

// A Generation is what sets one kind of e-cash apart from another: how notes
// look on the wire, where their keys come from, how many of which are kept, and
// in which words they stand in the log. Packages mint and mintv2 have one each;
// package ecash does everything else.
type Generation interface {
	Kind() wire.ModuleKind
	Scheme() tbs.Scheme
	Fee() wire.FeeConsensus

	// Tiers are the amounts of which the wallet makes notes, ascending, in msat.
	// TierKey has the federation's key of every amount of which there are notes,
	// and PeerKey the key of a guardian.
	Tiers() []wire.Amount
	TierKey(wire.Amount) (wire.G2, bool)
	PeerKey(wire.PeerID, wire.Amount) wire.G2

	// Unit is what amounts that are sent are rounded up to a multiple of, in
	// msat.
	Unit() wire.Amount

	// Input is what of a note is shown when it is spent.
	Input(Note) wire.Appender

	// Draw makes requests for new notes. It computes nothing for a quote.
	Draw(p *client.Plan, amounts []wire.Amount) (Draw, error)

	// SaysSpent reports whether that is how the federation refuses a transaction
	// one of whose notes is spent.
	SaysSpent(why string) bool

	// Shares are the questions whose answers are guardians' signature shares of
	// n notes that a transaction makes, in their order.
	Shares(ctx context.Context, at wire.OutPointRange, n int) ([]ShareQuestion, error)

	// Balance chooses notes of the wallet, which come by descending amount, and
	// amounts of new ones, that balance a transaction which takes in and gives
	// out so much, in msat, fees counted as given out. With alone no more notes
	// are spent than must be. It fails with an [*client.InsufficientError], in
	// which Have is what all notes are worth after fees.
	Balance(held []Note, in, out wire.Amount, alone bool) (Balancing, error)

	// Text puts notes, by ascending amount, into the form in which they are
	// handed out, with an invite code if there is one.
	Text(some []Note, invite *wire.InviteCode) Text

	Logbook
}

// A Logbook words what goes into the operation log and the event log.
type Logbook interface {
	Events(Occasion) []client.Event

	// SpendID names the operation that hands out notes which are there.
	SpendID(some []Note) fsm.OpID

	// SendMeta and ReceiveMeta are what the operation log has of e-cash that is
	// handed out, with a nil text until it is there, and of e-cash that comes in.
	SendMeta(Sending) any
	ReceiveMeta(Receiving) any

	// AddText puts the text into what SendMeta made without one.
	AddText(meta json.RawMessage, text Text) (any, error)

	// ReadMeta reads both back, and reports false for anything else.
	ReadMeta(json.RawMessage) (Meta, bool)
}

// A Draw are new notes that are asked for.
type Draw struct {
	Requests []Request
	Outputs  []wire.Appender // one for each, empty in a quote

	// Commit makes durable that their keys are used. It returns [fsm.ErrAgain]
	// when others have used them.
	Commit func(*fsm.Tx) error
}

// A Balancing is what balances a transaction.
type Balancing struct {
	Spend []Note
	Make  []wire.Amount // ascending, msat
}

// A ShareQuestion asks for the shares of some notes of a transaction.
type ShareQuestion struct {
	guardians.Question
	Count  int // how many notes
	Decode func(json.RawMessage) ([]wire.G1, error)
}

// A Sending is e-cash that is handed out.
type Sending struct {
	Requested, Amount wire.Amount // msat
	Text              Text        // nil if it is not there yet
	NoTimeout         bool
	Extra             json.RawMessage
}

// A Receiving is e-cash that comes in.
type Receiving struct {
	Text    Text
	Amount  wire.Amount     // face value, msat
	Aside   wire.Amount     // of it: put aside at once, msat
	TxID    wire.TxID       // of the first transaction that claims it
	Outputs wire.IndexRange // that its change has there
	Extra   json.RawMessage
}

// A Meta is what the operation log says of an operation.
type Meta struct {
	Send      bool
	Requested wire.Amount // msat
	Aside     wire.Amount // put aside at once, msat
}

// A Teller is a generation whose guardians tell of a note whether it is spent.
type Teller interface {
	// Spent is what a threshold of guardians says.
	Spent(context.Context, wire.PublicKey) (bool, error)
}
