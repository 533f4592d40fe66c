package lightning

import (
	"errors"
	"fmt"
	"time"

	"satchel/client"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm"
)

// paying tells of one invoice that somebody outside has made, and how that ends.
func paying(bill toyfed.Bill, want ...client.State) func(*teller) error {
	return func(t *teller) error {
		op, err := t.begin(t.fed.Outside().Bill(bill), 1)
		if err != nil {
			return err
		}
		return t.ends(op, want...)
	}
}

// asking tells of an invoice that somebody outside pays, or not, and how that ends.
func asking(pay bool, want ...client.State) func(*teller) error {
	return func(t *teller) error {
		op, invoice, err := t.invoice("wages", 100_000)
		if err != nil {
			return err
		}
		if pay {
			if err := t.fed.Outside().Pay(t.ctx, invoice); err != nil {
				return err
			}
		}
		return t.ends(op, want...)
	}
}

// wrongClock tells of a clock that jumps by years while an invoice is waited for.
func wrongClock(years int) func(*teller) error {
	return func(t *teller) error {
		op, invoice, err := t.invoice("wages", 100_000)
		if err != nil {
			return err
		}
		t.wrong = time.Duration(years) * 365 * 24 * time.Hour
		time.Sleep(3 * time.Hour)
		if err := t.fed.Outside().Pay(t.ctx, invoice); err != nil {
			return err
		}
		if _, err := await[claimed](t, op); err != nil {
			return err
		}
		return t.ends(op, client.Done)
	}
}

var (
	coffee   = toyfed.Bill{Name: "coffee", Amount: 50_000}
	hopeless = toyfed.Bill{Name: "nobody", Amount: 50_000, Hopeless: true}
)

