package notes

import (
	"context"
	"iter"

	"satchel/client"
	"satchel/client/recovery"
	"satchel/client/wire"
)

// SessionsNow returns how many sessions there are, with the one that is running:
// that may have notes, too.
func SessionsNow(ctx context.Context, h client.Host) (uint64, error) {
	over, err := recovery.Count(ctx, h.Guardians(), "session_count")
	return over + 1, err
}

// LogOf says how the sessions of a module's federation are read.
func LogOf(ctx context.Context, h client.Host) (recovery.Log, error) {
	versions, err := h.Versions(ctx)
	return recovery.Log{Keys: h.Client.Config().BroadcastKeys, API: versions.Core}, err
}

// Sessions yields what transactions of sessions did with notes of a module, from
// start up to and without end, each session as a chapter. items tells it of one
// transaction.
func Sessions(ctx context.Context, h client.Host, start, end uint64, items func(wire.Transaction) []Item) iter.Seq2[Chapter, error] {
	return func(yield func(Chapter, error) bool) {
		log, err := LogOf(ctx, h)
		if err != nil {
			yield(Chapter{}, err)
			return
		}
		for session, err := range recovery.Sessions(ctx, h.Guardians(), log, start, end) {
			c := Chapter{Next: session.Index + 1}
			for _, accepted := range session.Items {
				if tx := accepted.Item.Transaction; tx != nil {
					c.Items = append(c.Items, items(*tx)...)
				}
			}
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}
