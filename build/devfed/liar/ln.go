package liar

import (
	"context"
	"encoding/json"
	"fmt"

	"satchel/build/devfed/ln"
	"satchel/client/wire"
)

// Lies about lightning of the first generation alone.
const (
	HeightEarly      Lie = "height-early"
	AccountNone      Lie = "account-none"
	AccountMore      Lie = "account-more"
	AccountEmpty     Lie = "account-empty"
	AccountOther     Lie = "account-other"
	AccountCancelled Lie = "account-cancelled"
	DecryptedInvalid Lie = "decrypted-invalid"
	DecryptedOther   Lie = "decrypted-other"
	OfferNone        Lie = "offer-none"
	OfferOther       Lie = "offer-other"
	GatewaysForged   Lie = "gateways-forged"
)

var (
	heights      = []string{"module_*_await_block_height"}
	account      = []string{"module_*_account"}
	accounts     = []string{"module_*_account", "module_*_await_account", "module_*_await_outgoing_contract_cancelled"}
	cancellation = []string{"module_*_await_outgoing_contract_cancelled"}
	decryptions  = []string{"module_*_get_decrypted_preimage_status", "module_*_await_preimage_decryption"}
	offer        = []string{"module_*_offer"}
	offers       = []string{"module_*_offer", "module_*_await_offer"}
	registered   = []string{"module_*_list_gateways"}
)

var aboutLN = []falsehood{
	{HeightEarly, "says at once that there are as many blocks as somebody waits for", heights, always(nil)},
	{AccountNone, "says that there is no contract", account, always(nil)},
	{AccountMore, "gives contracts that are worth more", accounts, changedAccount(func(a *wire.LNAccount) { a.Amount += 1_000_000 })},
	{AccountEmpty, "gives contracts that are spent", accounts, changedAccount(func(a *wire.LNAccount) { a.Amount = 0 })},
	{AccountOther, "gives contracts with other keys", accounts, changedAccount(otherContract)},
	{AccountCancelled, "says at once that a gateway has cancelled a contract", cancellation, cancelledAtOnce},
	{DecryptedInvalid, "says that preimages are invalid", decryptions, told(changedDecryption(wire.DecryptedPreimage{Variant: wire.PreimageInvalid}))},
	{DecryptedOther, "decrypts other preimages", decryptions, told(changedDecryption(wire.DecryptedPreimage{
		Variant: wire.PreimageFound, Key: wire.PreimageKey{0: 2, 32: 1},
	}))},
	{OfferNone, "says that there is no offer", offer, always(nil)},
	{OfferOther, "gives offers with another price", offers, told(func(_ *call, o wire.LNOffer) any { o.Amount++; return o })},
	{GatewaysForged, "says that registered gateways are elsewhere, without their signatures", registered, told(forgedGateways)},
}

func changedAccount(change func(*wire.LNAccount)) func(context.Context, *call) (any, error) {
	return told(func(_ *call, a wire.LNAccount) any {
		change(&a)
		return a
	})
}

func otherContract(a *wire.LNAccount) {
	key := wire.SecretKey{31: 1}.PublicKey()
	if a.Incoming != nil {
		a.Incoming.GatewayKey = key
	} else {
		a.Outgoing.GatewayKey, a.Outgoing.UserKey = key, key
	}
}

// cancelledAtOnce waits as an honest guardian does for a contract that is not there,
// or is an incoming one.
func cancelledAtOnce(ctx context.Context, c *call) (any, error) {
	var id wire.ContractID
	if json.Unmarshal(c.params, &id) == nil {
		if a, ok := ln.Account(c.Ledger.View(c.module()), id); ok && a.Outgoing != nil {
			a.Outgoing.Cancelled = true
			return a, nil
		}
	}
	return c.honest(ctx)
}

// changedDecryption tells another result of decryption, as either method does.
func changedDecryption(to wire.DecryptedPreimage) func(*call, any) any {
	return func(c *call, answer any) any {
		var preimage *wire.Preimage
		status := wire.PreimageStatus{Variant: to.Variant}
		if to.Variant == wire.PreimageFound {
			status.Preimage = to.Key.Preimage()
			preimage = &status.Preimage
		}
		switch honest := answer.(type) {
		case ln.Status:
			honest.First.Contract.Decrypted = to
			return ln.Status{First: honest.First, Second: status}
		case ln.Decryption:
			honest.First.Contract.Decrypted = to
			return ln.Decryption{First: honest.First, Second: preimage}
		}
		panic(fmt.Sprintf("liar: %s answered with a %T", c.method, answer))
	}
}

func forgedGateways(_ *call, honest []wire.LNAnnouncement) any {
	for i := range honest {
		honest[i].Info.API = noGateway(i)
	}
	return honest
}

// strangers are so many gateways at which nobody answers, and which have not signed.
func (c *call) strangers(n int) (list []wire.LNAnnouncement) {
	for i := range n {
		key := c.Key
		key[30], key[31] = byte(i>>8), byte(i)
		public := key.PublicKey()
		list = append(list, wire.LNAnnouncement{TTL: wire.Duration{Secs: 3600}, Info: wire.LNGateway{
			RedeemKey: public, NodeKey: public, ID: public, Alias: "stranger", API: noGateway(i), RouteHints: wire.RouteHints{},
		}})
	}
	return list
}
