// Package demo puts the wallet's page, a demo federation and a lightning gateway on
// one port, for somebody who wants to see what this is.
//
// # On one port
//
// Beside what package devfed has there:
//
//	http://<address>/                     the page
//	http://<address>/routing_info, …      the gateway, see gateway.Gateway.Handle
//	http://<address>/faucet/invoice, …    somebody outside, see lightning.Node.Handle
//	http://<address>/faucet/gateway       how the gateway behaves, see its HandleControl
//
// The gateway is at the root of the origin, since clients drop the path of its url.
// So the page may talk to it ('self'), as every other wallet may.
package demo

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"satchel/build/devfed"
	"satchel/build/verb"
	"satchel/client/wire"
)

const (
	// gift is how much the page asks the faucet for, in msat.
	gift = 1_000_000

	// blockTime is how often a block is found.
	blockTime = time.Minute

	faucetPath = "/faucet"
)

// Verb is "build demo": it builds the wallet and its page into dist/demo, starts a
// demo federation that serves the page, and prints the link that opens it. It runs
// until ctx ends or the program is told to end.
func Verb(ctx context.Context, args []string, out io.Writer) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	flags := verb.Flags("demo [flags]", `
Builds everything, starts a demo federation that serves the wallet, and prints the
link that opens it.

`+devfed.Trouble(devfed.DefaultFaucet)+trouble(devfed.DefaultFaucet))
	listen := flags.String("listen", devfed.DefaultListen, "`host:port` of a new federation")
	data := flags.String("data", "", "`folder` with the federation's state (a folder in the user's cache)")
	var modules []wire.ModuleKind
	devfed.ModulesFlag(flags, &modules)
	if err := verb.Parse(flags, args, 0, out); err != nil {
		return err
	}
	if *data == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return err
		}
		*data = filepath.Join(cache, "satchel-demo")
	}
	d, err := Start(ctx, Options{Federation: devfed.Options{Listen: *listen, Data: *data, Modules: modules, BlockTime: blockTime}, Log: out})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nOpen this link:\n\n  %s\n\nSwitch a guardian off (slow, lying: demo -h):  %s\n"+
		"Everything runs on this machine, and its e-cash is worth nothing. End it with Ctrl-C.\n", d.Link, d.Federation.SwitchOff())
	<-d.Federation.Ended()
	return d.Close()
}
