package guardians

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"time"

	"satchel/client/wire"
)

// A Federation is the guardians of one federation, to be asked together, and
// what is known of the health of each. Its methods are safe for concurrent use.
type Federation struct {
	peers   []wire.PeerID // ascending
	members map[wire.PeerID]*member
	board   *board
}

// A Member is a guardian of a federation. Name and URL are for display.
type Member struct {
	Name     string
	URL      wire.SafeURL
	Guardian Guardian
}

// Options of a federation. The zero value is good.
type Options struct {
	// Now is the wall clock of times on display, by default time.Now.
	Now func() time.Time
	// Up is called when a guardian can be reached that could not be before: it
	// is time to cut back-offs short. It must not block. Of a guardian that
	// comes and goes it is called ever more rarely, every five minutes in the
	// end.
	Up func(wire.PeerID)
	// Known is what guardians did wrong before.
	Known map[wire.PeerID][]Misbehaviour
}

type member struct {
	Guardian
	record *record
	// reports is whether the guardian tells of its connection by itself. Of the
	// others it is told by what becomes of calls.
	reports bool
}

// New returns a federation of the given guardians, all that its config names.
func New(guardians map[wire.PeerID]Member, opts Options) *Federation {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	f := &Federation{
		peers:   wire.Keys(guardians),
		members: make(map[wire.PeerID]*member, len(guardians)),
		board:   &board{now: opts.Now, up: opts.Up, changed: make(chan struct{})},
	}
	for _, peer := range f.peers {
		m := guardians[peer]
		r := &record{board: f.board, health: Health{
			Peer: peer, Name: m.Name, URL: m.URL, Since: opts.Now(), Misbehaviours: slices.Clone(opts.Known[peer]),
		}}
		reporter, reports := m.Guardian.(interface{ report(*record) })
		if reports {
			reporter.report(r)
		}
		f.members[peer] = &member{m.Guardian, r, reports}
	}
	return f
}

// Peers returns the numbers of the guardians, ascending.
func (f *Federation) Peers() []wire.PeerID { return slices.Clone(f.peers) }

// Size returns how many guardians there are.
func (f *Federation) Size() int { return len(f.peers) }

// Threshold returns how many of them must agree.
func (f *Federation) Threshold() int { return wire.Threshold(f.Size()) }

// Guardian returns one of them, or nil. Calls made through it count for its
// health.
func (f *Federation) Guardian(peer wire.PeerID) Guardian {
	if m := f.members[peer]; m != nil {
		return m
	}
	return nil
}

// Report notes that a guardian did what no honest one does, such as sending a
// bad signature share in answer to method.
func (f *Federation) Report(peer wire.PeerID, method, what string) {
	if m := f.members[peer]; m != nil {
		m.record.misbehaved(method, what)
	}
}

// Health returns what is known of each guardian, by ascending number.
func (f *Federation) Health() []Health {
	all, _ := f.health()
	return all
}

func (f *Federation) health() ([]Health, <-chan struct{}) {
	f.board.mu.Lock()
	defer f.board.mu.Unlock()
	all := make([]Health, 0, len(f.peers))
	for _, peer := range f.peers {
		all = append(all, f.members[peer].record.snapshot())
	}
	return all, f.board.changed
}

// Watch yields the Health of all, and again after every change, until ctx ends.
// Changes that come faster than they are read are seen at once.
func (f *Federation) Watch(ctx context.Context) iter.Seq[[]Health] {
	return func(yield func([]Health) bool) {
		for ctx.Err() == nil {
			all, changed := f.health()
			if !yield(all) {
				return
			}
			select {
			case <-changed:
			case <-ctx.Done():
			}
		}
	}
}

// Wake tells all guardians that the network may be back: see Socket.Wake.
func (f *Federation) Wake() {
	for _, peer := range f.peers {
		if g, ok := f.members[peer].Guardian.(interface{ Wake() }); ok {
			g.Wake()
		}
	}
}

// Close ends all connections and calls, for good.
func (f *Federation) Close() {
	for _, peer := range f.peers {
		if g, ok := f.members[peer].Guardian.(interface{ Close() }); ok {
			g.Close()
		}
	}
}

// Survey asks every guardian for the version of its software, so that Health
// tells who answers, how fast, and with which version. It returns when all have
// answered or failed, or when ctx ends.
func (f *Federation) Survey(ctx context.Context) error {
	question := Question{Method: "fedimintd_version", Linger: requestTimeout}
	versions, err := Ask(ctx, f, question, JSON[string], AtLeast[string](1))
	for peer, version := range versions {
		f.members[peer].record.change(func(h *Health) { h.Version = cut(version, 64) })
	}
	return err
}

// Call implements Guardian.
func (m *member) Call(ctx context.Context, method string, params any) (json.RawMessage, error) {
	began, wasUp := time.Now(), m.record.state() == Up
	answer, err := m.Guardian.Call(ctx, method, params)
	m.note(method, err)
	if err == nil && wasUp && !waits(method) {
		m.record.latency(time.Since(began))
	}
	return answer, err
}

// note draws from the end of a call what it tells about the guardian.
func (m *member) note(method string, err error) {
	var said *AnswerError
	var lost *lostError
	if errors.Is(err, ErrMisbehaved) && !errors.As(err, &lost) { // of a lost connection the socket tells
		m.record.misbehaved(method, err.Error())
	}
	if m.reports {
		return
	}
	switch {
	case err == nil, errors.As(err, &said):
		m.record.set(Up, nil)
	case errors.Is(err, ErrUnreachable):
		m.record.set(Down, err)
	case errors.Is(err, ErrScheme):
		m.record.set(Unsupported, err)
	}
}
