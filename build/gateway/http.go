package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"satchel/build/gateway/lnv2"
	"satchel/client/wire"
)

const (
	// maxBody is the size in bytes of the longest request.
	maxBody = 1 << 20

	// verifyWait is how long /verify waits at most.
	verifyWait = 30 * time.Second
)

// Handle adds the routes of a gateway to mux, each at / and below /v1:
//
//	POST /routing_info           federation id               ->  wire.RoutingInfo, or null
//	POST /create_bolt11_invoice  wire.CreateInvoiceRequest   ->  invoice
//	POST /send_payment           wire.SendPaymentRequest     ->  wire.SendPaymentResponse, when it is over
//	GET  /verify/<payment hash>  ->  {"status":"OK","settled":bool,"preimage":hex or null}
//
// /verify answers at once that an invoice is not settled, unless the contract is
// being funded or the query has "wait"; then it waits for at most 30 seconds. Pages
// of every site may use the routes. An error is a text, but that of /verify is
// {"status":"ERROR","reason":"…"}.
func (g *Gateway) Handle(mux *http.ServeMux) {
	for _, prefix := range []string{"", "/v1"} {
		g.route(mux, "POST", prefix+"/routing_info", answering(g.routingInfo))
		g.route(mux, "POST", prefix+"/create_bolt11_invoice", answering(g.createInvoice))
		g.route(mux, "POST", prefix+"/send_payment", answering(g.sendPayment))
		g.route(mux, "GET", prefix+"/verify/{hash}", g.verify)
	}
}

// route adds a route that pages of every site may use.
func (g *Gateway) route(mux *http.ServeMux, method, path string, h http.HandlerFunc) {
	open := func(h http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if g.Lie() == Gone {
				panic(http.ErrAbortHandler)
			}
			w.Header().Set("Access-Control-Allow-Origin", "*")
			w.Header().Set("Cache-Control", "no-store")
			h(w, r)
		}
	}
	mux.HandleFunc(method+" "+path, open(h))
	mux.HandleFunc("OPTIONS "+path, open(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Methods", "*")
		w.Header().Set("Access-Control-Allow-Headers", "*")
		w.WriteHeader(http.StatusNoContent)
	}))
}

// A failure is an answer of another status than 200.
type failure struct {
	status int
	text   string
}

func (f failure) Error() string { return f.text }

// answering answers a request of type T, in JSON.
func answering[T any](answer func(context.Context, T) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var request T
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err == nil {
			err = json.Unmarshal(body, &request)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		result, err := answer(r.Context(), request)
		if err != nil {
			f := failureOf(err)
			http.Error(w, f.text, f.status)
			return
		}
		reply(w, http.StatusOK, result)
	}
}

func reply(w http.ResponseWriter, status int, result any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(result)
}

// failureOf says it in the words of fedimint 0.13, and why on a line of its own, which
// a gateway with money would keep to itself.
func failureOf(err error) failure {
	var f failure
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, lnv2.ErrNode):
		return failure{http.StatusInternalServerError, fmt.Sprintf("Lightning Network operation failed\n%v", err)}
	}
	return failure{http.StatusInternalServerError, fmt.Sprintf("LNv2 operation failed, please contact gateway operator\n%v", err)}
}

// serving returns the module that serves a federation.
func (g *Gateway) serving(id wire.FederationID) (*lnv2.Gateway, error) {
	m, err := g.module()
	if id != g.id || err != nil {
		return nil, failure{http.StatusBadRequest, fmt.Sprintf("No federation available for prefix %v", id.Prefix())}
	}
	return m, nil
}

// paying returns the module of a federation that has one.
func (g *Gateway) paying(id wire.FederationID) (*lnv2.Gateway, error) {
	m, err := g.serving(id)
	if err == nil && m == nil {
		err = errors.New("the federation has no lightning module of this kind")
	}
	return m, err
}

func (g *Gateway) routingInfo(_ context.Context, id wire.FederationID) (any, error) {
	m, err := g.serving(id)
	if err != nil || m == nil {
		return nil, err
	}
	info := m.RoutingInfo()
	if g.Lie() == ExpiryTooLong {
		info.ExpirationDeltaMinimum, info.ExpirationDeltaDefault = 1441, 1441
	}
	return info, nil
}

func (g *Gateway) createInvoice(ctx context.Context, r wire.CreateInvoiceRequest) (any, error) {
	if !g.bucket.take() {
		return nil, failure{http.StatusTooManyRequests, "Too many requests, please try again later"}
	}
	m, err := g.paying(r.FederationID)
	if err != nil {
		return nil, err
	}
	if other, told := g.falseInvoice(r); told {
		i, err := g.options.Node.Invoice(ctx, other)
		return i.String(), err
	}
	i, err := m.CreateInvoice(ctx, r)
	if errors.Is(err, lnv2.ErrNotReceiving) {
		return nil, failure{http.StatusBadRequest, fmt.Sprintf("Receiving payments is disabled for federation %v", r.FederationID.Prefix())}
	}
	return i.String(), err
}

func (g *Gateway) sendPayment(ctx context.Context, r wire.SendPaymentRequest) (any, error) {
	m, err := g.paying(r.FederationID)
	if err != nil {
		return nil, err
	}
	if answer, told, err := g.falsePayment(ctx, m, r); told {
		return answer, err
	}
	return m.SendPayment(ctx, r)
}

func (g *Gateway) verify(w http.ResponseWriter, r *http.Request) {
	receipt, err := g.receipt(r)
	if err == nil && receipt.Why != "" {
		err = errors.New(receipt.Why)
	}
	if err != nil {
		reply(w, http.StatusInternalServerError, map[string]string{"status": "ERROR", "reason": err.Error()})
		return
	}
	answer := map[string]any{"status": "OK", "settled": receipt.Settled, "preimage": nil}
	if receipt.Settled {
		answer["preimage"] = receipt.Preimage.String()
	}
	reply(w, http.StatusOK, answer)
}

var errUnknownHash = errors.New("Unknown payment hash")

func (g *Gateway) receipt(r *http.Request) (lnv2.Receipt, error) {
	var hash wire.Hash
	if err := hash.UnmarshalText([]byte(r.PathValue("hash"))); err != nil {
		return lnv2.Receipt{}, err
	}
	m, err := g.paying(g.id)
	if err != nil {
		return lnv2.Receipt{}, err
	}
	wait, ok := m.Funded(hash)
	if !ok {
		return lnv2.Receipt{}, errUnknownHash
	}
	if !wait && !r.URL.Query().Has("wait") {
		return lnv2.Receipt{}, nil
	}
	ctx, cancel := context.WithTimeout(r.Context(), verifyWait)
	defer cancel()
	receipt, err := m.AwaitReceipt(ctx, hash)
	if ctx.Err() != nil {
		return lnv2.Receipt{}, nil // nothing is known yet
	}
	return receipt, err
}
