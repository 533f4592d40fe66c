package ecash

import (
	"context"
	"crypto/sha256"
	"fmt"

	"satchel/client"
	"satchel/client/notes"
	"satchel/client/secret"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// A search finds notes again with the words alone, among all that the federation
// has ever issued.
//
// What it has come to is kept after every few chapters, so that it goes on where
// it was:
//
//	r            that a search goes on, and how far it is: see phase
//	ro <hash>    a note that was found and not spent so far, by the hash of its nonce
//	rs <hash>    a note of the wallet that was spent, by the hash of its nonce
//	rw …         what the generation's finder has learnt
//
// Nobody knows of a note that was found whether it was handed out as text: it is
// claimed as such notes are, and not part of the balance before that.
type (
	counting struct {
		Others bool   // notes under other derivations of the words are looked for as well
		Backup []byte // what a backup has of the module, "" for nothing
	}
	scanning struct {
		Others bool
		All    notes.Extent
		From   uint64 // where it began
		Next   uint64
	}
	scanned struct {
		Found wire.Amount // face value of notes that are claimed now, msat
		Gone  wire.Amount // face value of notes of the wallet that somebody had spent, msat
	}
)

func (s counting) AppendBinary(b []byte) ([]byte, error) {
	return wire.AppendBytes(wire.AppendBool(b, s.Others), s.Backup), nil
}

func (s *counting) Decode(d *wire.Decoder) { s.Others, s.Backup = d.Bool(), d.Bytes() }

func (s scanning) AppendBinary(b []byte) ([]byte, error) {
	b = s.All.Append(wire.AppendBool(b, s.Others))
	return wire.AppendUint(wire.AppendUint(b, s.From), s.Next), nil
}

func (s *scanning) Decode(d *wire.Decoder) {
	s.Others = d.Bool()
	s.All.Decode(d)
	s.From, s.Next = d.Uint64(), d.Uint64()
}

func (s scanned) AppendBinary(b []byte) ([]byte, error) { return s.Gone.Append(s.Found.Append(b)), nil }

func (s *scanned) Decode(d *wire.Decoder) {
	s.Found.Decode(d)
	s.Gone.Decode(d)
}

// search looks through the past of the federation.
func (m *Purse) search() *fsm.Machine {
	return fsm.Define(m.name("search"),
		fsm.At("counting", wire.Decode[counting],
			client.Read(fsm.On("counted",
				func(ctx context.Context, _ counting) (notes.Extent, error) { return m.searcher().Extent(ctx) },
				m.counted, "scanning"))),
		fsm.At("scanning", wire.Decode[scanning],
			client.Read(fsm.On("read on", m.readOn, m.keepScan, "scanning", "scanned"))),
		fsm.At("scanned", wire.Decode[scanned]))
}

func (m *Purse) searcher() notes.Searcher { return m.Generation.(notes.Searcher) }

// A phase is how far a search is, as far as that matters to others.
type phase byte

const (
	isCounting phase = 1 // it is not known yet which notes are the search's to find
	isScanning phase = 2
)

func (m *Purse) phaseKey() string { return m.Host.Key("r") }

// Ready reports whether new notes may be made: not before a search knows which
// notes it is to find, and where keys are counted, not before it knows which are
// used. A wallet whose keys are known already need not wait.
func (m *Purse) ready(r *kv.Reader) bool {
	v, ok := r.Get(m.phaseKey())
	if !ok {
		return true
	}
	p, knows := phase(v[0]), v[1] == 1
	return knows || p == isScanning && !m.searcher().Waits()
}

// Searching reports whether a search goes on.
func (m *Purse) Searching(r *kv.Reader) bool { return r.Has(m.phaseKey()) }

// SearchProgress tells how much of the past a search has read, of how much. ok is
// false while none goes on.
func (m *Purse) SearchProgress(r *kv.Reader) (read, all uint64, ok bool) {
	if !m.Searching(r) {
		return 0, 0, false
	}
	for rec := range m.Executor().All(r) {
		if s, is := rec.State.(scanning); is && rec.Machine == m.name("search") {
			read, all = s.Next-s.From, s.All.End-s.From
		}
	}
	return read, all, true
}

// BeginSearch implements [client.Searcher].
func (m *Purse) BeginSearch(tx *fsm.Tx, s client.Search) error {
	if tx.Has(m.phaseKey()) {
		return nil
	}
	op := fsm.OpID(sha256.Sum256(fmt.Appendf(nil, "satchel search %s %d", m.Kind(), tx.Seq())))
	knows := byte(0)
	if s.Again {
		knows = 1
	}
	tx.Put(m.phaseKey(), []byte{byte(isCounting), knows})
	m.start(tx, op, "search", counting{s.Others, s.Backup[m.ID]})
	return m.Begin(tx, op, m.Kind(), restoreMeta{Restore: &struct{}{}})
}

// restoreMeta is what the operation log has of a search. The reference has none.
type restoreMeta struct {
	Restore *struct{} `json:"restore"`
}

// counted begins to read. What a backup says need not be read.
func (m *Purse) counted(tx *fsm.Tx, s counting, all notes.Extent) (fsm.State, error) {
	v, _ := tx.Get(m.phaseKey())
	tx.Put(m.phaseKey(), []byte{byte(isScanning), v[1]})
	next := scanning{Others: s.Others, All: all}
	saved, ok := m.searcher().Restored(s.Backup)
	if !all.Sessions || !ok || saved.Session > all.End || v[1] == 1 {
		return next, nil
	}
	next.From, next.Next = saved.Session, saved.Session
	for _, n := range saved.Notes {
		tx.Put(m.ownedKey(n.Nonce), wire.Encode(owned{Note: &n}))
	}
	for _, p := range saved.Pending {
		tx.Put(m.ownedKey(p.Nonce), wire.Encode(owned{Found: &p}))
	}
	return next, saved.Learn(tx)
}

// An owned note was issued and has not been spent so far as the search has come.
// Either it was found, or a backup has it.
type owned struct {
	Found *notes.Found
	Note  *note
}

func (o owned) Append(b []byte) []byte {
	return wire.AppendOption(wire.AppendOption(b, o.Found), o.Note)
}

func (o *owned) Decode(d *wire.Decoder) {
	o.Found = wire.ReadOption[notes.Found](d)
	o.Note = wire.ReadOption[note](d)
	if (o.Found == nil) == (o.Note == nil) {
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
		if ok && !i.Doubtful {
			sc.owned[wire.Hash160Of(q.Nonce[:])] = &owned{Found: &notes.Found{Request: q, At: i.At}}
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

// keepScan keeps what was found, or, at the end, claims it.
func (m *Purse) keepScan(tx *fsm.Tx, s scanning, sc *scan) (fsm.State, error) {
	for hash, o := range sc.owned {
		key := m.ownedAt(hash)
		switch {
		case o == nil && tx.Has(key):
			tx.Delete(key)
		case o != nil && !tx.Has(key):
			tx.Put(key, wire.Encode(*o))
		}
	}
	for _, hash := range sc.lost {
		tx.Put(m.lostAt(hash), nil)
	}
	if err := sc.finder.Save(tx); err != nil {
		return nil, err
	}
	s.Next = sc.next
	if s.Next < s.All.End {
		return s, nil
	}
	if err := sc.finder.End(tx); err != nil {
		return nil, err
	}
	return m.endSearch(tx)
}

// endSearch claims what was found and what the wallet does not know, and forgets
// notes of the wallet that somebody else has spent.
func (m *Purse) endSearch(tx *fsm.Tx) (fsm.State, error) {
	var end scanned
	var found []owned
	known := m.known(tx)
	for hash, v := range under(tx, m.Host.Key("ro")) {
		o, err := wire.Decode[owned](v)
		if err != nil {
			return nil, fmt.Errorf("stored note of a search: %w", err)
		}
		tx.Delete(m.ownedAt(hash))
		if !known[o.nonce()] {
			found, end.Found = append(found, o), end.Found+o.amount()
		}
	}
	lost := map[wire.Hash160]bool{}
	for hash := range under(tx, m.Host.Key("rs")) {
		tx.Delete(m.lostAt(hash))
		lost[hash] = true
	}
	var gone []note
	for n := range m.notes(&tx.Reader) {
		if lost[wire.Hash160Of(n.Nonce[:])] {
			gone = append(gone, n)
		}
	}
	if err := m.take(tx, gone); err != nil {
		return nil, err
	}
	end.Gone = notes.Total(gone)
	tx.Delete(m.phaseKey())
	m.feed.close()
	m.beginRegain(tx, found)
	return end, nil
}

// under returns what stands under hashes.
func under(tx *fsm.Tx, prefix string) map[wire.Hash160][]byte {
	all := map[wire.Hash160][]byte{}
	for k, v := range tx.Under(prefix) {
		all[wire.Hash160([]byte(k[len(prefix):]))] = v
	}
	return all
}

// known returns the nonces of all notes that the wallet has, or has asked for, or
// that are on their way.
func (m *Purse) known(tx *fsm.Tx) map[wire.PublicKey]bool {
	all := map[wire.PublicKey]bool{}
	add := func(some []note) {
		for _, n := range some {
			all[n.Nonce] = true
		}
	}
	ask := func(some []request) {
		for _, q := range some {
			all[q.Nonce] = true
		}
	}
	for n := range m.notes(&tx.Reader) {
		all[n.Nonce] = true
	}
	for n := range m.AsideNotes(&tx.Reader) {
		all[n.Nonce] = true
	}
	for rec := range m.Executor().All(&tx.Reader) {
		switch s := rec.State.(type) {
		case issuing:
			ask(s.Wanted)
		case packing:
			ask(s.Wanted)
		case spending:
			add(s.Notes)
		case claiming:
			add(s.Notes)
		case asking:
			add(s.Notes)
		case given:
			add(s.Notes)
		case regaining:
			for _, o := range s.Notes {
				all[o.nonce()] = true
			}
		case tracing:
			for _, f := range s.Notes {
				all[f.Nonce] = true
			}
		}
	}
	return all
}
