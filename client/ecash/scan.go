package ecash

import (
	"context"
	"fmt"

	"satchel/client/notes"
	"satchel/client/secret"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

// An owned note was issued and has not been spent so far as the search has come.
// Either it was found, or a backup has it.
type owned struct {
	Found *notes.Found
	Note  *note
	Asked bool // by a backup it was asked for; whether it was issued is not known
}

func (o owned) Append(b []byte) []byte {
	return wire.AppendBool(wire.AppendOption(wire.AppendOption(b, o.Found), o.Note), o.Asked)
}

func (o *owned) Decode(d *wire.Decoder) {
	o.Found = wire.ReadOption[notes.Found](d)
	o.Note = wire.ReadOption[note](d)
	o.Asked = d.Bool()
	if (o.Found == nil) == (o.Note == nil) || o.Asked && (o.Found == nil || o.Found.At == nil) {
		d.Fail("note of a search is neither found nor of a backup, or both")
	}
}

func (o owned) nonce() wire.PublicKey {
	if o.Note != nil {
		return o.Note.Nonce
	}
	return o.Found.Nonce
}

func (o owned) amount() wire.Amount {
	if o.Note != nil {
		return o.Note.Amount
	}
	return o.Found.Amount
}

func (m *Purse) ownedKey(nonce wire.PublicKey) string { return m.ownedAt(wire.Hash160Of(nonce[:])) }

func (m *Purse) ownedAt(hash wire.Hash160) string { return m.Host.Key("ro", string(hash[:])) }
func (m *Purse) lostAt(hash wire.Hash160) string  { return m.Host.Key("rs", string(hash[:])) }

// A scan is what some chapters of the past change.
type scan struct {
	finder notes.Finder
	next   uint64
	owned  map[wire.Hash160]*owned // nil for one that was spent
	held   map[wire.Hash160]bool   // notes of the wallet
	lost   []wire.Hash160          // of these: spent
}

// A pace is how much is read before it is kept: so many chapters or items, or when
// so many notes had to be derived, each of which takes a browser some
// milliseconds.
type pace struct{ chapters, items, derived int }

var usualPace = pace{256, 40_000, 1_000}

func (m *Purse) readOn(ctx context.Context, s scanning) (*scan, error) {
	sc, err := m.newScan(m.Executor().Snapshot(), s)
	if err != nil {
		return nil, err
	}
	if s.Next == s.From {
		if err := sc.asked(ctx); err != nil {
			return nil, err
		}
	}
	items := 0
	for n := 0; sc.next < s.All.End && n < m.pace.chapters && items < m.pace.items && sc.finder.Computed() < m.pace.derived; n++ {
		c, err := m.feed.next(ctx, sc.next, func(ctx context.Context) pages { return m.searcher().Past(ctx, s.All, sc.next) })
		if err != nil && n > 0 {
			return sc, nil // what there is counts
		}
		if err != nil {
			return nil, err
		}
		if whole, err := sc.chapter(ctx, c, m.pace.derived); err != nil || !whole {
			m.feed.back(c, sc.next)
			return sc, err
		}
		items += len(c.Items)
	}
	return sc, nil
}

func (m *Purse) newScan(r *kv.Reader, s scanning) (sc *scan, err error) {
	sc = &scan{next: s.Next, owned: map[wire.Hash160]*owned{}, held: map[wire.Hash160]bool{}}
	var others []secret.Secret
	if s.Others {
		others = m.Others
	}
	if sc.finder, err = m.searcher().Finder(r, others); err != nil {
		return nil, err
	}
	prefix := m.Host.Key("ro")
	for k, v := range r.Under(prefix) {
		o, err := wire.Decode[owned](v)
		if err != nil {
			return nil, fmt.Errorf("stored note of a search: %w", err)
		}
		sc.owned[wire.Hash160([]byte(k[len(prefix):]))] = &o
	}
	for n := range m.notes(r) {
		sc.held[wire.Hash160Of(n.Nonce[:])] = true
	}
	return sc, nil
}

// asked has the finder know of notes that a backup says were asked for: their keys
// are used, whether they were issued or not.
func (sc *scan) asked(ctx context.Context) error {
	for _, o := range sc.owned {
		if !o.Asked {
			continue
		}
		if err := sc.finder.Prepare(ctx, o.amount()); err != nil {
			return err
		}
		i := notes.Item{Amount: o.amount(), Blinded: wire.Hash160Of(o.Found.Blinded[:]), Doubtful: true}
		if _, _, err := sc.finder.Issued(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

// chapter looks through a part of the past. It reports false when so much had to
// be computed before it could that this is worth keeping first.
func (sc *scan) chapter(ctx context.Context, c notes.Chapter, derived int) (whole bool, err error) {
	for _, i := range c.Items {
		if !i.Spent {
			if err := sc.finder.Prepare(ctx, i.Amount); err != nil {
				return false, err
			}
		}
		if sc.finder.Computed() >= derived {
			return false, nil
		}
	}
	for _, i := range c.Items {
		if i.Spent {
			sc.spent(i.Nonce)
			continue
		}
		q, ok, err := sc.finder.Issued(ctx, i)
		if err != nil {
			return false, err
		}
		if hash := wire.Hash160Of(q.Nonce[:]); ok && !i.Doubtful && sc.owned[hash] == nil {
			sc.owned[hash] = &owned{Found: &notes.Found{Request: q, At: i.At}}
		}
	}
	sc.next = c.Next
	return true, nil
}

func (sc *scan) spent(nonce wire.Hash160) {
	if sc.owned[nonce] != nil {
		sc.owned[nonce] = nil
	}
	if sc.held[nonce] {
		sc.lost = append(sc.lost, nonce)
	}
}
