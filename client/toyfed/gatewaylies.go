package toyfed

import (
	"fmt"
	"maps"
	"math"
	"strings"

	"satchel/client"
	"satchel/client/wire"
)

// errEndless is what becomes of an answer that has no end.
var errEndless = fmt.Errorf("the answer has more than %d bytes", client.MaxFetch)

// garbage are answers that mean nothing.
func garbage() map[string]GatewayLie {
	lies := map[string]GatewayLie{
		"silence": func(GatewayQuestion) (client.Response, error) { return client.Response{}, ErrSilent },
		"endless": func(GatewayQuestion) (client.Response, error) { return client.Response{}, errEndless },
	}
	for name, r := range map[string]struct {
		status int
		body   string
	}{
		"an error":    {500, errRefused.text},
		"not found":   {404, ""},
		"a redirect":  {302, ""},
		"a page":      {200, "<!doctype html><title>Welcome</title>"},
		"nothing":     {200, ""},
		"null":        {200, "null"},
		"a number":    {200, "7"},
		"a text":      {200, `"thank you"`},
		"a list":      {200, "[null]"},
		"an object":   {200, "{}"},
		"half of it":  {200, `{"Ok":[1,2,3`},
		"short":       {200, `{"Ok":[1,2,3]}`},
		"both":        {200, `{"Ok":null,"Err":null}`},
		"another":     {200, `{"Pending":[]}`},
		"depth":       {200, strings.Repeat("[", client.MaxFetch/2) + strings.Repeat("]", client.MaxFetch/2)},
		"a long text": {200, `"` + strings.Repeat("0", client.MaxFetch-2) + `"`},
	} {
		lies[name] = func(GatewayQuestion) (client.Response, error) {
			return client.Response{Status: r.status, Body: []byte(r.body)}, nil
		}
	}
	return lies
}

// Babbles are lies of a gateway that answers every question with garbage, or not
// at all. It does nothing.
func Babbles() map[string]GatewayLie { return garbage() }

// badPayments are answers to a request for a payment that prove nothing.
func badPayments() map[string]GatewayLie {
	forfeit := func(key func(*Gateway) wire.SecretKey, message func(wire.LNV2OutgoingContract) [32]byte) GatewayLie {
		return func(q GatewayQuestion) (client.Response, error) {
			c := q.request().Contract
			return say(wire.SendPaymentResponse{Forfeit: new(sign(key(q.Gateway), message(c)))})
		}
	}
	module := func(g *Gateway) wire.SecretKey { return g.module }
	node := func(g *Gateway) wire.SecretKey { return g.node }
	id := func(c wire.LNV2OutgoingContract) [32]byte { return c.ID() }
	lies := garbage()
	maps.Copy(lies, map[string]GatewayLie{
		"wrong preimage": func(GatewayQuestion) (client.Response, error) {
			return say(wire.SendPaymentResponse{Preimage: wire.Preimage{1}})
		},
		"the hash as preimage": func(q GatewayQuestion) (client.Response, error) {
			return say(wire.SendPaymentResponse{Preimage: wire.Preimage(q.request().Contract.Image.Hash)})
		},
		"no signature": func(GatewayQuestion) (client.Response, error) {
			return say(wire.SendPaymentResponse{Forfeit: &wire.Signature{}})
		},
		"forfeit by another key": forfeit(node, id),
		"forfeit of another contract": forfeit(module, func(c wire.LNV2OutgoingContract) [32]byte {
			c.Amount--
			return c.ID()
		}),
	})
	return lies
}

// request is what the gateway is asked to pay.
func (q GatewayQuestion) request() wire.SendPaymentRequest {
	return must(parseBody(&paymentRequests, q.Body))
}

// bill is the invoice that the gateway is asked for.
func (q GatewayQuestion) bill() bill {
	q.Gateway.l.f.mu.Lock()
	defer q.Gateway.l.f.mu.Unlock()
	return q.Gateway.bill(must(parseBody(&invoiceRequests, q.Body)))
}

// NeverPays are lies of a gateway that neither pays nor forfeits: the sender has
// to wait until the contract expires.
func NeverPays() map[string]GatewayLie {
	lies := badPayments()
	for name, lie := range lies {
		lies[name] = lie.About("/send_payment")
	}
	return lies
}

// PaysInSecret are lies of a gateway that pays and claims the contract, but does
// not say so, or says that it forfeits the contract. Guardians have the preimage.
func PaysInSecret() map[string]GatewayLie {
	lies := badPayments()
	lies["forfeits as well"] = func(q GatewayQuestion) (client.Response, error) {
		return say(wire.SendPaymentResponse{Forfeit: new(q.Gateway.forfeit(q.request().Contract))})
	}
	for name, lie := range lies {
		lies[name] = GatewayLie(func(q GatewayQuestion) (client.Response, error) {
			q.Honest()
			return lie(q)
		}).About("/send_payment")
	}
	lies["forfeits, and claims first"] = GatewayLie(func(q GatewayQuestion) (client.Response, error) {
		r := q.request()
		q.Gateway.regret(r)
		return say(wire.SendPaymentResponse{Forfeit: new(q.Gateway.forfeit(r.Contract))})
	}).About("/send_payment")
	return lies
}

