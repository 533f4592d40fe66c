package consensus_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"satchel/build/devfed/consensus"
	"satchel/client/wire"
)

// watching is the module other with guardians who count blocks.
func watching(m consensus.Module) consensus.Module {
	m.Propose = func(view consensus.View, peer wire.PeerID, world consensus.World) []wire.Appender {
		if last, ok := view.Get(voteKey(peer)); ok && consensus.Stored[wire.Amount](last) >= wire.Amount(world.Blocks) {
			return nil
		}
		return []wire.Appender{wire.Amount(world.Blocks)}
	}
	m.ApplyItem = func(tx consensus.Tx, peer wire.PeerID, item []byte) error {
		vote, err := wire.Decode[wire.Amount](item)
		tx.Put(voteKey(peer), wire.Encode(vote))
		if vote == 13 {
			return errors.Join(err, errors.New("unlucky"))
		}
		return err
	}
	return m
}

func voteKey(peer wire.PeerID) string { return fmt.Sprint("vote/", peer) }

// TestObserve has guardians look at a world in which blocks are found.
func TestObserve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _ := open(t)
		observe := func(blocks uint64) {
			t.Helper()
			if err := l.Observe(t.Context(), consensus.World{Blocks: blocks}); err != nil {
				t.Fatal(err)
			}
		}
		votes := func() (list []wire.Amount) {
			for _, vote := range l.View(other).Under("vote/") {
				list = append(list, consensus.Stored[wire.Amount](vote))
			}
			return list
		}
		for range 2 { // the second time there is nothing new
			if observe(100); !slices.Equal(votes(), []wire.Amount{100, 100, 100, 100}) || len(l.Session(0).Items) != 4 {
				t.Errorf("votes %v, %d items", votes(), len(l.Session(0).Items))
			}
		}
		l.SetOnline(2, false)
		if observe(101); !slices.Equal(votes(), []wire.Amount{101, 101, 100, 101}) {
			t.Errorf("votes %v without guardian 2", votes())
		}
		l.SetOnline(2, true)
		if observe(101); !slices.Equal(votes(), []wire.Amount{101, 101, 101, 101}) || len(l.Session(0).Items) != 8 {
			t.Errorf("votes %v, %d items", votes(), len(l.Session(0).Items))
		}
		if err := l.ProposeItem(t.Context(), 0, other, wire.Amount(13)); err == nil || votes()[0] != 101 {
			t.Errorf("an item that is refused: %v, votes %v", err, votes())
		}
	})
}

// TestAwaitUntil waits for the state of one module, which another does not
// change.
func TestAwaitUntil(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _ := open(t)
		looked := 0
		done := make(chan error)
		go func() {
			v, err := l.AwaitUntil(t.Context(), 9, func(v consensus.View) bool {
				looked++
				return v.Has("a") && v.Has("b")
			})
			if !v.Has("b") {
				t.Error("the state is an older one")
			}
			done <- err
		}()
		for module, keys := range map[wire.ModuleID][]string{plain: {"a", "b"}, 9: {"a", "c", "b"}} {
			for _, key := range keys {
				synctest.Wait()
				if err := l.Update(t.Context(), module, func(tx consensus.Tx) { tx.Put(key, nil) }); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := <-done; err != nil || looked != 4 {
			t.Errorf("%v after %d looks, want 4", err, looked)
		}
	})
}
