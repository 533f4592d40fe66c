package devfed

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"satchel/client/wire"
)

const (
	// DefaultListen is where a federation is found that was not told otherwise.
	DefaultListen = "127.0.0.1:8174"

	defaultGuardians = 4
	maxGuardians     = 10
	defaultName      = "Satchel demo"
	defaultSession   = 3 * time.Second
)

// Options say what a federation is like. What is zero has a default. Of a
// federation that is on disk already, Guardians, Listen, Modules, Name and
// NoFees cannot be changed: Start refuses other ones.
type Options struct {
	// Guardians is their number, from 1 to 10; 4 by default.
	Guardians int
	// Offline is how many guardians, the last ones, begin switched off.
	Offline int
	// Modules are kinds of Kinds, in any order. All are there by default: those
	// that a new guardian of fedimint 0.13 has, as far as they exist here, and
	// those of the first generation, so that every client can use the federation.
	Modules []wire.ModuleKind
	// Name is the federation's name.
	Name string
	// Meta is the meta module's value, the text of a JSON object; by default one
	// with the name and a welcome message. Another one than is on disk becomes
	// the next revision.
	Meta []byte
	// NoFees makes the modules free. Else the mints take 100 msat for each note
	// that is spent or issued, and lnv2 takes 1000 msat for each contract that is
	// funded or spent; ln takes nothing.
	NoFees bool

	// Gateways are vetted by all guardians.
	Gateways []wire.SafeURL
	// Password is that of the owner of every guardian, with which gateways can be
	// vetted over the API; if it is "" nobody is the owner.
	Password string

	// Listen is the address, host and port. Port 0 is a free one, or the one that
	// is on disk. The default is the address that is on disk, or 127.0.0.1:0.
	Listen string
	// listenNew is the default for a new federation.
	listenNew string
	// Data is the folder with the state, which is made; if it is "" the
	// federation is forgotten when it is closed.
	Data string
	// Session is how long after an item the session ends; 3 s by default. If it
	// is negative sessions end only by CloseSession.
	Session time.Duration
	// BlockTime is how often a block is found. If it is 0, chain and clock stand
	// still for the guardians, except for Mine and Advance.
	BlockTime time.Duration
	// Handler answers what is neither a guardian's nor the faucet's.
	Handler http.Handler
	// Tools, if it is not nil, answers what else is below the path of the faucet,
	// as carefully as the faucet does: never to pages of other sites.
	Tools http.Handler
	// Now is the clock with which the timestamps of clients are compared, and
	// that guardians agree on; time.Now by default.
	Now func() time.Time
}

// complete returns o with the defaults filled in that do not depend on what is
// on disk.
func (o Options) complete() (Options, error) {
	if o.Session == 0 {
		o.Session = defaultSession
	}
	if o.Handler == nil {
		o.Handler = http.NotFoundHandler()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	for _, kind := range o.Modules {
		if _, ok := kinds[kind]; !ok {
			return o, fmt.Errorf("unknown module %q; known are %s", kind, strings.Join(names(Kinds()), ", "))
		}
	}
	if o.Meta != nil {
		if err := checkMeta(o.Meta); err != nil {
			return o, err
		}
	}
	if o.Guardians < 0 || o.Guardians > maxGuardians {
		return o, fmt.Errorf("%d guardians: want 1 to %d", o.Guardians, maxGuardians)
	}
	return o, nil
}

// Kinds returns the kinds of modules that a federation can have.
func Kinds() []wire.ModuleKind { return slices.Sorted(maps.Keys(kinds)) }

func names(kinds []wire.ModuleKind) []string {
	list := make([]string, len(kinds))
	for i, kind := range kinds {
		list[i] = string(kind)
	}
	return list
}
