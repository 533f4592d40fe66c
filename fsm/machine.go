package fsm

import (
	"context"
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"time"
)

// A State is one durable step of a machine. Its Go type names the step; its
// fields are all that the step needs to resume, and nothing else. No two steps
// of a machine have the same state type.
type State interface{ encoding.BinaryAppender }

// A Machine is a closed graph of steps and the edges between them.
type Machine struct {
	name  string
	nodes []*Node
}

// A Node is one step of a [Machine], made by [At].
type Node struct {
	name    string
	state   reflect.Type
	decode  func([]byte) (State, error)
	edges   []edge
	machine *Machine
}

// An Edge leaves a step whose state is S. It is made by [On].
type Edge[S State] struct{ edge }

// edge is an Edge without its type parameters.
type edge struct {
	event    string
	await    func(context.Context, State) (any, error)
	apply    func(*Tx, State, any) (State, error)
	to       []string
	min, max time.Duration
}

// The back-off between attempts of an await that ends with an error, unless
// [Edge.Backoff] says otherwise.
const (
	BackoffMin = 1 * time.Second
	BackoffMax = 60 * time.Second
)

// ErrAgain may be returned by an apply to say that what the await computed does
// not fit what is stored by now. Nothing is written and the awaits of the step
// run again, after a back-off.
var ErrAgain = errors.New("fsm: awaited value is out of date")

// Define declares a machine; its first node is where it starts. Define panics
// unless the edges form a closed graph over distinct state types in which every
// step can be reached.
func Define(name string, nodes ...Node) *Machine {
	m := &Machine{name: name}
	for i := range nodes {
		n := nodes[i]
		n.machine = m
		m.nodes = append(m.nodes, &n)
	}
	if err := m.check(); err != nil {
		panic("fsm: machine " + name + ": " + err.Error())
	}
	return m
}

// At declares a step and the edges that leave it. A step with none is final.
// Steps are kept on disk by name: once released, a step is never removed, only
// no longer entered.
func At[S State](name string, decode func([]byte) (S, error), edges ...Edge[S]) Node {
	n := Node{
		name:  name,
		state: reflect.TypeFor[S](),
		decode: func(b []byte) (State, error) {
			s, err := decode(b)
			if err != nil {
				return nil, err
			}
			return s, nil
		},
	}
	for _, e := range edges {
		n.edges = append(n.edges, e.edge)
	}
	return n
}

// On declares an edge to one of the named steps. The first edge of a step
// whose await returns wins; the others are cancelled and their results dropped.
// Of several that return at once, the one declared first wins.
//
// await must be idempotent: a crash, a lost answer or a second tab repeats it.
// It has no effect on the map, and all randomness it needs is in its state. Its
// error means "not known yet": it is retried with back-off and never moves the
// machine. A failure that must move the machine is a value of T.
//
// apply decides and stores, and must not wait or compute for long. The step it
// returns is written with everything else that it wrote. [ErrAgain] from it
// starts the awaits again; any other error undoes the transaction and leaves
// the machine stuck and reported, not lost.
//
//	WRONG  await asks the node to pay, apply writes down that it was asked:
//	       a crash between the two pays twice.
//	RIGHT  await looks the payment up by its hash and pays only if it is not
//	       there; repeated, it finds what it did before.
func On[S State, T any](event string,
	await func(context.Context, S) (T, error),
	apply func(*Tx, S, T) (State, error),
	to ...string,
) Edge[S] {
	return Edge[S]{edge{
		event: event,
		await: func(ctx context.Context, s State) (any, error) { return await(ctx, s.(S)) },
		apply: func(tx *Tx, s State, v any) (State, error) {
			value, _ := v.(T) // a nil T of interface type arrives as a nil any
			return apply(tx, s.(S), value)
		},
		to:  to,
		min: BackoffMin,
		max: BackoffMax,
	}}
}

// Backoff returns the edge with other bounds for the pause between attempts.
// The pause begins at min and grows like the Fibonacci numbers up to max, with
// a jitter of up to min.
func (e Edge[S]) Backoff(min, max time.Duration) Edge[S] {
	e.min, e.max = min, max
	return e
}

func (m *Machine) check() error {
	if m.name == "" || len(m.nodes) == 0 {
		return errors.New("a machine has a name and at least one step")
	}
	types := map[reflect.Type]string{}
	for i, n := range m.nodes {
		if n.name == "" || m.node(n.name) != m.nodes[i] {
			return fmt.Errorf("step %q has no name or is declared twice", n.name)
		}
		if other, ok := types[n.state]; ok {
			return fmt.Errorf("steps %q and %q have the same state type %v", other, n.name, n.state)
		}
		types[n.state] = n.name
	}
	reached := map[string]bool{}
	if err := m.reach(m.nodes[0], reached); err != nil {
		return err
	}
	for _, n := range m.nodes {
		if !reached[n.name] {
			return fmt.Errorf("step %q cannot be reached", n.name)
		}
	}
	return nil
}

func (m *Machine) reach(n *Node, reached map[string]bool) error {
	if reached[n.name] {
		return nil
	}
	reached[n.name] = true
	events := map[string]bool{}
	for _, e := range n.edges {
		if e.event == "" || events[e.event] {
			return fmt.Errorf("step %q: edge %q has no name or is declared twice", n.name, e.event)
		}
		events[e.event] = true
		if len(e.to) == 0 {
			return fmt.Errorf("step %q: edge %q leads nowhere", n.name, e.event)
		}
		for _, to := range e.to {
			next := m.node(to)
			if next == nil {
				return fmt.Errorf("step %q: edge %q leads to unknown step %q", n.name, e.event, to)
			}
			if err := m.reach(next, reached); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *Machine) node(name string) *Node {
	for _, n := range m.nodes {
		if n.name == name {
			return n
		}
	}
	return nil
}

// nodeOf returns the step whose state s is, or nil.
func (m *Machine) nodeOf(s State) *Node {
	for _, n := range m.nodes {
		if n.state == reflect.TypeOf(s) {
			return n
		}
	}
	return nil
}

func (n *Node) final() bool { return len(n.edges) == 0 }
