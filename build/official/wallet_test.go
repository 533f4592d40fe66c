//go:build unix

package official

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"satchel/build/rpc"
	"satchel/client/wire"
	"satchel/wasm/facade"
)

// A wallet is our own, running natively, in one federation.
type wallet struct {
	t        testing.TB
	facade   *facade.Facade
	ids      uint64
	mnemonic []string
	end      func()
}

// name is what our wallet calls the federation.
const name = "demo"

// openWallet opens a wallet with these words, or with new ones if there are none.
func openWallet(t testing.TB, words ...string) *wallet {
	t.Helper()
	w := &wallet{t: t, facade: facade.New(rpc.Platform(t.TempDir())), mnemonic: words}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.facade.Run(ctx)
	}()
	w.end = func() {
		cancel()
		<-ended
	}
	t.Cleanup(w.end)
	if len(words) > 0 {
		w.call("set_mnemonic", map[string]any{"words": words}, nil)
		return w
	}
	var made struct{ Mnemonic []string }
	w.call("generate_mnemonic", nil, &made)
	w.mnemonic = made.Mnemonic
	return w
}

// stop ends the wallet for good, in the middle of whatever it does.
func (w *wallet) stop() { w.end() }

// request makes a request and returns when it is answered to the end.
func (w *wallet) request(ctx context.Context, verb string, fields map[string]any, on func(data json.RawMessage)) {
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
	w.facade.Handle(ctx, text, func(text []byte) {
		var response struct {
			Type, Error string
			Data        json.RawMessage
		}
		if err := json.Unmarshal(text, &response); err != nil {
			w.t.Errorf("%s: %v", text, err)
		}
		switch response.Type {
		case "data":
			on(response.Data)
		case "error":
			if ctx.Err() == nil {
				w.t.Errorf("%s: %s", verb, response.Error)
			}
		}
	})
	if w.t.Failed() {
		w.t.FailNow()
	}
}

// call makes one request and stores the data of the last response in out, unless
// that is nil.
func (w *wallet) call(verb string, fields map[string]any, out any) {
	w.t.Helper()
	var data json.RawMessage
	w.request(w.t.Context(), verb, fields, func(d json.RawMessage) { data = d })
	if out == nil {
		return
	}
	if err := json.Unmarshal(data, out); err != nil {
		w.t.Fatalf("%s: %s: %v", verb, data, err)
	}
}

func (w *wallet) ofMint(method string, payload map[string]any) map[string]any {
	return map[string]any{"client_name": name, "module": "mint", "method": method, "payload": payload}
}

// mint calls a method of the mint.
func (w *wallet) mint(method string, payload map[string]any, out any) {
	w.t.Helper()
	w.call("client_rpc", w.ofMint(method, payload), out)
}

// join joins the federation, looking for what its words own there if the wallet
// is made of words, under a derivation.
func (w *wallet) join(invite wire.InviteCode) { w.joinUnder("double", invite) }

func (w *wallet) joinUnder(derivation string, invite wire.InviteCode) {
	w.t.Helper()
	w.call("join_federation", map[string]any{"client_name": name, "invite_code": invite, "derivation": derivation}, nil)
}

func (w *wallet) backUp() {
	w.t.Helper()
	w.call("back_up", map[string]any{"federation": name}, nil)
}

// stream makes a request and returns when on wants no more of its answers.
func (w *wallet) stream(verb string, fields map[string]any, on func(data json.RawMessage) (enough bool)) {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	defer cancel()
	w.request(ctx, verb, fields, func(data json.RawMessage) {
		if ctx.Err() == nil && on(data) {
			cancel()
		}
	})
}

// view returns the federation as the wallet shows it, as soon as that is enough.
func (w *wallet) view(enough func(facade.FederationView) bool) (only facade.FederationView) {
	w.t.Helper()
	w.stream("subscribe_wallet", nil, func(data json.RawMessage) bool {
		var v facade.WalletView
		if err := json.Unmarshal(data, &v); err != nil || len(v.Federations) != 1 {
			w.t.Errorf("our wallet is %s: %v", data, err)
			return true
		}
		only = v.Federations[0]
		return enough(only)
	})
	return only
}

// has returns the balance, and what was put aside because it would cost more to
// claim than it is worth.
func (w *wallet) has() (balance, aside wire.Amount) {
	w.t.Helper()
	v := w.view(func(facade.FederationView) bool { return true })
	return v.Balance, v.Aside
}

// restored waits until the wallet has found everything and claimed it.
func (w *wallet) restored() {
	w.t.Helper()
	w.view(func(v facade.FederationView) bool { return !v.Restoring && v.Pending == 0 })
}

// issue begins to reissue notes and returns when the federation has accepted
// that. The wallet need not have the new notes yet.
func (w *wallet) issue(notes string) {
	w.t.Helper()
	var operation string
	w.mint("reissue_external_notes", map[string]any{"oob_notes": notes}, &operation)
	w.stream("client_rpc", w.ofMint("subscribe_reissue_external_notes", map[string]any{"operation_id": operation}),
		func(data json.RawMessage) bool { return string(data) == `"Issuing"` })
}

// redeem reissues notes and returns when that is done.
func (w *wallet) redeem(notes string) {
	w.t.Helper()
	var operation string
	w.mint("reissue_external_notes", map[string]any{"oob_notes": notes}, &operation)
	var last any
	w.mint("subscribe_reissue_external_notes", map[string]any{"operation_id": operation}, &last)
	if last != "Done" {
		w.t.Fatalf("our wallet's redemption ended with %v", last)
	}
}

// spend hands out notes that are worth at least so much.
func (w *wallet) spend(amount wire.Amount) (notes string) {
	w.t.Helper()
	var answer [2]string
	w.mint("spend_notes_expert", map[string]any{"min_amount": amount, "include_invite": true}, &answer)
	return answer[1]
}

// send hands out notes that are worth exactly so much, for which it may have to
// reissue some first.
func (w *wallet) send(amount wire.Amount) (notes string) {
	w.t.Helper()
	var sent struct {
		Operation string `json:"operation_id"`
	}
	w.ids++
	w.call("send_ecash", map[string]any{"federation": name, "key": fmt.Sprint(w.ids), "amount_msat": amount}, &sent)
	w.stream("subscribe_operation", map[string]any{"federation": name, "operation_id": sent.Operation}, func(data json.RawMessage) bool {
		var detail struct{ Notes string }
		if err := json.Unmarshal(data, &detail); err != nil {
			w.t.Errorf("%s: %v", data, err)
		}
		notes = detail.Notes
		return notes != ""
	})
	return notes
}

// spare hands out notes that it has.
func (w *wallet) spare() (notes string) { return w.spend(1 << 10) }
