// Package consensus is what the guardians of the demo federation agree on: one
// order of items, what follows from each, and the sessions into which the order
// is cut and signed.
//
// It knows transactions, sessions and the interface of a module (Module). It
// knows nothing of what modules do, of the API and of faults.
//
// A real federation runs an atomic broadcast among machines that do not trust
// each other, and each keeps the state for itself. Here one process holds the
// keys of all guardians, so there is one state and one order, and what stands
// for the broadcast is a queue. What a client can see of it is kept:
//
//   - An item is taken in only while a threshold of the guardians is on. Until
//     then submissions wait, as they do in a federation without a quorum.
//   - A transaction is checked when it is submitted, without effect, and once
//     more, and finally, when its turn has come. In between others can come
//     first.
//   - Sessions follow each other without gaps, and each is signed by exactly a
//     threshold of guardians.
//   - Everything that follows from one item becomes durable in one commit, before
//     anybody is told.
//
// # State
//
// The state is one ordered map (satchel/fsm/kv). Numbers in keys are big endian.
//
//	item/<session u64>/<index u32>  wire.AcceptedItem
//	session/<index u64>             map of wire.PeerID to wire.Signature
//	tx/<txid>                       the module ids of the outputs of an accepted transaction
//	module/<id u16>/…               the module's own
//	audit                           what was issued, redeemed and paid in fees, in msat
package consensus

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"satchel/client/wire"
	"satchel/fsm/kv"
)

// Version is the version of the core's consensus.
var Version = wire.Version{Major: 2, Minor: 1}

// A Ledger is the agreed order and the state that follows from it.
type Ledger struct {
	db      *kv.DB
	modules map[wire.ModuleID]Module
	secret  map[wire.PeerID]wire.SecretKey
	public  map[wire.PeerID]wire.PublicKey

	mu      sync.Mutex
	online  map[wire.PeerID]bool
	queue   []*proposal
	waiting map[wire.TxID]*proposal // of the queue, those with a transaction
	stopped bool
	ring    chan struct{} // the queue or who is online has changed
}

// ErrStopped is that Run has ended.
var ErrStopped = errors.New("the federation has stopped")

// New returns the ledger in db. broadcast has the key of every guardian, with
// which it signs sessions. All guardians are on.
func New(db *kv.DB, modules map[wire.ModuleID]Module, broadcast map[wire.PeerID]wire.SecretKey) *Ledger {
	l := &Ledger{
		db:      db,
		modules: modules,
		secret:  broadcast,
		public:  make(map[wire.PeerID]wire.PublicKey),
		online:  make(map[wire.PeerID]bool),
		waiting: make(map[wire.TxID]*proposal),
		ring:    make(chan struct{}, 1),
	}
	for peer, key := range broadcast {
		l.public[peer] = key.PublicKey()
		l.online[peer] = true
	}
	return l
}

// SetOnline says whether a guardian takes part.
func (l *Ledger) SetOnline(peer wire.PeerID, on bool) {
	l.mu.Lock()
	l.online[peer] = on
	l.mu.Unlock()
	l.wake()
}

// Online reports whether a guardian takes part.
func (l *Ledger) Online(peer wire.PeerID) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.online[peer]
}

// signers returns as many guardians that are on as it takes to agree, or false
// if there are not so many. Who is left out changes with turn.
func (l *Ledger) signers(turn uint64) ([]wire.PeerID, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var on []wire.PeerID
	for _, peer := range slices.Sorted(maps.Keys(l.online)) {
		if l.online[peer] {
			on = append(on, peer)
		}
	}
	need := wire.Threshold(len(l.online))
	if len(on) < need {
		return nil, false
	}
	first := int(turn % uint64(len(on)))
	return slices.Concat(on[first:], on[:first])[:need], true
}

// proposer returns the first guardian that is on.
func (l *Ledger) proposer() wire.PeerID {
	if on, ok := l.signers(0); ok {
		return on[0]
	}
	return 0
}

// Quorum reports whether enough guardians are on to agree on anything.
func (l *Ledger) Quorum() bool {
	_, ok := l.signers(0)
	return ok
}

// View shows the state of a module as it is now.
func (l *Ledger) View(id wire.ModuleID) View { return view(l.db.Snapshot(), id) }

// Await waits until the state of a module has a key, and returns the state as it
// is then.
func (l *Ledger) Await(ctx context.Context, id wire.ModuleID, key string) (View, error) {
	return kv.Await(ctx, l.db, modulePrefix(id)+key, func(r *kv.Reader) (View, bool) {
		v := view(r, id)
		return v, v.Has(key)
	})
}

// AwaitUntil waits until found is true of the state of a module, and returns the
// state as it is then.
func (l *Ledger) AwaitUntil(ctx context.Context, id wire.ModuleID, found func(View) bool) (View, error) {
	return kv.Await(ctx, l.db, modulePrefix(id), func(r *kv.Reader) (View, bool) {
		v := view(r, id)
		return v, found(v)
	})
}

