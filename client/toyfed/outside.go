package toyfed

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"satchel/client/bolt11"
	"satchel/client/wire"
	"satchel/fsm/sim"
)

// Outside is everybody who is not in the federation, as far as lightning reaches.
// They make invoices that gateways may pay, and pay those of gateways.
type Outside struct {
	l    *lightning
	node wire.SecretKey

	// The federation's mu guards the rest.
	bills    map[wire.Hash]Bill
	paid     map[wire.Hash]int
	settled  map[wire.Hash]bool // invoices of gateways that were paid from outside
	sent     wire.Amount
	received wire.Amount
	faults   []error
}

// A Bill is an invoice of somebody outside.
type Bill struct {
	Name        string      // from which its preimage follows
	Amount      wire.Amount // in msat, 0 if the payer is to choose
	Description string
	Network     wire.Network // by default that of the federation
	Expiry      uint64       // in seconds, by default an hour
	Hopeless    bool         // there is no way to the payee
}

func newOutside(l *lightning) *Outside {
	return &Outside{
		l: l, node: keyOf("node outside"),
		bills: map[wire.Hash]Bill{}, paid: map[wire.Hash]int{}, settled: map[wire.Hash]bool{},
	}
}

// Outside returns those who are not in the federation.
func (f *Federation) Outside() *Outside { return f.mustLightning().outside }

// Preimage returns the preimage of the invoice of that name.
func (*Outside) Preimage(name string) wire.Preimage { return wire.Preimage(keyOf("preimage " + name)) }

// Invoice returns an invoice of somebody outside over amount msat.
func (o *Outside) Invoice(amount wire.Amount, name string) string {
	return o.Bill(Bill{Name: name, Amount: amount})
}

// Bill returns an invoice of somebody outside. It was made at the time that the
// federation began with.
func (o *Outside) Bill(b Bill) string {
	if b.Network == "" {
		b.Network = o.l.Network
	}
	if b.Expiry == 0 {
		b.Expiry = 3600
	}
	hash := o.Preimage(b.Name).Hash()
	o.l.f.mu.Lock()
	defer o.l.f.mu.Unlock()
	o.bills[hash] = b
	return bill{
		node: o.node, network: b.Network, hash: hash, amount: b.Amount,
		time: o.l.Time, expiry: b.Expiry, description: b.Description,
	}.sign().String()
}

// Paid returns how often the invoice with that hash was paid to somebody outside.
// More than once is a fault.
func (o *Outside) Paid(hash wire.Hash) int {
	o.l.f.mu.Lock()
	defer o.l.f.mu.Unlock()
	return o.paid[hash]
}

// Received returns what gateways have paid to those outside, in msat.
func (o *Outside) Received() wire.Amount {
	o.l.f.mu.Lock()
	defer o.l.f.mu.Unlock()
	return o.received
}

// Sent returns what those outside have paid to gateways, in msat.
func (o *Outside) Sent() wire.Amount {
	o.l.f.mu.Lock()
	defer o.l.f.mu.Unlock()
	return o.sent
}

// Faults lists what should not have happened, such as that something was paid
// twice.
func (o *Outside) Faults() []error {
	o.l.f.mu.Lock()
	defer o.l.f.mu.Unlock()
	return slices.Clone(o.faults)
}

// ErrUnpaid is that an invoice could not be paid.
var ErrUnpaid = errors.New("the invoice was not paid")

// Pay lets somebody outside pay the invoice of a gateway. That goes through a gate
// of the world, and is tried until it is known how it ends: what was paid is not
// paid again. The error wraps [ErrUnpaid], or is about ctx or the world.
func (o *Outside) Pay(ctx context.Context, invoice string) error {
	i, err := decode(invoice)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnpaid, err)
	}
	pay := func() (struct{}, error) { return struct{}{}, o.pay(i) }
	if o.l.f.world == nil {
		_, err = pay()
		return err
	}
	for {
		_, err = sim.Call(ctx, o.l.f.world, fmt.Sprintf("outside pays %x", i.PaymentHash[:4]), pay)
		if !errors.Is(err, sim.ErrLost) {
			return err
		}
	}
}

func (o *Outside) pay(i bolt11.Invoice) error {
	o.l.f.mu.Lock()
	defer o.l.f.mu.Unlock()
	if o.settled[i.PaymentHash] {
		return nil
	}
	if o.l.f.books.time > i.ExpiresAt() {
		return fmt.Errorf("%w: it has expired", ErrUnpaid)
	}
	if _, err := o.reach(i); err != nil {
		return fmt.Errorf("%w: %w", ErrUnpaid, err)
	}
	o.settled[i.PaymentHash] = true
	o.sent += i.Amount
	return nil
}

// reach lets the gateway that made an invoice, or to which its hint leads, take a
// payment.
func (o *Outside) reach(i bolt11.Invoice) (wire.Preimage, error) {
	for _, g := range o.l.gateways {
		if g.terms.LightningKey == i.Payee {
			return g.receive(i.PaymentHash, i.Amount)
		}
	}
	if d := o.l.f.ln.hinted(i); d != nil {
		return d.receive(i.PaymentHash, i.Amount)
	}
	return wire.Preimage{}, errors.New("there is no way to the payee")
}

// route takes a payment from a gateway to the payee. It is for the gateway to see
// to it that it does not pay twice.
func (o *Outside) route(i bolt11.Invoice) (wire.Preimage, error) {
	if i.Payee != PublicKey(o.node) {
		return o.reach(i)
	}
	b, ok := o.bills[i.PaymentHash]
	switch {
	case !ok, b.Hopeless:
		return wire.Preimage{}, errors.New("there is no way to the payee")
	case b.Amount != i.Amount:
		return wire.Preimage{}, errors.New("the amount is not that of the invoice")
	}
	o.paid[i.PaymentHash]++
	if n := o.paid[i.PaymentHash]; n > 1 {
		o.faults = append(o.faults, fmt.Errorf("invoice %q of %v was paid %d times", b.Name, b.Amount, n))
	}
	o.received += i.Amount
	return o.Preimage(b.Name), nil
}
