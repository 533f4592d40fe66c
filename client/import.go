package client

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"satchel/client/archive"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

// Keys of what came with files, in the wallet's store.
const (
	archived    = "h/"        // cold: the history, by federation, time and operation
	invitations = "i/"        // an importedFederation, by id
	omittedKey  = "w/omitted" // how much of the history is not in the files either
)

// An importedFederation is one of a file, without its config. It is kept when the
// federation is joined: the label is in nothing else.
type importedFederation struct {
	Made int64 `json:"made_ms"` // when the file was written
	archive.Federation
}

// Import takes over what a file has: the words, unless the wallet has the same
// ones, the history, and which federations there were. These are joined, and
// restored, afterwards: see Invited. Importing a file twice changes nothing.
func (w *Wallet) Import(ctx context.Context, a archive.Archive) error {
	if !w.HasWords() {
		if err := w.SetWords(ctx, a.Words); err != nil {
			return err
		}
	}
	words, err := w.Words()
	if err != nil {
		return err
	}
	if !slices.Equal(words.Entropy(), a.Words.Entropy()) {
		return ErrHasWords
	}
	err = w.db.Update(ctx, func(tx *kv.Tx) error {
		for _, e := range a.History {
			text, err := json.Marshal(e)
			if err != nil {
				return err
			}
			tx.PutCold(archivedKey(e.Federation, e.Began)+string(e.ID[:]), text)
		}
		for _, f := range a.Federations {
			if err := putImported(tx, importedFederation{a.Made, f}); err != nil {
				return err
			}
		}
		if omittedIn(&tx.Reader) < a.Omitted {
			tx.Put(omittedKey, binary.BigEndian.AppendUint64(nil, uint64(a.Omitted)))
		}
		return nil
	})
	if err == nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.announce()
	}
	return err
}

// putImported keeps a federation of a file, unless a later file had it.
func putImported(tx *kv.Tx, f importedFederation) error {
	key := invitations + string(f.ID[:])
	if v, ok := tx.Get(key); ok {
		was, err := readImported(v)
		if err != nil {
			return err
		}
		if was.Made > f.Made {
			return nil
		}
	}
	f.Config = nil
	text, err := json.Marshal(f)
	if err != nil {
		return err
	}
	tx.Put(key, text)
	return nil
}

func readImported(text []byte) (f importedFederation, err error) {
	if err = json.Unmarshal(text, &f); err != nil {
		err = fmt.Errorf("stored federation of a file: %w", err)
	}
	return f, err
}

// imported returns the federations that came with files.
func (w *Wallet) imported() (map[wire.FederationID]archive.Federation, error) {
	all := map[wire.FederationID]archive.Federation{}
	for _, v := range w.db.Snapshot().Under(invitations) {
		f, err := readImported(v)
		if err != nil {
			return nil, err
		}
		all[f.ID] = f.Federation
	}
	return all, nil
}

// Invited returns the federations that came with a file and were not joined since,
// by id, with the balance of when the file was written.
func (w *Wallet) Invited() ([]archive.Federation, error) {
	all, err := w.imported()
	if err != nil {
		return nil, err
	}
	r := w.db.Snapshot()
	maps.DeleteFunc(all, func(id wire.FederationID, _ archive.Federation) bool { return r.Has(memberships + string(id[:])) })
	return byID(all), nil
}

func byID(all map[wire.FederationID]archive.Federation) []archive.Federation {
	return slices.SortedFunc(maps.Values(all), func(a, b archive.Federation) int { return bytes.Compare(a.ID[:], b.ID[:]) })
}

// omitted is how many operations the files did not have that were imported.
func (w *Wallet) omitted() int { return omittedIn(w.db.Snapshot()) }

func omittedIn(r *kv.Reader) int {
	v, ok := r.Get(omittedKey)
	if !ok {
		return 0
	}
	return int(binary.BigEndian.Uint64(v))
}

func archivedKey(id wire.FederationID, at int64) string {
	return archived + string(id[:]) + string(binary.BigEndian.AppendUint64(nil, uint64(max(0, at))))
}
