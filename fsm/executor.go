package fsm

import (
	"context"
	"errors"
	"reflect"
	"sort"
	"sync"
	"time"

	"satchel/fsm/kv"
)

// An Executor drives the machines of one store.
type Executor struct {
	// Now is the wall clock that dates records, for display only. It may be
	// replaced before the first transaction.
	Now func() time.Time

	// Entered, if it is set before the first transaction, is called with every
	// step after its commit. It must not wait.
	Entered func(Record)

	// Grace is how long Run waits for awaits that ignore the end of their
	// context; it may be changed before Run.
	Grace time.Duration

	db       *kv.DB
	turn     func(ctx context.Context, what string) error
	machines map[string]*Machine
	starts   map[reflect.Type][]*Machine // which begin with a state of that type

	mu      sync.Mutex
	drivers map[uint64]*driver // every machine that can run, by id
	stuck   map[uint64]Record
	wake    chan struct{} // closed and replaced by Wake
	run     context.Context
	halt    context.CancelCauseFunc
	active  int           // goroutines that Run waits for
	idle    chan struct{} // told when active falls to 0

	forgetRuleA bool // a planted mistake; only tests set it
}

// A turnstile is a Store that wants to be asked before every transaction. The
// simulator's store is one: it decides who goes first.
type turnstile interface {
	Turn(ctx context.Context, what string) error
}

// ErrRunning reports that Run was called a second time.
var ErrRunning = errors.New("fsm: executor has been run already")

// Open loads the store and finds every unfinished machine. It panics when two
// machines have the same name.
func Open(ctx context.Context, store kv.Store, machines ...*Machine) (*Executor, error) {
	x := &Executor{
		Now:      time.Now,
		Grace:    5 * time.Second,
		turn:     func(context.Context, string) error { return nil },
		machines: map[string]*Machine{},
		starts:   map[reflect.Type][]*Machine{},
		drivers:  map[uint64]*driver{},
		stuck:    map[uint64]Record{},
		wake:     make(chan struct{}),
		idle:     make(chan struct{}, 1),
	}
	if t, ok := store.(turnstile); ok {
		x.turn = t.Turn
	}
	for _, m := range machines {
		x.declare(m)
	}
	db, err := kv.Open(ctx, store)
	if err != nil {
		return nil, err
	}
	x.db = db
	for key, v := range db.Snapshot().Under(standing) {
		x.find(key, v)
	}
	return x, nil
}

func (x *Executor) declare(m *Machine) {
	if x.machines[m.name] != nil {
		panic("fsm: two machines are called " + m.name)
	}
	x.machines[m.name] = m
	first := m.nodes[0].state
	x.starts[first] = append(x.starts[first], m)
}

// find takes up one stored machine.
func (x *Executor) find(key string, v []byte) {
	rec, err := decodeRecord(v)
	if err == nil && rec.standingKey() != key {
		err = errRecord
	}
	if err != nil {
		// Its id is lost; the number of the stuck ones tells it apart.
		x.stuck[^uint64(len(x.stuck))] = Record{Data: v, Err: err}
		return
	}
	n, err := x.resolve(&rec)
	switch {
	case err != nil:
		rec.Err = err
		x.stuck[rec.ID] = rec
	case !n.final():
		x.drivers[rec.ID] = newDriver(x, rec, n)
	}
}

// Run drives all machines until ctx ends or a commit fails, and returns the
// cause once every await has returned, or after Grace if one does not: what it
// answers then is dropped. A commit that the store has begun is waited for as
// long as it takes, so that nothing is written after Run has returned. An
// executor runs once; to go on after a failed commit, open another one.
func (x *Executor) Run(ctx context.Context) error {
	run, halt := context.WithCancelCause(ctx)
	defer halt(nil)
	x.mu.Lock()
	if x.run != nil {
		x.mu.Unlock()
		return ErrRunning
	}
	x.run, x.halt = run, halt
	for _, d := range x.drivers {
		x.launch(d)
	}
	x.mu.Unlock()
	if err := x.db.Err(); err != nil {
		halt(err)
	}
	<-run.Done()
	x.db.Close(nil)
	x.settle()
	return context.Cause(run)
}

// settle waits until no goroutine is left, or for the grace time, and then until
// no commit is. The database is closed, so that none can begin.
func (x *Executor) settle() {
	grace := time.NewTimer(x.Grace)
	defer grace.Stop()
	for over := false; !over && x.busy(); {
		select {
		case <-x.idle:
		case <-grace.C:
			over = true
		}
	}
	// Without a deadline: the next owner of the store may begin as soon as Run
	// has returned, and a commit after that would fence it off.
	x.db.Drain(context.Background())
}

