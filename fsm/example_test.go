package fsm_test

import (
	"context"
	"errors"
	"fmt"

	"satchel/fsm"
	"satchel/fsm/kv"
)

// The steps of an order: the type names the step, the fields are what is needed
// to go on.
type (
	ordered struct{ Item string }
	shipped struct{ Item string }
)

func (s ordered) AppendBinary(b []byte) ([]byte, error) { return append(b, s.Item...), nil }
func (s shipped) AppendBinary(b []byte) ([]byte, error) { return append(b, s.Item...), nil }

// A shop ships what was ordered, whatever happens to the program.
func Example() {
	courier := 0 // answers at the third call
	order := fsm.Define("order",
		fsm.At("ordered", func(b []byte) (ordered, error) { return ordered{string(b)}, nil },
			fsm.On("collected",
				// Asked as often as it takes; an error means "not known yet".
				func(context.Context, ordered) (string, error) {
					if courier++; courier < 3 {
						return "", errors.New("courier is on the phone")
					}
					return "parcel 7", nil
				},
				// Done once, together with replacing the step.
				func(tx *fsm.Tx, s ordered, parcel string) (fsm.State, error) {
					tx.Put("parcels/"+s.Item, []byte(parcel))
					return shipped{s.Item}, nil
				},
				"shipped").Backoff(1, 1)),
		fsm.At("shipped", func(b []byte) (shipped, error) { return shipped{string(b)}, nil }))

	disk := kv.NewMemory()
	ctx, stop := context.WithCancel(context.Background())

	// The program takes an order, and dies before anything comes of it.
	first, err := fsm.Open(ctx, disk.Handle(), order)
	if err != nil {
		panic(err)
	}
	op := fsm.OpID{1}
	err = first.Update(ctx, func(tx *fsm.Tx) error {
		tx.Start(op, ordered{"lamp"})
		return nil
	})
	if err != nil {
		panic(err)
	}

	// Started again, it goes on by itself.
	second, err := fsm.Open(ctx, disk.Handle(), order)
	if err != nil {
		panic(err)
	}
	done := make(chan error)
	go func() { done <- second.Run(ctx) }()
	for step, err := range second.Watch(ctx, op, 0) {
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s is %s\n", step.Machine, step.Step)
		if step.Final {
			break
		}
	}
	parcel, _ := second.Snapshot().Get("parcels/lamp")
	fmt.Println(string(parcel))
	stop()
	<-done
	// Output:
	// order is ordered
	// order is shipped
	// parcel 7
}
