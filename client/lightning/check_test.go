package lightning

import (
	"context"
	"errors"
	"fmt"

	"satchel/client"
	"satchel/client/toyfed"
	"satchel/client/wire"
)

// check finds all money again, and nothing that should not have happened.
func (s *stage) check() error {
	c, err := s.reopen()
	if err != nil {
		return err
	}
	audit := s.fed.Audit()
	all := append(s.fed.Outside().Faults(), s.fed.Doubles()...)
	all = append(all, audit.Check())
	has := c.Balance(c.Executor().Snapshot())
	if others := s.fed.Coin(elsewhere.PublicKey()); has+others != audit.Coins {
		all = append(all, fmt.Errorf("the wallet has %v, somebody else %v, the books %v", has, others, audit.Coins))
	}
	if open := audit.Outgoing + audit.Incoming; open > s.left {
		all = append(all, fmt.Errorf("%v are left in contracts", open))
	}
	all = append(all, s.addsUp(c, has), s.honestGateways())
	return errors.Join(all...)
}

// honestGateways checks that gateways lose nothing but what the federation takes
// when they fund a contract.
func (s *stage) honestGateways() error {
	if s.gateway != nil {
		return nil
	}
	bought := int64(0)
	for _, c := range s.fed.LNContracts() {
		if c.Incoming != nil {
			bought++
		}
	}
	profit := int64(0)
	for _, g := range s.fed.Gateways() {
		profit += g.Profit()
	}
	if profit < -bought*int64(fees.Input+fees.Output) {
		return fmt.Errorf("honest gateways have lost %v msat", -profit)
	}
	return nil
}

// addsUp holds the balance against what the operations say of themselves, and
// what they say against what happened outside.
func (s *stage) addsUp(c *client.Client, has wire.Amount) error {
	sum := int64(coins * coin)
	done := map[wire.Hash]int{}
	for op := range c.Operations(c.Executor().Snapshot(), 0) {
		v, err := c.Summary(context.Background(), op)
		if err != nil {
			return err
		}
		sum += v.Change
		meta, err := parseMeta(op.Meta)
		if err != nil {
			return err
		}
		if p := meta.Variant.Pay; p != nil && v.State == client.Done {
			i, err := lightningOf(c).Read(p.Invoice)
			if err != nil {
				return err
			}
			done[i.PaymentHash]++
		}
	}
	if sum != int64(has) {
		return fmt.Errorf("the operations add up to %v, the wallet has %v", sum, has)
	}
	return s.paidOnce(done)
}

// paidOnce checks that what was paid was paid once, and that the wallet knows.
func (s *stage) paidOnce(done map[wire.Hash]int) error {
	claimed := map[wire.Hash]int{}
	internal := map[wire.Hash]bool{}
	for _, c := range s.fed.LNContracts() {
		switch {
		case c.Incoming != nil:
			internal[c.Incoming.Hash] = true
		case c.Spent == toyfed.Claimed:
			claimed[c.Outgoing.Hash]++
		case c.Spent == toyfed.Open && c.Amount > s.left:
			return fmt.Errorf("contract %v is still open", c.Outgoing.ID())
		}
	}
	for hash, n := range claimed {
		if n > 1 || done[hash] != n {
			return fmt.Errorf("%d contracts were claimed for one invoice, %d payments are done", n, done[hash])
		}
	}
	for hash, n := range done {
		if !internal[hash] && s.fed.Outside().Paid(hash) != n {
			return fmt.Errorf("%d payments are done of an invoice that was paid %d times", n, s.fed.Outside().Paid(hash))
		}
	}
	return nil
}

func (s *stage) end() string {
	c, err := s.reopen()
	if err != nil {
		return err.Error()
	}
	r := c.Executor().Snapshot()
	end := fmt.Sprint(c.Balance(r))
	for op := range c.Operations(r, 0) {
		v, err := c.Summary(context.Background(), op)
		end += fmt.Sprintf("; %s %s %v of %v for %v, %v", v.Title, v.State, v.Amount, v.Requested, v.Fee, err)
	}
	return end
}