// stories are those of honest gateways.
var stories = map[string]story{
	"pay": {tell: paying(coffee, client.Done)},
	"pay without telling what for": {
		change: func(s *toyfed.Setup) { s.LN.Private = true },
		tell:   paying(coffee, client.Done),
	},
	"pay with all coins": {tell: func(t *teller) error {
		if _, err := t.pay(t.bill("bicycle", 800_000)); err != nil {
			return err
		}
		_, err := t.m.Pay(t.ctx, t.bill("car", 800_000), PayOptions{})
		var poor *client.InsufficientError
		for n := 0; err != nil && !errors.As(err, &poor) && n < 20 && t.ctx.Err() == nil; n++ {
			_, err = t.m.Pay(t.ctx, t.bill("car", 800_000), PayOptions{})
		}
		if !errors.As(err, &poor) {
			return fmt.Errorf("paying with what is not there: %w", errOr(err))
		}
		return nil
	}},
	"pay who cannot be reached": {tell: paying(hopeless, client.Returned)},
	"pay through another gateway after a refund": {
		change: func(s *toyfed.Setup) { s.Lightning.Gateways = 2 },
		tell: func(t *teller) error {
			bill := toyfed.Bill{Name: "later", Amount: 50_000, Hopeless: true}
			invoice := t.fed.Outside().Bill(bill)
			op, err := t.begin(invoice, 1)
			if err == nil {
				err = t.ends(op, client.Returned)
			}
			if err != nil {
				return err
			}
			bill.Hopeless = false
			if op, err = t.begin(t.fed.Outside().Bill(bill), 2); err != nil {
				return err
			}
			return t.ends(op, client.Done)
		},
	},
	"pay one invoice by two taps": {tell: func(t *teller) error {
		invoice := t.bill("coffee", 50_000)
		ops := make(chan fsm.OpID, 2)
		errs := make(chan error, 2)
		for range 2 {
			go func() {
				op, err := t.begin(invoice, 1)
				ops <- op
				errs <- err
			}()
		}
		if a, b := <-ops, <-ops; a != b {
			return fmt.Errorf("two operations, %v and %v", a, b)
		}
		if err := errors.Join(<-errs, <-errs); err != nil {
			return err
		}
		s, err := t.pay(invoice)
		if err == nil && s.State != client.Done {
			err = fmt.Errorf("the payment is %v", s.State)
		}
		return err
	}},
	"pay an invoice of one's own": {tell: func(t *teller) error {
		op, invoice, err := t.invoice("myself", 60_000)
		if err != nil {
			return err
		}
		paid, err := t.begin(invoice, 1)
		if err != nil {
			return err
		}
		return errors.Join(t.ends(paid, client.Done), t.ends(op, client.Done))
	}},
	"be paid":           {tell: asking(true, client.Done)},
	"be paid by nobody": {tell: asking(false, client.Lapsed)},
	"be paid after the invoice has lapsed": {tell: func(t *teller) error {
		op, invoice, err := t.invoice("wages", 100_000)
		if err != nil {
			return err
		}
		if _, err := await[lapsed](t, op); err != nil {
			return err
		}
		if err := t.fed.Outside().Pay(t.ctx, invoice); err != nil {
			return err
		}
		if _, err := await[claimed](t, op); err != nil {
			return err
		}
		return t.ends(op, client.Done)
	}},
	"be paid by a clock that is ten years ahead": {tell: wrongClock(10)},
	"be paid by a clock that is ten years late":  {tell: wrongClock(-10)},
	"a funding is refused": {
		change: func(s *toyfed.Setup) { s.Hold = holdFirst() },
		tell: func(t *teller) error {
			invoice := t.bill("coffee", 50_000)
			op, err := t.begin(invoice, 1)
			if err == nil {
				err = t.ends(op, client.Refused)
			}
			if err == nil {
				op, err = t.begin(invoice, 2)
			}
			if err != nil {
				return err
			}
			return t.ends(op, client.Done)
		},
	},
	"an offer is refused": {
		change: func(s *toyfed.Setup) { s.Hold = holdFirst() },
		tell: func(t *teller) error {
			op, _, err := t.invoice("wages", 100_000)
			var refused *RefusedError
			if !errors.As(err, &refused) {
				return fmt.Errorf("no refusal: %w", errOr(err))
			}
			if err := t.ends(op, client.Refused); err != nil {
				return err
			}
			op, invoice, err := t.invoice("more wages", 100_000)
			if err == nil {
				err = t.fed.Outside().Pay(t.ctx, invoice)
			}
			if err != nil {
				return err
			}
			return t.ends(op, client.Done)
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

// unwell answers what a gateway must not.
func unwell(answer func(toyfed.GatewayQuestion) (client.Response, error)) toyfed.GatewayLie {
	return toyfed.GatewayLie(answer).About("/pay_invoice")
}

func says(status int, body string) (client.Response, error) {
	return client.Response{Status: status, Body: []byte(body)}, nil
}

// dishonest are stories of gateways that are not honest. The invoice can be paid.
var dishonest = map[string]story{
	"silent": {passes: passing, tell: paying(coffee, client.Returned),
		gateway: unwell(func(toyfed.GatewayQuestion) (client.Response, error) { return client.Response{}, toyfed.ErrSilent })},
	"broken": {passes: passing, tell: paying(coffee, client.Returned),
		gateway: unwell(func(toyfed.GatewayQuestion) (client.Response, error) { return says(500, "no") })},
	"babbling": {passes: passing, tell: paying(coffee, client.Returned),
		gateway: unwell(func(toyfed.GatewayQuestion) (client.Response, error) { return says(200, `"thanks"`) })},
	"with a wrong preimage": {passes: passing, tell: paying(coffee, client.Returned),
		gateway: unwell(func(toyfed.GatewayQuestion) (client.Response, error) {
			return says(200, fmt.Sprintf("%q", wire.Preimage{1}))
		})},
	"paying without an answer": {tell: paying(coffee, client.Done),
		gateway: unwell(func(q toyfed.GatewayQuestion) (client.Response, error) {
			q.Honest()
			return client.Response{}, toyfed.ErrSilent
		})},
	"paying with an error": {tell: paying(coffee, client.Done),
		gateway: unwell(func(q toyfed.GatewayQuestion) (client.Response, error) {
			q.Honest()
			return says(500, "no")
		})},
	"paying and answering late": {tell: paying(coffee, client.Done),
		gateway: unwell(func(q toyfed.GatewayQuestion) (client.Response, error) {
			if answer := q.Honest(); q.Times > 8 {
				return answer, nil
			}
			return says(500, "no")
		})},
	"paying while the wallet sleeps": {tell: sleeper, gateway: unwell(func(q toyfed.GatewayQuestion) (client.Response, error) {
		q.Honest()
		return client.Response{}, toyfed.ErrSilent
	})},
	"paying in its own time": {tell: paying(coffee, client.Done, client.Returned), passes: 1, anyEnd: true},
}

// keepsSilent never pays.
var keepsSilent = dishonest["silent"].gateway

// lied are stories of a guardian that lies about lightning.
var lied = map[string]story{
	"of a payment":   {tell: paying(coffee, client.Done)},
	"of a refund":    {gateway: keepsSilent, passes: passing, tell: paying(coffee, client.Returned)},
	"of a receipt":   {tell: asking(true, client.Done)},
	"of a lapse":     stories["be paid by nobody"],
	"of a neighbour": stories["pay an invoice of one's own"],
	"of a cheat":     others["a payee in the federation cheats"],
	"of a secret":    {gateway: dishonest["paying without an answer"].gateway, tell: paying(coffee, client.Done)},
}

// sleeper tells of a wallet that is closed for thirty days in the middle of a
// payment: the clock goes on, and so does the federation.
func sleeper(t *teller) error {
	op, err := t.begin(t.bill("coffee", 50_000), 1)
	if err != nil {
		return err
	}
	for n := 0; t.fed.Gateway().Asked("/pay_invoice") == 0 && n < 1000; n++ {
		time.Sleep(time.Second)
	}
	time.Sleep(30 * 24 * time.Hour)
	if _, err := t.world.Gate(t.ctx, "thirty days are over"); err != nil {
		return err
	}
	t.fed.Mine(30 * 144)
	return t.ends(op, client.Done)
}
