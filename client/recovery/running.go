package recovery

import (
	"context"

	"satchel/client/guardians"
	"satchel/client/wire"
)

// A Rumour is an item of a session that need not be over.
type Rumour struct {
	Item wire.AcceptedItem
	// Confirmed says that one honest guardian at least has it: it was agreed on
	// then. Of another one nobody knows.
	Confirmed bool
}

// Running returns what a threshold of guardians has of a session that need not be
// over: every item that one of them tells of, in the order in which it is told of
// first. It is no substitute for the session: an honest guardian may not have all
// of it yet, and a dishonest one may add to it. It tells nothing where guardians
// have no core API 0.1.
func Running(ctx context.Context, g *guardians.Federation, log Log, index uint64) (all []Rumour, err error) {
	if !log.has(1) {
		return nil, nil
	}
	answers, err := guardians.Ask(ctx, g, guardians.Question{Method: "session_status", Params: index},
		guardians.Consensus[wire.SessionStatus], guardians.Threshold[wire.SessionStatus]())
	if err != nil {
		return nil, err
	}
	at, votes := map[wire.Hash]int{}, map[wire.Hash]int{}
	for _, peer := range g.Peers() {
		told := map[wire.Hash]bool{} // by this one: an item counts once
		for _, item := range answers[peer].Items {
			hash := wire.HashOf(item)
			if told[hash] {
				continue
			}
			told[hash] = true
			if _, ok := at[hash]; !ok {
				at[hash] = len(all)
				all = append(all, Rumour{Item: item})
			}
			votes[hash]++
		}
	}
	for hash, i := range at {
		all[i].Confirmed = votes[hash] >= wire.OneHonest(g.Size())
	}
	return all, nil
}
