package notes

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"satchel/client/secret"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// A Searcher is a generation whose notes can be found again with the words alone,
// among all that the federation has ever issued.
type Searcher interface {
	Generation

	// Extent tells how far the past reaches now, and whether it is read from
	// sessions, where guardians do not list the module's notes.
	Extent(context.Context) (Extent, error)

	// Past yields it from start on, in order.
	Past(ctx context.Context, e Extent, start uint64) iter.Seq2[Chapter, error]

	// Finder recognises notes of the module's secret, and of others that the
	// words have under other derivations.
	Finder(r *kv.Reader, others []secret.Secret) (Finder, error)

	// Sessions yields what was issued and spent from one session up to and without
	// another, all of which are over or soon will be.
	Sessions(ctx context.Context, start, end uint64) iter.Seq2[Chapter, error]

	// Again are the questions whose answers are guardians' signature shares of
	// notes that were found, and these in the order of the answers. Of a note of
	// which it is not known where it was issued, guardians may have the share of a
	// later one: the blinded nonces of all notes are public, and what asks for one
	// of them with another amount is taken. Where it was issued, a session tells.
	Again(context.Context, []Found) ([]Found, []ShareQuestion, error)

	// Restored is what a backup says, if it is one of this module's. The past
	// before its session need not be read then.
	Restored(backup []byte) (Snapshot, bool)

	// Waits reports whether no new note may be made before the search has ended:
	// nobody knows before that which keys are used.
	Waits() bool
}

// An Extent is how much of the past there is.
type Extent struct {
	End      uint64 // items, or sessions
	Sessions bool
}

// Append appends the form in which it is kept.
func (e Extent) Append(b []byte) []byte {
	return wire.AppendBool(wire.AppendUint(b, e.End), e.Sessions)
}

// Decode reads that form.
func (e *Extent) Decode(d *wire.Decoder) { e.End, e.Sessions = d.Uint64(), d.Bool() }

// A Chapter is a part of the past, and where the next one starts.
type Chapter struct {
	Items []Item
	Next  uint64
}

// An Item is a note that was issued or spent.
type Item struct {
	Spent bool
	Nonce wire.Hash160 // of a note that was spent: hash of the nonce

	// Of a note that was issued.
	Amount  wire.Amount  // msat
	Blinded wire.Hash160 // hash of the blinded nonce
	Tweak   wire.MintTweak
	At      *wire.OutPoint // nil where it is not known

	// Doubtful says that it may never have been issued: its keys are used, but
	// there may be no note.
	Doubtful bool
}

// A Found is a note of this wallet that the federation has issued.
type Found struct {
	Request
	At *wire.OutPoint // nil where it is not known
}

// Append appends the form in which it is kept.
func (f Found) Append(b []byte) []byte { return wire.AppendOption(f.Request.Append(b), f.At) }

// Decode reads that form.
func (f *Found) Decode(d *wire.Decoder) {
	f.Request.Decode(d)
	f.At = wire.ReadOption[wire.OutPoint](d)
}

// Runs orders notes of which it is known where they were issued, and splits them
// into such as stand one after the other in a transaction.
func Runs(found []Found) (runs [][]Found) {
	found = slices.SortedStableFunc(slices.Values(found), func(a, b Found) int {
		return cmp.Or(slices.Compare(a.At.TxID[:], b.At.TxID[:]), cmp.Compare(a.At.Index, b.At.Index))
	})
	for n := 0; len(found) > 0; found = found[n:] {
		for n = 1; n < len(found) && found[n].At.TxID == found[0].At.TxID && found[n].At.Index == found[0].At.Index+uint64(n); n++ {
		}
		runs = append(runs, found[:n])
	}
	return runs
}

// Outputs is where the notes of a run were issued.
func Outputs(run []Found) wire.OutPointRange {
	first := run[0].At
	return wire.OutPointRange{TxID: first.TxID, Indices: wire.IndexRange{Start: first.Index, End: first.Index + uint64(len(run))}}
}

// A Finder recognises notes. It belongs to one search.
type Finder interface {
	// Prepare computes what is needed to recognise notes of an amount.
	Prepare(ctx context.Context, amount wire.Amount) error

	// Issued returns the request of a note that was issued, and false for one
	// that is not of these words.
	Issued(ctx context.Context, i Item) (Request, bool, error)

	// Computed is how many notes it has derived so far.
	Computed() int

	// Save stores what it has learnt, and End what follows from it once
	// everything was looked at. What Save stored is deleted then.
	Save(*fsm.Tx) error
	End(*fsm.Tx) error
}

// A Snapshot is what a backup has of a module.
type Snapshot struct {
	Session uint64 // up to which it has everything
	Notes   []Note
	Pending []Found
	Learn   func(*fsm.Tx) error // stores what a Finder begins with
}

// A Saver is a generation that puts something into backups.
type Saver interface {
	// Save returns what can be spent and what was asked for in the form of the
	// backup. session is how many sessions there were before.
	Save(r *kv.Reader, some []Note, asked []Found, session uint64) (wire.Appender, error)
}
