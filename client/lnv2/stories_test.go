package lnv2

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"satchel/client"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm"
)

// paying tells of one invoice that somebody outside has made, and how that ends.
func paying(bill toyfed.Bill, want ...client.State) func(*teller) error {
	return func(t *teller) error {
		s, err := t.pay(t.fed.Outside().Bill(bill))
		if err == nil && !slices.Contains(want, s.State) {
			err = fmt.Errorf("the payment is %v", s.State)
		}
		return err
	}
}

var coffee = toyfed.Bill{Name: "coffee", Amount: 50_000}

// stories are those of honest gateways.
var stories = map[string]story{
	"pay": {tell: paying(coffee, client.Done)},
	"pay with all coins": {tell: func(t *teller) error {
		if _, err := t.pay(t.bill("bicycle", 800_000)); err != nil {
			return err
		}
		_, err := t.begin(t.bill("car", 800_000))
		if !errors.As(err, new(*client.InsufficientError)) && !t.begun("car") {
			return fmt.Errorf("paying with what is not there: %w", err)
		}
		return nil
	}},
	"pay who cannot be reached": {tell: paying(toyfed.Bill{Name: "nobody", Amount: 50_000, Hopeless: true}, client.Returned)},
	"pay one invoice by two taps": {tell: func(t *teller) error {
		invoice := t.bill("coffee", 50_000)
		ops := make(chan fsm.OpID, 2)
		errs := make(chan error, 2)
		for range 2 {
			go func() {
				q, err := t.begin(invoice)
				ops <- q.Op
				errs <- err
			}()
		}
		if a, b := <-ops, <-ops; a != b {
			return fmt.Errorf("two operations, %v and %v", a, b)
		}
		if err := errors.Join(<-errs, <-errs); err != nil {
			return err
		}
		_, err := t.pay(invoice)
		return err
	}},
	"pay an invoice of one's own": {tell: func(t *teller) error {
		op, invoice, err := t.invoice("myself", 60_000)
		if err != nil {
			return err
		}
		s, err := t.pay(invoice)
		if err != nil || s.State != client.Done {
			return fmt.Errorf("the payment is %v: %w", s.State, errOr(err))
		}
		s, err = t.settle(op)
		if err != nil || s.State != client.Done {
			return fmt.Errorf("the invoice is %v: %w", s.State, errOr(err))
		}
		return nil
	}},
	"be paid": {tell: func(t *teller) error {
		op, invoice, err := t.invoice("wages", 100_000)
		if err != nil {
			return err
		}
		if err := t.fed.Outside().Pay(t.ctx, invoice); err != nil {
			return err
		}
		s, err := t.settle(op)
		if err == nil && s.State != client.Done {
			err = fmt.Errorf("the invoice is %v", s.State)
		}
		return err
	}},
	"be paid by nobody": {passes: passing, tell: func(t *teller) error {
		op, _, err := t.invoice("wages", 100_000)
		if err != nil {
			return err
		}
		s, err := t.settle(op)
		if err == nil && s.State != client.Lapsed {
			err = fmt.Errorf("the invoice is %v", s.State)
		}
		return err
	}},
	"a funding is refused": {
		change: func(s *toyfed.Setup) { s.Hold = holdFirst() },
		tell: func(t *teller) error {
			invoice := t.bill("coffee", 50_000)
			s, err := t.pay(invoice)
			if err == nil && s.State == client.Refused {
				s, err = t.pay(invoice)
			}
			if err == nil && s.State != client.Done {
				err = fmt.Errorf("the payment is %v", s.State)
			}
			return err
		},
	},
}

var errNone = errors.New("no error")

func errOr(err error) error {
	if err == nil {
		return errNone
	}
	return err
}

// begun reports whether an invoice of somebody outside is being paid.
func (t *teller) begun(name string) bool {
	i, err := t.m.Read(t.bill(name, 800_000))
	_, begun := t.m.attempt(i)
	return err == nil && begun
}

// holdFirst refuses the first transaction for ever.
func holdFirst() func(wire.Transaction) bool {
	var first wire.TxID
	return func(tx wire.Transaction) bool {
		if first == (wire.TxID{}) {
			first = tx.TxID()
		}
		return tx.TxID() == first
	}
}

// dishonest are stories of gateways that are not honest. The invoice can be paid.
var dishonest = map[string]story{
	"that never pays":     {gateways: toyfed.NeverPays(), passes: passing, tell: paying(coffee, client.Returned)},
	"that pays in secret": {gateways: toyfed.PaysInSecret(), tell: paying(coffee, client.Done)},
	"that takes its word back": {
		gateways: map[string]toyfed.GatewayLie{
			"late":  toyfed.PaysInSecret()["forfeits as well"],
			"early": toyfed.PaysInSecret()["forfeits, and claims first"],
		},
		tell: paying(coffee, client.Done),
	},
	"that pays later": {gateways: toyfed.PaysLater(), tell: paying(coffee, client.Done)},
	"that vanishes": {
		gateways: map[string]toyfed.GatewayLie{"": toyfed.Vanishes(2)}, passes: passing, anyEnd: true,
		tell: func(t *teller) error {
			err := paying(coffee, client.Done, client.Returned)(t)
			if errors.Is(err, ErrGatewaysSilent) || errors.Is(err, ErrExpired) {
				return nil // it was gone before anything had begun
			}
			return err
		},
	},
	"while time passes": {passes: 1, anyEnd: true, tell: paying(coffee, client.Done, client.Returned)},
	"after thirty days": {tell: sleeper, anyEnd: true},
}

// lied are stories of a guardian that lies about lightning.
var lied = map[string]story{
	"of a payment":  {tell: paying(coffee, client.Done)},
	"of a refund":   {gateways: toyfed.NeverPays(), passes: passing, tell: paying(coffee, client.Returned)},
	"of a receipt":  {tell: stories["be paid"].tell},
	"of an LNURL":   others["be paid through an LNURL"],
	"of a rivalry":  {gateways: toyfed.PaysInSecret(), tell: paying(coffee, client.Done)},
	"of an expired": stories["be paid by nobody"],
}

// sleeper tells of a wallet that is closed for thirty days in the middle of a
// payment: the clock goes on, and so does the federation.
func sleeper(t *teller) error {
	q, err := t.begin(t.bill("coffee", 50_000))
	if err != nil {
		return err
	}
	time.Sleep(30 * 24 * time.Hour)
	t.fed.Mine(30 * 144)
	s, err := t.settle(q.Op)
	if err == nil && s.State != client.Done && s.State != client.Returned {
		err = fmt.Errorf("the payment is %v", s.State)
	}
	return err
}
