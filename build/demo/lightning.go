package demo

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"satchel/build/devfed"
	"satchel/build/gateway"
	"satchel/build/lightning"
	"satchel/client/wire"
	"satchel/fsm/kv"
	"satchel/fsm/kv/logfile"
	"satchel/wasm/socket"
)

// float is how much e-cash the gateway has at first, in msat.
const float = 10_000_000_000

// trouble tells people what they can do about lightning, at a faucet.
func trouble(faucet string) string {
	return strings.ReplaceAll(`

Beyond the gateway there is somebody who makes invoices and pays them:

  curl -d '{"amount_msat":100000,"description":"tea"}' FAUCET/invoice
  curl -d '{"amount_msat":100000,"unpayable":true}' FAUCET/invoice
  curl -d '{"invoice":"lnbcrt…"}' FAUCET/pay

The gateway can be made to fail, and a contract expires after 1452 blocks:

  curl -d '{"lie":"silent"}' FAUCET/gateway
  curl -d '{"lie":""}' FAUCET/gateway                    # honest again
  curl FAUCET/gateway/lies                               # every lie there is
  curl -d '{"count":1452}' FAUCET/blocks`, "FAUCET", faucet)
}

// Lightning is a small lightning network and the federation's gateway to it.
type Lightning struct {
	Gateway *gateway.Gateway
	// Outside is somebody beyond the gateway.
	Outside *lightning.Node

	network *lightning.Network
	ended   chan struct{}
	err     error // set before ended is closed
}

// StartLightning starts a gateway that runs as long as the federation, which ends when
// the gateway fails. What they keep is in data, a folder of the federation's, if it
// has one. The gateway is where the federation is: its routes have to be added to the
// handler of that, see Handle.
func StartLightning(ctx context.Context, f *devfed.Federation, data string) (*Lightning, error) {
	store, err := stores(data)
	if err != nil {
		return nil, err
	}
	l := &Lightning{ended: make(chan struct{})}
	if l.network, err = lightning.Open(ctx, store("network"), lightning.Options{}); err != nil {
		return nil, err
	}
	node, err := l.network.Node(ctx, "Demo gateway")
	if err != nil {
		return nil, err
	}
	if l.Outside, err = l.network.Node(ctx, "outside"); err != nil {
		return nil, err
	}
	l.Gateway, err = gateway.Open(ctx, gateway.Options{
		Store: store, Node: node, Invite: f.Invite(), Dial: socket.Dial, Faucet: notes(f), Float: float,
	})
	if err != nil {
		return nil, err
	}
	at, err := wire.ParseURL("http://" + f.Address() + "/")
	if err == nil {
		err = f.Vet(ctx, at)
	}
	if err != nil {
		return nil, err
	}
	l.run(ctx, f)
	return l, nil
}

// stores returns where a network and a gateway are kept, by name.
func stores(data string) (func(name string) kv.Store, error) {
	if data == "" {
		var mu sync.Mutex
		memory := map[string]*kv.Memory{}
		return func(name string) kv.Store {
			mu.Lock()
			defer mu.Unlock()
			if memory[name] == nil {
				memory[name] = kv.NewMemory()
			}
			return memory[name].Handle()
		}, nil
	}
	folder := filepath.Join(data, "lightning")
	return func(name string) kv.Store { return logfile.Open(filepath.Join(folder, name+".log")) }, os.MkdirAll(folder, 0o700)
}

// notes is e-cash of the federation for nothing, of the second generation if there is
// such.
func notes(f *devfed.Federation) func(context.Context, wire.Amount) (string, error) {
	return func(ctx context.Context, amount wire.Amount) (string, error) {
		if len(f.Config().ModulesOf(wire.KindMintV2)) > 0 {
			second, err := f.Faucet.EcashV2(ctx, amount)
			return second.Base32(), err
		}
		first, err := f.Faucet.Ecash(ctx, amount)
		return first.Base64(), err
	}
}

func (l *Lightning) run(ctx context.Context, f *devfed.Federation) {
	ctx, stop := context.WithCancel(ctx)
	var work sync.WaitGroup
	work.Go(func() {
		if err := l.Gateway.Run(ctx); !errors.Is(err, context.Canceled) {
			l.err = err
		}
		f.Close()
	})
	go func() {
		<-f.Ended()
		stop()
		work.Wait()
		l.err = errors.Join(l.err, l.network.Close())
		close(l.ended)
	}()
}

// Close waits until the gateway has ended, as it does with the federation.
func (l *Lightning) Close() error {
	<-l.ended
	return l.err
}

// Handle adds the gateway to what is at the root, and what people can do about
// lightning to the tools.
func (l *Lightning) Handle(routes, tools *http.ServeMux) {
	l.Gateway.Handle(routes)
	l.Gateway.HandleControl(tools, faucetPath)
	l.Outside.Handle(tools, faucetPath)
}
