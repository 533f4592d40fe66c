// Package verb reads the arguments of the tools, so that all of them answer -h and
// mistakes in one manner. It knows nothing of what they do.
package verb

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// Flags returns the flags of a verb, none yet. call is how it is called, beginning
// with its name, and about says what it does; -h prints both.
func Flags(call, about string) *flag.FlagSet {
	name, _, _ := strings.Cut(call, " ")
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(io.Discard) // the error says it
	flags.Usage = func() {
		fmt.Fprintf(flags.Output(), "usage: go run ./build %s\n\n%s\n", call, strings.TrimSpace(about))
		if hasAny(flags) {
			fmt.Fprintln(flags.Output(), "\nflags:")
			flags.PrintDefaults()
		}
	}
	return flags
}

// hasAny reports whether a set has flags.
func hasAny(flags *flag.FlagSet) (some bool) {
	flags.VisitAll(func(*flag.Flag) { some = true })
	return some
}

// Parse reads arguments, at most so many besides flags. Where they ask for help it
// writes that to out and returns [flag.ErrHelp], with which a verb ends well.
func Parse(flags *flag.FlagSet, args []string, most int, out io.Writer) error {
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		flags.SetOutput(out)
		flags.Usage()
		return err
	case err != nil:
		return fmt.Errorf("%s: %w; see %[1]s -h", flags.Name(), err)
	case flags.NArg() > most:
		return fmt.Errorf("%s: no argument %q is wanted; see %[1]s -h", flags.Name(), flags.Arg(most))
	}
	return nil
}
