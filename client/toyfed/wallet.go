package toyfed

import (
	"context"
	"time"

	"satchel/client"
	"satchel/client/guardians"
	"satchel/client/secret"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

type wallet struct {
	name       string
	federation wire.FederationID
}

var secrets memo[wallet, secret.Client]

// Open opens a wallet of the federation, whose keys follow from name, on a
// store. now is its clock, by default the world's.
func (f *Federation) Open(ctx context.Context, name string, store kv.Store, now func() time.Time, kinds ...client.Kind) (*client.Client, error) {
	versions := map[wire.ModuleID]wire.Version{DummyID: {}}
	for _, m := range f.mints {
		versions[m.id] = m.api()
	}
	var fetch client.Fetch
	if f.lightning != nil {
		versions[LNV2ID], fetch = f.lightning.api(), f.Fetch
	}
	if f.ln != nil {
		versions[LNID] = f.ln.api()
	}
	return client.Open(ctx, client.Setup{
		Config: f.config,
		Secret: must(secrets.get(wallet{name, f.id}, func() (secret.Client, error) {
			root := secret.NewRoot([]byte(name), []byte("toyfed"))
			return secret.Double.Client(root, f.id), nil
		})),
		Store: store,
		Kinds: kinds,
		Now:   now,
		Fetch: fetch,
		// What the guardians would answer, so that each life need not ask.
		Versions: guardians.Versions{Core: f.Core, Modules: versions},
		Connect:  f.Connect,
	})
}

// Connect returns the guardians.
func (f *Federation) Connect(o guardians.Options) *guardians.Federation {
	members := map[wire.PeerID]guardians.Member{}
	for peer, at := range f.config.Guardians {
		var g guardians.Guardian = f.Guardian(peer)
		if f.Wrap != nil {
			g = f.Wrap(g)
		}
		members[peer] = guardians.Member{Name: at.Name, URL: at.URL, Guardian: g}
	}
	return guardians.New(members, o)
}
