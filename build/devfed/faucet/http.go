package faucet

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"satchel/client/wire"
)

// maxBody is the size in bytes of the longest request.
const maxBody = 10 << 20

// Handle adds the faucet's requests to mux, below a path like "/faucet":
//
//	POST /ecash  {"amount_msat":n}  ->  {"notes":"…"}
//	POST /redeem {"notes":"…"}      ->  {"amount_msat":n}
//	GET  /audit                     ->  {"issued_msat":n,"redeemed_msat":n,"outstanding_msat":n,"fees_msat":n}
//
// An error is {"error":{"code":"…","message":"…"}}.
func (f *Faucet) Handle(mux *http.ServeMux, path string) {
	mux.HandleFunc("POST "+path+"/ecash", f.postEcash)
	mux.HandleFunc("POST "+path+"/redeem", f.postRedeem)
	mux.HandleFunc("GET "+path+"/audit", func(w http.ResponseWriter, _ *http.Request) {
		Reply(w, f.ledger.Audit(), nil)
	})
}

func (f *Faucet) postEcash(w http.ResponseWriter, r *http.Request) {
	var request struct {
		Amount *wire.Amount `json:"amount_msat"`
	}
	if err := Read(r, &request); err != nil || request.Amount == nil {
		Reply(w, nil, malformed(`{"amount_msat":n} with a whole number`, err))
		return
	}
	notes, err := f.Ecash(r.Context(), *request.Amount)
	Reply(w, map[string]any{"notes": notes}, err)
}

func (f *Faucet) postRedeem(w http.ResponseWriter, r *http.Request) {
	var request struct {
		Notes *string `json:"notes"`
	}
	if err := Read(r, &request); err != nil || request.Notes == nil {
		Reply(w, nil, malformed(`{"notes":"…"}`, err))
		return
	}
	notes, err := wire.ParseOOBNotes(*request.Notes)
	if err != nil {
		Reply(w, nil, refuse(CodeNotEcash, "%v", err))
		return
	}
	amount, err := f.Redeem(r.Context(), notes)
	Reply(w, map[string]any{"amount_msat": amount}, err)
}

// malformed is the error of a request that is not as wanted, which err may say
// more of.
func malformed(wanted string, err error) error {
	if err == nil {
		return refuse(CodeBadRequest, "want %s", wanted)
	}
	return refuse(CodeBadRequest, "want %s: %v", wanted, err)
}

// Read reads the body of a request, one JSON object that has no members but
// those of v.
func Read(r *http.Request, v any) error {
	d := json.NewDecoder(http.MaxBytesReader(nil, r.Body, maxBody))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("something follows the object")
	}
	return nil
}

// Reply writes a result, or an error.
func Reply(w http.ResponseWriter, result any, err error) {
	status := http.StatusOK
	if err != nil {
		e, ok := errors.AsType[*Error](err)
		if !ok {
			e = &Error{CodeInternal, err.Error()}
		}
		status, result = e.status(), map[string]any{"error": e}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(result)
}

func (e *Error) status() int {
	switch e.Code {
	case CodeSpent:
		return http.StatusConflict
	case CodeNoMint, CodeNoGuardian:
		return http.StatusNotFound
	case CodeNoQuorum:
		return http.StatusServiceUnavailable
	case CodeInternal:
		return http.StatusInternalServerError
	}
	return http.StatusBadRequest
}
