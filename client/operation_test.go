package client_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"satchel/client"
	"satchel/client/dummy"
	"satchel/client/wire"
	"satchel/fsm"
)

// The log yields operations in the order in which they began, newest first, and
// goes on from any of them.
func TestOperationsAreListed(t *testing.T) {
	atDesk(t, nil, nil, func(d *desk) {
		const n = 10
		for i := range byte(n) {
			d.update(func(tx *fsm.Tx) error {
				// Ids do not tell the order.
				return d.dummy.Begin(tx, fsm.OpID{255 - 20*i}, dummy.Name, map[string]byte{"nth": i})
			})
		}
		r := d.c.Executor().Snapshot()
		list := func(before uint64) (numbers []uint64) {
			for op := range d.c.Operations(r, before) {
				if want := fmt.Sprintf(`{"nth":%d}`, op.Number-1); string(op.Meta) != want || op.Module != d.dummy.ID || op.Kind != dummy.Name {
					t.Errorf("operation %d: %s, want %s", op.Number, op.Meta, want)
				}
				if again, ok := d.c.Operation(r, op.ID); !ok || again.Number != op.Number {
					t.Errorf("operation %d is %d by its id", op.Number, again.Number)
				}
				numbers = append(numbers, op.Number)
			}
			return numbers
		}
		all := []uint64{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}
		if got := list(0); !slices.Equal(got, all) {
			t.Errorf("all: %v", got)
		}
		for i, before := range all {
			if got := list(before); !slices.Equal(got, all[i+1:]) {
				t.Errorf("before %d: %v", before, got)
			}
		}
		if _, ok := d.c.Operation(r, fsm.OpID{1}); ok {
			t.Error("there is an operation that nobody began")
		}
	})
}

// Events are numbered without gaps, and those of a transaction that fails are
// not there.
func TestEvents(t *testing.T) {
	atDesk(t, nil, nil, func(d *desk) {
		for i := range 5 {
			d.update(func(tx *fsm.Tx) error {
				d.c.Log(tx, client.Event{Kind: fmt.Sprint("kind ", 2*i), Payload: map[string]any{"n": 2 * i}})
				d.c.Log(tx, client.Event{Kind: fmt.Sprint("kind ", 2*i+1), Module: dummy.Name, Instance: 7})
				return nil
			})
			undone := errors.New("undone")
			err := d.c.Update(d.ctx, func(tx *fsm.Tx) error {
				d.c.Log(tx, client.Event{Kind: "undone"})
				return undone
			})
			if !errors.Is(err, undone) {
				t.Fatal(err)
			}
		}
		for _, test := range []struct {
			from uint64
			n    int
			want []uint64
		}{
			{0, 100, []uint64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}},
			{3, 4, []uint64{3, 4, 5, 6}},
			{9, 1, []uint64{9}},
			{8, 5, []uint64{8, 9}},
			{10, 5, nil}, {1 << 63, 5, nil}, {0, 0, nil}, {0, -1, nil},
		} {
			events, err := d.c.Events(d.ctx, test.from, test.n)
			if err != nil {
				t.Fatal(err)
			}
			var got []uint64
			for _, e := range events {
				got = append(got, e.ID)
				if e.Kind != fmt.Sprint("kind ", e.ID) || e.ID%2 == 1 && (e.Module != dummy.Name || e.Instance != 7) {
					t.Errorf("event %d is %+v", e.ID, e)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%d from %d: %v, want %v", test.n, test.from, got, test.want)
			}
		}
	})
}

// Progress yields what an operation came to with each commit, from the first on,
// and is the same when it is looked at afterwards.
func TestProgress(t *testing.T) {
	atDesk(t, []wire.Amount{5000}, nil, func(d *desk) {
		if err := d.dummy.Pay(d.ctx, fsm.OpID{1}, keyOf("somebody").PublicKey(), 300); err != nil {
			t.Fatal(err)
		}
		op, _ := d.c.Operation(d.c.Executor().Snapshot(), fsm.OpID{1})
		follow := func() (states []client.State) {
			for s, err := range d.c.Progress(d.ctx, op) {
				if err != nil {
					t.Fatal(err)
				}
				if len(states) == 0 || states[len(states)-1] != s.State {
					states = append(states, s.State)
				}
				if s.Final {
					break
				}
			}
			return states
		}
		want := []client.State{client.OnItsWay, client.Done}
		if got := follow(); !slices.Equal(got, want) {
			t.Errorf("as it happens: %q", got)
		}
		d.settle(op.ID)
		if got := follow(); !slices.Equal(got, want) {
			t.Errorf("afterwards: %q", got)
		}
		if _, err := d.c.Executor().Prune(d.ctx, func(fsm.Record) bool { return false }); err != nil {
			t.Fatal(err)
		}
		if got := follow(); !slices.Equal(got, want) {
			t.Errorf("when it has left the memory: %q", got)
		}
	})
}

func TestOperationOfAnUnknownModule(t *testing.T) {
	atDesk(t, nil, nil, func(d *desk) {
		op := client.Operation{Module: 77}
		if _, err := d.c.Summary(d.ctx, op); !errors.Is(err, client.ErrUnknownModule) {
			t.Error(err)
		}
		for _, err := range d.c.Progress(d.ctx, op) {
			if !errors.Is(err, client.ErrUnknownModule) {
				t.Error(err)
			}
		}
	})
}
