package facade

import (
	"context"
	"encoding/json"
	"sort"
	"time"

	"satchel/client"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// subscribeWallet tells the whole wallet, and again whenever something has
// changed.
func subscribeWallet(c *call) error {
	return c.subscribe(func(ctx context.Context, w *client.Wallet) (any, error) { return walletView(w) })
}

// subscribeOperations tells the newest operations of all federations, or of one.
func subscribeOperations(c *call, p struct {
	federationParams
	Limit int `json:"limit"`
}) error {
	if p.Limit <= 0 {
		p.Limit = operationPage
	}
	return c.subscribe(func(ctx context.Context, w *client.Wallet) (any, error) {
		list := []OperationView{}
		for m, err := range w.Memberships() {
			if err != nil {
				return nil, err
			}
			cl, err := w.Client(m.ID)
			if err != nil || p.Federation != "" && p.Federation != m.ID.String() {
				continue
			}
			n := 0
			for op := range cl.Operations(cl.Executor().Snapshot(), 0) {
				if n++; n > p.Limit {
					break
				}
				v, err := c.operationView(ctx, cl, op)
				if err != nil {
					return nil, err
				}
				list = append(list, v)
			}
		}
		sort.SliceStable(list, func(i, j int) bool { return list[i].Began > list[j].Began })
		return list[:min(len(list), p.Limit)], nil
	})
}

// subscribe sends what look returns, and again whenever something has changed
// in the wallet and the answer with it.
func (c *call) subscribe(look func(context.Context, *client.Wallet) (any, error)) error {
	last := ""
	for {
		w, gone, err := c.current(c.ctx)
		if err != nil {
			return err
		}
		ctx, cancel := context.WithCancel(c.ctx)
		changes := changes{poke: make(chan struct{}, 1), replaced: w.Changed(), gone: gone}
		watch(ctx, w, changes.poke)
		err = c.follow(ctx, w, look, changes, &last)
		cancel()
		if err != nil {
			return err
		}
	}
}

// changes says what has changed.
type changes struct {
	poke     chan struct{}   // something in one of the federations
	replaced <-chan struct{} // a client of the wallet
	gone     <-chan struct{} // the wallet
}

// follow looks after every poke, until the wallet or a client of it is another.
func (c *call) follow(ctx context.Context, w *client.Wallet, look func(context.Context, *client.Wallet) (any, error), changes changes, last *string) error {
	for {
		v, err := look(ctx, w)
		if err != nil {
			return err
		}
		text, err := json.Marshal(v)
		if err != nil {
			return err
		}
		if string(text) != *last {
			*last = string(text)
			c.data(raw(text))
		}
		select {
		case <-changes.poke:
		case <-changes.replaced:
			return nil
		case <-changes.gone:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// watch pokes whenever something changes in one of the federations.
func watch(ctx context.Context, w *client.Wallet, poke chan<- struct{}) {
	touch := func() {
		select {
		case poke <- struct{}{}:
		default:
		}
	}
	for m, err := range w.Memberships() {
		if err != nil {
			return
		}
		cl, err := w.Client(m.ID)
		if err != nil {
			continue
		}
		go watchCommits(ctx, cl, touch)
		go func() {
			for range cl.Guardians().Watch(ctx) {
				touch()
			}
		}()
	}
}

func watchCommits(ctx context.Context, cl *client.Client, touch func()) {
	seq := cl.Executor().Snapshot().Seq()
	for {
		next, err := fsm.Await(ctx, cl.Executor(), "", func(r *kv.Reader) (uint64, bool) { return r.Seq(), r.Seq() > seq })
		if err != nil {
			touch() // the client is closed: another one will take its place
			return
		}
		seq = next
		touch()
	}
}

// detailEvery is how often the detail of an operation that is under way is
// looked at, for what changes without a commit: attempts and pauses.
const detailEvery = time.Second

// subscribeOperation tells everything about an operation, until it is final and
// all its machines are.
func subscribeOperation(c *call, p federationOperation) error {
	last := ""
	for {
		cl, err := c.client(p.Federation)
		if err != nil {
			return err
		}
		v, err := c.detail(cl, fsm.OpID(p.Op))
		if err != nil {
			return err
		}
		text, err := json.Marshal(v)
		if err != nil {
			return err
		}
		if string(text) != last {
			last = string(text)
			c.data(raw(text))
		}
		if v.over() {
			return nil
		}
		if err := c.awaitStep(cl, fsm.OpID(p.Op)); err != nil {
			return err
		}
	}
}

// awaitStep waits for a commit of the operation, at most for detailEvery. A client
// that is closed has none any more, and another one takes its place.
func (c *call) awaitStep(cl *client.Client, op fsm.OpID) error {
	ctx, cancel := context.WithTimeout(c.ctx, detailEvery)
	defer cancel()
	seq := cl.Executor().Snapshot().Seq()
	_, err := fsm.Await(ctx, cl.Executor(), fsm.Under(op), func(r *kv.Reader) (bool, bool) { return true, r.Seq() > seq })
	if err != nil {
		<-ctx.Done()
	}
	return c.ctx.Err()
}
