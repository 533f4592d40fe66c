//go:build unix

package facade_test

import (
	"context"
	"errors"

	"satchel/fsm/kv"
)

// A frailStore fails as its disk wants.
type frailStore struct {
	kv.Store
	disk *failing
}

// state is what the disk has to say now.
func (d *failing) state() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.err
}

func (s *frailStore) Load(ctx context.Context) (uint64, map[string][]byte, error) {
	if err := s.disk.state(); errors.Is(err, kv.ErrUnavailable) {
		return 0, nil, err
	}
	return s.Store.Load(ctx)
}

func (s *frailStore) Commit(ctx context.Context, seq uint64, batch []kv.Write) error {
	if err := s.disk.state(); err != nil {
		return err
	}
	return s.Store.Commit(ctx, seq, batch)
}
