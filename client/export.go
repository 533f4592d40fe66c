package client

import (
	"context"
	"encoding/json"
	"sort"

	"satchel/client/archive"
	"satchel/client/wire"
	"satchel/fsm"
)

// Export returns the whole wallet, to be kept as a file. Federations that came
// with a file and were not joined since are in it as that file had them. Those of
// which nothing can be read are not: Unread is how many.
func (w *Wallet) Export(ctx context.Context) (a archive.Archive, err error) {
	a.Made, a.MadeBy = w.platform.Now().UnixMilli(), "Satchel"
	if a.Words, err = w.Words(); err != nil {
		return a, err
	}
	imported, err := w.imported()
	if err != nil {
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
		f.Label = imported[m.ID].Label
		a.Federations, a.History = append(a.Federations, f), append(a.History, history...)
		delete(imported, m.ID)
	}
	for _, f := range byID(imported) {
		f.Unknown = true
		a.Federations = append(a.Federations, f)
	}
	a.Unread = w.unreadable(a.Federations)
	old, left, err := w.exportArchived(ctx)
	if err != nil {
		return a, err
	}
	a.History, a.Omitted = append(a.History, old...), left+w.omitted()
	sort.SliceStable(a.History, func(i, j int) bool { return a.History[i].Began > a.History[j].Began })
	return a, nil
}

// unreadable is how many federations cannot be read and are none of these.
func (w *Wallet) unreadable(federations []archive.Federation) int {
	ids := map[wire.FederationID]bool{}
	for _, prefix := range []string{memberships, invitations} {
		for _, id := range w.damagedUnder(prefix) {
			ids[id] = true
		}
	}
	for _, f := range federations {
		delete(ids, f.ID)
	}
	return len(ids)
}

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
	if err == nil {
		history, err = c.exportHistory(ctx)
	}
	if err != nil { // the words and the invitation are what matters
		f.Unknown = true
		return f, nil, ctx.Err()
	}
	r := c.x.Snapshot()
	f.Balance, f.Unknown = c.Balance(r), c.Searching(r)
	return f, history, nil
}

func (c *Client) exportHistory(ctx context.Context) (history []archive.Entry, err error) {
	for op := range c.Operations(c.x.Snapshot(), 0) {
		s, err := c.Summary(ctx, op)
		if err != nil {
			return nil, err
		}
		history = append(history, archive.Entry{
			Federation: c.FederationID(), ID: wire.OperationID(op.ID), Began: op.Began.UnixMilli(), Title: s.Title, State: string(s.State),
			Final: s.Final, Outgoing: s.Outgoing, Requested: s.Requested, Amount: s.Amount, Fee: s.Fee, Change: s.Change, Why: s.Why,
		})
	}
	return history, nil
}

const (
	// maxArchived is how much of a federation's history from files goes into a
	// file.
	maxArchived  = 10_000
	archivedPage = 1000
)

// exportArchived returns the history that came with files, of all federations, and
// how many entries of it are left.
func (w *Wallet) exportArchived(ctx context.Context) (list []archive.Entry, left int, err error) {
	counts := map[wire.FederationID]int{}
	err = w.eachArchived(ctx, archived, "", archivedPage, func(e archive.Entry) bool {
		if counts[e.Federation]++; counts[e.Federation] > maxArchived {
			left++
		} else {
			list = append(list, e)
		}
		return true
	})
	return list, left, err
}

// Archived returns up to n entries of the history of a federation that came with
// files, the newest first: those that come after the entry last, of which only the
// time and the id count, or from the newest if it has neither. Entries that the
// wallet's own history has are left out.
func (w *Wallet) Archived(ctx context.Context, id wire.FederationID, last archive.Entry, n int) (list []archive.Entry, err error) {
	bound := ""
	if last.Began > 0 || last.ID != (wire.OperationID{}) {
		bound = archivedKey(id, last.Began) + string(last.ID[:])
	}
	err = w.eachArchived(ctx, archived+string(id[:]), bound, n, func(e archive.Entry) bool {
		list = append(list, e)
		return len(list) < n
	})
	return list, err
}

// eachArchived hands entries that came with files to do until that says no, page by
// page.
func (w *Wallet) eachArchived(ctx context.Context, prefix, bound string, size int, do func(archive.Entry) bool) error {
	for {
		page, next, err := w.db.Page(ctx, prefix, bound, size)
		if err != nil {
			return err
		}
		for _, stored := range page {
			var e archive.Entry
			if err := json.Unmarshal(stored.Value, &e); err != nil {
				return err
			}
			if !w.hasOperation(e) && !do(e) {
				return nil
			}
		}
		if bound = next; bound == "" {
			return nil
		}
	}
}

// hasOperation reports whether an entry is of an operation of this wallet. An id
// alone does not tell: e-cash that is received a second time is the same operation.
func (w *Wallet) hasOperation(e archive.Entry) bool {
	c, err := w.Client(e.Federation)
	if err != nil {
		return false
	}
	op, ok := c.Operation(c.x.Snapshot(), fsm.OpID(e.ID))
	return ok && op.Began.UnixMilli() == e.Began
}
