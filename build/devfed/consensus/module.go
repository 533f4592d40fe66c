package consensus

import (
	"context"
	"encoding/json"

	"satchel/client/wire"
)

// A Module is one instance of a kind of module: its part of the config, of
// transactions, of the agreed order and of the API. What a kind does not have
// is nil; the meta module has no inputs and no outputs.
type Module struct {
	Kind wire.ModuleKind
	// Version is that of the module's consensus, API the highest of its methods.
	Version, API wire.Version
	// Config is what clients get.
	Config wire.Appender

	Inputs  Inputs
	Outputs Outputs

	// ApplyItem takes in an item of this module that a guardian proposed. An
	// error discards the item and undoes the writes.
	ApplyItem func(tx Tx, peer wire.PeerID, item []byte) error

	// Propose returns the items that a guardian proposes when it has looked at
	// the world: what it has not said yet.
	Propose func(view View, peer wire.PeerID, world World) []wire.Appender

	// Methods are the module's part of the API, without "module_<id>_" before
	// their names.
	Methods map[string]Method

	// Outstanding returns what the federation owes through this module in msat,
	// counted from the records of each single note or contract.
	Outstanding func(view View) wire.Amount
}

// Inputs is a module that takes value in.
type Inputs interface {
	// DecodeInput reads the body of a wire.DynInput. A variant of a later
	// version decodes.
	DecodeInput(body []byte) (Input, error)
	// VerifyInputs checks what needs no state, such as the signatures of notes,
	// of all inputs that a transaction has in this module.
	VerifyInputs(inputs []Input) error
}

// An Input is a decoded input.
type Input interface {
	// Spend checks the input against the state and takes it in. key is who has
	// to sign the transaction for it.
	Spend(tx Tx) (worth Worth, key wire.PublicKey, refusal Refusal)
}

// Outputs is a module that gives value out.
type Outputs interface {
	// DecodeOutput reads the body of a wire.DynOutput. A variant of a later
	// version decodes.
	DecodeOutput(body []byte) (Output, error)
	// Outcome returns what a guardian has made of an output of an accepted
	// transaction, or nil.
	Outcome(view View, guardian wire.PeerID, at wire.OutPoint) wire.Appender
}

// An Output is a decoded output.
type Output interface {
	// Admit has the checks that are made when a transaction is submitted and
	// not again when its turn in the order has come.
	Admit(view View) Refusal
	// Create checks the output and gives it out.
	Create(tx Tx, at wire.OutPoint) (worth Worth, refusal Refusal)
}

// Worth is what an input brings or an output takes, and the fee for it, both in
// the smallest part of the unit; for bitcoin in msat.
type Worth struct {
	Unit        wire.AmountUnit
	Amount, Fee wire.Amount
}

// A Refusal is why an input or an output is refused: a module's error type with
// the consensus form that goes into a wire.DynInputError or DynOutputError.
type Refusal interface {
	error
	wire.Appender
}

// A Method answers one API request of a module.
type Method func(ctx context.Context, call Call) (result any, err error)

// A Call is a request that a guardian got.
type Call struct {
	Guardian wire.PeerID
	// Owner is that the request came with the guardian's password.
	Owner  bool
	Params json.RawMessage
	// View shows the module's state at the moment of the request.
	View View
	// Await waits until the module's state has a key, and returns the state as it
	// is then. The error is that of ctx or of the disk.
	Await func(ctx context.Context, key string) (View, error)
	// AwaitUntil waits until found is true of the module's state, and returns the
	// state as it is then.
	AwaitUntil func(ctx context.Context, found func(View) bool) (View, error)
	// Update changes what is this guardian's own in the module's state: what no
	// item of the order decides, and the other guardians do not know.
	Update func(ctx context.Context, change func(Tx)) error
}
