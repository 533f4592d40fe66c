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

// Open opens a wallet of the federation, whose keys follow from name, on a
// store. now is its clock, by default the world's.
func (f *Federation) Open(ctx context.Context, name string, store kv.Store, now func() time.Time, kinds ...client.Kind) (*client.Client, error) {
	config := f.Config()
	root := secret.NewRoot([]byte(name), []byte("toyfed"))
	return client.Open(ctx, client.Setup{
		Config: config,
		Secret: secret.Double.Client(root, config.FederationID()),
		Store:  store,
		Kinds:  kinds,
		Now:    now,
		// What the guardians would answer, so that each life need not ask.
		Versions: guardians.Versions{
			Core:    wire.Version{Major: 0, Minor: 9},
			Modules: map[wire.ModuleID]wire.Version{MintID: {Minor: 1}, DummyID: {}},
		},
		Connect: func(o guardians.Options) *guardians.Federation {
			members := map[wire.PeerID]guardians.Member{}
			for peer, at := range config.Guardians {
				members[peer] = guardians.Member{Name: at.Name, URL: at.URL, Guardian: f.Guardian(peer)}
			}
			return guardians.New(members, o)
		},
	})
}
