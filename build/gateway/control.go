package gateway

import (
	"net/http"

	"satchel/build/devfed/faucet"
	"satchel/client/wire"
)

// HandleControl adds to mux how the gateway behaves, for tests and for people who
// want to see what a wallet does, below a path like "/faucet":
//
//	GET  /gateway                    ->  {"lie":"","ecash_msat":n}
//	POST /gateway {"lie":"silent"}   ->  the same, as it is now
//	GET  /gateway/lies               ->  {"<lie>":"what the gateway does",…}
//
// ecash_msat is null while the gateway has not joined the federation. Errors are as
// those of the faucet.
func (g *Gateway) HandleControl(mux *http.ServeMux, path string) {
	mux.HandleFunc("GET "+path+"/gateway", func(w http.ResponseWriter, _ *http.Request) { g.replyState(w) })
	mux.HandleFunc("POST "+path+"/gateway", func(w http.ResponseWriter, r *http.Request) {
		var wanted struct {
			Lie *Lie `json:"lie"`
		}
		err := faucet.Read(r, &wanted)
		if err == nil && wanted.Lie != nil {
			err = g.Behave(*wanted.Lie)
		}
		if err != nil {
			faucet.Reply(w, nil, &faucet.Error{Code: faucet.CodeBadRequest, Message: err.Error()})
			return
		}
		g.replyState(w)
	})
	mux.HandleFunc("GET "+path+"/gateway/lies", func(w http.ResponseWriter, _ *http.Request) {
		faucet.Reply(w, Lies(), nil)
	})
}

func (g *Gateway) replyState(w http.ResponseWriter) {
	var state struct {
		Lie   Lie          `json:"lie"`
		Ecash *wire.Amount `json:"ecash_msat"`
	}
	state.Lie = g.Lie()
	if has, ok := g.Balance(); ok {
		state.Ecash = &has
	}
	faucet.Reply(w, state, nil)
}
