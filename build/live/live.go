// Package live runs the wallet, natively and in Chromium, on a federation of
// real guardians: it joins, receives e-cash that somebody else made, sends e-cash
// of every generation that the federation has and that somebody else takes, and is
// restored from its words. It is not part of the tests, since it needs such a
// federation.
//
//	go run ./build live --invite fed11… --notes "…" --notes "…" --take 'fedimint-cli … reissue'
package live

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"

	"satchel/build/npm"
	"satchel/build/verb"
)

// Variables in which the verb tells its test what to do.
const (
	inviteVariable = "SATCHEL_LIVE_INVITE"
	notesVariable  = "SATCHEL_LIVE_NOTES"
	takeVariable   = "SATCHEL_LIVE_TAKE"
	billVariable   = "SATCHEL_LIVE_BILL"
	beyondVariable = "SATCHEL_LIVE_BEYOND"
	payVariable    = "SATCHEL_LIVE_PAY"
)

// Verb is go run ./build live. The first --notes are for the native wallet, the
// second for the one in Chromium; with one only the native wallet runs. --take
// is a shell command that is given the e-cash that the wallet sends as its last
// argument and must claim it, of whichever generation it is; without it the e-cash
// is printed and taken back. With --bill, a shell command that prints an invoice
// over the amount in msat that it is given, the wallet pays one of half a thousand
// sat, and with --beyond one that the gateway cannot pay; with --pay, a shell
// command, it is paid.
func Verb(ctx context.Context, args []string, out io.Writer) error {
	var notes list
	flags := verb.Flags("live --invite code --notes e-cash [flags]", `
Runs the wallet, natively and in Chromium, on a federation of real guardians: it
joins, receives the e-cash, of either generation, sends half of it, has that claimed
or takes it back, pays and is paid by lightning if there is somebody to do so with,
and restores what is left in a new wallet from the words.`)
	invite := flags.String("invite", "", "invite `code` of the federation")
	take := flags.String("take", "", "shell `command` that claims e-cash, given as its last argument;\nwithout it the wallet prints the e-cash and takes it back")
	bill := flags.String("bill", "", "shell `command` that prints an invoice over the amount in msat that is its last argument")
	beyond := flags.String("beyond", "", "`msat` that the gateway does not have: an invoice over it must come back")
	pay := flags.String("pay", "", "shell `command` that pays the invoice that is its last argument, and prints what came of it")
	flags.Var(&notes, "notes", "`e-cash` for the native wallet; given twice, the second is for the one in Chromium")
	if err := verb.Parse(flags, args, 0, out); err != nil {
		return err
	}
	if *invite == "" || len(notes) == 0 || len(notes) > 2 {
		return errors.New("live: --invite and one or two --notes are needed; see live -h")
	}
	if err := npm.Ready(ctx, ".", out); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "test", "-count=1", "-v", "-tags=live", "-run=TestLive", "./build/live")
	cmd.Env = append(os.Environ(),
		inviteVariable+"="+*invite, notesVariable+"="+strings.Join(notes, "\n"), takeVariable+"="+*take,
		billVariable+"="+*bill, beyondVariable+"="+*beyond, payVariable+"="+*pay)
	cmd.Stdout, cmd.Stderr = out, os.Stderr
	return cmd.Run()
}

// list is a flag that may be given more than once.
type list []string

func (l *list) String() string     { return strings.Join(*l, " ") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }
