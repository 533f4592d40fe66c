//go:build unix

// Command build holds the project's tools: go run ./build <verb>.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"satchel/build/bench"
	"satchel/build/browser/wasmtest"
	"satchel/build/demo"
	"satchel/build/devfed"
	"satchel/build/live"
	"satchel/build/page"
	"satchel/build/rpc"
	"satchel/build/test"
	"satchel/build/wasm"
)

const usage = `usage: go run ./build <verb> [arguments]    or, for more of a verb, <verb> -h

	demo                           try the wallet with a demo federation, in a browser
	test                           run all tests
	bench [name]                   measure, beside the official client
	wasm [-o folder] [package]     build the wallet's program and weigh it
	page [-o folder]               build the wallet and its page for a release, and weigh them
	browsertest [-page] [go test]  run Go tests inside Chromium
	devfed                         run a demo federation with a faucet
	live                           run the wallet on real guardians
	rpc --dir folder               run the wallet natively, JSON on stdin and stdout
`

func main() {
	verb, args := "", os.Args[1:]
	if len(args) > 0 {
		verb, args = args[0], args[1:]
	}
	ctx := context.Background()
	switch verb {
	case "demo":
		end(demo.Verb(ctx, args, os.Stdout))
	case "test":
		end(test.Verb(ctx, args, os.Stdout))
	case "bench":
		end(bench.Verb(ctx, args, os.Stdout))
	case "wasm":
		end(wasm.Verb(ctx, args, os.Stdout))
	case "page":
		end(page.Verb(ctx, args, os.Stdout))
	case "browsertest":
		end(wasmtest.Verb(ctx, args, os.Stdout))
	case "browserexec": // what browsertest gives to go test
		end(wasmtest.Exec(ctx, args, os.Stdout, os.Stderr))
	case "devfed":
		end(devfed.Verb(ctx, args, os.Stdout))
	case "live":
		end(live.Verb(ctx, args, os.Stdout))
	case "rpc":
		end(rpc.Verb(ctx, args, os.Stdin, os.Stdout))
	case "help", "-h", "-help", "--help":
		fmt.Print(usage)
	default:
		if verb != "" {
			fmt.Fprintf(os.Stderr, "there is no verb %q\n\n", verb)
		}
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
}

// end ends the program with the exit code that the error stands for.
func end(err error) {
	var failed wasmtest.Failed
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
	case errors.As(err, &failed):
		os.Exit(int(failed))
	default:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
