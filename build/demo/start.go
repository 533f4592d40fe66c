package demo

import (
	"context"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"sync/atomic"

	"satchel/build/devfed"
	"satchel/build/npm"
	"satchel/build/page"
	"satchel/build/wasm"
	"satchel/client/wire"
)

// Options say what to start.
type Options struct {
	// Federation is what the demo federation is like. Its handler is the page.
	Federation devfed.Options
	// Out is the folder to which the wallet and its page are built; by default
	// dist/demo of the repository, so that a release in dist stays what it is.
	Out string
	// Log gets what npm has to say.
	Log io.Writer
}

// A Demo is a federation that serves the wallet's page.
type Demo struct {
	Federation *devfed.Federation
	// Link opens the page with an invitation to the federation.
	Link string
	// Lightning is there if the federation has lightning of the second generation.
	Lightning *Lightning
}

// Close ends everything. It returns what went wrong, now or before.
func (d *Demo) Close() error {
	err := d.Federation.Close()
	if d.Lightning != nil {
		err = errors.Join(err, d.Lightning.Close())
	}
	return err
}

// Start builds the wallet and its page and starts a federation that serves it.
func Start(ctx context.Context, o Options) (*Demo, error) {
	root, err := page.Root(ctx)
	if err != nil {
		return nil, err
	}
	if o.Out == "" {
		o.Out = filepath.Join(root, "dist", "demo")
	}
	if err := Build(ctx, root, o.Out, o.Log); err != nil {
		return nil, err
	}
	return Serve(ctx, o.Out, o.Federation)
}

// Build builds the wallet and its page into a folder.
func Build(ctx context.Context, root, out string, log io.Writer) error {
	if err := npm.Ready(ctx, root, log); err != nil {
		return err
	}
	program, err := wasm.Build(ctx, "satchel/wasm", out)
	if err != nil {
		return err
	}
	_, err = page.Build(ctx, page.Options{Root: root, Out: filepath.Join(out, "page"), Program: program, Loopback: true})
	return err
}

// Serve starts a federation that serves the page that Build has made in a folder,
// with a lightning gateway if it has lightning of the second generation.
func Serve(ctx context.Context, folder string, o devfed.Options) (*Demo, error) {
	var site atomic.Pointer[page.Site]
	site.Store(&page.Site{})
	handler, err := page.Handler(filepath.Join(folder, "page"), page.Serving{
		Loopback: true,
		Site:     func() page.Site { return *site.Load() },
	})
	if err != nil {
		return nil, err
	}
	routes, tools := http.NewServeMux(), http.NewServeMux()
	routes.Handle("/", handler)
	o.Handler, o.Tools = routes, tools
	f, err := devfed.Start(ctx, o)
	if err != nil {
		return nil, err
	}
	invite := f.Invite().String()
	d := &Demo{Federation: f, Link: "http://" + f.Address() + "/#" + invite}
	if len(f.Config().ModulesOf(wire.KindLNV2)) > 0 {
		if d.Lightning, err = StartLightning(ctx, f, o.Data); err != nil {
			return nil, errors.Join(err, f.Close())
		}
		d.Lightning.Handle(routes, tools)
	}
	site.Store(&page.Site{Faucet: faucetPath + "/ecash", Amount: gift, Invite: invite})
	return d, nil
}
