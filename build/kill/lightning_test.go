package kill

import (
	"fmt"

	"satchel/build/demo"
	"satchel/build/gateway"
	"satchel/build/lightning"
	"satchel/client/bolt11"
	"satchel/client/wire"
)

// openGateway lets a federation have a lightning gateway, and somebody beyond it.
func (b *bench) openGateway(at place) {
	b.t.Helper()
	l, err := demo.StartLightning(b.t.Context(), at.fed, "")
	if err != nil {
		b.t.Fatal(err)
	}
	l.Gateway.Handle(at.routes)
	if err := l.Gateway.Ready(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	b.beyond = l
}

// invoice is one of somebody beyond the gateway.
func (b *bench) invoice(amount wire.Amount, unpayable bool) bolt11.Invoice {
	b.t.Helper()
	i, err := b.beyond.Outside.Invoice(b.t.Context(), lightning.Request{Amount: amount, Expiry: 86_400, Unpayable: unpayable})
	if err != nil {
		b.t.Fatal(err)
	}
	return i
}

// pay pays an invoice. It ends with the receipt, or with the money back; somebody
// beyond the gateway knows whether he was paid.
func pay(amount wire.Amount, unpayable bool, lie gateway.Lie) func(*bench) story {
	return func(b *bench) story {
		i := b.invoice(amount, unpayable)
		if err := b.beyond.Gateway.Behave(lie); err != nil {
			b.t.Fatal(err)
		}
		want := "done"
		if unpayable {
			want = "returned"
		}
		return func(b *bench) error {
			var r struct {
				Op string `json:"operation_id"`
			}
			if err := b.w.Call("pay_invoice", b.fields(map[string]any{"invoice": i.String()}), &r); err != nil {
				return err
			}
			d, err := b.rest(r.Op, true)
			if err != nil {
				return err
			}
			state, _, _ := b.beyond.Outside.State(i.PaymentHash)
			if d.State != want || (state == lightning.Settled) == unpayable {
				return fmt.Errorf("the payment is %s, the invoice %s", d.State, state)
			}
			return nil
		}
	}
}

// bePaid has an invoice made, which somebody beyond the gateway pays. A wallet that
// dies before it knows what was made asks for another one.
func bePaid(amount wire.Amount) func(*bench) story {
	return func(b *bench) story {
		if err := b.beyond.Gateway.Behave(gateway.Honest); err != nil {
			b.t.Fatal(err)
		}
		before := map[string]bool{}
		return func(b *bench) error {
			op, invoice, err := b.ask(amount, before)
			if err != nil {
				return err
			}
			i, err := bolt11.Decode(invoice)
			if err != nil {
				return err
			}
			p, err := b.beyond.Outside.Pay(b.t.Context(), i, 1000)
			if err != nil || p.Why != "" {
				return fmt.Errorf("paying from beyond: %s, %v", p.Why, err)
			}
			d, err := b.rest(op, true)
			if err == nil && d.State != "done" {
				err = fmt.Errorf("the invoice is %s", d.State)
			}
			return err
		}
	}
}

// ask has an invoice made, unless a life before has done so.
func (b *bench) ask(amount wire.Amount, before map[string]bool) (op, invoice string, err error) {
	ops, err := b.operations()
	if err != nil {
		return "", "", err
	}
	if len(before) == 0 {
		before[""] = true
		for _, o := range ops {
			before[o.ID] = true
		}
	}
	for _, o := range ops {
		if o.Title == "invoice" && !before[o.ID] {
			return o.ID, o.Details.Invoice, nil
		}
	}
	var r struct {
		Op      string `json:"operation_id"`
		Invoice struct{ Invoice string }
	}
	err = b.w.Call("make_invoice", b.fields(map[string]any{"amount_msat": amount}), &r)
	return r.Op, r.Invoice.Invoice, err
}