// Update changes the state of a module outside of the agreed order.
func (l *Ledger) Update(ctx context.Context, id wire.ModuleID, change func(Tx)) error {
	return l.db.Update(ctx, func(tx *kv.Tx) error {
		change(moduleTx(tx, id))
		return nil
	})
}

// Submit checks a transaction that a guardian got, puts it into the order and
// waits for its turn. It returns nil once the transaction is accepted, a
// *wire.TransactionError if it cannot be, and the error of ctx, after whose end
// the transaction may still be accepted. A transaction that is too long for the
// broadcast never gets a turn.
func (l *Ledger) Submit(ctx context.Context, peer wire.PeerID, t *Transaction) error {
	if l.accepted(t.ID) {
		return nil
	}
	if err := l.verify(t); err != nil {
		return err
	}
	for {
		done, err := l.dryRun(ctx, t)
		if done || err != nil {
			return err
		}
		if len(wire.Encode(t.Wire)) > wire.MaxTransaction {
			<-ctx.Done()
			return ctx.Err()
		}
		err = l.enqueueTransaction(peer, t).wait(ctx)
		if _, refused := errors.AsType[*wire.TransactionError](err); !refused {
			return err
		}
		// It was refused in its turn. The answer is what the checks of a
		// submission say of that.
	}
}

func (l *Ledger) accepted(id wire.TxID) bool { return l.db.Snapshot().Has(txKey(id)) }

var errDryRun = errors.New("consensus: dry run")

// dryRun makes the checks of a submission against the present state. done is
// that the transaction was accepted meanwhile.
func (l *Ledger) dryRun(ctx context.Context, t *Transaction) (done bool, err error) {
	var refusal *wire.TransactionError
	err = l.db.Update(ctx, func(tx *kv.Tx) error {
		if done = tx.Has(txKey(t.ID)); done {
			return errDryRun
		}
		var moved *funding
		if moved, refusal = l.process(tx, t, submission); refusal == nil {
			refusal = moved.check()
		}
		return errDryRun
	})
	if err != errDryRun {
		return false, err
	}
	if refusal != nil {
		return false, refusal
	}
	return done, nil
}

func (l *Ledger) enqueueTransaction(peer wire.PeerID, t *Transaction) *proposal {
	return l.enqueue(&t.ID, func(tx *kv.Tx) error {
		if tx.Has(txKey(t.ID)) {
			return nil // submitted again while it had its turn
		}
		return l.accept(tx, peer, t, transfer)
	})
}

// AwaitTransaction waits until a transaction is accepted and returns the modules
// of its outputs.
func (l *Ledger) AwaitTransaction(ctx context.Context, id wire.TxID) ([]wire.ModuleID, error) {
	return kv.Await(ctx, l.db, txKey(id), func(r *kv.Reader) ([]wire.ModuleID, bool) {
		value, ok := r.Get(txKey(id))
		if !ok {
			return nil, false
		}
		return decodeModules(value), true
	})
}

// Outcome returns what a guardian has made of an output of an accepted
// transaction, or nil.
func (l *Ledger) Outcome(guardian wire.PeerID, module wire.ModuleID, at wire.OutPoint) *wire.DynOutcome {
	outcome := l.modules[module].Outputs.Outcome(l.View(module), guardian, at)
	if outcome == nil {
		return nil
	}
	return &wire.DynOutcome{Dyn: wire.DynOf(module, outcome)}
}

// ProposeItem puts an item of a module into the order for a guardian and waits
// for its turn. The error is that of the module, of ctx or of the disk.
func (l *Ledger) ProposeItem(ctx context.Context, peer wire.PeerID, module wire.ModuleID, item wire.Appender) error {
	dyn := wire.DynConsensusItem{Dyn: wire.DynOf(module, item)}
	return l.enqueue(nil, func(tx *kv.Tx) error {
		if err := l.modules[module].ApplyItem(moduleTx(tx, module), peer, dyn.Body); err != nil {
			return err
		}
		l.appendItem(tx, peer, wire.ConsensusItem{Module: &dyn})
		return nil
	}).wait(ctx)
}

func txKey(id wire.TxID) string { return "tx/" + string(id[:]) }

func encodeModules(outputs []wire.DynOutput) []byte {
	return wire.AppendVecFunc(nil, outputs, func(b []byte, out wire.DynOutput) []byte { return out.Module.Append(b) })
}

func decodeModules(value []byte) []wire.ModuleID {
	d := wire.NewDecoder(value)
	modules := wire.ReadVec[wire.ModuleID](d)
	if err := d.Finish(); err != nil {
		panic("consensus: the modules of a transaction do not decode: " + err.Error())
	}
	return modules
}
