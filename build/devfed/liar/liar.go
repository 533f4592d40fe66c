// Package liar has the lies that a guardian of the demo federation can be made
// to tell its clients, one at a time. They are for tests: a wallet has to come
// to the same end with up to a third of the guardians lying in any of these
// ways.
//
// A lie is about certain methods and leaves the others honest. It changes what
// clients are told and not what the guardians agree on.
package liar

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/ecash"
	"satchel/build/devfed/lnv2"
	"satchel/build/devfed/rpc"
	"satchel/client/wire"
)

// A Lie is the name of a lie.
type Lie string

// A Subject is what a guardian knows, which it needs to lie well.
type Subject struct {
	ID     wire.PeerID
	Key    wire.SecretKey // its broadcast key
	Config wire.ClientConfig
	Ledger *consensus.Ledger
	Mints  map[wire.ModuleID]*ecash.Mint
	LNV2   map[wire.ModuleID]*lnv2.Lightning
	// Backup returns the first backup of somebody whom of accepts, as recover
	// answers, or nil.
	Backup func(of func(wire.PublicKey) bool) any
}

// A Liar answers for one guardian.
type Liar struct {
	subject Subject

	mu    sync.Mutex
	first map[string]any // by method, for Replay
}

// New returns the liar of a guardian.
func New(s Subject) *Liar { return &Liar{subject: s, first: make(map[string]any)} }

// A call is a request that is about to be answered falsely.
type call struct {
	*Subject
	liar   *Liar
	method string
	params json.RawMessage
	// honest answers the request as it should be.
	honest func(context.Context) (any, error)
}

// A falsehood is how a lie is told.
type falsehood struct {
	lie Lie
	// what says what the guardian does, for people.
	what string
	// about are the methods that the lie is about; nil are all. "module_*_x" is
	// the method x of any module.
	about []string
	tell  func(ctx context.Context, c *call) (any, error)
}

// falsehoods has every lie once.
var falsehoods = slices.Concat(aboutShares, aboutTransactions, aboutTheFederation, aboutTheirPlace, aboutSessions, aboutStores, aboutRecovery, aboutLightning, aboutLN, aboutAnything)

// All returns every lie.
func All() []Lie {
	all := make([]Lie, len(falsehoods))
	for i, f := range falsehoods {
		all[i] = f.lie
	}
	return all
}

// Known reports whether there is such a lie.
func (l Lie) Known() bool { return find(l) != nil }

// What says what a guardian does that tells the lie.
func (l Lie) What() string {
	if f := find(l); f != nil {
		return f.what
	}
	return "no guardian tells this lie"
}

// About reports whether the answers of a method are false.
func (l Lie) About(method string) bool {
	f := find(l)
	return f != nil && (f.about == nil || slices.Contains(f.about, generic(method)))
}

func find(l Lie) *falsehood {
	i := slices.IndexFunc(falsehoods, func(f falsehood) bool { return f.lie == l })
	if i < 0 {
		return nil
	}
	return &falsehoods[i]
}

// generic makes "module_*_x" of "module_3_x".
func generic(method string) string {
	if _, name, ok := ofModule(method); ok {
		return "module_*_" + name
	}
	return method
}

// ofModule returns of which module a method is.
func ofModule(method string) (id wire.ModuleID, name string, ok bool) {
	n, _ := fmt.Sscanf(method, "module_%d_%s", &id, &name)
	return id, name, n == 2
}

// module returns of which module the method is, which must be of one.
func (c *call) module() wire.ModuleID {
	id, _, ok := ofModule(c.method)
	if !ok {
		panic(fmt.Sprintf("liar: %s is of no module", c.method))
	}
	return id
}

// Answer answers a request with the lie if it is about the method, and honestly
// otherwise.
func (l *Liar) Answer(ctx context.Context, lie Lie, method string, params json.RawMessage, honest rpc.Method) (any, error) {
	c := &call{
		Subject: &l.subject, liar: l, method: method, params: params,
		honest: func(ctx context.Context) (any, error) { return honest(ctx, params) },
	}
	if !lie.About(method) {
		return c.honest(ctx)
	}
	return find(lie).tell(ctx, c)
}

// told makes a lie of a function that changes the honest answer, of type T. An
// honest null stays null.
func told[T any](change func(c *call, honest T) any) func(context.Context, *call) (any, error) {
	return func(ctx context.Context, c *call) (any, error) {
		answer, err := c.honest(ctx)
		if err != nil || answer == nil {
			return nil, err
		}
		honest, ok := answer.(T)
		if !ok {
			panic(fmt.Sprintf("liar: %s answered with a %T", c.method, answer))
		}
		return change(c, honest), nil
	}
}

// always makes a lie of an answer that does not depend on the question.
func always(answer any) func(context.Context, *call) (any, error) {
	return func(context.Context, *call) (any, error) { return answer, nil }
}
