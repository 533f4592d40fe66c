package liar

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"satchel/build/devfed/lnv2"
	"satchel/client/tbs"
	"satchel/client/tpe"
	"satchel/client/wire"
)

// Lies about lightning of the second generation, and about blocks and gateways in
// both.
const (
	BlocksMore            Lie = "blocks-more"
	BlocksFewer           Lie = "blocks-fewer"
	PreimageNone          Lie = "preimage-none"
	PreimageOther         Lie = "preimage-other"
	IncomingNone          Lie = "incoming-none"
	IncomingElsewhere     Lie = "incoming-elsewhere"
	IncomingForged        Lie = "incoming-forged"
	IncomingHidden        Lie = "incoming-hidden"
	IncomingSkipped       Lie = "incoming-skipped"
	IncomingAgain         Lie = "incoming-again"
	ExpirationNone        Lie = "expiration-none"
	ExpirationMore        Lie = "expiration-more"
	ExpirationOther       Lie = "expiration-other"
	KeyShareRandom        Lie = "key-share-random"
	KeyShareIdentity      Lie = "key-share-identity"
	KeyShareOffCurve      Lie = "key-share-off-curve"
	KeyShareOffSubgroup   Lie = "key-share-off-subgroup"
	KeyShareOtherGuardian Lie = "key-share-other-guardian"
	KeyShareOther         Lie = "key-share-other"
	SilentKeyShares       Lie = "silent-key-shares"
	GatewaysOther         Lie = "gateways-other"
	GatewaysNone          Lie = "gateways-none"
	GatewaysMany          Lie = "gateways-many"
)

var (
	blockCounts = []string{"module_*_consensus_block_count", "module_*_block_count"}
	preimages   = []string{"module_*_await_preimage"}
	incoming    = []string{"module_*_await_incoming_contract"}
	incomings   = []string{"module_*_await_incoming_contracts"}
	expirations = []string{"module_*_outgoing_contract_expiration"}
	keyShares   = []string{"module_*_decryption_key_share"}
	gateways    = []string{"module_*_gateways", "module_*_list_gateways"}
)

var aboutLightning = []falsehood{
	{BlocksMore, "counts ten thousand blocks that are not there", blockCounts, told(func(_ *call, blocks uint64) any { return blocks + 10_000 })},
	{BlocksFewer, "counts half of the blocks", blockCounts, told(func(_ *call, blocks uint64) any { return blocks / 2 })},
	{PreimageNone, "says at once that a payment has expired", preimages, always(nil)},
	{PreimageOther, "gives a wrong preimage at once", preimages, always(wire.Preimage{31: 1})},
	{IncomingNone, "says at once that an incoming contract has expired", incoming, always(nil)},
	{IncomingElsewhere, "says at once that an incoming contract is funded, by an output that is not there", incoming, always(wire.OutPoint{TxID: wire.TxID{1}, Index: 1})},
	{IncomingForged, "gives incoming contracts with another amount", incomings, told(forgedIncoming)},
	{IncomingHidden, "says that all incoming contracts are spent", incomings, told(func(_ *call, b lnv2.Batch) any {
		return lnv2.Batch{First: []wire.LNV2IncomingContract{}, Second: b.Second}
	})},
	{IncomingSkipped, "says that so many incoming contracts follow that one never comes to their end", incomings, told(func(_ *call, b lnv2.Batch) any {
		return lnv2.Batch{First: b.First, Second: math.MaxUint64}
	})},
	{IncomingAgain, "says that the same incoming contracts follow again", incomings, told(func(_ *call, b lnv2.Batch) any {
		return lnv2.Batch{First: b.First, Second: 0}
	})},
	{ExpirationNone, "says that there is no outgoing contract", expirations, always(nil)},
	{ExpirationMore, "says that an outgoing contract has a thousand blocks more left", expirations, told(func(_ *call, e lnv2.Expiration) any {
		return lnv2.Expiration{First: e.First, Second: e.Second + 1000}
	})},
	{ExpirationOther, "gives the id of another outgoing contract", expirations, told(func(_ *call, e lnv2.Expiration) any {
		return lnv2.Expiration{First: wire.ContractID{1}, Second: e.Second}
	})},
	{KeyShareRandom, "decrypts with a key that nobody knows", keyShares, told(randomKeyShare)},
	{KeyShareIdentity, "gives the identity as share of a decryption key", keyShares, told(fixedKeyShare(identity))},
	{KeyShareOffCurve, "gives a share of a decryption key that is no point of the curve", keyShares, told(fixedKeyShare(offCurve))},
	{KeyShareOffSubgroup, "gives a share of a decryption key that is a point of the curve, but not of the group", keyShares, told(fixedKeyShare(offSubgroup))},
	{KeyShareOtherGuardian, "gives another guardian's share of a decryption key, or if it is alone a random one", keyShares, told(othersKeyShare)},
	{KeyShareOther, "gives its share of the decryption key of another contract", keyShares, told(otherKeyShare)},
	{SilentKeyShares, "does not answer when it is asked for a share of a decryption key", keyShares, silence},
	{GatewaysOther, "names a gateway at which nobody answers", gateways, told(otherGateway)},
	{GatewaysNone, "names no gateway", gateways, always([]any{})},
	{GatewaysMany, "names a thousand gateways more", gateways, told(manyGateways)},
}

