package ecash

import (
	"context"
	"crypto/sha256"
	"fmt"

	"satchel/client"
	"satchel/client/notes"
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
// Where guardians do not list notes, sessions are read. A backup makes them two
// passes: first it is claimed with what came after it, and then everything is read.
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
			client.Read(fsm.On("read on", m.readOn, m.keepScan, "scanning", "counting", "scanned"))),
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

// counted begins to read. Where that takes sessions, those before a backup are left
// for later.
func (m *Purse) counted(tx *fsm.Tx, s counting, all notes.Extent) (fsm.State, error) {
	v, _ := tx.Get(m.phaseKey())
	tx.Put(m.phaseKey(), []byte{byte(isScanning), v[1]})
	next := scanning{Others: s.Others, All: all}
	saved, ok := m.searcher().Restored(s.Backup)
	if !all.Sessions || !ok {
		return next, nil
	}
	for _, p := range saved.Pending {
		tx.Put(m.ownedKey(p.Nonce), wire.Encode(owned{Found: &p, Asked: true}))
	}
	for _, n := range saved.Notes {
		tx.Put(m.ownedKey(n.Nonce), wire.Encode(owned{Note: &n}))
	}
	if saved.Session > all.End {
		return next, nil
	}
	next.From, next.Next = saved.Session, saved.Session
	return next, saved.Learn(tx)
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
	end, err := m.endSearch(tx)
	if err != nil || s.From == 0 {
		return end, err
	}
	// What was before the backup and is not in it: nobody knows who has made it,
	// and what he has left out. The wallet knows by now which keys are used.
	tx.Put(m.phaseKey(), []byte{byte(isScanning), 1})
	return counting{Others: s.Others}, nil
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
