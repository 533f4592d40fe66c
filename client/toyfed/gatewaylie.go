package toyfed

import (
	"encoding/json"
	"errors"
	"slices"

	"satchel/client"
)

// A GatewayLie answers requests to the gateways, as it likes. It has no part in
// payments from outside: a gateway that does not take these is switched off.
type GatewayLie func(GatewayQuestion) (client.Response, error)

// A GatewayQuestion is what a gateway is asked.
type GatewayQuestion struct {
	Gateway *Gateway
	Route   string
	Body    []byte
	Times   int // how often it was asked for the route before

	// Honest does and answers what an honest gateway would.
	Honest func() client.Response
}

// say is an answer of JSON.
func say(v any) (client.Response, error) {
	return client.Response{Status: 200, Body: must(json.Marshal(v))}, nil
}

// ErrSilent is the answer of a gateway that does not answer.
var ErrSilent = errors.New("silence")

// About makes a lie one about these routes.
func (l GatewayLie) About(routes ...string) GatewayLie {
	return func(q GatewayQuestion) (client.Response, error) {
		if slices.Contains(routes, q.Route) {
			return l(q)
		}
		return q.Honest(), nil
	}
}