// busy reports whether goroutines are left.
func (x *Executor) busy() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.active > 0
}

// launch starts the driver's goroutine. The caller holds x.mu.
func (x *Executor) launch(d *driver) {
	x.spawn(func() { d.drive(x.run) })
}

// spawn starts a goroutine that Run waits for. The caller holds x.mu.
func (x *Executor) spawn(f func()) {
	x.active++
	go func() {
		defer func() {
			x.mu.Lock()
			defer x.mu.Unlock()
			if x.active--; x.active == 0 {
				select {
				case x.idle <- struct{}{}:
				default:
				}
			}
		}()
		f()
	}()
}

// Update runs fn in the exclusive transaction. An error from fn undoes it. An
// error that matches [kv.ErrClosed] means that a commit failed: this one, with
// unknown outcome, or an earlier one.
func (x *Executor) Update(ctx context.Context, fn func(*Tx) error) error {
	if err := x.takeTurn(ctx, "update"); err != nil {
		return err
	}
	return x.commit(ctx, fn)
}

func (x *Executor) takeTurn(ctx context.Context, what string) error {
	err := x.turn(ctx, what)
	if err != nil && ctx.Err() == nil {
		x.db.Close(err)
		x.stop()
	}
	return err
}

// stop ends Run after the database has been closed.
func (x *Executor) stop() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.halt != nil {
		x.halt(x.db.Err())
	}
}

func (x *Executor) commit(ctx context.Context, fn func(*Tx) error) error {
	var tx *Tx
	err := x.db.Update(ctx, func(t *kv.Tx) error {
		tx = &Tx{Tx: t, x: x}
		return fn(tx)
	})
	if err != nil {
		if x.db.Err() != nil {
			x.stop()
		}
		return err
	}
	x.begin(tx.started)
	return nil
}

// begin takes up machines that a transaction has started.
func (x *Executor) begin(started []Record) {
	for _, rec := range started {
		if x.Entered != nil {
			x.Entered(rec)
		}
		n := x.machines[rec.Machine].node(rec.Step)
		if n.final() {
			continue
		}
		d := newDriver(x, rec, n)
		x.mu.Lock()
		x.drivers[rec.ID] = d
		if x.run != nil && x.run.Err() == nil {
			x.launch(d)
		}
		x.mu.Unlock()
	}
}

// Snapshot returns the map as of the last commit.
func (x *Executor) Snapshot() *kv.Reader { return x.db.Snapshot() }

// Page reads cold entries, see [kv.DB.Page].
func (x *Executor) Page(ctx context.Context, prefix, before string, n int) ([]kv.Entry, string, error) {
	return x.db.Page(ctx, prefix, before, n)
}

// Damaged lists stored entries that could not be loaded, see [kv.DB.Damaged].
func (x *Executor) Damaged() []kv.Entry { return x.db.Damaged() }

// Await returns the first value that cond finds in a snapshot: the present one,
// or one that follows a commit which touched a key under prefix. In an await it
// is how a machine waits for another one; see [Under] for the prefix.
func Await[T any](ctx context.Context, x *Executor, prefix string, cond func(*kv.Reader) (T, bool)) (T, error) {
	return kv.Await(ctx, x.db, prefix, cond)
}

// Wake ends every pause between attempts: the device came online, or the page
// became visible.
func (x *Executor) Wake() {
	x.mu.Lock()
	defer x.mu.Unlock()
	close(x.wake)
	x.wake = make(chan struct{})
}

func (x *Executor) waking() <-chan struct{} {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.wake
}

// Stuck lists machines that cannot run: undecodable, from a newer version, or
// whose await or apply failed for good. They stay on disk untouched, and those
// that failed are tried again by the next executor.
func (x *Executor) Stuck() []Record {
	x.mu.Lock()
	defer x.mu.Unlock()
	var list []Record
	for _, rec := range x.stuck {
		list = append(list, rec)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].ID < list[j].ID })
	return list
}

// Active lists where the machines stand that are under way, by id.
func (x *Executor) Active() []Record {
	x.mu.Lock()
	defer x.mu.Unlock()
	list := make([]Record, 0, len(x.drivers))
	for _, d := range x.drivers {
		list = append(list, d.rec)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].ID < list[j].ID })
	return list
}

// Machine returns the machine of that name, or nil.
func (x *Executor) Machine(name string) *Machine { return x.machines[name] }
