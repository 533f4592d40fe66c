package ecash

import (
	"fmt"
	"strings"

	"satchel/client/notes"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// What is in a backup, and why nothing can be missing.
//
// Whoever restores through a backup begins to read the federation's sessions with
// that which was running when the backup was made, and looks there for keys that
// had not been used. The reference leaves it at that; this wallet reads the other
// sessions later, see search. So what was issued with a key that was used by then
// must be in the backup itself. A key is used in the commit in which a machine
// takes the note up, so at every moment a note of this wallet that may be worth
// something is
//
//   - in the wallet or put aside (n, a): in the backup as a note;
//   - asked for and not there yet, to be kept or to be handed out (issuing,
//     packing): there as one that was asked for, by its output;
//   - to be spent, and it is not decided yet (spending, claiming, asking), also
//     somebody else's that is being claimed: there as a note;
//   - handed out and not known to be taken (given): there as a note;
//   - found by a search that goes on, or by one before it (counting, scanning,
//     regaining, tracing): there as a note if it is signed, and as one that was
//     asked for if the output is known;
//   - issued later, with a key that was used later: the sessions have it.
//
// Every other step is an end, in which what was worth something has passed on to
// another machine, into the wallet or to somebody else. What another wallet with
// the words has made is not in it.
//
// A backup that cannot have everything says so by session 0 and no keys that were
// used, which is to read all and to look for all: while a search goes on, since
// it is not known yet what there is, and when of a note that was found the output
// is not known, for which the form has no place.
//
// So what is in a backup may be spent, or never have been issued. This wallet asks
// of what was asked for whether it was issued, and claims every note anew. The
// reference takes notes of a backup for its own, as it does with those that it
// finds in the sessions and that may have been handed out as well.

// Save implements [client.Saver].
func (m *Purse) Save(r *kv.Reader, session uint64) (wire.Appender, error) {
	g, ok := m.Generation.(notes.Saver)
	if !ok {
		return nil, nil
	}
	b := &baggage{whole: true, seen: map[wire.PublicKey]bool{}}
	for n := range m.notes(r) {
		b.add(n)
	}
	for n := range m.shelf(r) {
		b.add(n)
	}
	for rec := range m.Executor().All(r) {
		if strings.HasPrefix(rec.Machine, m.name("")) {
			m.pack(b, rec.State)
		}
	}
	prefix := m.Host.Key("ro")
	for _, v := range r.Under(prefix) {
		o, err := wire.Decode[owned](v)
		if err != nil {
			return nil, fmt.Errorf("stored note of a search: %w", err)
		}
		b.own(o)
	}
	if !b.whole {
		session = 0
	}
	return g.Save(r, b.notes, b.requests(), session)
}

// baggage is what a backup is made of.
type baggage struct {
	notes []note
	asked []notes.Found
	whole bool // nothing is missing
	seen  map[wire.PublicKey]bool
}

// pack takes what may be worth something in a step.
func (m *Purse) pack(b *baggage, step fsm.State) {
	switch s := step.(type) {
	case issuing:
		b.ask(s.pending)
	case packing:
		b.ask(s.pending)
	case spending:
		b.add(s.Notes...)
	case claiming:
		b.add(s.Notes...)
	case asking:
		b.add(s.Notes...)
	case given:
		b.add(s.Notes...)
	case counting:
		b.whole = false
		if saved, ok := m.searcher().Restored(s.Backup); ok {
			b.add(saved.Notes...)
			b.asked = append(b.asked, saved.Pending...)
		}
	case scanning:
		b.whole = false
	case regaining:
		for _, o := range s.Notes {
			b.own(o)
		}
	case tracing:
		for _, f := range s.Notes {
			b.own(owned{Found: &f})
		}
	}
}

func (b *baggage) add(some ...note) {
	for _, n := range some {
		if !b.seen[n.Nonce] {
			b.seen[n.Nonce], b.notes = true, append(b.notes, n)
		}
	}
}

func (b *baggage) ask(p pending) {
	for i, q := range p.Wanted {
		at := wire.OutPoint{TxID: p.At.TxID, Index: p.At.Indices.Start + uint64(i)}
		b.asked = append(b.asked, notes.Found{Request: q, At: &at})
	}
}

// own takes what a search has found.
func (b *baggage) own(o owned) {
	switch {
	case o.Note != nil:
		b.add(*o.Note)
	case o.Found.At != nil:
		b.asked = append(b.asked, *o.Found)
	default:
		b.whole = false
	}
}

// requests are the notes that were asked for and are not there, each once.
func (b *baggage) requests() (all []notes.Found) {
	for _, f := range b.asked {
		if !b.seen[f.Nonce] {
			b.seen[f.Nonce], all = true, append(all, f)
		}
	}
	return all
}
