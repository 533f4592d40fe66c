package toyfed_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"satchel/client"
	"satchel/client/tbs/toy"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm/sim"
)

// A payer has an outgoing contract, wants the preimage for it or its money back,
// and asks until it has one of them.
type payer struct {
	fed      *toyfed.Federation
	invoice  string
	contract wire.LNV2OutgoingContract
	at       wire.OutPoint
	pass     bool
	lie      toyfed.GatewayLie
}

func (p *payer) scenario(t *testing.T) func(*sim.World) sim.Scenario {
	return func(w *sim.World) sim.Scenario {
		p := *p
		l := toyfed.Lightning{Fee: fee, Time: 1_700_000_000, Lie: p.lie}
		p.fed = toyfed.New(w, toyfed.Setup{Signer: toy.New(), Guardians: 4, Lightning: &l})
		s := &scene{T: t, fed: p.fed}
		p.invoice = p.fed.Outside().Invoice(1_000_000, "coffee")
		p.contract = s.outgoing(p.invoice)
		p.at = wire.OutPoint{TxID: p.fed.Grant(lightningOutput(wire.LNV2Output{Outgoing: &p.contract}))}
		request, err := json.Marshal(s.request(p.at, p.contract, p.invoice))
		if err != nil {
			t.Fatal(err)
		}
		sc := sim.Scenario{Check: p.check, Always: func() error { return p.fed.Audit().Check() }}
		sc.Live = func(ctx context.Context) error { return p.live(ctx, request) }
		return sc
	}
}

func (p *payer) live(ctx context.Context, request []byte) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	passed := make(chan struct{})
	go func() {
		defer close(passed)
		if p.pass {
			p.fed.Pass(ctx, 0)
		}
	}()
	ended := make(chan error, 2)
	go func() { ended <- p.askGateway(ctx, request) }()
	go func() { ended <- p.askGuardian(ctx) }()
	err := <-ended
	cancel()
	<-ended
	<-passed
	return err
}

// askGateway asks until the gateway gives the preimage or forfeits.
func (p *payer) askGateway(ctx context.Context, request []byte) error {
	return again(ctx, func() error {
		r, err := p.fed.Fetch(ctx, client.Request{URL: p.fed.Gateway().URL().String() + "send_payment", Body: request})
		if err != nil {
			return err
		}
		var answer wire.SendPaymentResponse
		if r.Status != 200 || json.Unmarshal(r.Body, &answer) != nil || !answer.Verify(p.contract) {
			return errors.New("no answer")
		}
		if answer.Forfeit != nil {
			return p.takeBack(ctx, &wire.LNV2Witness{Variant: wire.LNV2Cancel, Signature: *answer.Forfeit})
		}
		return nil
	})
}

// takeBack spends the contract.
func (p *payer) takeBack(ctx context.Context, w *wire.LNV2Witness) error {
	tx := wire.Transaction{Inputs: []wire.DynInput{lightningInput(wire.LNV2Input{OutPoint: p.at, Witness: w})}}
	if err := tx.Sign([]wire.SecretKey{senderKey}); err != nil {
		return err
	}
	_, err := p.fed.Guardian(2).Call(ctx, "submit_transaction", wire.SerdeOf(tx))
	return err
}

// askGuardian asks until a guardian gives the preimage, or gets the money back.
func (p *payer) askGuardian(ctx context.Context) error {
	g := p.fed.Guardian(1)
	return again(ctx, func() error {
		answer, err := g.Call(ctx, method(toyfed.LNV2ID, "await_preimage"), []any{p.at, p.contract.Expiration})
		if err != nil || string(answer) != "null" {
			return err
		}
		return p.takeBack(ctx, witness(wire.LNV2Refund))
	})
}

// again does something until it is done.
func again(ctx context.Context, do func() error) error {
	for {
		err := do()
		if err == nil || errors.Is(err, sim.ErrKilled) || ctx.Err() != nil {
			return err
		}
		select {
		case <-time.After(time.Minute):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (p *payer) check() error {
	c := p.fed.Contracts()[0]
	paid := p.fed.Outside().Paid(p.contract.Image.Hash)
	switch {
	case c.Spent == toyfed.Claimed && paid == 1, c.Spent > toyfed.Claimed && paid == 0:
		return nil
	}
	return fmt.Errorf("paid %d times, the contract is spent in way %d", paid, c.Spent)
}

// A gateway that is honest pays once whatever happens to requests, and if time
// passes as well, a contract may expire before it is asked.
func TestPaidOnce(t *testing.T) {
	for _, pass := range []bool{false, true} {
		report := sim.Explore(t, sim.Plan{Seeds: 100, Faults: 3, Kill: true}, (&payer{pass: pass}).scenario(t))
		if report.Runs < 300 {
			t.Errorf("%d runs", report.Runs)
		}
		second := sim.Explore(t, sim.Plan{Seeds: 100, Faults: 3, Kill: true}, (&payer{pass: pass}).scenario(t))
		if second.Hash != report.Hash || second.Steps != report.Steps {
			t.Error("another history of the same seeds")
		}
	}
}
