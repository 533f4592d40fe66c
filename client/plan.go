package client

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// An Input takes value from a module instance into a transaction.
type Input struct {
	Body   wire.Appender // the module's input type
	Amount wire.Amount   // msat
	Fee    wire.Amount   // msat
	Key    wire.SecretKey
	Public wire.PublicKey // of Key
}

// An Output gives value of a transaction to a module instance.
type Output struct {
	Body   wire.Appender // the module's output type; not used by a quote
	Amount wire.Amount   // msat
	Fee    wire.Amount   // msat
}

// A Part is what one module adds to a transaction.
type Part struct {
	Module  wire.ModuleID
	Inputs  []Input
	Outputs []Output

	// Lock makes the part real, in the transaction that makes the whole
	// transaction real: it takes away what the inputs spend and starts the
	// machine that watches over the part. It returns [fsm.ErrAgain] when the
	// part was worked out from what is no longer so.
	Lock func(*fsm.Tx, Placed) error
}

// Placed tells where in which transaction a part stands.
type Placed struct {
	Op      fsm.OpID
	TxID    wire.TxID
	Inputs  wire.IndexRange
	Outputs wire.IndexRange
}

// A Plan is one or several transactions of an operation, worked out against one
// snapshot.
type Plan struct {
	Op     fsm.OpID
	Reader *kv.Reader

	// Quote means that the plan is only made to know what it costs: modules
	// leave out the computations, and it cannot be committed.
	Quote bool

	client  *Client
	drafts  []*Draft
	scratch map[any]any
}

// A Draft is a transaction that is not real yet.
type Draft struct {
	Tx  wire.Transaction
	ID  wire.TxID
	Fee wire.Amount // what comes in and does not go out, in msat: fees, and what was too little for change

	// Added are the outputs that the cash modules added.
	Added wire.IndexRange

	parts  []Part
	placed []Placed
}

// Plan begins a plan at the present state of the map.
func (c *Client) Plan(op fsm.OpID) *Plan {
	return &Plan{Op: op, Reader: c.x.Snapshot(), client: c, scratch: map[any]any{}}
}

// PlanIn begins a plan inside a transaction, for what needs no computation.
func (c *Client) PlanIn(tx *fsm.Tx) *Plan {
	return &Plan{Reader: &tx.Reader, client: c, scratch: map[any]any{}}
}

// Scratch returns what the module keeps about the plan, such as which notes its
// earlier parts take, one value of each type. It is made by init when it is asked
// for first.
func Scratch[T any](p *Plan, module wire.ModuleID, init func() *T) *T {
	key := [2]any{module, (*T)(nil)}
	if s, ok := p.scratch[key].(*T); ok {
		return s
	}
	s := init()
	p.scratch[key] = s
	return s
}

// Transaction adds a transaction of the parts, balanced by the cash modules and
// signed. It fails with an [*InsufficientError] when the money does not suffice.
func (p *Plan) Transaction(parts ...Part) (*Draft, error) {
	d := &Draft{}
	for _, part := range parts {
		d.add(p.Op, part)
	}
	in, out, err := sums(d.parts)
	if err != nil {
		return nil, err
	}
	if in != out {
		if err := p.complete(d, in, out); err != nil {
			return nil, err
		}
	}
	if in, out, err = sums(d.parts); err != nil {
		return nil, err
	}
	if in < out {
		panic("client: a cash module left a transaction underfunded")
	}
	given := wire.Amount(0)
	for _, part := range d.parts {
		for _, o := range part.Outputs {
			given += o.Amount
		}
	}
	d.Fee = in - given
	if !p.Quote {
		if err := d.sign(p.Op); err != nil {
			return nil, err
		}
	}
	p.drafts = append(p.drafts, d)
	return d, nil
}

// complete lets the first cash module that can balance the transaction do so. When
// none can by itself, the first ones give all that they have.
func (p *Plan) complete(d *Draft, in, out wire.Amount) error {
	d.Added.Start = d.outputs()
	part, err := p.byOne(in, out)
	for _, m := range p.client.cash {
		drainer, ok := m.(Drainer)
		if !ok || !errors.As(err, new(*InsufficientError)) {
			continue
		}
		all := drainer.Drain(p)
		if len(all.Inputs) == 0 {
			continue
		}
		d.add(p.Op, all)
		more, fees, tooMuch := sums([]Part{all})
		if tooMuch == nil {
			in, tooMuch = in.Add(more)
		}
		if tooMuch == nil {
			out, tooMuch = out.Add(fees)
		}
		if tooMuch != nil {
			return tooMuch
		}
		part, err = p.byOne(in, out)
	}
	if err != nil {
		return p.insufficient(err)
	}
	d.add(p.Op, part)
	d.Added.End = d.outputs()
	return nil
}

// byOne returns the part of the first cash module that can balance the transaction.
// One that makes no change of what is too much leaves that to the next.
func (p *Plan) byOne(in, out wire.Amount) (part Part, err error) {
	var poor, nothing error = ErrNoCash, errors.New("nothing was added")
	err = nothing
	for _, m := range p.client.cash {
		some, failed := m.Complete(p, in, out)
		switch {
		case errors.As(failed, new(*InsufficientError)), errors.Is(failed, ErrSearching):
			if errors.Is(poor, ErrNoCash) || errors.Is(failed, ErrSearching) {
				poor = failed
			}
		case failed != nil:
			return some, failed
		case len(some.Inputs)+len(some.Outputs) > 0:
			return some, nil
		case err != nil:
			part, err = some, nil
		}
	}
	if err != nil {
		err = poor
	}
	return part, err
}

