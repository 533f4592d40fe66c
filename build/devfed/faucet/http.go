package faucet

import (
	"context"
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
// With /ecash?kind=mint the notes are of the first generation, in base64, and
// with /ecash?kind=mintv2 of the second, in base32 after "fedimint" and rounded
// up as EcashV2 does. Without a kind they are of the first generation, which
// every client can take, or of the second in a federation that has only that.
// /redeem takes either.
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
	notes, err := f.ofKind(r.Context(), r.URL.Query().Get("kind"), *request.Amount)
	Reply(w, map[string]any{"notes": notes}, err)
}

func (f *Faucet) ofKind(ctx context.Context, kind string, amount wire.Amount) (notes any, err error) {
	if kind == "" {
		kind = string(wire.KindMint)
		if len(f.config.ModulesOf(wire.KindMint)) == 0 && len(f.config.ModulesOf(wire.KindMintV2)) > 0 {
			kind = string(wire.KindMintV2)
		}
	}
	switch wire.ModuleKind(kind) {
	case wire.KindMint:
		return f.Ecash(ctx, amount)
	case wire.KindMintV2:
		return f.EcashV2(ctx, amount)
	}
	return nil, refuse(CodeBadRequest, "the kind of a mint is %q or %q, not %q", wire.KindMint, wire.KindMintV2, kind)
}

func (f *Faucet) postRedeem(w http.ResponseWriter, r *http.Request) {
	var request struct {
		Notes *string `json:"notes"`
	}
	if err := Read(r, &request); err != nil || request.Notes == nil {
		Reply(w, nil, malformed(`{"notes":"…"}`, err))
		return
	}
	amount, err := f.redeemText(r.Context(), *request.Notes)
	Reply(w, map[string]any{"amount_msat": amount}, err)
}

// redeemText redeems notes of either generation. A text of one is none of the
// other.
func (f *Faucet) redeemText(ctx context.Context, text string) (wire.Amount, error) {
	notes, err := wire.ParseOOBNotes(text)
	if err == nil {
		return f.Redeem(ctx, notes)
	}
	if ecash, second := wire.ParseECash(text); second == nil && len(ecash.Notes()) > 0 {
		return f.RedeemV2(ctx, ecash)
	}
	return 0, refuse(CodeNotEcash, "%v", err)
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
