package lightning

import (
	"fmt"
	"io"

	"satchel/client"
	"satchel/client/secret"
	"satchel/client/tpe/v1"
	"satchel/client/wire"
	"satchel/fsm"
)

// Options are what the module needs besides.
type Options struct {
	// Encrypt encrypts a message to the guardians, as [v1.Encrypt] does.
	Encrypt func(public [48]byte, seed [32]byte, m []byte) (v1.Ciphertext, error)
	Random  io.Reader // cryptographically secure
}

// Lightning is an instance of the module.
type Lightning struct {
	client.Host
	Options
	config  wire.LNConfig
	secrets []secret.Secret // of every derivation, the wallet's own first
	redeem  wire.SecretKey  // takes back what was paid within the federation
	auth    wire.SecretKey  // of preimages
	here    bool            // the federation is on this device
}

// Kind is what a client must be told to use the module. options is called once
// for each instance.
func Kind(options func() Options) client.Kind {
	return client.Kind{
		Name: wire.KindLN, Version: 2, API: wire.APIVersions{{}},
		New: func(h client.Host) (client.Module, error) {
			config, err := wire.Decode[wire.LNConfig](h.Config)
			if err != nil {
				return nil, fmt.Errorf("config: %w", err)
			}
			m := &Lightning{Host: h, Options: options(), config: config, here: onThisDevice(h.Client.Config())}
			m.secrets = append([]secret.Secret{h.Secret}, h.Others...)
			m.redeem, m.auth = staticKeys(h.Secret)
			return m, nil
		},
	}
}

// Kind implements [client.Module].
func (m *Lightning) Kind() wire.ModuleKind { return wire.KindLN }

// Machines implements [client.Module].
func (m *Lightning) Machines() []*fsm.Machine {
	return []*fsm.Machine{m.pay(), m.offer(), m.claim()}
}

// Network returns the network of whose invoices the federation's gateways pay.
func (m *Lightning) Network() wire.Network { return wire.Network(m.config.Network) }
