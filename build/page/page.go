// Package page bundles the wallet's page and serves it.
//
// It knows where the page's sources are, how browsers are told what a page may
// do, and how files are cached. It knows nothing of money and nothing of what
// the page shows.
//
// # What a bundle is
//
//	index.html            names the files below
//	assets/*-HASH.*       page, worker, style and program; never change under their name
//	sw.js                 the service worker, which keeps all of it for offline use
//	manifest.webmanifest  and icons: the wallet as an installed app
//	build.json            the build and the size of every file
//	licenses.txt          of everything that is in the bundle
//	site.json             what a host adds: see [Site]
//	_headers              what a host sends with each of them
//
// Beside a file that is worth it there are FILE.br and FILE.gz.
//
// # What a host must do
//
// Serve the folder at the root of an origin that has nothing else, over TLS, and
// send the headers that are in _headers, in the form that Netlify and Cloudflare
// Pages read; other hosts are told in their own way. index.html carries the
// policy itself, as far as a page can: it runs no script but its own and takes no
// text for markup, whatever the host does. What only headers do is
//
//   - the policy of the worker and of the service worker: theirs comes with the
//     file that they are made of, and the keys are in the worker;
//   - frame-ancestors: nobody may lay another page over this one;
//   - to keep files from being read as something else (nosniff), and pages of
//     other sites from this one's window and files (Cross-Origin-…);
//   - Cache-Control: names with a hash for ever, everything else asked for anew.
//
// # Builds
//
// A build is named by a hash over all files of the bundle. Page, worker and
// service worker know the name of their build as __BUILD__, and refuse to work
// with those of another one. The program is loaded by its hash: __WASM_URL__ and
// __WASM_INTEGRITY__ tell the worker where it is and what it must be. The service
// worker knows the hash of every file as __FILES__.
package page

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Options say what to bundle.
type Options struct {
	// Root is the repository, with node_modules installed; by default that of the
	// working directory.
	Root string
	// Out is the folder for the bundle. What was in it is deleted.
	Out string
	// Program is the wallet's program for the browser, with the wasm_exec.js of
	// its Go beside it, as package wasm builds it.
	Program string
	// Release makes the files as small as can be, which takes a while.
	Release bool
	// Loopback lets the page talk to guardians on the same machine without TLS.
	Loopback bool
}

// A Bundle is what Build has made.
type Bundle struct {
	// Build is its name.
	Build string `json:"build"`
	// FirstPaint is how many bytes a browser has to load, after brotli, before
	// it shows something.
	FirstPaint int `json:"first_paint"`
	// Files are all files, by name.
	Files []File `json:"files"`
}

// A File is one file of a bundle, with its size in bytes as it is and as it is
// sent.
type File struct {
	Name string `json:"name"`
	Raw  int    `json:"raw"`
	Sent int    `json:"sent"`
}

// A Site is what a host adds to the page that it serves, as site.json. All of it
// may be left out.
type Site struct {
	// Faucet is the address of a faucet that gives e-cash away: see the demo
	// federation.
	Faucet string `json:"faucet,omitempty"`
	// Amount is how much the faucet is asked for, in msat.
	Amount uint64 `json:"amount_msat,omitempty"`
	// Invite is the code of the federation that the page offers to join.
	Invite string `json:"invite_code,omitempty"`
}

// Build bundles the page into o.Out.
func Build(ctx context.Context, o Options) (*Bundle, error) {
	b, err := newBundler(ctx, o)
	if err != nil {
		return nil, err
	}
	if b.goLicenses, err = goLicenses(ctx, b.Root); err != nil {
		return nil, err
	}
	if err := b.readPage(); err != nil {
		return nil, err
	}
	// The name of the build is part of the files: what they are without it names it.
	unnamed, err := b.bundle("")
	if err != nil {
		return nil, err
	}
	bundle, err := b.bundle(unnamed.hash())
	if err != nil {
		return nil, err
	}
	return bundle.write(o.Out, o.Release)
}

// BuildCore bundles the worker with the program into o.Out, and instead of the
// page another script that links to it, which is named by its path in the
// repository. It returns the script's path below o.Out.
func BuildCore(ctx context.Context, o Options, source string) (script string, err error) {
	b, err := newBundler(ctx, o)
	if err != nil {
		return "", err
	}
	f := &files{build: fingerprint(b.program), content: map[string][]byte{}}
	worker, err := b.core(f)
	if err != nil {
		return "", err
	}
	linked, err := b.script(f, source, linkTo(worker, f.build))
	if err != nil {
		return "", err
	}
	_, err = f.write(o.Out, o.Release)
	return linked.name, err
}

func newBundler(ctx context.Context, o Options) (*bundler, error) {
	if o.Root == "" {
		root, err := Root(ctx)
		if err != nil {
			return nil, err
		}
		o.Root = root
	}
	b := &bundler{Options: o}
	return b, b.readProgram()
}

// Root returns the folder of the module that the working directory is in.
func Root(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("page: go env: %w", err)
	}
	mod := strings.TrimSpace(string(out))
	if mod == "" || mod == os.DevNull {
		return "", fmt.Errorf("page: the working directory is in no module")
	}
	return filepath.Dir(mod), nil
}

// write writes all files into a folder that has nothing else in it afterwards.
func (f *files) write(out string, release bool) (*Bundle, error) {
	if err := os.RemoveAll(out); err != nil {
		return nil, err
	}
	bundle := &Bundle{Build: f.build}
	for _, name := range f.names() {
		sent, err := writePacked(filepath.Join(out, filepath.FromSlash(name)), f.content[name], release)
		if err != nil {
			return nil, err
		}
		if slices.Contains(f.first, name) {
			bundle.FirstPaint += sent
		}
		bundle.Files = append(bundle.Files, File{name, len(f.content[name]), sent})
	}
	about, err := json.Marshal(bundle)
	if err != nil {
		return nil, err
	}
	return bundle, os.WriteFile(filepath.Join(out, aboutName), about, 0o644)
}

const (
	aboutName   = "build.json"
	siteName    = "site.json"
	indexName   = "index.html"
	serviceName = "sw.js"
	headersName = "_headers"
	assets      = "assets"
)

// hashed reports whether a file never changes under its name.
func hashed(name string) bool { return path.Dir(name) == assets }
