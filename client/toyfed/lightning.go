package toyfed

import (
	"fmt"
	"time"

	"satchel/client/tpe"
	"satchel/client/tpe/toy"
	"satchel/client/wire"
)

// Lightning is what the lightning module of the second generation is like, and
// the gateways that use it.
type Lightning struct {
	Fee wire.PaymentFee

	// Encryption is that of preimages, by default the one of package tpe/toy.
	Encryption Encryption

	// Network is by default regtest.
	Network wire.Network

	// Height and Time are the count of blocks and the seconds since 1970 that
	// guardians agree on at first, by default 1000 and what the clock shows. They
	// do not go on by themselves, see [Federation.Mine] and [Federation.Pass].
	Height, Time uint64

	// Gateways is how many there are, by default one.
	Gateways int

	// Terms are what all gateways ask for, by default those of [Terms]. The keys
	// in them do not count.
	Terms wire.RoutingInfo

	// Liquidity is what each gateway has at first, in msat, by default 10 million.
	Liquidity wire.Amount

	// Lie, if set, is what gateways answer.
	Lie GatewayLie
}

// Encryption is threshold point encryption with all of its sides.
type Encryption interface {
	tpe.Scheme
	tpe.Guardian
	tpe.Dealer
}

// Terms are what gateways of fedimint 0.13 ask for if nobody changes it.
func Terms() wire.RoutingInfo {
	return wire.RoutingInfo{
		SendFeeMinimum:         wire.PaymentFee{Base: 2000, PartsPerMillion: 3000},
		SendFeeDefault:         wire.PaymentFee{Base: 4000, PartsPerMillion: 6000},
		ExpirationDeltaMinimum: 144,
		ExpirationDeltaDefault: 1440,
		ReceiveFee:             wire.PaymentFee{Base: 2000, PartsPerMillion: 3000},
		ReceiveEnabled:         true,
	}
}

// withDefaults is a copy in which everything is set.
func (l Lightning) withDefaults() *Lightning {
	if l.Encryption == nil {
		l.Encryption = toy.Toy{}
	}
	if l.Network == "" {
		l.Network = "regtest"
	}
	if l.Height == 0 {
		l.Height = 1000
	}
	if l.Time == 0 {
		l.Time = uint64(time.Now().Unix())
	}
	if l.Gateways == 0 {
		l.Gateways = 1
	}
	if l.Terms == (wire.RoutingInfo{}) {
		l.Terms = Terms()
	}
	if l.Liquidity == 0 {
		l.Liquidity = 10_000_000
	}
	return &l
}

// lightning is the module.
type lightning struct {
	*Lightning
	f        *Federation
	keys     tpe.Keys
	gateways []*Gateway
	outside  *Outside

	// The federation's mu guards the rest.
	vetted    map[wire.PeerID][]wire.SafeURL // gateways that a guardian lists
	takeBacks map[wire.TxID]bool
}

func (f *Federation) newLightning(setup Lightning) *lightning {
	l := &lightning{Lightning: setup.withDefaults(), f: f, vetted: map[wire.PeerID][]wire.SafeURL{}, takeBacks: map[wire.TxID]bool{}}
	keys, err := l.Encryption.Deal(f.random("keys of lightning"), f.Guardians, wire.Threshold(f.Guardians))
	if err != nil {
		panic(fmt.Sprintf("toyfed: %v", err))
	}
	l.keys = keys
	l.outside = newOutside(l)
	var all []wire.SafeURL
	for i := range l.Gateways {
		g := newGateway(l, i)
		l.gateways, all = append(l.gateways, g), append(all, g.url)
		f.books.gateways = append(f.books.gateways, l.Liquidity)
		f.books.audit.Granted += l.Liquidity
	}
	for i := range f.Guardians {
		l.vetted[wire.PeerID(i)] = all
	}
	f.books.height, f.books.time = l.Height, l.Time
	return l
}

func (*lightning) consensus() wire.Version { return wire.Version{Major: 1} }
func (*lightning) api() wire.Version       { return wire.Version{} }

func (l *lightning) config() wire.LNV2Config {
	c := wire.LNV2Config{Key: l.keys.Aggregate, PeerKeys: map[wire.PeerID]wire.G1{}, Fee: l.Fee, Network: l.Network}
	for i, key := range l.keys.Public {
		c.PeerKeys[wire.PeerID(i)] = key
	}
	return c
}

// mustLightning returns the module, which has to be there.
func (f *Federation) mustLightning() *lightning {
	if f.lightning == nil {
		panic("toyfed: the federation has no lightning module")
	}
	return f.lightning
}

// Vet makes a guardian list these gateways, and no others.
func (f *Federation) Vet(peer wire.PeerID, gateways ...wire.SafeURL) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mustLightning().vetted[peer] = gateways
}
