package ecash

import "maps"

// bothStories are of wallets with e-cash of both generations.
var bothStories = map[string]story{
	"change goes to the other": {
		of: first, beside: second,
		tell: do(receives("gift", 3000), receives("second", 3000)),
	},
	"change goes to the other, the other way round": {
		of: second, beside: first,
		tell: do(receives("gift", 600), receives("second", 600)),
	},
	"the other pays": {
		of: first, beside: second,
		tell: do(has(1024, 128), besides(1024, 512), orders(1, 512, SendOptions{}), takesBack(1)),
	},
	"the other cannot pay": {
		of: first, beside: second,
		tell: do(has(1024, 128), besides(128), orders(1, 512, SendOptions{}), takesBack(1)),
	},
	"the other has nothing": {
		of: second, beside: first,
		tell: do(has(1024, 128), orders(1, 512, SendOptions{}), takesBack(1)),
	},
	"each hands out its own": {
		of: first, beside: second,
		tell: do(has(1024, 512), besides(1024), sends(1, 512, SendOptions{}), takesBack(1)),
	},
	"spent, with notes of the other taken along": { // which survive it
		of: first, beside: second,
		others: true,
		tell: do(besides(128, 128, 128, 128, 128, 128, 128, 128), func(t *teller) error {
			t.spendNotes(t.ecash("gift", 1536), 1)
			return nil
		}, receives("gift", 1536)),
	},
	"spent, with notes of the other taken along, the other way round": {
		of: second, beside: first,
		others: true,
		tell: do(besides(128, 128, 128, 128, 128, 128, 128, 128, 128), func(t *teller) error {
			t.spendNotes(t.ecash("gift", 1536), 1)
			return nil
		}, receives("gift", 1536)),
	},
	"refused for a while": {
		of: first, beside: second,
		twice:  true,
		change: holdTransaction(1),
		tell: do(has(1024, 128), besides(1024, 512), orders(1, 512, SendOptions{}), func(t *teller) error {
			t.fed.Reconsider()
			return nil
		}),
	},
	"a guardian lies": {
		of: first, beside: second,
		lies: allLies(),
		tell: do(receives("gift", 3000), has(1024), besides(512), orders(1, 512, SendOptions{}), takesBack(1)),
	},
	"two tabs": {
		of: second, beside: first,
		tabs: 2,
		tell: do(has(1024, 512), receives("gift", 1536), sends(1, 512, SendOptions{}), takesBack(1)),
	},
}

// everyStory is every story in each generation, and in both at once.
func everyStory() map[string]story {
	all := ofEach(stories)
	for name, s := range secondStories {
		s.of = second
		all["second/own: "+name] = s
	}
	maps.Copy(all, ofEach(restoreStories))
	for name, s := range bothStories {
		all["both/"+name] = s
	}
	return all
}
