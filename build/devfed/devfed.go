// Package devfed is the demo federation: guardians in one process that speak the
// protocol of fedimint 0.13 well enough for the official clients, and a faucet.
//
// It is for demonstrations, development and tests. Money belongs in a federation
// of real guardians, on machines of people who do not know each other's secrets:
// here one process deals all keys, holds them all and decides alone, and its
// faucet gives to whoever asks.
//
// # Rooms
//
//	consensus         one agreed order of items, transactions, sessions, the audit
//	mint mintv2 meta  the modules
//	ln lnv2
//	ecash             what the two mints have in common
//	guardian          the API of one guardian, and whether it answers
//	rpc               JSON-RPC over WebSockets
//	liar              the lies that guardians can be made to tell
//	faucet            e-cash for nothing, and back
//
// This package makes a federation of these, keeps it on disk and puts it on one
// port. It imports client/wire, client/tbs and client/tpe and nothing else of the
// client, so that the client's own tests can use it.
//
// # On one port
//
//	ws://<address>/guardian/<i>             guardian i
//	http://<address>/faucet/…               the faucet, see faucet.Handle
//	http://<address>/faucet/guardian/<i>    how guardian i behaves, for tests; see control.go
//	http://<address>/faucet/session         POST ends the running session, for tests
//	http://<address>/faucet/blocks          the number of blocks; POST finds more; see control.go
//	http://<address>/faucet/clock           the guardians' time; POST moves it on
//	everything else                         Options.Handler
//
// It answers requests for its address and for this machine, at its port, and
// refuses those that name another host.
//
// The id of a federation covers the urls of its guardians. So its address is
// chosen once and kept with its keys, and it cannot be started at another.
package devfed

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/ecash"
	"satchel/build/devfed/faucet"
	"satchel/build/devfed/guardian"
	"satchel/build/devfed/lnv2"
	"satchel/build/devfed/meta"
	"satchel/client/wire"
	"satchel/fsm/kv"
	"satchel/fsm/kv/logfile"
)

const (
	faucetPath = "/faucet"

	headerTimeout = 10 * time.Second
)

// A Federation is running from Start to Close.
type Federation struct {
	// Faucet gives out e-cash and takes it back.
	Faucet *faucet.Faucet

	options   Options
	record    *record
	db        *kv.DB
	unlock    func() error
	config    wire.ClientConfig
	ledger    *consensus.Ledger
	mints     map[wire.ModuleID]*ecash.Mint
	lnv2      map[wire.ModuleID]*lnv2.Lightning
	guardians []*guardian.Guardian

	stop  context.CancelCauseFunc
	ended chan struct{}
	err   error // set before ended is closed
}