func forgedIncoming(_ *call, honest lnv2.Batch) any {
	forged := slices.Clone(honest.First)
	for i := range forged {
		forged[i].Commitment.Amount *= 2
	}
	return lnv2.Batch{First: forged, Second: honest.Second}
}

// ephemeral returns the key with which the contract was encrypted that the request
// is about, which the guardian has answered.
func (c *call) ephemeral() wire.G1 {
	var at wire.OutPoint
	if err := json.Unmarshal(c.params, &at); err != nil {
		panic(fmt.Sprintf("liar: %s answered to %s: %v", c.method, c.params, err))
	}
	key, ok := lnv2.Ephemeral(c.Ledger.View(c.module()), at)
	if !ok {
		panic(fmt.Sprintf("liar: no incoming contract at %v", at))
	}
	return key
}

func fixedKeyShare(share wire.G1) func(*call, wire.G1) any {
	return func(*call, wire.G1) any { return share }
}

func randomKeyShare(c *call, _ wire.G1) any {
	var secret [32]byte
	rand.Read(secret[:31])
	secret[0] |= 1 // not zero
	share, err := tpe.BLS{}.Share(secret, tpe.Ciphertext{Key: c.ephemeral()})
	if err != nil {
		panic(fmt.Sprintf("liar: 31 random bytes make no share: %v", err))
	}
	return wire.G1(share)
}

func othersKeyShare(c *call, honest wire.G1) any {
	n := len(c.Config.Guardians)
	if n == 1 {
		return randomKeyShare(c, honest)
	}
	return c.LNV2[c.module()].Share((c.ID+1)%wire.PeerID(n), c.ephemeral())
}

func otherKeyShare(c *call, _ wire.G1) any {
	return c.LNV2[c.module()].Share(c.ID, tbs.HashV1([]byte("another contract")).Bytes())
}

func noGateway(i int) wire.SafeURL {
	url, err := wire.ParseURL(fmt.Sprintf("http://127.0.0.1:9/%d", i))
	if err != nil {
		panic(fmt.Sprintf("liar: %v", err))
	}
	return url
}

func otherGateway(c *call, answer any) any {
	switch answer.(type) {
	case []wire.SafeURL:
		return []wire.SafeURL{noGateway(0)}
	case []wire.LNAnnouncement:
		return c.strangers(1)
	}
	panic(fmt.Sprintf("liar: %s answered with a %T", c.method, answer))
}

func manyGateways(c *call, answer any) any {
	const many = 1000
	switch honest := answer.(type) {
	case []wire.SafeURL:
		for i := range many {
			honest = append(honest, noGateway(i))
		}
		return honest
	case []wire.LNAnnouncement:
		return append(honest, c.strangers(many)...)
	}
	panic(fmt.Sprintf("liar: %s answered with a %T", c.method, answer))
}
