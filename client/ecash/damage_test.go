package ecash

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"satchel/client"
	"satchel/client/mint"
	"satchel/client/toyfed"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// A rottenStore reads some of its entries with a bit flipped.
type rottenStore struct {
	kv.Store
	rotten func(key string) bool
}

func (s *rottenStore) Load(ctx context.Context) (uint64, map[string][]byte, error) {
	seq, entries, err := s.Store.Load(ctx)
	for k, v := range entries {
		if s.rotten(k) {
			v = bytes.Clone(v)
			v[0] ^= 1
			entries[k] = v
		}
	}
	return seq, entries, err
}

// Turn lets the scheduler decide who goes first.
func (s *rottenStore) Turn(ctx context.Context, what string) error {
	if t, ok := s.Store.(interface {
		Turn(context.Context, string) error
	}); ok {
		return t.Turn(ctx, what)
	}
	return nil
}

// isIndex tells the entries that keep indices, by which of the two they are.
func isIndex(which ...byte) func(string) bool {
	prefix := client.Host{ID: toyfed.MintID}.Key()
	return func(key string) bool {
		for _, w := range which {
			if bytes.HasPrefix([]byte(key), append([]byte(prefix), w)) && len(key) == len(prefix)+1+8 {
				return true
			}
		}
		return false
	}
}

// Of the two entries that keep an index, either will do.
func TestIndexSurvivesDamage(t *testing.T) {
	for _, which := range []byte{'i', 'j'} {
		t.Run(string(which), func(t *testing.T) {
			plainStage(t, first, func(st *stage, live func(...act)) {
				live(receives("gift", 3000))
				st.rotten = isIndex(which)
				live(func(tl *teller) error {
					if len(tl.c.Executor().Damaged()) == 0 {
						return errors.New("nothing is damaged")
					}
					return receives("second", 3000)(tl)
				})
				st.rotten = nil
				live(func(tl *teller) error {
					if d := tl.c.Executor().Damaged(); len(d) > 0 {
						return fmt.Errorf("still damaged: %q", d[0].Key)
					}
					return receives("third", 3000)(tl)
				})
			})
		})
	}
}

// With both damaged the wallet asks for no notes of the tier, rather than for the
// first ones again. What is under way waits, and goes on where the disk can be
// read again.
func TestDamagedIndex(t *testing.T) {
	plainStage(t, first, func(st *stage, live func(...act)) {
		live(has(1024, 512), sends(1, 512, SendOptions{}), receives("gift", 8000))
		st.rotten = isIndex('i', 'j')
		live(func(tl *teller) error {
			text := tl.ecash("second", 3000)
			if _, err := tl.purse.Receive(tl.ctx, text, nil); !errors.Is(err, mint.ErrIndexDamaged) {
				return fmt.Errorf("received: %v", err)
			}
			if err := tl.purse.TakeBack(tl.ctx, opID(1)); err != nil {
				return err
			}
			time.Sleep(24 * time.Hour)
			s, err := tl.summary(opID(1))
			if err != nil || s.State != client.Ready || s.HandedOut != 512 {
				return fmt.Errorf("%+v %v", s, err)
			}
			if fsm.Exists(tl.c.Executor().Snapshot(), fsm.OpID(text.ReceiveID())) {
				return errors.New("there is an operation")
			}
			return nil
		})
		st.rotten = nil
		live(ends(1), receives("second", 3000))
	})
}
