// Package lnv2 is lightning of the second generation, as a guardian of fedimint
// 0.13 runs it: kind "lnv2", consensus version 1.0, API 0.0.
//
// It knows contracts: how they are funded, who may spend them when, and what
// guardians tell of them. It knows nothing of invoices, of the lightning network
// and of how gateways work.
//
// # Contracts
//
// Whoever funds an outgoing contract pays a gateway for a preimage; whoever funds
// an incoming one is a gateway that buys a preimage, which is encrypted to the
// guardians. Both are spent whole, and named by the output that funded them: the
// same contract may be funded again.
//
//	outgoing, claimed      until the chain has as many blocks as its expiration: by the
//	                       gateway, with the preimage
//	outgoing, refunded     from then on: by the sender
//	outgoing, cancelled    any time: by the sender, with the gateway's signature
//	incoming               with the decryption key of its preimage: by the receiver if the
//	                       preimage is right, and by the gateway if it is not
//
// Nothing is checked of an outgoing contract that is funded. Of an incoming one it
// is that its ciphertext was made for it, and that it has not expired; once it is
// funded it does not expire.
//
// # Blocks and time
//
// Each guardian votes for how many blocks it has seen, and for the minute. A vote
// is greater than the guardian's last one. What is agreed is what a threshold of
// the guardians have seen, and 0 before so many have voted.
//
// # Two things that differ
//
// The keys come from a trusted dealer (Deal). And since one process has the keys
// of all guardians, shares are not kept: a share is made when a guardian is asked
// for it, which gives the same bytes every time.
//
// # State
//
//	outgoing/<txid><index u64>       wire.LNV2OutgoingContract that is not spent
//	incoming/<txid><index u64>       wire.LNV2IncomingContract that is not spent
//	ephemeral/<txid><index u64>      wire.G1, the ciphertext's key of an incoming contract, spent or not
//	preimage/<txid><index u64>       wire.Preimage that an outgoing contract was claimed with
//	contract/<id>                    the last wire.OutPoint that funded an incoming contract
//	stream/<index u64>               the wire.OutPoint of an incoming contract that is not spent
//	position/<txid><index u64>       its index in the stream, u64
//	length                           of the stream, with what is spent, u64
//	blocks/<peer u16>                a guardian's last vote, u64
//	time/<peer u16>                  the same
//	gateway/<peer u16><wire.SafeURL> is there if the guardian has vetted the gateway
package lnv2

import (
	"fmt"

	"satchel/build/devfed/consensus"
	"satchel/client/tpe"
	"satchel/client/wire"
)

// A Lightning is one instance of the module.
type Lightning struct {
	// Fee is for each input and for each output.
	Fee wire.PaymentFee

	keys Keys
	tpe  tpe.BLS
}

// DefaultFee is what real federations take.
var DefaultFee = wire.PaymentFee{Base: 1000}

// New returns the module with these keys, or an error if a guardian's secret does
// not belong to its public key.
func New(keys Keys, fee wire.PaymentFee) (*Lightning, error) {
	if err := keys.check(); err != nil {
		return nil, err
	}
	return &Lightning{Fee: fee, keys: keys}, nil
}

// Module returns what the federation runs.
func (l *Lightning) Module() consensus.Module {
	return consensus.Module{
		Kind:        wire.KindLNV2,
		Version:     wire.Version{Major: 1, Minor: 0},
		API:         wire.Version{Major: 0, Minor: 0},
		Config:      l.Config(),
		Inputs:      l,
		Outputs:     l,
		ApplyItem:   applyItem,
		Propose:     propose,
		Methods:     l.methods(),
		Outstanding: outstanding,
	}
}

// Config returns the client's config of the module.
func (l *Lightning) Config() wire.LNV2Config {
	c := wire.LNV2Config{Key: l.keys.Aggregate, PeerKeys: make(map[wire.PeerID]wire.G1), Fee: l.Fee, Network: "regtest"}
	for i, key := range l.keys.Public {
		c.PeerKeys[wire.PeerID(i)] = key
	}
	return c
}

// threshold is how many guardians it takes to agree, or to decrypt.
func (l *Lightning) threshold() int { return wire.Threshold(len(l.keys.Public)) }

func (l *Lightning) worth(amount wire.Amount) consensus.Worth {
	return consensus.Worth{Amount: amount, Fee: l.Fee.Fee(amount)}
}

// Share returns a guardian's share of the key that decrypts what was encrypted
// with an ephemeral key, which must be a point.
func (l *Lightning) Share(guardian wire.PeerID, ephemeral wire.G1) wire.G1 {
	share, err := l.tpe.Share(l.keys.Secret[guardian], tpe.Ciphertext{Key: ephemeral})
	if err != nil {
		panic(fmt.Sprintf("lnv2: an accepted ciphertext has no share: %v", err))
	}
	return share
}

func ciphertext(c wire.LNV2Ciphertext) tpe.Ciphertext {
	return tpe.Ciphertext{Encrypted: c.Encrypted, Key: c.Key, Signature: c.Signature}
}
