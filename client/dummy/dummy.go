// Package dummy is a module whose money is a number: coins of any amount, each
// with a key that spends it. Real federations do not have it. It is the cash of
// tests that are not about e-cash.
//
// # Wire
//
//	Input  = PublicKey            spends the coin of that key
//	Output = PublicKey || Amount  makes a coin, msat
//
// Every input and output costs Fee.
//
// # What is kept
//
//	k <key>  a coin: its secret key, then its amount in msat
//	i        how many keys have been derived
package dummy

import (
	"context"
	"encoding/binary"
	"errors"
	"iter"

	"satchel/client"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// Fee is what an input or an output costs, in msat.
const Fee wire.Amount = 10

// Name is the kind of the module.
const Name wire.ModuleKind = "dummy"

// Kind is what a client must be told to use the module.
func Kind() client.Kind {
	return client.Kind{
		Name: Name, Version: 0, API: wire.APIVersions{{}},
		New: func(h client.Host) (client.Module, error) { return &Dummy{h}, nil },
	}
}

// An Input spends a coin.
type Input struct{ Key wire.PublicKey }

// Append appends the consensus form.
func (i Input) Append(b []byte) []byte { return i.Key.Append(b) }

// Decode reads the consensus form.
func (i *Input) Decode(d *wire.Decoder) { i.Key.Decode(d) }

// An Output makes a coin of Amount msat.
type Output struct {
	Key    wire.PublicKey
	Amount wire.Amount
}

// Append appends the consensus form.
func (o Output) Append(b []byte) []byte { return o.Amount.Append(o.Key.Append(b)) }

// Decode reads the consensus form.
func (o *Output) Decode(d *wire.Decoder) {
	o.Key.Decode(d)
	o.Amount.Decode(d)
}

// A Coin is money of the wallet.
type Coin struct {
	Key    wire.SecretKey
	Amount wire.Amount // msat
}

// Append appends the form in which coins are kept.
func (c Coin) Append(b []byte) []byte { return c.Amount.Append(c.Key.Append(b)) }

// Decode reads that form.
func (c *Coin) Decode(d *wire.Decoder) {
	c.Key.Decode(d)
	c.Amount.Decode(d)
}

// Dummy is an instance of the module. It is a [client.Cash].
type Dummy struct{ client.Host }

// Kind implements [client.Module].
func (m *Dummy) Kind() wire.ModuleKind { return Name }

// Summarize implements [client.Module].
func (m *Dummy) Summarize(_ client.Operation, steps []fsm.Record) client.Summary {
	moves := m.Moves(steps)
	s := client.Summary{
		State: client.Done, Title: "dummy", Fee: moves.Fee(), InFlight: moves.InFlight(), Why: moves.Why, Final: !moves.Busy(),
	}
	switch {
	case moves.Busy():
		s.State = client.OnItsWay
	case moves.Refused():
		s.State = client.Refused
	}
	return s
}

// Tally implements [client.Cash].
func (m *Dummy) Tally(moves *client.Moves, rec fsm.Record) {
	switch s := rec.State.(type) {
	case leaving:
		moves.Spends(s.TxID, s.Amount)
	case left:
		moves.Decided(s.TxID, s.Amount, false)
	case restored:
		moves.Decided(s.TxID, s.Amount, true)
	case coming:
		moves.Makes(s.TxID, s.Amount)
	case came:
		moves.Made(s.TxID, s.Amount, false)
	case failed:
		moves.Made(s.TxID, s.Amount, true)
	}
}

func (m *Dummy) coinKey(k wire.SecretKey) string {
	pub := k.PublicKey()
	return m.Key("k", string(pub[:]))
}

func (m *Dummy) coins(r *kv.Reader) iter.Seq[Coin] {
	return func(yield func(Coin) bool) {
		for _, v := range r.Under(m.Key("k")) {
			c, err := wire.Decode[Coin](v)
			if err != nil {
				panic(err)
			}
			if !yield(c) {
				return
			}
		}
	}
}

// Balance implements [client.Cash].
func (m *Dummy) Balance(r *kv.Reader) (sum wire.Amount) {
	for c := range m.coins(r) {
		sum += c.Amount
	}
	return sum
}

// Put gives the wallet a coin that the federation already knows.
func (m *Dummy) Put(tx *fsm.Tx, c Coin) { tx.Put(m.coinKey(c.Key), wire.Encode(c)) }

// scratch is what earlier parts of a plan use up.
type scratch struct {
	taken map[wire.SecretKey]bool
	next  uint64
}

func (m *Dummy) index(v []byte, ok bool) uint64 {
	if !ok {
		return 0
	}
	return binary.BigEndian.Uint64(v)
}

// Complete implements [client.Cash]: coins as they come, and one coin of change.
func (m *Dummy) Complete(p *client.Plan, in, out wire.Amount) (client.Part, error) {
	s := client.Scratch(p, m.ID, func() *scratch {
		return &scratch{taken: map[wire.SecretKey]bool{}, next: m.index(p.Reader.Get(m.Key("i")))}
	})
	part := client.Part{Module: m.ID}
	var used []Coin
	for c := range m.coins(p.Reader) {
		if in >= out {
			break
		}
		if s.taken[c.Key] {
			continue
		}
		used = append(used, c)
		in, out = in+c.Amount, out+Fee
		part.Inputs = append(part.Inputs, client.Input{
			Body: Input{c.Key.PublicKey()}, Amount: c.Amount, Fee: Fee, Key: c.Key, Public: c.Key.PublicKey(),
		})
	}
	if in < out {
		have := m.Balance(p.Reader)
		return part, &client.InsufficientError{Have: have, Need: have + out - in}
	}
	for _, c := range used {
		s.taken[c.Key] = true
	}
	first := s.next
	var change *Coin
	if in-out > Fee {
		change = &Coin{wire.SecretKey(m.Secret.Child(first).SecpKey()), in - out - Fee}
		s.next++
		part.Outputs = []client.Output{{Body: Output{change.Key.PublicKey(), change.Amount}, Amount: change.Amount, Fee: Fee}}
	}
	part.Lock = func(tx *fsm.Tx, at client.Placed) error { return m.lock(tx, at, used, first, change) }
	return part, nil
}

func (m *Dummy) lock(tx *fsm.Tx, at client.Placed, used []Coin, first uint64, change *Coin) error {
	for _, c := range used {
		if !tx.Has(m.coinKey(c.Key)) {
			return fsm.ErrAgain
		}
		tx.Delete(m.coinKey(c.Key))
		tx.Start(at.Op, leaving{pending{at.TxID, c}})
	}
	if change == nil {
		return nil
	}
	if m.index(tx.Get(m.Key("i"))) != first {
		return fsm.ErrAgain
	}
	tx.Put(m.Key("i"), binary.BigEndian.AppendUint64(nil, first+1))
	tx.Start(at.Op, coming{pending{at.TxID, *change}})
	return nil
}

// Pay sends amount msat to somebody's key. op is the caller's: a second call with
// the same one does nothing.
func (m *Dummy) Pay(ctx context.Context, op fsm.OpID, to wire.PublicKey, amount wire.Amount) error {
	err := m.Transact(ctx, op,
		func(p *client.Plan) error {
			_, err := p.Transaction(client.Part{
				Module:  m.ID,
				Outputs: []client.Output{{Body: Output{to, amount}, Amount: amount, Fee: Fee}},
				Lock:    func(*fsm.Tx, client.Placed) error { return nil },
			})
			return err
		},
		func(tx *fsm.Tx, _ *client.Plan) error {
			return m.Begin(tx, op, Name, map[string]any{"amount": amount})
		})
	if errors.Is(err, client.ErrExists) {
		return nil
	}
	return err
}
