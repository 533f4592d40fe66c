package recovery

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	"satchel/client/guardians"
	"satchel/client/wire"
)

const (
	// SliceSize is how many items a slice has, except that the last may have
	// fewer.
	SliceSize = 10_000

	// sliceWindow is how many slices are worked on or held at a time.
	sliceWindow = 10
	// maxDownloads is how many of them are being downloaded, not counting those
	// that are asked of several guardians. They have up to 2 MB each, share the
	// way to a phone, and should arrive within the minute that a call may take.
	maxDownloads = 4
	// examineTimeout is how long a guardian has to explain a hash.
	examineTimeout = 5 * time.Second
)

// A List is the list of recovery items that a module of the federation keeps.
type List[S any] struct {
	// Method returns the name of a method of the module: "module_1_" and name.
	Method func(name string) string
	// Decode reads a slice as guardians answer it.
	Decode guardians.Decode[S]
	// Size is how many items a slice has, by default SliceSize. Tests make do
	// with fewer.
	Size uint64
}

// A Slice is a part of a list.
type Slice[S any] struct {
	// Start is the index of the first item, End that after the last.
	Start, End uint64
	// Items has exactly End-Start items.
	Items S
}

// Slices yields the items of a list from start up to and without end, slice by
// slice in their order. end is at most what Count returned for the list's
// "recovery_count". At most ten slices are held at a time, among them the one
// that was yielded.
//
// What can be had only later is waited for, about a minute; then there is an
// error, and nothing after it. The run can be taken up again at the start of
// the slice that is missing. A slice that was yielded is as a threshold of
// guardians has it.
func Slices[S ~[]T, T wire.Appender](ctx context.Context, g *guardians.Federation, list List[S], start, end uint64) iter.Seq2[Slice[S], error] {
	return func(yield func(Slice[S], error) bool) {
		if start >= end {
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		run := &sliceRun[S, T]{
			g: g, list: list, roster: newRoster(g), life: ctx,
			downloads: make(chan struct{}, maxDownloads), examined: make(map[wire.PeerID]bool),
		}
		defer run.examiners.Wait()
		defer cancel()
		size := uint64(SliceSize)
		if list.Size > 0 {
			size = list.Size
		}
		slice := func(ctx context.Context, i uint64) (Slice[S], error) {
			from := start + i*size
			return run.slice(ctx, from, from+min(size, end-from))
		}
		for slice, err := range inOrder(ctx, sliceWindow, (end-start-1)/size+1, slice) {
			if !yield(slice, err) {
				return
			}
		}
		run.examiners.Wait()
	}
}

// A sliceRun is what the slices of one call of Slices share.
type sliceRun[S ~[]T, T wire.Appender] struct {
	g         *guardians.Federation
	list      List[S]
	roster    *roster
	life      context.Context // that of the run
	downloads chan struct{}   // has an item for each one
	examiners sync.WaitGroup

	mu       sync.Mutex
	examined map[wire.PeerID]bool
}

// slice returns the items from start to end.
func (r *sliceRun[S, T]) slice(ctx context.Context, start, end uint64) (Slice[S], error) {
	items, err := again(ctx, func(ctx context.Context) (S, error) {
		agreed, err := r.agree(ctx, start, end)
		if err != nil {
			return nil, err
		}
		items, err := r.download(ctx, start, end, agreed)
		if err != nil {
			return nil, err
		}
		// Only now it is certain that the threshold has the whole slice, and that
		// it is not the others who are ahead.
		for _, peer := range agreed.against {
			r.examine(peer, start, end, agreed.value)
		}
		return items, nil
	})
	if err != nil {
		err = fmt.Errorf("recovery items %d to %d: %w", start, end, err)
	}
	return Slice[S]{start, end, items}, err
}

// agree asks all guardians for the hash of a slice.
func (r *sliceRun[S, T]) agree(ctx context.Context, start, end uint64) (vote[wire.Hash], error) {
	q := guardians.Question{Method: r.list.Method("recovery_slice_hash"), Params: [2]uint64{start, end}}
	all := func(wire.Hash) bool { return true }
	same := func(a, b wire.Hash) bool { return a == b }
	return poll(ctx, r.g, q, guardians.JSON[wire.Hash], voting(all, same))
}

// download gets a slice from one of the guardians that know its hash.
func (r *sliceRun[S, T]) download(ctx context.Context, start, end uint64, agreed vote[wire.Hash]) (S, error) {
	select {
	case r.downloads <- struct{}{}:
		defer func() { <-r.downloads }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return relay(ctx, r.roster, agreed.by, request[S]{
		method: r.list.Method("recovery_slice"), params: [2]uint64{start, end},
		accept: func(peer wire.PeerID, answer json.RawMessage) (S, error) {
			items, err := r.list.Decode(peer, answer)
			if err != nil {
				return nil, err
			}
			if hash := hashOf[T](items); hash != agreed.value {
				return nil, fmt.Errorf("%d items from %d on have the hash %v, of which it said itself that it is %v", len(items), start, hash, agreed.value)
			}
			if got := uint64(len(items)); got != end-start {
				return nil, fmt.Errorf("%w: a threshold has %d of the items %d to %d", errBehind, got, start, end)
			}
			return items, nil
		},
	})
}

// hashOf returns the hash of the consensus form of a list.
func hashOf[T wire.Appender](items []T) wire.Hash {
	h := sha256.New()
	b := wire.AppendUint(nil, uint64(len(items)))
	for _, item := range items {
		h.Write(b)
		b = item.Append(b[:0])
	}
	h.Write(b)
	return wire.Hash(h.Sum(nil))
}

// examine finds out, in the background, whether a guardian that gave another
// hash than a threshold is behind or lies: it lies if it has the items and then
// still says so.
func (r *sliceRun[S, T]) examine(peer wire.PeerID, start, end uint64, hash wire.Hash) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.examined[peer] {
		return
	}
	r.examined[peer] = true
	r.examiners.Go(func() {
		ctx, cancel := context.WithTimeout(r.life, examineTimeout)
		defer cancel()
		count, err := request[uint64]{r.list.Method("recovery_count"), nil, guardians.JSON[uint64]}.ask(ctx, r.g, peer)
		if err == nil && count >= end {
			_, err = request[wire.Hash]{r.list.Method("recovery_slice_hash"), [2]uint64{start, end}, equal(hash)}.ask(ctx, r.g, peer)
		}
		if errors.Is(err, guardians.ErrMisbehaved) {
			r.roster.expel(peer)
			return
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.examined[peer] = false
	})
}

// equal accepts a hash only.
func equal(hash wire.Hash) guardians.Decode[wire.Hash] {
	return func(peer wire.PeerID, answer json.RawMessage) (wire.Hash, error) {
		said, err := guardians.JSON[wire.Hash](peer, answer)
		if err == nil && said != hash {
			err = fmt.Errorf("hash %v contradicts a quorum, which says %v", said, hash)
		}
		return said, err
	}
}
