package client

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"slices"

	"satchel/client/archive"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

// archived is the prefix of the history that came with a file, by federation and
// time.
const archived = "h/"

// Export returns the whole wallet, to be kept as a file.
func (w *Wallet) Export(ctx context.Context) (a archive.Archive, err error) {
	a.Made, a.MadeBy = w.platform.Now().UnixMilli(), "Satchel"
	if a.Words, err = w.Words(); err != nil {
		return a, err
	}
	for m, err := range w.Memberships() {
		if err != nil {
			return a, err
		}
		f, history, err := w.exportFederation(ctx, m)
		if err != nil {
			return a, err
		}
		a.Federations, a.History = append(a.Federations, f), append(a.History, history...)
		old, err := w.Archived(ctx, m.ID, 0, maxArchived)
		if err != nil {
			return a, err
		}
		a.History = append(a.History, old...)
	}
	slices.SortStableFunc(a.History, func(x, y archive.Entry) int { return int(y.Began - x.Began) })
	return a, nil
}

// maxArchived is how much of a federation's history from files goes into a file.
const maxArchived = 10_000

func (w *Wallet) exportFederation(ctx context.Context, m Membership) (f archive.Federation, history []archive.Entry, err error) {
	name, _ := m.Config.MetaText("federation_name")
	f = archive.Federation{ID: m.ID, Name: name, Derivation: m.Derivation, Joined: m.Joined.UnixMilli(), Config: &m.Config}
	at := map[wire.PeerID]wire.SafeURL{}
	for peer, g := range m.urls() {
		at[peer] = g.URL
	}
	if f.Invite, err = wire.NewInviteCode(m.ID, at, m.APISecret); err != nil {
		return f, nil, err
	}
	c, err := w.Client(m.ID)
	if err != nil {
		return f, nil, nil // what cannot be opened now can be restored with the words
	}
	r := c.x.Snapshot()
	f.Balance = c.Balance(r)
	for op := range c.Operations(r, 0) {
		s, err := c.Summary(ctx, op)
		if err != nil {
			return f, nil, err
		}
		history = append(history, archive.Entry{
			Federation: m.ID, ID: wire.OperationID(op.ID), Began: op.Began.UnixMilli(), Title: s.Title, State: string(s.State),
			Final: s.Final, Outgoing: s.Outgoing, Requested: s.Requested, Amount: s.Amount, Fee: s.Fee, Change: s.Change, Why: s.Why,
		})
	}
	return f, history, nil
}

// Import takes over what a file has: the words, unless the wallet has the same
// ones, and the history. The federations are joined, and restored, afterwards.
// Importing a file twice changes nothing.
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
	return w.db.Update(ctx, func(tx *kv.Tx) error {
		for _, e := range a.History {
			text, err := json.Marshal(e)
			if err != nil {
				return err
			}
			tx.PutCold(archivedKey(e.Federation, e.Began)+string(e.ID[:]), text)
		}
		return nil
	})
}

func archivedKey(id wire.FederationID, at int64) string {
	return archived + string(id[:]) + string(binary.BigEndian.AppendUint64(nil, uint64(max(0, at))))
}

// Archived returns up to n entries of the history that came with files, the newest
// first, from before that time in milliseconds, or from the newest if it is 0.
func (w *Wallet) Archived(ctx context.Context, id wire.FederationID, before int64, n int) (list []archive.Entry, err error) {
	bound := ""
	if before > 0 {
		bound = archivedKey(id, before)
	}
	page, _, err := w.db.Page(ctx, archived+string(id[:]), bound, n)
	if err != nil {
		return nil, err
	}
	for _, stored := range page {
		var e archive.Entry
		if err := json.Unmarshal(stored.Value, &e); err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}
