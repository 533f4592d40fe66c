package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"satchel/client/guardians"
	"satchel/client/secret"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// A Platform is what a wallet needs from the machine that it runs on.
type Platform struct {
	// Store returns the store of that name. Each call returns a new one.
	Store func(name string) kv.Store

	Dial   guardians.Dialer
	Fetch  Fetch            // may be nil
	Random io.Reader        // cryptographically secure
	Now    func() time.Time // wall clock

	// Kinds are the kinds of modules that the wallet can use.
	Kinds []Kind
}

// A Wallet is twelve words and the federations that were joined with them. Its
// own small store holds these; each federation has a store of its own.
type Wallet struct {
	platform Platform
	db       *kv.DB
	root     *secret.Secret // of the words, once computed; guarded by mu
	joining  chan struct{}  // holds a token while a federation's store is being opened

	mu      sync.Mutex
	clients map[wire.FederationID]*slot
	run     context.Context // of Run, nil before
	changed chan struct{}   // closed and replaced when a client is exchanged
}

// A slot holds the client of a federation. After a failed commit, whose outcome
// nobody knows, the client is replaced by one that reads what is stored.
type slot struct {
	client *Client
	err    error // why there is none
}

// Keys of the wallet's store.
const (
	wordsKey    = "w/entropy"
	deviceKey   = "w/device"   // a Device
	importedKey = "w/imported" // the words were made elsewhere
	memberships = "f/"
	reports     = "g/" // what guardians did wrong, by federation
)

// secretKey is the key of a federation's store under which stands the hash of the
// secret that it belongs to.
const secretKey = "c/secret"

// Errors of a Wallet.
var (
	ErrNoWords      = errors.New("wallet has no words yet")
	ErrHasWords     = errors.New("wallet has words already")
	ErrNotJoined    = errors.New("federation was not joined")
	ErrJoined       = errors.New("federation was joined before")
	ErrNameTaken    = errors.New("another federation has this name")
	ErrOtherWords   = errors.New("federation was joined with other words")
	ErrWordsDamaged = errors.New("the words that are stored here cannot be read")
	ErrStoreLost    = errors.New("what was stored of this federation is gone; its e-cash can be had back with the words")
)

// OpenWallet loads the wallet and finds what is under way in its federations. A
// federation that cannot be opened does not keep the others from it.
func OpenWallet(ctx context.Context, p Platform) (*Wallet, error) {
	db, err := kv.Open(ctx, p.Store("wallet"))
	if err != nil {
		return nil, err
	}
	for _, e := range db.Damaged() {
		if e.Key == wordsKey {
			return nil, ErrWordsDamaged
		}
	}
	w := &Wallet{platform: p, db: db, clients: map[wire.FederationID]*slot{}, joining: make(chan struct{}, 1), changed: make(chan struct{})}
	for m, err := range w.Memberships() {
		if err != nil {
			return nil, err
		}
		if m.Pending != nil {
			m.Config, m.Pending = *m.Pending, nil
			if err := w.keep(ctx, m); err != nil {
				return nil, err
			}
		}
		s := &slot{}
		s.client, s.err = w.openJoined(ctx, m)
		if errors.Is(s.err, ErrOtherWords) {
			return nil, s.err
		}
		w.clients[m.ID] = s
	}
	return w, nil
}

// openJoined opens the client of a federation that was joined before. Its store
// must be the one of then: in an empty one, keys that are used would be derived
// again.
func (w *Wallet) openJoined(ctx context.Context, m Membership) (*Client, error) {
	c, err := w.open(ctx, m)
	if err != nil {
		return nil, err
	}
	if !c.marked() {
		c.circle.Close()
		return nil, ErrStoreLost
	}
	return c, nil
}

// marked reports whether the store has been that of a secret before, even if the
// mark cannot be read any more.
func (c *Client) marked() bool {
	return c.x.Snapshot().Has(secretKey) ||
		slices.ContainsFunc(c.x.Damaged(), func(e kv.Entry) bool { return e.Key == secretKey })
}

// claim marks a store as that of a secret, so that it is known again. If the words
// may have been used before, a search for what they have begins in the same
// commit: no key of theirs is used before it allows that.
func (c *Client) claim(ctx context.Context, hash [8]byte, s *Search) error {
	return c.Update(ctx, func(tx *fsm.Tx) error {
		was, ok := tx.Get(secretKey)
		if ok && string(was) != string(hash[:]) {
			return ErrOtherWords
		}
		tx.Put(secretKey, hash[:])
		if ok || s == nil {
			return nil
		}
		return c.beginSearch(tx, *s)
	})
}

