package toyfed

import (
	"fmt"

	"satchel/client/wire"
)

// An Audit is what the books add up to, in msat.
type Audit struct {
	Issued wire.Amount // face value of all notes that were signed
	Spent  wire.Amount // face value of all notes that were spent
	Burnt  wire.Amount // face value of notes that share their keys with another one
	Coins  wire.Amount // what the dummy holds
	Fees   wire.Amount // what transactions overpaid

	Outgoing wire.Amount // in outgoing contracts that are not spent
	Incoming wire.Amount // in incoming contracts that are not spent
	Gateways wire.Amount // what gateways have, but for contracts

	Granted wire.Amount // what nobody has paid for
	Gone    wire.Amount // what somebody spent for nothing
}

// Outstanding is the face value of notes that were signed and not yet spent.
func (a Audit) Outstanding() wire.Amount { return a.Issued - a.Spent }

// Check returns an error unless everything that the federation ever got belongs
// to somebody, or is gone for a reason.
func (a Audit) Check() error {
	has := a.Outstanding() + a.Coins + a.Outgoing + a.Incoming + a.Gateways
	if got := a.Granted - a.Gone; has+a.Fees != got {
		return fmt.Errorf("the federation got %v, owes %v, and has taken fees of %v", got, has, a.Fees)
	}
	return nil
}

// Audit returns the books' sums.
func (f *Federation) Audit() Audit {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.books.sums()
}

func (b *books) sums() Audit {
	a := b.audit
	for _, amount := range b.coins {
		a.Coins += amount
	}
	for _, amount := range b.gateways {
		a.Gateways += amount
	}
	for _, c := range b.contracts {
		switch {
		case c.Spent != Open:
		case c.Outgoing != nil:
			a.Outgoing += c.Amount()
		default:
			a.Incoming += c.Amount()
		}
	}
	for _, c := range b.ln.accounts {
		if c.Outgoing != nil {
			a.Outgoing += c.Amount
		} else {
			a.Incoming += c.Amount
		}
	}
	return a
}