// insufficient says how much there is in all modules.
func (p *Plan) insufficient(err error) error {
	var poor *InsufficientError
	if !errors.As(err, &poor) {
		return err
	}
	have := p.client.Balance(p.Reader)
	need, err := have.Add(poor.Need - poor.Have)
	if err != nil {
		return err
	}
	return &InsufficientError{Have: have, Need: need}
}

// ErrNoCash reports a federation without a module that could pay.
var ErrNoCash = errors.New("federation has no e-cash module that this wallet can use")

// ErrSearching reports that money cannot be used while it is being found again
// with the words.
var ErrSearching = errors.New("the wallet is being restored")

// ErrTooLarge reports a transaction that guardians would not take.
var ErrTooLarge = errors.New("transaction is too large")

func sums(parts []Part) (in, out wire.Amount, err error) {
	add := func(sum *wire.Amount, amounts ...wire.Amount) {
		for _, a := range amounts {
			if err == nil {
				*sum, err = sum.Add(a)
			}
		}
	}
	for _, part := range parts {
		for _, i := range part.Inputs {
			add(&in, i.Amount)
			add(&out, i.Fee)
		}
		for _, o := range part.Outputs {
			add(&out, o.Amount, o.Fee)
		}
	}
	return in, out, err
}

func (d *Draft) inputs() (n uint64) {
	for _, part := range d.parts {
		n += uint64(len(part.Inputs))
	}
	return n
}

func (d *Draft) outputs() (n uint64) {
	for _, part := range d.parts {
		n += uint64(len(part.Outputs))
	}
	return n
}

// add appends a part after the ones that are there.
func (d *Draft) add(op fsm.OpID, part Part) {
	in, out := d.inputs(), d.outputs()
	d.parts = append(d.parts, part)
	d.placed = append(d.placed, Placed{
		Op:      op,
		Inputs:  wire.IndexRange{Start: in, End: d.inputs()},
		Outputs: wire.IndexRange{Start: out, End: d.outputs()},
	})
}

func (d *Draft) sign(op fsm.OpID) error {
	var inputs []Input
	for _, part := range d.parts {
		for _, i := range part.Inputs {
			d.Tx.Inputs = append(d.Tx.Inputs, wire.DynInput{Dyn: wire.DynOf(part.Module, i.Body)})
			inputs = append(inputs, i)
		}
		for _, o := range part.Outputs {
			d.Tx.Outputs = append(d.Tx.Outputs, wire.DynOutput{Dyn: wire.DynOf(part.Module, o.Body)})
		}
	}
	d.Tx.Nonce = nonce(op, &d.Tx)
	d.ID = d.Tx.TxID()
	for _, i := range inputs {
		sig, err := i.Key.SignAs(i.Public, d.ID)
		if err != nil {
			return err
		}
		d.Tx.Signature.Signatures = append(d.Tx.Signature.Signatures, sig)
	}
	if n := len(wire.Encode(d.Tx)); n > wire.MaxTransaction {
		return fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, n, wire.MaxTransaction)
	}
	for i := range d.placed {
		d.placed[i].TxID = d.ID
	}
	return nil
}

// nonce makes the transaction's nonce from what it is about, so that working it
// out again, after a crash, gives the same transaction.
func nonce(op fsm.OpID, tx *wire.Transaction) (n [8]byte) {
	b := append([]byte("satchel transaction nonce"), op[:]...)
	b = wire.AppendVec(wire.AppendVec(b, tx.Inputs), tx.Outputs)
	sum := sha256.Sum256(b)
	copy(n[:], sum[:])
	return n
}

// Drafts returns the transactions of the plan.
func (p *Plan) Drafts() []*Draft { return p.drafts }

// Commit makes the plan real. It returns [fsm.ErrAgain] when the map has changed
// in what the plan was worked out from; an apply returns that as it is.
func (p *Plan) Commit(tx *fsm.Tx) error {
	if p.Quote {
		panic("client: a quote cannot be committed")
	}
	for _, d := range p.drafts {
		for i, part := range d.parts {
			if err := part.Lock(tx, d.placed[i]); err != nil {
				return err
			}
		}
		tx.Start(p.Op, created{d.Tx})
		p.client.Log(tx, Event{Kind: "tx-created", Payload: map[string]any{"txid": d.ID, "operation_id": p.Op.String()}})
	}
	return nil
}

// ErrExists reports an operation that was begun before.
var ErrExists = errors.New("operation was begun before")

// Transact begins an operation: it works out a plan and makes it real together
// with what also writes, as often as others get in between. It returns
// [ErrExists] when the operation has begun, which repeating a call may find.
func (c *Client) Transact(ctx context.Context, op fsm.OpID, work func(*Plan) error, also func(*fsm.Tx, *Plan) error) error {
	select {
	case c.planning <- struct{}{}: // one at a time: plans that race spoil each other
		defer func() { <-c.planning }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for {
		p := c.Plan(op)
		if fsm.Exists(p.Reader, op) {
			return ErrExists
		}
		if err := work(p); err != nil {
			return err
		}
		err := c.x.Update(ctx, func(tx *fsm.Tx) error {
			if fsm.Exists(&tx.Reader, op) {
				return ErrExists
			}
			if err := p.Commit(tx); err != nil {
				return err
			}
			return also(tx, p)
		})
		if !errors.Is(err, fsm.ErrAgain) {
			return err
		}
	}
}
