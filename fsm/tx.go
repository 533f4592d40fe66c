package fsm

import (
	"fmt"
	"reflect"

	"satchel/fsm/kv"
)

// A Tx is the exclusive transaction: reads see committed data plus its own
// writes; nobody sees its writes before they are durable. Keys that begin with
// a zero byte belong to the engine.
type Tx struct {
	*kv.Tx

	// Self is the step that is being left, for an apply.
	Self Record

	x       *Executor
	order   uint16
	started []Record
}

// Start begins another machine at its first step, as part of this transaction,
// and returns its id. It panics unless just one machine of the executor starts
// with a state of that type.
func (tx *Tx) Start(op OpID, s State) uint64 {
	machines := tx.x.starts[reflect.TypeOf(s)]
	if len(machines) != 1 {
		panic(fmt.Sprintf("fsm: %d machines start with a %T", len(machines), s))
	}
	return tx.start(op, machines[0], s)
}

// StartIn is Start for machines that share their state types, as those of two
// modules of a kind do. It panics when the executor has no machine of that name
// that starts with a state of that type.
func (tx *Tx) StartIn(op OpID, machine string, s State) uint64 {
	m := tx.x.machines[machine]
	if m == nil || m.nodes[0].state != reflect.TypeOf(s) {
		panic(fmt.Sprintf("fsm: no machine %q starts with a %T", machine, s))
	}
	return tx.start(op, m, s)
}

func (tx *Tx) start(op OpID, m *Machine, s State) uint64 {
	// Unique, because a commit number is used once and order within it.
	id := tx.Seq()<<16 | uint64(tx.order)
	rec, err := tx.enter(Record{Op: op, ID: id, Machine: m.name}, "", m.nodes[0], s)
	if err != nil {
		panic(fmt.Sprintf("fsm: %v", err))
	}
	tx.started = append(tx.started, rec)
	return id
}

// enter writes that the machine of from now stands in n.
func (tx *Tx) enter(from Record, event string, n *Node, s State) (Record, error) {
	data, err := s.AppendBinary(nil)
	if err != nil {
		return from, fmt.Errorf("step %q of machine %q cannot be stored: %w", n.name, n.machine.name, err)
	}
	rec := Record{
		Op: from.Op, ID: from.ID, Machine: from.Machine,
		Step: n.name, Event: event, Final: n.final(),
		Entered: tx.Seq(), Order: tx.order,
		At: tx.x.Now(), Data: data,
	}
	// What goes on is what a restart would read, not what was handed in.
	if _, err := tx.x.resolve(&rec); err != nil {
		return from, err
	}
	if tx.order++; tx.order == 0 {
		panic("fsm: too many steps in one transaction")
	}
	tx.Put(rec.standingKey(), rec.encode())
	return rec, nil
}

// move replaces the step in which a machine stands, and appends the one that it
// leaves to its operation's log.
func (tx *Tx) move(from Record, e *edge, s State) (Record, error) {
	n := tx.x.machines[from.Machine].nodeOf(s)
	if n == nil || !contains(e.to, n.name) {
		return from, fmt.Errorf("edge %q of step %q led to a %T, which it does not declare", e.event, from.Step, s)
	}
	tx.Put(from.leftKey(), from.encode())
	return tx.enter(from, e.event, n, s)
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}
