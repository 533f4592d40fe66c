//go:build unix

// Package drive runs the wallet so that a test can drive it, kill it and start
// it again: as a process ([Process]) and in a real browser ([Tab]).
//
// Both talk to the same facade with the same verbs; see wasm/facade. The page in
// the browser is not the one that people see: it has the link to the core and
// nothing else, so that what a test measures or kills is the core.
package drive

import (
	"encoding/json"
	"errors"

	"satchel/client/wire"
)

// ErrDied is what calls fail with while the wallet is being killed.
var ErrDied = errors.New("wallet died")

// A Wallet runs somewhere and can be killed and started again.
type Wallet interface {
	// Call asks the facade, of a stream for its first answer, and stores the
	// answer in out, which may be nil. It fails with ErrDied when the wallet is
	// killed meanwhile.
	Call(verb string, fields map[string]any, out any) error

	// Rest follows an operation until it is final, or, unless that is asked for,
	// until it waits for nobody but a person. It stores the last answer of
	// subscribe_operation in out.
	Rest(fields map[string]any, final bool, out any) error

	// Kill ends it at once, by SIGKILL. It may be called from anywhere.
	Kill()

	// Start starts it on what is on its disk.
	Start()
}

// An Operation is what the facade tells of an operation.
type Operation struct {
	ID        string      `json:"operation_id"`
	Title     string      `json:"title"`
	State     string      `json:"state"`
	Requested wire.Amount `json:"requested_msat"`
	Amount    wire.Amount `json:"amount_msat"`
	Fee       wire.Amount `json:"fee_msat"`
	Change    int64       `json:"change_msat"`
	InFlight  wire.Amount `json:"in_flight_msat"`
	HandedOut wire.Amount `json:"handed_out_msat"`
	Gone      wire.Amount `json:"gone_msat"`
	Aside     wire.Amount `json:"aside_msat"`
	Final     bool        `json:"final"`
	Progress  Progress    `json:"progress"`

	// Details are those of a lightning payment.
	Details struct{ Invoice string } `json:"details"`
}

// Progress is how far a restore has come, zero before that is known.
type Progress struct {
	From, Read, End uint64 // in items, or in sessions
	Sessions        bool
}

// A Detail is an Operation with its machines.
type Detail struct {
	Operation
	Notes    string    `json:"notes"`
	Machines []Machine `json:"machines"`
}

// A Machine is where a machine stands and has been.
type Machine struct {
	Name    string `json:"name"`
	Current string `json:"current"`
	Stuck   string `json:"stuck"`
	Final   bool   `json:"final"`
	Visited []struct {
		Step, Event string
	} `json:"visited"`
}

// atRest reports whether an answer of subscribe_operation shows it at rest.
func atRest(data json.RawMessage, final bool) (bool, error) {
	var d Detail
	if err := json.Unmarshal(data, &d); err != nil {
		return false, err
	}
	for _, m := range d.Machines {
		if m.Stuck == "" && !m.Final && (final || m.Current != "given" && m.Current != "pending") {
			return false, nil
		}
	}
	return true, nil
}
