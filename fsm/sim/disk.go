package sim

import (
	"context"
	"fmt"

	"satchel/fsm/kv"
)

// A disk is what survives the program's lives.
type disk struct {
	memory *kv.Memory
	fence  bool
}

// Disk returns the store of that name, as the program finds it in the life to
// which ctx belongs. Commits wait at a gate: they may fail, with or without
// having taken effect, and after a kill nothing is written any more.
//
// The store also wants to be asked before every transaction, so that the order
// of transactions is the scheduler's choice and not the machine's.
func (w *World) Disk(ctx context.Context, name string) kv.Store {
	d := w.disk(name)
	return &lifeDisk{Store: d.memory.Handle(), disk: d, world: w, name: name, life: ctx}
}

// Memory returns what is on the disk of that name, to look at between steps.
func (w *World) Memory(name string) *kv.Memory { return w.disk(name).memory }

// Unfence makes the disk of that name accept every commit, whoever writes. It
// is a mistake to be found.
func (w *World) Unfence(name string) { w.disk(name).fence = false }

func (w *World) disk(name string) *disk {
	w.mu.Lock()
	defer w.mu.Unlock()
	d := w.disks[name]
	if d == nil {
		d = &disk{memory: kv.NewMemory(), fence: true}
		w.disks[name] = d
	}
	return d
}

type lifeDisk struct {
	kv.Store
	disk  *disk
	world *World
	name  string
	life  context.Context
}

func (d *lifeDisk) Commit(_ context.Context, seq uint64, batch []kv.Write) error {
	fate, err := d.world.gate(context.WithoutCancel(d.life), fmt.Sprintf("disk %s commit %d", d.name, seq), OK, Lost, Late)
	if err != nil {
		return err
	}
	if fate == Lost {
		return fmt.Errorf("disk %s: commit %d: %w", d.name, seq, ErrLost)
	}
	if err := d.write(seq, batch); err != nil {
		return err
	}
	if fate == Late {
		return fmt.Errorf("disk %s: commit %d: %w", d.name, seq, ErrLost)
	}
	return nil
}

func (d *lifeDisk) write(seq uint64, batch []kv.Write) error {
	if d.disk.fence {
		return d.Store.Commit(d.life, seq, batch)
	}
	h := d.disk.memory.Handle()
	now, _, err := h.Load(d.life)
	if err != nil {
		return err
	}
	return h.Commit(d.life, now+1, batch)
}

// Turn is asked before every transaction.
func (d *lifeDisk) Turn(ctx context.Context, what string) error {
	_, err := d.world.gate(ctx, fmt.Sprintf("turn %s %s", d.name, what), OK)
	return err
}
