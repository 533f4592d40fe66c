package fsm_test

import (
	"context"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"strings"
	"testing"

	"satchel/fsm"
	"satchel/fsm/kv"
	"satchel/fsm/sim"
)

var seeds = flag.Int("seeds", 200, "how many seeds the simulator explores")

// paying is a purse that makes its payments, one of which is refused.
func paying(mistake string) func(*sim.World) sim.Scenario {
	return func(w *sim.World) sim.Scenario {
		p := &purse{world: w, till: &till{taken: map[uint64]int{}}, mistake: mistake}
		if mistake == "no fence" {
			w.Unfence("purse")
		}
		return sim.Scenario{Live: p.live, Check: p.check, End: p.end}
	}
}

// live opens the purse, begins the payments unless they have begun, and waits
// for their ends. Two tabs do so at once if the mistake needs them.
func (p *purse) live(ctx context.Context) error {
	if p.mistake != "no fence" && p.mistake != "two tabs" {
		return p.tab(ctx)
	}
	errs := make(chan error)
	for range 2 {
		go func() { errs <- p.tab(ctx) }()
	}
	first, second := <-errs, <-errs
	if errors.Is(first, kv.ErrFenced) {
		return second
	}
	if errors.Is(second, kv.ErrFenced) {
		return first
	}
	return errors.Join(first, second)
}

func (p *purse) tab(ctx context.Context) error {
	p = &purse{world: p.world, till: p.till, mistake: p.mistake}
	x, err := fsm.Open(ctx, p.world.Disk(ctx, "purse"), p.payment())
	if err != nil {
		return err
	}
	p.exec = x
	p.world.Observe(x)
	switch p.mistake {
	case "no rule (a)":
		x.ForgetRuleA()
		x.DriveTwice()
	case "two drivers":
		x.DriveTwice()
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ran := make(chan error, 1)
	go func() {
		err := x.Run(ctx)
		cancel(err)
		ran <- err
	}()
	err = x.Update(ctx, p.begin)
	if err == nil {
		_, err = fsm.Await(ctx, x, "", func(r *kv.Reader) (bool, bool) {
			for rec := range x.All(r) {
				if !rec.Final {
					return false, false
				}
			}
			return true, true
		})
	}
	cancel(nil)
	if died := <-ran; err == nil && errors.Is(died, kv.ErrClosed) {
		err = died
	}
	if stuck := x.Stuck(); len(stuck) > 0 && err == nil {
		err = stuck[0].Err
	}
	return err
}

func (p *purse) begin(tx *fsm.Tx) error {
	if tx.Has("balance") {
		return nil
	}
	rnd := p.world.Rand("payments")
	left := uint64(fortune)
	for i := range payments {
		op := fsm.OpID{1, byte(i)}
		s := asking{Number: uint64(i), Amount: uint64(rnd.IntN(fortune / payments))}
		if i == 0 {
			s.Amount |= 1 // refused
		}
		left -= s.Amount
		tx.Start(op, s)
	}
	tx.Put("balance", words(left))
	return nil
}

func (p *purse) reopen() (*fsm.Executor, error) {
	return fsm.Open(context.Background(), p.world.Memory("purse").Handle(), p.payment())
}

// check finds every coin again: the till's books and the purse's, each by
// itself.
func (p *purse) check() error {
	x, err := p.reopen()
	if err != nil {
		return err
	}
	for rec := range x.All(x.Snapshot()) {
		if !rec.Final {
			return fmt.Errorf("payment %d stands at %q", rec.ID, rec.Step)
		}
	}
	if have, taken := balance(x.Snapshot()), p.till.total(); int(have)+taken != fortune {
		return fmt.Errorf("purse %d + till %d is not %d", have, taken, fortune)
	}
	return nil
}

func (p *purse) end() string {
	x, err := p.reopen()
	if err != nil {
		return err.Error()
	}
	var ends []string
	for rec := range x.All(x.Snapshot()) {
		ends = append(ends, fmt.Sprintf("%v %s", rec.Op[1], rec.Step))
	}
	return fmt.Sprint(balance(x.Snapshot()), ends)
}

func TestEveryStepKilled(t *testing.T) {
	report := sim.Explore(t, sim.Plan{Seeds: *seeds, Faults: 4, Kill: true, KillTwice: 25}, paying(""))
	if missing := report.Missing((&purse{}).payment()); len(missing) > 0 {
		t.Fatalf("never taken: %q", missing)
	}
	if report.Kills == 0 || report.Lives <= report.Runs {
		t.Fatalf("%+v", report)
	}
}

// Two tabs own one purse: the fence stops one of them. Two drivers drive one
// machine: rule (a) stops one of them.
func TestDoublesAreStopped(t *testing.T) {
	for _, harmless := range []string{"two tabs", "two drivers"} {
		t.Run(harmless, func(t *testing.T) {
			sim.Explore(t, sim.Plan{Seeds: *seeds / 4, Faults: 4, Kill: true}, paying(harmless))
		})
	}
}

// A simulator that cannot fail is worth nothing.
func TestMistakesAreFound(t *testing.T) {
	for _, mistake := range []string{
		"randomness inside an await",
		"error taken for a refusal",
		"write outside the transaction",
		"refund by timeout",
		"no fence",
		"no rule (a)",
	} {
		t.Run(mistake, func(t *testing.T) {
			_, err := sim.Search(t, sim.Plan{Seeds: 400, Faults: 4, Kill: true}, paying(mistake))
			if err == nil {
				t.Fatal("not found")
			}
			first, _, _ := strings.Cut(err.Error(), "\n")
			t.Log(first)
		})
	}
}

// One seed is one history, on every platform.
func TestHistoryIsTheSameEverywhere(t *testing.T) {
	const golden = "adf7612f583fff56e6032670afceffe40d6b8d3632f5632b9090eb947a8290f3"
	plan := sim.Plan{Seeds: 20, Faults: 4, Kill: true}
	one, two := sim.Explore(t, plan, paying("")), sim.Explore(t, plan, paying(""))
	if one.Hash != two.Hash || one.Steps != two.Steps {
		t.Fatal("the same seeds gave different histories")
	}
	if got := hex.EncodeToString(one.Hash[:]); got != golden {
		t.Fatalf("hash %s, want %s", got, golden)
	}
}