// open opens the client of a federation.
func (w *Wallet) open(ctx context.Context, m Membership) (*Client, error) {
	root, err := w.secret()
	if err != nil {
		return nil, err
	}
	s := m.Derivation.Client(root, m.ID)
	if s.PreRootHash() != m.SecretHash {
		return nil, ErrOtherWords
	}
	device, err := w.device(ctx)
	if err != nil {
		return nil, err
	}
	return Open(ctx, Setup{
		Config: m.Config, Secret: s, Others: others(root, m), Versions: m.Versions, APISecret: m.APISecret,
		Device: device, Random: w.platform.Random, Fetch: w.platform.Fetch,
		Store: w.platform.Store("federation-" + m.ID.String()),
		Kinds: w.platform.Kinds, Now: w.platform.Now,
		Connect: func(o guardians.Options) *guardians.Federation {
			o.Known = w.reports(m.ID)
			opts := guardians.SocketOptions{Seed: seed(s)}
			if m.APISecret != nil {
				opts.Secret = *m.APISecret
			}
			return guardians.New(guardians.Sockets(m.urls(), w.platform.Dial, opts), o)
		},
	})
}

// others are the secrets under the derivations of other wallets.
func others(root secret.Secret, m Membership) (all []secret.Client) {
	for _, d := range []secret.Derivation{secret.Single, secret.Double} {
		if d != m.Derivation {
			all = append(all, d.Client(root, m.ID))
		}
	}
	return all
}

// device returns what tells this wallet apart from others with the same words. It
// is drawn when it is asked for first.
func (w *Wallet) device(ctx context.Context) (d Device, err error) {
	if v, ok := w.db.Snapshot().Get(deviceKey); ok {
		copy(d[:], v)
		return d, nil
	}
	if _, err := io.ReadFull(w.platform.Random, d[:]); err != nil {
		return d, err
	}
	err = w.db.Update(ctx, func(tx *kv.Tx) error {
		if v, ok := tx.Get(deviceKey); ok {
			copy(d[:], v)
			return nil
		}
		tx.Put(deviceKey, d[:])
		return nil
	})
	return d, err
}

// seed scatters what different wallets do at the same time.
func seed(s secret.Client) (n uint64) {
	for _, b := range s.PreRootHash() {
		n = n<<8 | uint64(b)
	}
	return n
}

// HasWords reports whether the wallet has words.
func (w *Wallet) HasWords() bool { return w.db.Snapshot().Has(wordsKey) }

// Words returns the words.
func (w *Wallet) Words() (secret.Words, error) {
	entropy, ok := w.db.Snapshot().Get(wordsKey)
	if !ok {
		return secret.Words{}, ErrNoWords
	}
	return secret.WordsFromEntropy(entropy)
}

// secret returns the root of the words.
func (w *Wallet) secret() (secret.Secret, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.root == nil {
		words, err := w.Words()
		if err != nil {
			return secret.Secret{}, err
		}
		root := words.Root()
		w.root = &root
	}
	return *w.root, nil
}

// MakeWords gives a wallet that has none new words.
func (w *Wallet) MakeWords(ctx context.Context) (secret.Words, error) {
	words, err := secret.NewWords(w.platform.Random)
	if err != nil {
		return words, err
	}
	return words, w.keepWords(ctx, words, false)
}

// SetWords gives a wallet that has none words that were made elsewhere.
func (w *Wallet) SetWords(ctx context.Context, words secret.Words) error {
	return w.keepWords(ctx, words, true)
}

func (w *Wallet) keepWords(ctx context.Context, words secret.Words, imported bool) error {
	err := w.db.Update(ctx, func(tx *kv.Tx) error {
		if tx.Has(wordsKey) {
			return ErrHasWords
		}
		tx.Put(wordsKey, words.Entropy())
		if imported {
			tx.Put(importedKey, nil)
		}
		return nil
	})
	if err == nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.announce()
	}
	return err
}

// Preview asks a federation what it is.
func (w *Wallet) Preview(ctx context.Context, invite wire.InviteCode) (*Preview, error) {
	return Download(ctx, invite, w.platform.Dial)
}

