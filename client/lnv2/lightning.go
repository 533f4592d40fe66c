package lnv2

import (
	"fmt"
	"io"

	"satchel/client"
	"satchel/client/secret"
	"satchel/client/tpe"
	"satchel/client/wire"
	"satchel/fsm"
)

// Options are what the module needs besides.
type Options struct {
	Scheme tpe.Scheme
	Random io.Reader // cryptographically secure
}

// Lightning is an instance of the module.
type Lightning struct {
	client.Host
	config wire.LNV2Config
	scheme tpe.Scheme
	random io.Reader
	key    wire.SecretKey   // of contracts that somebody asked for
	lnurl  wire.SecretKey   // of contracts that came through an LNURL
	static []wire.SecretKey // both, of every derivation
	here   bool             // the federation is on this device
}

// Kind is what a client must be told to use the module. options is called once
// for each instance.
func Kind(options func() Options) client.Kind {
	return client.Kind{
		Name: wire.KindLNV2, Version: 1, API: wire.APIVersions{{}},
		New: func(h client.Host) (client.Module, error) {
			config, err := wire.Decode[wire.LNV2Config](h.Config)
			if err != nil {
				return nil, fmt.Errorf("config: %w", err)
			}
			o := options()
			m := &Lightning{Host: h, config: config, scheme: o.Scheme, random: o.Random, here: OnThisDevice(h.Client.Config())}
			m.key, m.lnurl = staticKeys(h.Secret)
			m.static = []wire.SecretKey{m.key, m.lnurl}
			for _, other := range h.Others {
				key, lnurl := staticKeys(other)
				m.static = append(m.static, key, lnurl)
			}
			return m, nil
		},
	}
}

// staticKeys derives the keys of contracts from the module's secret.
func staticKeys(s secret.Secret) (key, lnurl wire.SecretKey) {
	return s.Child(0).SecpKey(), s.Child(1).SecpKey()
}

// Kind implements [client.Module].
func (m *Lightning) Kind() wire.ModuleKind { return wire.KindLNV2 }

// Machines implements [client.Module].
func (m *Lightning) Machines() []*fsm.Machine {
	return []*fsm.Machine{m.send(), m.receive()}
}

// Network returns the network of whose invoices the federation's gateways pay.
func (m *Lightning) Network() wire.Network { return m.config.Network }

// fee is what the federation takes for an input or an output, in msat.
func (m *Lightning) fee(amount wire.Amount) wire.Amount { return m.config.Fee.Fee(amount) }
