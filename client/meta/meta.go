// Package meta is the client side of the meta module of fedimint, kind "meta",
// consensus version 0: values by number on which a threshold of guardians has
// agreed. By convention value 0 is a JSON object that describes the federation.
//
// It knows how to ask for values. What is in them comes from outside: text of a
// federation is shown as text, and no address in it is followed.
//
// # Method
//
//	module_<id>_get_consensus   params: the key, a number
//	                            result: null, or {"revision":n,"value":"<hex>"}
package meta

import (
	"context"
	"encoding/json"

	"satchel/client"
	"satchel/client/guardians"
	"satchel/client/wire"
	"satchel/fsm"
)

// Kind is what a wallet must be told to use the module.
func Kind() client.Kind {
	return client.Kind{
		Name: wire.KindMeta, Version: 0, API: wire.APIVersions{{}},
		New: func(h client.Host) (client.Module, error) { return &Meta{h}, nil },
	}
}

// Meta is an instance of the module.
type Meta struct{ client.Host }

// Kind implements [client.Module].
func (m *Meta) Kind() wire.ModuleKind { return wire.KindMeta }

// Machines implements [client.Module]: the module has no inputs or outputs.
func (m *Meta) Machines() []*fsm.Machine { return nil }

// Summarize implements [client.Module]: the module begins no operations.
func (m *Meta) Summarize(client.Operation, []fsm.Record) client.Summary { return client.Summary{} }

// A Value is what guardians agreed on.
type Value struct {
	Revision uint64        `json:"revision"` // grows with every change
	Value    wire.HexBytes `json:"value"`
}

// Get asks the guardians for a value. It is nil where they have agreed on none.
func (m *Meta) Get(ctx context.Context, key uint8) (*Value, error) {
	return guardians.Ask(ctx, m.Guardians(), guardians.Question{Method: m.Method("get_consensus"), Params: key},
		func(_ wire.PeerID, answer json.RawMessage) (v *Value, err error) {
			err = json.Unmarshal(answer, &v)
			return v, err
		}, guardians.Agree[*Value]())
}