// PaysLater are lies of a gateway that is honest when it is asked to pay for the
// fourth time.
func PaysLater() map[string]GatewayLie {
	lies := badPayments()
	for name, lie := range lies {
		lies[name] = GatewayLie(func(q GatewayQuestion) (client.Response, error) {
			if q.Times < 3 {
				return lie(q)
			}
			return q.Honest(), nil
		}).About("/send_payment")
	}
	return lies
}

// Vanishes is a lie of a gateway that is honest for the first n requests, and does
// not answer any more then.
func Vanishes(n int) GatewayLie {
	return func(q GatewayQuestion) (client.Response, error) {
		if q.Gateway.requests() > n {
			return client.Response{}, ErrSilent
		}
		return q.Honest(), nil
	}
}

// ExcessiveFees are lies of a gateway that, when it is asked for the nth time,
// wants more for paying, and for being paid, than a wallet accepts.
func ExcessiveFees(n int) map[string]GatewayLie {
	lies := map[string]GatewayLie{}
	for name, change := range map[string]func(*wire.RoutingInfo){
		"base": allFees(func(f *wire.PaymentFee, limit wire.PaymentFee) { f.Base = limit.Base + 1 }),
		"parts per million": allFees(func(f *wire.PaymentFee, limit wire.PaymentFee) {
			f.PartsPerMillion = limit.PartsPerMillion + 1
		}),
		"all the money there is": allFees(func(f *wire.PaymentFee, _ wire.PaymentFee) {
			*f = wire.PaymentFee{Base: math.MaxUint64, PartsPerMillion: math.MaxUint64}
		}),
	} {
		lies[name] = terms(change, n)
	}
	return lies
}

// ExcessiveDelays are lies of a gateway that, when it is asked for the nth time,
// wants more blocks for paying than a wallet accepts.
func ExcessiveDelays(n int) map[string]GatewayLie {
	lies := map[string]GatewayLie{}
	for name, blocks := range map[string]uint64{"a block": 1441, "for ever": math.MaxUint64} {
		lies[name] = terms(func(r *wire.RoutingInfo) { r.ExpirationDeltaMinimum, r.ExpirationDeltaDefault = blocks, blocks }, n)
	}
	return lies
}

// ChangesTerms are lies of a gateway that has other terms when it is asked again,
// but none that a wallet would not accept.
func ChangesTerms() map[string]GatewayLie {
	return map[string]GatewayLie{
		"base":              terms(allFees(func(f *wire.PaymentFee, _ wire.PaymentFee) { f.Base++ }), 2),
		"parts per million": terms(allFees(func(f *wire.PaymentFee, _ wire.PaymentFee) { f.PartsPerMillion++ }), 2),
		"blocks": terms(func(r *wire.RoutingInfo) {
			r.ExpirationDeltaMinimum--
			r.ExpirationDeltaDefault--
		}, 2),
		"key": terms(func(r *wire.RoutingInfo) { r.ModuleKey = r.LightningKey }, 2),
		"all is gone": GatewayLie(func(q GatewayQuestion) (client.Response, error) {
			if q.Times < 1 {
				return q.Honest(), nil
			}
			return say(nil)
		}).About("/routing_info"),
	}
}

// terms makes a lie of what changes the terms from the nth question on.
func terms(change func(*wire.RoutingInfo), n int) GatewayLie {
	return GatewayLie(func(q GatewayQuestion) (client.Response, error) {
		r := q.Gateway.Terms()
		if q.Times >= n-1 {
			change(&r)
		}
		return say(r)
	}).About("/routing_info")
}

func allFees(change func(f *wire.PaymentFee, limit wire.PaymentFee)) func(*wire.RoutingInfo) {
	return func(r *wire.RoutingInfo) {
		change(&r.SendFeeMinimum, wire.SendFeeLimit)
		change(&r.SendFeeDefault, wire.SendFeeLimit)
		change(&r.ReceiveFee, wire.ReceiveFeeLimit)
	}
}

// FalseInvoices are lies of a gateway that makes another invoice than it was asked
// for.
func FalseInvoices() map[string]GatewayLie {
	lies := map[string]GatewayLie{}
	for name, change := range map[string]func(*bill){
		"more":               func(b *bill) { b.amount++ },
		"less":               func(b *bill) { b.amount-- },
		"any amount":         func(b *bill) { b.amount = 0 },
		"another hash":       func(b *bill) { b.hash[0]++ },
		"of another network": func(b *bill) { b.network = "bitcoin" },
	} {
		lies[name] = GatewayLie(func(q GatewayQuestion) (client.Response, error) {
			q.Honest()
			b := q.bill()
			change(&b)
			return say(b.sign().String())
		}).About("/create_bolt11_invoice")
	}
	for name, lie := range garbage() {
		lies[name] = lie.About("/create_bolt11_invoice")
	}
	return lies
}
