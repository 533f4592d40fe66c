package client

import (
	"iter"

	"satchel/client/wire"
	"satchel/fsm"
)

// Moves is what the transactions of an operation move, whichever modules have a
// part in them. Each module adds what its own machines know; they learn one
// after the other what has become of a transaction.
type Moves struct {
	flows map[wire.TxID]*Flow
	asked map[uint64]wire.Amount

	Settling int         // machines under way that find out what money is spent, and get back the rest
	Back     wire.Amount // what these got back, face value in msat
	Gone     wire.Amount // what somebody else had spent, face value in msat
	Aside    wire.Amount // what was put aside, face value in msat
	Why      string      // the federation's words when it refused something, untrusted
}

// A Flow is what one transaction moves, in msat.
type Flow struct {
	In      wire.Amount // what it spends
	Out     wire.Amount // what it makes
	Held    wire.Amount // of In: what a machine watches over that does not know the end
	Pending wire.Amount // of Out: what is not there yet
	Refused bool
}

// NewMoves returns moves of nothing.
func NewMoves() *Moves {
	return &Moves{flows: map[wire.TxID]*Flow{}, asked: map[uint64]wire.Amount{}}
}

// Moves sums up what the cash modules' machines have done in an operation.
func (c *Client) Moves(steps []fsm.Record) *Moves {
	m := NewMoves()
	for _, rec := range steps {
		for _, cash := range c.cash {
			cash.Tally(m, rec)
		}
	}
	return m
}

func (m *Moves) flow(id wire.TxID) *Flow {
	f := m.flows[id]
	if f == nil {
		f = &Flow{}
		m.flows[id] = f
	}
	return f
}

// Flows yields what each transaction moves.
func (m *Moves) Flows() iter.Seq2[wire.TxID, Flow] {
	return func(yield func(wire.TxID, Flow) bool) {
		for id, f := range m.flows {
			if !yield(id, *f) {
				return
			}
		}
	}
}

// Spends says that a transaction spends so much, over which a machine watches.
func (m *Moves) Spends(id wire.TxID, amount wire.Amount) {
	f := m.flow(id)
	f.In, f.Held = f.In+amount, f.Held+amount
}

// Decided says what became of something that was to be spent.
func (m *Moves) Decided(id wire.TxID, amount wire.Amount, refused bool) {
	f := m.flow(id)
	f.Held, f.Refused = f.Held-amount, refused
}

// Makes says that a transaction makes so much, for which a machine waits.
func (m *Moves) Makes(id wire.TxID, amount wire.Amount) {
	f := m.flow(id)
	f.Out, f.Pending = f.Out+amount, f.Pending+amount
}

// Made says what became of something that was to be made.
func (m *Moves) Made(id wire.TxID, amount wire.Amount, refused bool) {
	f := m.flow(id)
	f.Pending, f.Refused = f.Pending-amount, refused
}

// Asks says that a machine finds out of how much it is spent, see Settling.
func (m *Moves) Asks(machine uint64, amount wire.Amount) {
	m.Settling++
	m.asked[machine] = amount
}

// Told says that the machine has found out.
func (m *Moves) Told(machine uint64) {
	m.Settling--
	delete(m.asked, machine)
}

// InFlight returns what is neither spendable nor given away, in msat: what is
// made and not there yet, what was spent instead where it is refused, and what
// is asked about.
func (m *Moves) InFlight() (sum wire.Amount) {
	for _, f := range m.flows {
		if f.Refused {
			sum += f.Held
		} else {
			sum += f.Pending
		}
	}
	for _, amount := range m.asked {
		sum += amount
	}
	return sum
}

// Fee returns what the transactions cost, in msat.
func (m *Moves) Fee() wire.Amount {
	var in, out wire.Amount
	for _, f := range m.flows {
		if !f.Refused {
			in, out = in+f.In, out+f.Out
		}
	}
	return in - min(in, out)
}

// Busy reports whether something of this is to change by itself.
func (m *Moves) Busy() bool { return m.InFlight() > 0 || m.Settling > 0 }

// Refused reports whether a transaction was refused.
func (m *Moves) Refused() bool {
	for _, f := range m.flows {
		if f.Refused {
			return true
		}
	}
	return false
}
