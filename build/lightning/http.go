package lightning

import (
	"fmt"
	"net/http"

	"satchel/build/devfed/faucet"
	"satchel/client/bolt11"
	"satchel/client/wire"
)

// Codes of errors beside those of the faucet. They are stable.
const (
	CodeNotInvoice = "not_an_invoice"
	CodeNotPaid    = "payment_failed"
	CodeNoInvoice  = "no_such_invoice"
)

// What is meant by a request that does not say it, and the most that is taken.
const (
	defaultExpiry  = 3600        // seconds
	maxExpiry      = 365 * 86400 // seconds
	maxDescription = 639         // bytes, which fill a field of an invoice
	routeDelay     = 2016        // blocks
)

// Handle adds what the outside world can be asked for to mux, below a path like
// "/faucet". The outside world is this node: whoever asks lets it be paid, and lets
// it pay.
//
//	POST /invoice {"amount_msat":n,"description":"…"}  ->  {"invoice":"…","payment_hash":"…"}
//	GET  /invoice/<payment hash>                       ->  {"state":"settled","preimage":"…"}
//	POST /pay     {"invoice":"…"}                      ->  {"amount_msat":n,"preimage":"…"}
//
// An invoice may also have "expiry_secs", 3600 if it is not there, and with
// "unpayable":true no payment for it ever arrives. Its state is unpaid, held, settled
// or cancelled. A payment is answered once it has ended; the same invoice is paid
// once. Errors are as those of the faucet.
func (n *Node) Handle(mux *http.ServeMux, path string) {
	mux.HandleFunc("POST "+path+"/invoice", n.postInvoice)
	mux.HandleFunc("GET "+path+"/invoice/{hash}", n.getInvoice)
	mux.HandleFunc("POST "+path+"/pay", n.postPay)
}

func (n *Node) postInvoice(w http.ResponseWriter, r *http.Request) {
	wanted, err := readRequest(r)
	if err != nil {
		faucet.Reply(w, nil, err)
		return
	}
	i, err := n.Invoice(r.Context(), wanted)
	faucet.Reply(w, map[string]any{"invoice": i.String(), "payment_hash": i.PaymentHash}, err)
}

func readRequest(r *http.Request) (Request, error) {
	var request struct {
		Amount      wire.Amount `json:"amount_msat"`
		Description string      `json:"description"`
		Expiry      uint64      `json:"expiry_secs"`
		Unpayable   bool        `json:"unpayable"`
	}
	request.Expiry = defaultExpiry
	if err := faucet.Read(r, &request); err != nil {
		return Request{}, refuse(faucet.CodeBadRequest, `want {"amount_msat":n,"description":"…"}: %v`, err)
	}
	switch {
	case request.Amount == 0 || request.Amount > faucet.MaxAmount:
		return Request{}, refuse(faucet.CodeAmount, "an invoice is for 1 to %d msat, not %d", uint64(faucet.MaxAmount), uint64(request.Amount))
	case request.Expiry == 0 || request.Expiry > maxExpiry:
		return Request{}, refuse(faucet.CodeBadRequest, "an invoice expires after 1 to %d seconds, not %d", maxExpiry, request.Expiry)
	case len(request.Description) > maxDescription:
		return Request{}, refuse(faucet.CodeBadRequest, "a description of %d bytes is too long, %d are possible", len(request.Description), maxDescription)
	}
	return Request{
		Amount: request.Amount, Description: wire.InvoiceDescription{Direct: request.Description},
		Expiry: request.Expiry, Unpayable: request.Unpayable,
	}, nil
}

func refuse(code, format string, args ...any) error {
	return &faucet.Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

func (n *Node) getInvoice(w http.ResponseWriter, r *http.Request) {
	var hash wire.Hash
	err := hash.UnmarshalText([]byte(r.PathValue("hash")))
	state, preimage, ok := n.State(hash)
	switch {
	case err != nil:
		err = refuse(faucet.CodeBadRequest, "%v", err)
	case !ok:
		err = refuse(CodeNoInvoice, "there is no invoice with the payment hash %v", hash)
	}
	answer := map[string]any{"state": state}
	if state == Settled {
		answer["preimage"] = preimage.String()
	}
	faucet.Reply(w, answer, err)
}

func (n *Node) postPay(w http.ResponseWriter, r *http.Request) {
	var request struct {
		Invoice string `json:"invoice"`
	}
	if err := faucet.Read(r, &request); err != nil {
		faucet.Reply(w, nil, refuse(faucet.CodeBadRequest, `want {"invoice":"…"}: %v`, err))
		return
	}
	i, err := bolt11.Decode(request.Invoice)
	if err != nil {
		faucet.Reply(w, nil, refuse(CodeNotInvoice, "%v", err))
		return
	}
	paid, err := n.Pay(r.Context(), i, routeDelay)
	if err == nil && paid.State == Failed {
		err = refuse(CodeNotPaid, "%s", paid.Why)
	}
	faucet.Reply(w, map[string]any{"amount_msat": paid.Amount, "preimage": paid.Preimage.String()}, err)
}
