package devfed

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/faucet"
	"satchel/build/devfed/lnv2"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

// defaultBlockTime is how often a block is found in a federation for people.
const defaultBlockTime = time.Minute

const (
	// firstBlocks is how many blocks there are when a federation is founded.
	firstBlocks = 1000
	// lookEvery is how often guardians look at the clock while blocks are found.
	lookEvery = time.Minute
)

// chainKey is where the chain stands in the state.
const chainKey = "chain"

// A chain is all there is of one: how many blocks it has. With it is kept by how
// much the clock was moved on.
type chain struct {
	blocks, ahead uint64 // ahead in seconds
}

// Append appends the consensus form.
func (c chain) Append(b []byte) []byte { return wire.AppendUint(wire.AppendUint(b, c.blocks), c.ahead) }

// Decode reads the consensus form.
func (c *chain) Decode(d *wire.Decoder) { c.blocks, c.ahead = d.Uint64(), d.Uint64() }

func storedChain(r *kv.Reader) chain {
	if value, ok := r.Get(chainKey); ok {
		return consensus.Stored[chain](value)
	}
	return chain{blocks: firstBlocks}
}

// Blocks returns how many blocks the chain has.
func (f *Federation) Blocks() uint64 { return storedChain(f.db.Snapshot()).blocks }

// Time returns what the guardians' clocks show.
func (f *Federation) Time() time.Time {
	ahead := storedChain(f.db.Snapshot()).ahead
	return time.Unix(f.options.Now().Unix()+int64(ahead), 0)
}

// Mine finds blocks. It returns when the guardians agree on them, for which a
// threshold has to be on.
func (f *Federation) Mine(ctx context.Context, count uint32) error {
	return f.move(ctx, func(c *chain) { c.blocks += uint64(count) })
}

// Advance moves the guardians' clocks on, for ever. It returns when they agree on
// it, for which a threshold has to be on.
func (f *Federation) Advance(ctx context.Context, seconds uint32) error {
	return f.move(ctx, func(c *chain) { c.ahead += uint64(seconds) })
}

func (f *Federation) move(ctx context.Context, by func(*chain)) error {
	err := f.db.Update(ctx, func(tx *kv.Tx) error {
		c := storedChain(&tx.Reader)
		by(&c)
		tx.Put(chainKey, wire.Encode(c))
		return nil
	})
	if err != nil {
		return err
	}
	return f.observe(ctx)
}

// observe lets the guardians that are on look at chain and clock.
func (f *Federation) observe(ctx context.Context) error {
	return f.ledger.Observe(ctx, consensus.World{Blocks: f.Blocks(), Seconds: uint64(max(0, f.Time().Unix()))})
}

// keepMining finds a block again and again until ctx ends, while enough guardians
// are on to agree on it. What goes wrong the ledger tells.
func (f *Federation) keepMining(ctx context.Context) {
	blocks, looks := time.NewTicker(f.options.BlockTime), time.NewTicker(lookEvery)
	defer blocks.Stop()
	defer looks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-blocks.C:
			f.Mine(ctx, 1)
		case <-looks.C:
			f.observe(ctx)
		}
	}
}

// Vet puts a gateway on the lists of all guardians.
func (f *Federation) Vet(ctx context.Context, url wire.SafeURL) error {
	for id := range f.lnv2 {
		err := f.ledger.Update(ctx, id, func(tx consensus.Tx) {
			for peer := range f.config.Guardians {
				lnv2.Vet(tx, peer, url)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// handleMoves adds the requests by which people and tests move chain and clock.
func (f *Federation) handleMoves(mux *http.ServeMux, path string) {
	blocks := func() map[string]uint64 { return map[string]uint64{"block_count": f.Blocks()} }
	clock := func() map[string]uint64 { return map[string]uint64{"unix_time": uint64(f.Time().Unix())} }
	for name, now := range map[string]func() map[string]uint64{"blocks": blocks, "clock": clock} {
		mux.HandleFunc("GET "+path+"/"+name, func(w http.ResponseWriter, _ *http.Request) { faucet.Reply(w, now(), nil) })
	}
	mux.HandleFunc("POST "+path+"/blocks", f.mover("count", f.Mine, blocks))
	mux.HandleFunc("POST "+path+"/clock", f.mover("seconds", f.Advance, clock))
}

// mover handles a request with one number, by which something moves.
func (f *Federation) mover(member string, move func(context.Context, uint32) error, now func() map[string]uint64) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var request map[string]uint32
		err := faucet.Read(r, &request)
		n, ok := request[member]
		switch {
		case err != nil || !ok || len(request) != 1:
			err = &faucet.Error{Code: faucet.CodeBadRequest, Message: fmt.Sprintf("want {%q:n} with a whole number", member)}
		case !f.ledger.Quorum():
			err = &faucet.Error{Code: faucet.CodeNoQuorum, Message: "too few guardians are on to agree on anything"}
		default:
			err = move(r.Context(), n)
		}
		faucet.Reply(w, now(), err)
	}
}
