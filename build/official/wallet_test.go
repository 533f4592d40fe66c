//go:build unix

package official

import (
	"context"
	"encoding/json"
	"testing"

	"satchel/build/rpc"
	"satchel/client/wire"
	"satchel/wasm/facade"
)

// A wallet is our own, running natively, in one federation.
type wallet struct {
	t      testing.TB
	facade *facade.Facade
	ids    uint64
}

// name is what our wallet calls the federation.
const name = "demo"

func openWallet(t testing.TB) *wallet {
	t.Helper()
	w := &wallet{t: t, facade: facade.New(rpc.Platform(t.TempDir()))}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.facade.Run(t.Context())
	}()
	t.Cleanup(func() { <-ended })
	w.call("generate_mnemonic", nil, nil)
	return w
}

// call makes one request and stores the data of the last response in out, unless
// that is nil.
func (w *wallet) call(verb string, fields map[string]any, out any) {
	w.t.Helper()
	w.ids++
	request := map[string]any{"type": verb, "request_id": w.ids}
	for name, value := range fields {
		request[name] = value
	}
	text, err := json.Marshal(request)
	if err != nil {
		w.t.Fatal(err)
	}
	var data json.RawMessage
	w.facade.Handle(w.t.Context(), text, func(text []byte) {
		var response struct {
			Type, Error string
			Data        json.RawMessage
		}
		if err := json.Unmarshal(text, &response); err != nil {
			w.t.Errorf("%s: %v", text, err)
		}
		switch response.Type {
		case "data":
			data = response.Data
		case "error":
			w.t.Errorf("%s: %s", verb, response.Error)
		}
	})
	if w.t.Failed() {
		w.t.FailNow()
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal(data, out); err != nil {
		w.t.Fatalf("%s: %s: %v", verb, data, err)
	}
}

func (w *wallet) rpc(module, method string, payload map[string]any, out any) {
	w.t.Helper()
	w.call("client_rpc", map[string]any{"client_name": name, "module": module, "method": method, "payload": payload}, out)
}

func (w *wallet) join(invite wire.InviteCode) {
	w.t.Helper()
	w.call("join_federation", map[string]any{"client_name": name, "invite_code": invite}, nil)
}

// has returns the balance, and what was put aside because it would cost more to
// claim than it is worth.
func (w *wallet) has() (balance, aside wire.Amount) {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	defer cancel()
	var first struct{ Data facade.WalletView }
	w.facade.Handle(ctx, []byte(`{"request_id":0,"type":"subscribe_wallet"}`), func(text []byte) {
		if ctx.Err() != nil {
			return // only the first view counts
		}
		cancel()
		if err := json.Unmarshal(text, &first); err != nil {
			w.t.Errorf("%s: %v", text, err)
		}
	})
	if len(first.Data.Federations) != 1 {
		w.t.Fatalf("our wallet is %+v", first)
	}
	only := first.Data.Federations[0]
	return only.Balance, only.Aside
}

// redeem reissues notes and returns when that is done.
func (w *wallet) redeem(notes string) {
	w.t.Helper()
	var operation string
	w.rpc("mint", "reissue_external_notes", map[string]any{"oob_notes": notes}, &operation)
	var last any
	w.rpc("mint", "subscribe_reissue_external_notes", map[string]any{"operation_id": operation}, &last)
	if last != "Done" {
		w.t.Fatalf("our wallet's redemption ended with %v", last)
	}
}

// spend hands out notes that are worth at least so much.
func (w *wallet) spend(amount wire.Amount) (notes string) {
	w.t.Helper()
	var answer [2]string
	w.rpc("mint", "spend_notes_expert", map[string]any{"min_amount": amount, "include_invite": true}, &answer)
	return answer[1]
}
