package lnurl

import (
	"context"
	"fmt"

	"satchel/client/bolt11"
	"satchel/client/wire"
)

// maxK1 is the length of the longest k1 of a service that pays out.
const maxK1 = 1024

// A Withdraw is a service that pays out (LUD-03). Texts are untrusted.
type Withdraw struct {
	Domain      string // of the link
	Callback    string // maybe of another domain
	K1          string // whoever has it gets the money
	Min, Max    wire.Amount
	Description string // for the invoice, at most MaxText characters
}

func (c Client) withdrawOf(l Link, a answer) (*Withdraw, error) {
	least, most, err := bounds(a.MinWithdrawable, a.MaxWithdrawable)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", l.Domain(), err)
	}
	callback, err := c.check(a.Callback)
	if err != nil {
		return nil, fmt.Errorf("callback of %s: %w", l.Domain(), err)
	}
	if a.K1 == "" || len(a.K1) > maxK1 {
		return nil, fmt.Errorf("%s: %w: k1 of %d bytes", l.Domain(), ErrAnswer, len(a.K1))
	}
	return &Withdraw{
		Domain: l.Domain(), Callback: callback.Full(), K1: a.K1,
		Min: least, Max: most, Description: cut(a.DefaultDescription),
	}, nil
}

// Redeem has a service pay an invoice. nil means that it is going to try. An
// error that wraps ErrAmount is of the invoice, whose amount is out of bounds.
//
// After any error of the request but a *ServiceError the service may pay as well:
// what counts is whether the payment arrives. Redeeming again with the same
// invoice is safe, since it can be paid once.
func (c Client) Redeem(ctx context.Context, w Withdraw, i bolt11.Invoice) error {
	callback, err := c.check(w.Callback)
	if err != nil {
		return err
	}
	if i.Amount < w.Min || i.Amount > w.Max {
		return fmt.Errorf("%w: %v, from %v to %v", ErrAmount, i.Amount, w.Min, w.Max)
	}
	return c.done(ctx, withParameters(callback, "k1", w.K1, "pr", i.String()))
}
