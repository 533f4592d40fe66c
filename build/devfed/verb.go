package devfed

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"satchel/build/verb"
	"satchel/client/wire"
)

// Verb runs a federation until ctx ends or the program is told to end. When the
// federation is ready it writes to out where it is.
func Verb(ctx context.Context, args []string, out io.Writer) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	o, asJSON, err := parse(args, out)
	if err != nil {
		return err
	}
	f, err := Start(ctx, o)
	if err != nil {
		return err
	}
	if err := f.announce(out, asJSON); err != nil {
		return errors.Join(err, f.Close())
	}
	<-f.Ended()
	return f.Close()
}

func parse(args []string, out io.Writer) (o Options, asJSON bool, err error) {
	flags := verb.Flags("devfed [flags]", `
Runs a demo federation with a faucet, on one port, until it is told to end. Its
e-cash is worth nothing.

`+Trouble(DefaultFaucet)+"\n\n"+moves)
	flags.IntVar(&o.Guardians, "guardians", 0, "how many guardians, 1 to 10 (4)")
	flags.IntVar(&o.Offline, "offline", 0, "how many of them, the last ones, begin switched off")
	ModulesFlag(flags, &o.Modules)
	flags.StringVar(&o.Name, "name", "", "the federation's `name` ("+defaultName+")")
	value := flags.String("meta", "", "what the meta module says, a `JSON` object")
	flags.BoolVar(&o.NoFees, "no-fees", false, "make the modules free")
	gatewaysFlag(flags, &o.Gateways)
	flags.StringVar(&o.Password, "password", "", "the `password` of the owner of every guardian (there is none)")
	flags.StringVar(&o.Data, "data", "", "`folder` with the state (a folder in the user's cache)")
	flags.StringVar(&o.Listen, "listen", "", "`host:port` of a new federation ("+DefaultListen+"); with port 0 a free one is chosen and kept")
	o.listenNew = DefaultListen
	flags.DurationVar(&o.Session, "session", defaultSession, "how long after an item a session ends")
	flags.DurationVar(&o.BlockTime, "block-time", defaultBlockTime, "how often a block is found; 0 is never")
	flags.BoolVar(&asJSON, "json", false, "write one line of JSON when ready")
	if err := verb.Parse(flags, args, 0, out); err != nil {
		return o, false, err
	}
	if *value != "" {
		o.Meta = []byte(*value)
	}
	if o.Session < time.Millisecond {
		return o, false, fmt.Errorf("sessions of %v are too short", o.Session)
	}
	if o.Data == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return o, false, err
		}
		o.Data = filepath.Join(cache, "satchel-devfed")
	}
	return o, asJSON, nil
}

// ModulesFlag adds a flag that sets Options.Modules.
func ModulesFlag(flags *flag.FlagSet, modules *[]wire.ModuleKind) {
	usage := "`kinds` of modules, comma separated, in any order (" + strings.Join(names(Kinds()), ",") + ")"
	flags.Func("modules", usage, func(list string) error {
		*modules = nil
		for _, kind := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' }) {
			*modules = append(*modules, wire.ModuleKind(strings.TrimSpace(kind)))
		}
		return nil
	})
}

func gatewaysFlag(flags *flag.FlagSet, gateways *[]wire.SafeURL) {
	flags.Func("gateways", "`urls` of lightning gateways that all guardians vet, comma separated", func(list string) error {
		*gateways = nil
		for _, text := range strings.Split(list, ",") {
			url, err := wire.ParseURL(strings.TrimSpace(text))
			if err != nil {
				return err
			}
			*gateways = append(*gateways, url)
		}
		return nil
	})
}

// announce says where the federation is.
func (f *Federation) announce(out io.Writer, asJSON bool) error {
	urls := make([]string, len(f.guardians))
	for i := range urls {
		urls[i] = f.config.Guardians[wire.PeerID(i)].URL.Full()
	}
	if asJSON {
		return json.NewEncoder(out).Encode(struct {
			Invite    wire.InviteCode `json:"invite"`
			Guardians []string        `json:"guardians"`
			Faucet    string          `json:"faucet"`
		}{f.Invite(), urls, f.FaucetURL()})
	}
	text := fmt.Sprintf("%q is running with %d guardians. It is a demo: its e-cash is worth nothing.\n\n", f.record.Name, len(urls))
	text += fmt.Sprintf("  invite code  %s\n", f.Invite())
	for i, url := range urls {
		off := ""
		if i >= len(urls)-f.options.Offline {
			off = "  (off)"
		}
		text += fmt.Sprintf("  guardian %d   %s%s\n", i, url, off)
	}
	text += fmt.Sprintf("  faucet       curl -d '{\"amount_msat\":100000}' %s/ecash\n", f.FaucetURL())
	if len(f.config.ModulesOf(wire.KindMint)) > 0 && len(f.config.ModulesOf(wire.KindMintV2)) > 0 {
		text += fmt.Sprintf("  of mintv2    curl -d '{\"amount_msat\":100000}' '%s/ecash?kind=mintv2'\n", f.FaucetURL())
	}
	text += fmt.Sprintf("  switch off   %s (slow, lying: devfed -h)\n", f.SwitchOff())
	text += fmt.Sprintf("  state        %s\n\nEnd it with Ctrl-C.\n", f.options.Data)
	_, err := io.WriteString(out, text)
	return err
}
