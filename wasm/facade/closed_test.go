package facade

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"satchel/client"
	"satchel/client/guardians"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// Whoever looks at an operation of a client that is closed waits for the next one
// to take its place. In a browser, where nothing interrupts a goroutine, looking
// again at once would keep that from ever happening.
func TestLookingAtAClosedClientWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cl, err := client.Open(t.Context(), client.Setup{
			Store: kv.NewMemory().Handle(),
			Connect: func(o guardians.Options) *guardians.Federation {
				return guardians.New(map[wire.PeerID]guardians.Member{}, o)
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		ended, end := context.WithCancel(t.Context())
		end()
		cl.Run(ended)
		c := &call{ctx: t.Context()}
		began := time.Now()
		if err := c.awaitStep(cl, fsm.OpID{1}); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(began); waited < detailEvery {
			t.Fatalf("looked again after %v", waited)
		}
	})
}
