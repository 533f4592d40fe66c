package client

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"

	"satchel/client/secret"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// A Module is one module instance of the federation, as the client uses it.
type Module interface {
	// Kind returns the name of what the module does.
	Kind() wire.ModuleKind

	// Machines returns the machines that the module's parts start.
	Machines() []*fsm.Machine

	// Summarize tells what an operation that this module began has come to,
	// from its steps in the order in which they were entered.
	Summarize(op Operation, steps []fsm.Record) Summary
}

// Cash is a module whose inputs and outputs are as good as money: it can pay
// what a transaction lacks and take what it has too much.
type Cash interface {
	Module

	// Balance returns what could be spent, in msat.
	Balance(r *kv.Reader) wire.Amount

	// Complete returns the part that balances a transaction which takes in and
	// gives out so much, in msat, fees of the parts so far counted as given
	// out. It adds inputs when out is greater and change outputs when in is
	// greater, and accounts for the fees that these cause. What is too little
	// for change is left. It fails with an [*InsufficientError] when it cannot
	// pay.
	Complete(p *Plan, in, out wire.Amount) (Part, error)

	// Tally adds what a step that was entered says of the money that an
	// operation moves, if it is one of the module's own machines.
	Tally(m *Moves, rec fsm.Record)
}

// A Drainer is cash that can give all it has, where that does not suffice.
type Drainer interface {
	// Drain returns a part that spends everything that is worth its fee and that
	// the plan has not taken.
	Drain(p *Plan) Part
}

// A Runner is a module that has something to do while the client runs that is no
// machine: what it has done is in the map in one commit, or is done again. Run
// returns when ctx ends.
type Runner interface{ Run(ctx context.Context) }

// A Searcher is a module that finds again what belongs to the words, in the past
// of the federation.
type Searcher interface {
	Module

	// BeginSearch begins an operation that does. A search that goes on already
	// is not begun again.
	BeginSearch(*fsm.Tx, Search) error

	// Searching reports whether one goes on.
	Searching(*kv.Reader) bool
}

// A Search says what is looked for.
type Search struct {
	// Again means that the wallet knows what it has: it is to find out what
	// another device with the words has done.
	Again bool

	// Others means to look also for what the words have under other derivations.
	Others bool

	// Backup has what a backup says, by module.
	Backup map[wire.ModuleID][]byte
}

// A Kind is a kind of module that a client can use.
type Kind struct {
	Name    wire.ModuleKind
	Version uint32                     // major consensus version
	API     wire.APIVersions           // lowest versions that will do
	New     func(Host) (Module, error) // nil for a module that cannot be used after all
}

// A Host is what a module gets to know of its client.
type Host struct {
	*Client
	ID     wire.ModuleID
	Config []byte // consensus form of the module's config
	Secret secret.Secret
	Others []secret.Secret // of the module, under other derivations of the words
}

// Key returns a key of the module's own in the map.
func (h Host) Key(parts ...string) string {
	k := string(binary.BigEndian.AppendUint16([]byte("m"), uint16(h.ID))) + "/"
	for _, p := range parts {
		k += p
	}
	return k
}

// Method returns the name of a method of the module's guardian API.
func (h Host) Method(name string) string { return fmt.Sprintf("module_%d_%s", h.ID, name) }

// An InsufficientError says that there is not enough money.
type InsufficientError struct {
	Have, Need wire.Amount // Need includes the fees
}

func (e *InsufficientError) Error() string {
	return fmt.Sprintf("balance of %v is not enough for %v", e.Have, e.Need)
}

// A State is what an operation has come to, in the words that every screen
// uses.
type State string

const (
	OnItsWay State = "on its way" // the federation has not decided yet
	Ready    State = "ready"      // handed out as text, not known to be taken
	Done     State = "done"       // the money has arrived where it was meant to, or Amount of it has
	Returned State = "returned"   // it came back, less fees
	Refused  State = "refused"    // the federation refused it; nothing was lost but fees
	Lapsed   State = "lapsed"     // nobody did in time what it waited for; nothing has moved
)

// A Summary describes an operation.
type Summary struct {
	State State

	// Title names what was done: "receive", "send", "reissue", ….
	Title string

	// Requested is what it was to be, in msat, Amount what it has come to, and Fee
	// what it cost so far.
	Requested, Amount, Fee wire.Amount

	// Change is what it does to the balance once nothing is on its way, in msat.
	Change int64

	// Outgoing tells whether Amount left the wallet.
	Outgoing bool

	// ComingBack tells of e-cash that was handed out and is being taken back.
	ComingBack bool

	// InFlight is what is neither spendable nor given away, in msat: it comes
	// back as notes, or it turns out to be spent.
	InFlight wire.Amount

	// HandedOut is the face value of notes that were given away as text and are
	// not known to be taken, in msat.
	HandedOut wire.Amount

	// Gone is the face value of notes that somebody else had spent, in msat. It is
	// not in Amount.
	Gone wire.Amount

	// Aside is the face value of notes that the operation has put aside, in
	// msat: the wallet keeps them, but cannot, or need not, claim them. It is not
	// in Amount.
	Aside wire.Amount

	// Why says what went wrong, in the federation's words, untrusted.
	Why string

	// Final tells that nothing of this will change by itself.
	Final bool

	// Outcome is the state as the official client's subscriptions name it.
	Outcome json.RawMessage

	// Details are the module's own.
	Details map[string]any
}