// Join joins a federation that was previewed. name is how callers want to know
// it; it may be empty. If the words were made elsewhere, or the guardians have a
// backup of theirs, or restore says so, everything that they have in the
// federation is looked for.
func (w *Wallet) Join(ctx context.Context, p *Preview, name string, d secret.Derivation, restore bool) (*Client, error) {
	done, err := w.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	root, err := w.secret()
	if err != nil {
		return nil, err
	}
	m := Membership{
		ID: p.ID, Name: name, Joined: w.platform.Now(), Config: p.Config,
		Derivation: d, SecretHash: d.Client(root, p.ID).PreRootHash(), APISecret: p.Invite.APISecret(),
	}
	if err := w.mayJoin(m); err != nil {
		return nil, err
	}
	c, err := w.open(ctx, m)
	if err != nil {
		return nil, err
	}
	if err := w.enter(ctx, c, m, restore); err != nil {
		c.circle.Close()
		return nil, err
	}
	w.put(m.ID, &slot{client: c})
	return c, nil
}

// turn waits until nobody else opens a federation's store, until done is called.
func (w *Wallet) turn(ctx context.Context) (done func(), err error) {
	select {
	case w.joining <- struct{}{}:
		return func() { <-w.joining }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// enter makes the membership durable, and before that the mark in the store of
// the federation, which must never be missed later.
func (w *Wallet) enter(ctx context.Context, c *Client, m Membership, restore bool) error {
	var s *Search
	if !c.marked() { // a marked store knows what is used
		var err error
		if s, err = c.prepareSearch(ctx, w.db.Snapshot().Has(importedKey), restore); err != nil {
			return err
		}
	}
	if err := c.claim(ctx, m.SecretHash, s); err != nil {
		return err
	}
	return w.db.Update(ctx, func(tx *kv.Tx) error {
		if err := w.mayJoin(m); err != nil {
			return err
		}
		tx.Put(memberships+string(m.ID[:]), wire.Encode(m))
		return nil
	})
}

func (w *Wallet) mayJoin(m Membership) error {
	for other, err := range w.Memberships() {
		switch {
		case err != nil:
			return err
		case other.ID == m.ID:
			return ErrJoined
		case m.Name != "" && other.Name == m.Name:
			return fmt.Errorf("%w: %q", ErrNameTaken, m.Name)
		}
	}
	return nil
}

// Damaged returns the ids of federations that were joined and whose entry cannot
// be read. Joining one again brings it back with everything in it.
func (w *Wallet) Damaged() []wire.FederationID { return w.damagedUnder(memberships) }

// damagedUnder returns the ids of federations whose entry under a prefix cannot be
// read.
func (w *Wallet) damagedUnder(prefix string) (ids []wire.FederationID) {
	for _, e := range w.db.Damaged() {
		id, ok := strings.CutPrefix(e.Key, prefix)
		if ok && len(id) == len(wire.FederationID{}) && !w.db.Snapshot().Has(e.Key) {
			ids = append(ids, wire.FederationID([]byte(id)))
		}
	}
	return ids
}

// Memberships yields the federations that were joined, by id.
func (w *Wallet) Memberships() iter.Seq2[Membership, error] {
	return func(yield func(Membership, error) bool) {
		for _, v := range w.db.Snapshot().Under(memberships) {
			if !yield(wire.Decode[Membership](v)) {
				return
			}
		}
	}
}

func (w *Wallet) keep(ctx context.Context, m Membership) error {
	return w.db.Update(ctx, func(tx *kv.Tx) error {
		tx.Put(memberships+string(m.ID[:]), wire.Encode(m))
		return nil
	})
}

// Client returns the client of a federation that was joined. It may be another
// one after a failure of its store.
func (w *Wallet) Client(id wire.FederationID) (*Client, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.clients[id]
	if s == nil {
		return nil, ErrNotJoined
	}
	return s.client, s.err
}

// Named returns the id of the federation that was joined under a name, or whose
// id the name is in hex.
func (w *Wallet) Named(name string) (wire.FederationID, error) {
	for m, err := range w.Memberships() {
		if err != nil {
			return wire.FederationID{}, err
		}
		if name != "" && (m.Name == name || m.ID.String() == name) {
			return m.ID, nil
		}
	}
	return wire.FederationID{}, fmt.Errorf("%w: %q", ErrNotJoined, name)
}

// ByPrefix returns the ids of the federations whose e-cash has that prefix.
func (w *Wallet) ByPrefix(prefix wire.FederationPrefix) (ids []wire.FederationID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id := range w.clients {
		if id.Prefix() == prefix {
			ids = append(ids, id)
		}
	}
	sort.Slice(ids, func(i, j int) bool { return bytes.Compare(ids[i][:], ids[j][:]) < 0 })
	return ids
}

// Changed returns a channel that is closed when the wallet gets words, a federation
// is joined or its client replaced.
func (w *Wallet) Changed() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.changed
}

// Wake cuts every back-off in every federation short.
func (w *Wallet) Wake() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.clients {
		if s.client != nil {
			s.client.Wake()
		}
	}
}
