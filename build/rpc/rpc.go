// Package rpc runs the wallet natively, behind the same facade as in a browser:
// one JSON request per line on standard input, one JSON response per line on
// standard output. Scripts and tests drive it.
//
// The state is in one folder: a file for the wallet and one for each federation,
// every commit flushed before it counts. When the input ends, the process does so
// once every request is answered; a subscription is when it is cancelled. Killing the process at any moment loses
// nothing: what was under way goes on at the next start.
package rpc

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"satchel/build/verb"
	"satchel/client"
	"satchel/fsm/kv"
	"satchel/fsm/kv/logfile"
	"satchel/wasm/facade"
	"satchel/wasm/fetch"
	"satchel/wasm/socket"
)

// Verb is the verb: go run ./build rpc --dir DIR. It fails with
// [logfile.ErrLocked] when another process has the folder.
func Verb(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	flags := verb.Flags("rpc --dir folder", `
Runs the wallet natively: one JSON request per line on standard input, one JSON
response per line on standard output, until the input ends. For example:

  {"request_id":1,"type":"generate_mnemonic"}

go doc ./wasm/facade tells every request.`)
	dir := flags.String("dir", "", "`folder` that holds the wallet; it is made if it is not there")
	if err := verb.Parse(flags, args, 0, out); err != nil {
		return err
	}
	if *dir == "" {
		return errors.New("rpc: --dir names the folder that holds the wallet; see rpc -h")
	}
	if err := os.MkdirAll(*dir, 0o700); err != nil {
		return err
	}
	unlock, err := logfile.Lock(filepath.Join(*dir, "lock"))
	if err != nil {
		return fmt.Errorf("rpc: folder %q: %w", *dir, err)
	}
	defer unlock()
	return Serve(ctx, Platform(*dir), in, out)
}

// Platform keeps wallets in a folder.
func Platform(dir string) client.Platform {
	return client.Platform{
		Store:  func(name string) kv.Store { return store(filepath.Join(dir, name+".kv")) },
		Dial:   socket.Dial,
		Fetch:  fetch.Do,
		Random: rand.Reader,
		Now:    time.Now,
		Kinds:  facade.Kinds(),
	}
}

// longestLine is how many bytes a request may have.
const longestLine = 32 << 20

// Serve answers the requests of in on out, until in ends and all of them have
// been answered, or ctx ends.
func Serve(ctx context.Context, p client.Platform, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	f := facade.New(p)
	ran := make(chan error, 1)
	go func() { ran <- f.Run(ctx) }()

	served := make(chan error, 1)
	go func() { served <- serve(ctx, f, in, out) }()
	select {
	case err := <-served:
		cancel()
		<-ran
		return err
	case err := <-ran:
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("wallet stopped: %w", err)
	}
}

func serve(ctx context.Context, f *facade.Facade, in io.Reader, out io.Writer) error {
	var mu sync.Mutex
	respond := func(line []byte) {
		mu.Lock()
		defer mu.Unlock()
		out.Write(append(line, '\n'))
	}
	var calls sync.WaitGroup
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, longestLine)
	for lines.Scan() {
		request := append([]byte(nil), lines.Bytes()...)
		if len(request) == 0 {
			continue
		}
		calls.Go(f.Begin(ctx, request, respond))
	}
	calls.Wait()
	return lines.Err()
}
