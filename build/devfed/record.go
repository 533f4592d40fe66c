package devfed

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/lnv2"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

// recordKey is where the record stands in the state.
const recordKey = "federation"

// A record is what makes a federation the one it is: it is made once, by the
// trusted dealer, and has all secrets.
type record struct {
	Version   int
	Address   string // host and port
	Name      string
	Founded   time.Time
	ChainID   wire.ChainID
	Fee       wire.FeeConsensus
	Guardians []guardianRecord
	// Modules are numbered in the order of their kinds' names, as in a real
	// federation.
	Modules []moduleRecord
}

type guardianRecord struct {
	Name string
	Key  wire.SecretKey // signs sessions and announcements
}

type moduleRecord struct {
	Kind   wire.ModuleKind
	Secret wire.HexBytes
}

// found makes a record.
func found(o Options, address string) *record {
	r := &record{Version: 1, Address: address, Name: o.Name, Founded: o.Now()}
	if r.Name == "" {
		r.Name = defaultName
	}
	if !o.NoFees {
		r.Fee.Base = 100
	}
	rand.Read(r.ChainID[:])
	n := o.Guardians
	if n == 0 {
		n = defaultGuardians
	}
	for i := range n {
		g := guardianRecord{Name: fmt.Sprintf("Guardian %d", i)}
		for !g.Key.Valid() {
			rand.Read(g.Key[:])
		}
		r.Guardians = append(r.Guardians, g)
	}
	for _, kind := range o.kinds() {
		r.Modules = append(r.Modules, moduleRecord{kind, kinds[kind].deal(n)})
	}
	return r
}

// kinds returns the kinds of modules in the order of their numbers.
func (o Options) kinds() []wire.ModuleKind {
	if len(o.Modules) == 0 {
		return Kinds()
	}
	sorted := slices.Clone(o.Modules)
	slices.Sort(sorted)
	return slices.Compact(sorted)
}

// load returns the record in db, or nil.
func load(db *kv.DB) (*record, error) {
	value, ok := db.Snapshot().Get(recordKey)
	if !ok {
		return nil, nil
	}
	r := new(record)
	if err := json.Unmarshal(value, r); err != nil {
		return nil, fmt.Errorf("record of the federation: %w", err)
	}
	if r.Version != 1 {
		return nil, fmt.Errorf("the federation was made by a later version of this program (%d)", r.Version)
	}
	return r, nil
}

func (r *record) store(ctx context.Context, db *kv.DB) error {
	value, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return db.Update(ctx, func(tx *kv.Tx) error {
		tx.Put(recordKey, value)
		return nil
	})
}

// errFixed is that options are not those of the federation on disk.
var errFixed = errors.New("remove the data folder to make a new federation")

// check returns an error if o asks for another federation, or for more than it
// has.
func (r *record) check(o Options) error {
	have := make([]wire.ModuleKind, len(r.Modules))
	for i, m := range r.Modules {
		have[i] = m.Kind
	}
	switch {
	case o.Guardians != 0 && o.Guardians != len(r.Guardians):
		return fmt.Errorf("this federation has %d guardians, not %d: %w", len(r.Guardians), o.Guardians, errFixed)
	case len(o.Modules) != 0 && !slices.Equal(o.kinds(), have):
		return fmt.Errorf("this federation has the modules %s, not %s: %w",
			strings.Join(names(have), ","), strings.Join(names(o.kinds()), ","), errFixed)
	case o.Name != "" && o.Name != r.Name:
		return fmt.Errorf("this federation is called %q, not %q: %w", r.Name, o.Name, errFixed)
	case o.NoFees && r.Fee.Base != 0:
		return fmt.Errorf("this federation's modules take fees: %w", errFixed)
	case o.Offline < 0 || o.Offline > len(r.Guardians):
		return fmt.Errorf("%d of %d guardians cannot be offline", o.Offline, len(r.Guardians))
	}
	return nil
}

// config returns what clients get. The id of the federation is the hash of the
// guardians' urls and names, and so covers the address.
func (r *record) config() (wire.ClientConfig, error) {
	c := wire.ClientConfig{
		Guardians:     make(map[wire.PeerID]wire.PeerURL),
		BroadcastKeys: make(map[wire.PeerID]wire.PublicKey),
		Version:       consensus.Version,
		Meta:          map[string]string{"federation_name": r.Name},
		Modules:       make(map[wire.ModuleID]wire.ModuleConfig),
	}
	for i, g := range r.Guardians {
		peer := wire.PeerID(i)
		url, err := wire.ParseURL("ws://" + r.Address + guardianPath(peer))
		if err != nil {
			return c, err
		}
		c.Guardians[peer] = wire.PeerURL{URL: url, Name: g.Name}
		c.BroadcastKeys[peer] = g.Key.PublicKey()
	}
	return c, nil
}

// lightningFee is nothing where the mints take nothing.
func (r *record) lightningFee() wire.PaymentFee {
	if r.Fee.Base == 0 {
		return wire.PaymentFee{}
	}
	return lnv2.DefaultFee
}

func (r *record) keys() map[wire.PeerID]wire.SecretKey {
	keys := make(map[wire.PeerID]wire.SecretKey)
	for i, g := range r.Guardians {
		keys[wire.PeerID(i)] = g.Key
	}
	return keys
}

func guardianPath(peer wire.PeerID) string { return fmt.Sprintf("/guardian/%d", peer) }