// Start makes a federation, or opens the one in o.Data, and serves it until
// Close or the end of ctx.
func Start(ctx context.Context, o Options) (*Federation, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	f := &Federation{options: o, unlock: func() error { return nil }, ended: make(chan struct{})}
	if err := f.open(ctx); err != nil {
		return nil, errors.Join(err, f.unlock())
	}
	if err := f.begin(ctx); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func (f *Federation) open(ctx context.Context) error {
	store, err := f.openStore()
	if err != nil {
		return err
	}
	if f.db, err = kv.Open(ctx, store); err != nil {
		return err
	}
	if damaged := f.db.Damaged(); len(damaged) > 0 {
		return fmt.Errorf("%s: %d entries do not match their checksums, the first is %q", f.options.Data, len(damaged), damaged[0].Key)
	}
	if f.record, err = load(f.db); err != nil {
		return err
	}
	address, err := f.address()
	if err != nil {
		return err
	}
	listener, address, err := listen(address)
	if err != nil {
		return err
	}
	if err := f.build(ctx, address); err != nil {
		return errors.Join(err, listener.Close())
	}
	f.serve(ctx, listener)
	return nil
}

// openStore returns where the state is kept, to which no other process may
// write.
func (f *Federation) openStore() (kv.Store, error) {
	if f.options.Data == "" {
		return kv.NewMemory().Handle(), nil
	}
	if err := os.MkdirAll(f.options.Data, 0o700); err != nil {
		return nil, err
	}
	unlock, err := logfile.Lock(filepath.Join(f.options.Data, "lock"))
	if errors.Is(err, logfile.ErrLocked) {
		return nil, fmt.Errorf("the federation in %s is running already", f.options.Data)
	}
	if err != nil {
		return nil, err
	}
	f.unlock = unlock
	return logfile.Open(filepath.Join(f.options.Data, "federation.log")), nil
}

// build makes all parts, and the federation itself if there is none yet.
func (f *Federation) build(ctx context.Context, address string) (err error) {
	isNew := f.record == nil
	if isNew {
		f.record = found(f.options, address)
	}
	if err := f.record.check(f.options); err != nil {
		return err
	}
	if isNew {
		if err := f.record.store(ctx, f.db); err != nil {
			return err
		}
	}
	if f.config, err = f.record.config(); err != nil {
		return err
	}
	modules := make(map[wire.ModuleID]consensus.Module)
	f.mints = make(map[wire.ModuleID]*ecash.Mint)
	f.lnv2 = make(map[wire.ModuleID]*lnv2.Lightning)
	for i, m := range f.record.Modules {
		id := wire.ModuleID(i)
		module, err := kinds[m.Kind].open(f, id, m.Secret)
		if err != nil {
			return fmt.Errorf("module %s: %w", m.Kind, err)
		}
		modules[id] = module
		f.config.Modules[id] = wire.ModuleConfig{
			Kind: m.Kind, Version: module.Version,
			Config: wire.DynConfig{Dyn: wire.DynOf(id, module.Config)},
		}
	}
	f.ledger = consensus.New(f.db, modules, f.record.keys())
	f.ledger.Audit()
	f.buildGuardians(modules)
	return nil
}

func (f *Federation) buildGuardians(modules map[wire.ModuleID]consensus.Module) {
	shared := &guardian.Shared{
		Ledger: f.ledger, DB: f.db, Config: f.config, Keys: f.record.keys(), Modules: modules, Mints: f.mints, LNV2: f.lnv2,
		ChainID: f.record.ChainID, Password: f.options.Password, Founded: uint64(f.record.Founded.Unix()), Now: f.options.Now,
	}
	for i := range f.record.Guardians {
		f.guardians = append(f.guardians, guardian.New(wire.PeerID(i), shared))
	}
	f.Faucet = faucet.New(f.config, f.ledger, f.mints)
}

// serve runs the federation in the background until ctx ends, or until state or
// network fail.
func (f *Federation) serve(ctx context.Context, listener net.Listener) {
	ctx, f.stop = context.WithCancelCause(ctx)
	web := &http.Server{
		Handler:           f.handler(),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: headerTimeout,
	}
	var work sync.WaitGroup
	work.Go(func() { f.stop(f.ledger.Run(ctx)) })
	work.Go(func() { f.stop(web.Serve(listener)) })
	if f.options.BlockTime > 0 {
		work.Go(func() { f.keepMining(ctx) })
	}
	if f.options.Session > 0 {
		work.Go(func() { f.ledger.KeepSessions(ctx, f.options.Session) })
	}
	go func() {
		<-ctx.Done()
		web.Close()
		work.Wait()
		f.db.Close(consensus.ErrStopped)
		f.err = errors.Join(trouble(context.Cause(ctx)), f.db.Drain(context.Background()), f.unlock())
		close(f.ended)
	}()
}

// trouble returns why a federation ended, or nil if somebody wanted it to.
func trouble(cause error) error {
	if errors.Is(cause, context.Canceled) || errors.Is(cause, context.DeadlineExceeded) {
		return nil
	}
	return cause
}

// begin does what has to be agreed on at the start.
func (f *Federation) begin(ctx context.Context) error {
	for _, id := range f.config.ModulesOf(wire.KindMeta) {
		value := f.options.Meta
		now, ok := meta.Get(f.ledger.View(id), meta.Key)
		switch {
		case value == nil && ok || ok && string(now.Value) == string(value):
			continue
		case value == nil:
			value = defaultMeta(f.record.Name)
		}
		if err := f.SetMeta(ctx, value); err != nil {
			return err
		}
	}
	if err := f.observe(ctx); err != nil {
		return err
	}
	for _, url := range f.options.Gateways {
		if err := f.Vet(ctx, url); err != nil {
			return err
		}
	}
	for i := len(f.guardians) - f.options.Offline; i < len(f.guardians); i++ {
		if err := f.guardians[i].Behave(guardian.Behaviour{State: guardian.Off}); err != nil {
			return err
		}
	}
	return nil
}
