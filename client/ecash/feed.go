package ecash

import (
	"context"
	"iter"
	"sync"

	"satchel/client/notes"
)

// pages are a past that is read.
type pages = iter.Seq2[notes.Chapter, error]

// A feed reads the past ahead of whoever looks through it, over many steps of the
// machine: what was asked for would otherwise have to be asked for again.
type feed struct {
	mu     sync.Mutex
	at     uint64 // of what comes next
	pages  chan page
	cancel context.CancelFunc
	held   *notes.Chapter // given back
	closed bool
}

type page struct {
	notes.Chapter
	err error
}

// next returns the chapter that starts at a place. read reads from there on, if
// that is not what was read last.
func (f *feed) next(ctx context.Context, at uint64, read func(context.Context) pages) (notes.Chapter, error) {
	ch, held := f.take(ctx, at, read)
	if held != nil {
		return *held, nil
	}
	select {
	case p, ok := <-ch:
		f.mu.Lock()
		defer f.mu.Unlock()
		if !ok || p.err != nil {
			f.stop()
			if p.err == nil {
				p.err = context.Canceled
			}
			return notes.Chapter{}, p.err
		}
		f.at = p.Next
		return p.Chapter, nil
	case <-ctx.Done():
		return notes.Chapter{}, ctx.Err()
	}
}

func (f *feed) take(ctx context.Context, at uint64, read func(context.Context) pages) (chan page, *notes.Chapter) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.held != nil && f.at == at {
		held := f.held
		f.held, f.at = nil, held.Next
		return nil, held
	}
	if f.pages == nil || f.at != at || f.held != nil {
		f.stop()
		ctx, f.cancel = context.WithCancel(context.WithoutCancel(ctx))
		if f.closed {
			f.cancel()
		}
		f.at, f.pages = at, make(chan page)
		go send(ctx, f.pages, read(ctx))
	}
	return f.pages, nil
}

func send(ctx context.Context, to chan page, from pages) {
	defer close(to)
	for c, err := range from {
		select {
		case to <- page{c, err}:
		case <-ctx.Done():
			return
		}
	}
}

// back gives a chapter back, which starts at a place.
func (f *feed) back(c notes.Chapter, at uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.held, f.at = &c, at
}

// close ends what is read ahead.
func (f *feed) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stop()
}

func (f *feed) stop() {
	if f.cancel != nil {
		f.cancel()
	}
	f.cancel, f.pages, f.held = nil, nil, nil
}

// shut ends it for good.
func (f *feed) shut() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	f.stop()
}
