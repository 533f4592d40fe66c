package toyfed

import (
	"fmt"
	"maps"

	"satchel/client/wire"
)

// LN is what the lightning module of the first generation is like. Its gateways,
// the chain, and those outside, are those of Lightning, which must be there, too.
type LN struct {
	Fees wire.LNFees

	// Encryption is that of preimages, by default one without curves. Guardians
	// decrypt together at the moment in which a contract is funded.
	Encryption LNEncryption

	// Routing is what gateways take, by default that of fedimint 0.13.
	Routing wire.RoutingFees

	// Private is that gateways take pruned invoices.
	Private bool

	// Topping is that a contract can be funded more than once, as it could before
	// version 2.1 of the module.
	Topping bool
}

// LNID is the instance of the module.
const LNID wire.ModuleID = 4

// ln is the module.
type ln struct {
	LN
	f     *Federation
	desks []*lnDesk
	lists map[wire.PeerID][]wire.LNAnnouncement // guarded by the federation's mu
}

// lnBooks are what consensus knows of the module. What is in the maps is replaced
// and never changed.
type lnBooks struct {
	accounts map[wire.ContractID]LNContract
	offers   map[wire.Hash]wire.LNOffer
	used     map[[32]byte]bool // ciphertexts of offers
}

func (b lnBooks) clone() lnBooks {
	return lnBooks{maps.Clone(b.accounts), maps.Clone(b.offers), maps.Clone(b.used)}
}

func (f *Federation) newLN(setup LN) *ln {
	if setup.Encryption == nil {
		setup.Encryption = ToyEncryption{}
	}
	if setup.Routing == (wire.RoutingFees{}) {
		setup.Routing = wire.RoutingFees{BaseMsat: 2000, Millionths: 3000}
	}
	m := &ln{LN: setup, f: f, lists: map[wire.PeerID][]wire.LNAnnouncement{}}
	for _, g := range f.mustLightning().gateways {
		m.desks = append(m.desks, newLNDesk(m, g))
	}
	f.books.ln = lnBooks{map[wire.ContractID]LNContract{}, map[wire.Hash]wire.LNOffer{}, map[[32]byte]bool{}}
	return m
}

// register lets all gateways register with all guardians.
func (m *ln) register() {
	var all []wire.LNAnnouncement
	for _, d := range m.desks {
		all = append(all, d.announcement(1))
	}
	for i := range m.f.Guardians {
		m.lists[wire.PeerID(i)] = all
	}
}

func (m *ln) consensus() wire.Version { return wire.Version{Major: 2, Minor: 1} }
func (m *ln) api() wire.Version       { return wire.Version{Minor: 1} }

func (m *ln) config() wire.LNConfig {
	return wire.LNConfig{Key: m.Encryption.Key(), Fees: m.Fees, Network: wire.LegacyNetwork(m.f.lightning.Network)}
}

func (f *Federation) mustLN() *ln {
	if f.ln == nil {
		panic("toyfed: the federation has no lightning module of the first generation")
	}
	return f.ln
}

// Registration returns what the nth gateway tells guardians about itself, signed
// with a nonce.
func (f *Federation) Registration(n int, nonce uint64) wire.LNAnnouncement {
	return f.mustLN().desks[n].announcement(nonce)
}

// Register makes a guardian list these gateways, and no others.
func (f *Federation) Register(peer wire.PeerID, all ...wire.LNAnnouncement) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mustLN().lists[peer] = all
}

// announcement is what the gateway registers with.
func (d *lnDesk) announcement(nonce uint64) wire.LNAnnouncement {
	a := wire.LNAnnouncement{Info: d.info(), TTL: wire.Duration{Secs: 600}}
	message := a.Info.RegistrationMessage(d.m.Encryption.Key(), nonce)
	a.Auth = &wire.LNRegistrationAuth{Nonce: nonce, Signature: sign(d.identity(), message)}
	return a
}

func (d *lnDesk) identity() wire.SecretKey {
	return keyOf(fmt.Sprint("identity of gateway ", d.g.number))
}

// info is what the gateway tells about itself.
func (d *lnDesk) info() wire.LNGateway {
	return wire.LNGateway{
		ChannelID: uint64(d.g.number) + 1, RedeemKey: d.g.terms.ModuleKey, NodeKey: d.g.terms.LightningKey,
		Alias: fmt.Sprint("gateway ", d.g.number), API: d.g.url, Fees: d.m.Routing, ID: PublicKey(d.identity()),
		PrivatePayments: d.m.Private,
	}
}
