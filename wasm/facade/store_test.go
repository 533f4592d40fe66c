//go:build unix

package facade_test

import (
	"context"
	"errors"

	"satchel/fsm/kv"
)

// A fullStore fails as its disk wants.
type fullStore struct {
	kv.Store
	disk *failing
}

func (s *fullStore) fail(also error) error {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	if errors.Is(s.disk.err, also) {
		return s.disk.err
	}
	return nil
}

func (s *fullStore) Load(ctx context.Context) (uint64, map[string][]byte, error) {
	if err := s.fail(kv.ErrUnavailable); err != nil {
		return 0, nil, err
	}
	return s.Store.Load(ctx)
}

func (s *fullStore) Commit(ctx context.Context, seq uint64, batch []kv.Write) error {
	if err := s.fail(kv.ErrFull); err != nil {
		return err
	}
	return s.Store.Commit(ctx, seq, batch)
}
