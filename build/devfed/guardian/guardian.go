// Package guardian is one guardian as the network sees it: the core API of
// fedimint 0.13 (version 0.9) and the modules' methods at one URL, and whether
// and how honestly it answers.
//
// It knows the API. It knows nothing of how guardians agree (package consensus)
// and of frames (package rpc).
//
// What a real guardian has and this one has not: most methods for its owner,
// which always answer 401; connections to the other guardians, so that what is told to one of them (announcements, metadata) is
// known to all at once; a bitcoin node, so that the chain id is made up; a
// transport other than WebSocket.
//
// # State
//
//	backup/<peer u16><id>      Snapshot, of each guardian its own
//	announcement/<peer u16>    wire.SignedAPIAnnouncement, if another than the first
//	metadata/<peer u16>        wire.SignedGuardianMetadata, if another than the first
package guardian

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"sync"
	"time"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/ecash"
	"satchel/build/devfed/liar"
	"satchel/build/devfed/lnv2"
	"satchel/build/devfed/rpc"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

// patience is how long a method may take, as in fedimint 0.13.
const patience = time.Minute

// Shared is what all guardians have in common.
type Shared struct {
	Ledger *consensus.Ledger
	DB     *kv.DB
	Config wire.ClientConfig
	// Keys are the broadcast keys of all guardians.
	Keys    map[wire.PeerID]wire.SecretKey
	Modules map[wire.ModuleID]consensus.Module
	// Mints and LNV2 are the modules that lies about shares are about.
	Mints   map[wire.ModuleID]*ecash.Mint
	LNV2    map[wire.ModuleID]*lnv2.Lightning
	ChainID wire.ChainID
	// Password is that of the owner of every guardian; if it is "" they have none.
	Password string
	// Founded is when the federation was made, in seconds since the start of
	// 1970; Now is the clock.
	Founded uint64
	Now     func() time.Time
}

// A State says whether a guardian answers.
type State string

const (
	On   State = "on"
	Off  State = "off"  // its endpoint is dead and it takes no part in consensus
	Slow State = "slow" // every answer comes Delay later
)

// A Behaviour is how a guardian behaves. The zero Behaviour is not one.
type Behaviour struct {
	State State
	// Delay is that of Slow.
	Delay time.Duration
	// Lie is told to clients; the other guardians are dealt with honestly. It
	// may be "".
	Lie liar.Lie
}

// A Guardian serves the API.
type Guardian struct {
	id     wire.PeerID
	shared *Shared
	server rpc.Server
	liar   *liar.Liar

	mu        sync.Mutex
	requests  map[string]int
	sent      int
	behaviour Behaviour
	alive     context.Context // ends when the guardian goes off
	die       context.CancelFunc
}

// New returns an honest guardian.
func New(id wire.PeerID, shared *Shared) *Guardian {
	g := &Guardian{id: id, shared: shared, behaviour: Behaviour{State: On}, requests: make(map[string]int)}
	g.alive, g.die = context.WithCancel(context.Background())
	g.liar = liar.New(liar.Subject{
		ID: id, Key: shared.Keys[id], Config: shared.Config, Ledger: shared.Ledger, Mints: shared.Mints, LNV2: shared.LNV2, Backup: g.firstBackup,
	})
	g.server.Methods = make(map[string]rpc.Method)
	for name, method := range g.methods() {
		g.server.Methods[name] = g.behave(name, rpc.Within(patience, method))
	}
	g.server.Asked = g.count
	g.server.Answered = g.countBytes
	return g
}

// Unknown is the name under which requests for methods count that are not there.
const Unknown = "unknown"

func (g *Guardian) count(method string) {
	if _, ok := g.server.Methods[method]; !ok {
		method = Unknown
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.requests[method]++
}

func (g *Guardian) countBytes(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sent += n
}

// Sent returns how many bytes all responses had so far.
func (g *Guardian) Sent() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.sent
}

// Requests returns how many requests have come in since the guardian was made,
// by method, whether or not they have been answered.
func (g *Guardian) Requests() map[string]int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return maps.Clone(g.requests)
}

// Behaviour returns how the guardian behaves.
func (g *Guardian) Behaviour() Behaviour {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.behaviour
}

// Behave changes how the guardian behaves from the next request on. Going off
// cuts its connections.
func (g *Guardian) Behave(b Behaviour) error {
	if b.State != On && b.State != Off && b.State != Slow {
		return fmt.Errorf("guardians are %s, %s or %s, not %q", On, Off, Slow, b.State)
	}
	if b.Delay < 0 || b.Lie != "" && !b.Lie.Known() {
		return fmt.Errorf("no guardian has delay %v and lie %q", b.Delay, b.Lie)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	wasOff := g.behaviour.State == Off
	g.behaviour = b
	switch {
	case b.State == Off:
		g.die()
	case wasOff:
		g.alive, g.die = context.WithCancel(context.Background())
	}
	g.shared.Ledger.SetOnline(g.id, b.State != Off)
	return nil
}

// ServeHTTP serves a WebSocket, or answers 503 when the guardian is off.
func (g *Guardian) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	off, alive := g.behaviour.State == Off, g.alive
	g.mu.Unlock()
	if off {
		http.Error(w, fmt.Sprintf("guardian %d is off", g.id), http.StatusServiceUnavailable)
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(alive, cancel)()
	g.server.ServeHTTP(w, r.WithContext(ctx))
}

// behave makes a method answer as the guardian behaves.
func (g *Guardian) behave(name string, honest rpc.Method) rpc.Method {
	return func(ctx context.Context, params json.RawMessage) (any, error) {
		b := g.Behaviour()
		result, err := g.liar.Answer(ctx, b.Lie, name, params, honest)
		if b.State == Slow {
			select {
			case <-time.After(b.Delay):
			case <-ctx.Done():
			}
		}
		return result, err
	}
}

// isOwner reports whether a request, by its context, came with the password.
func (s *Shared) isOwner(ctx context.Context) bool {
	return s.Password != "" && subtle.ConstantTimeCompare([]byte(s.Password), []byte(rpc.Auth(ctx))) == 1
}

func peerKey(table string, peer wire.PeerID) string {
	return table + "/" + string(binary.BigEndian.AppendUint16(nil, uint16(peer)))
}

func (s *Shared) sign(peer wire.PeerID, hash wire.Hash) wire.Signature {
	signature, err := s.Keys[peer].Sign(hash)
	if err != nil {
		panic(fmt.Sprintf("guardian: signing as %d: %v", peer, err))
	}
	return signature
}

// zBase32 is the alphabet of pkarr ids.
var zBase32 = base32.NewEncoding("ybndrfg8ejkmcpqxot1uwisza345h769").WithPadding(base32.NoPadding)

// pkarrID returns the id under which a guardian would publish its address, an
// ed25519 key. Nothing is published.
func (s *Shared) pkarrID(peer wire.PeerID) string {
	key := s.Keys[peer]
	seed := sha256.Sum256(append([]byte("satchel devfed pkarr"), key[:]...))
	public := ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey)
	return zBase32.EncodeToString(public)
}
