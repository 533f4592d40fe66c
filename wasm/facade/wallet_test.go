//go:build unix

package facade_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"satchel/build/devfed"
	"satchel/client"
	"satchel/client/wire"
	"satchel/fsm/kv"
	"satchel/fsm/kv/logfile"
	"satchel/wasm/facade"
	"satchel/wasm/socket"
)

// A wallet is a facade that tests talk to as a page does.
type wallet struct {
	t    testing.TB
	f    *facade.Facade
	ctx  context.Context
	stop func() error // ends it, and returns what Run returned

	mu   sync.Mutex
	next uint64
}

// coded is the error of a call.
type coded struct {
	Code facade.Code
	Text string
}

func (e *coded) Error() string { return fmt.Sprintf("%s: %s", e.Code, e.Text) }

func platform(dir string) client.Platform {
	return client.Platform{
		Store:  func(name string) kv.Store { return logfile.Open(filepath.Join(dir, name+".kv")) },
		Dial:   socket.Dial,
		Random: rand.Reader,
		Now:    time.Now,
		Kinds:  facade.Kinds(),
	}
}

// open starts a wallet on a platform.
func open(t testing.TB, p client.Platform) *wallet {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	w := &wallet{t: t, f: facade.New(p), ctx: ctx}
	ran := make(chan error, 1)
	go func() { ran <- w.f.Run(ctx) }()
	var once sync.Once
	var err error
	w.stop = func() error {
		once.Do(func() { cancel(); err = <-ran })
		return err
	}
	t.Cleanup(func() { w.stop() })
	return w
}

type fields map[string]any

// ask sends a request and gives the answers to on until that says stop.
func (w *wallet) ask(verb string, f fields, on func(json.RawMessage) (stop bool, err error)) error {
	w.mu.Lock()
	w.next += 2
	id := w.next
	w.mu.Unlock()
	request := map[string]any{"request_id": id, "type": verb}
	for k, v := range f {
		request[k] = v
	}
	text, err := json.Marshal(request)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(w.ctx)
	defer cancel()
	var result error
	ended := false
	w.f.Handle(ctx, text, func(line []byte) {
		var r struct {
			ID    uint64          `json:"request_id"`
			Type  string          `json:"type"`
			Data  json.RawMessage `json:"data"`
			Error string          `json:"error"`
			Code  facade.Code     `json:"code"`
		}
		if err := json.Unmarshal(line, &r); err != nil || r.ID != id || ended {
			result = errors.Join(result, fmt.Errorf("response %s after its end %v: %w", line, ended, err))
			return
		}
		switch r.Type {
		case "data":
			if stop, err := on(r.Data); stop || err != nil {
				result = errors.Join(result, err)
				on = func(json.RawMessage) (bool, error) { return true, nil }
				cancel()
			}
		case "error":
			ended = true
			if ctx.Err() == nil {
				result = errors.Join(result, &coded{r.Code, r.Error})
			}
		case "end", "aborted":
			ended = true
		default:
			result = errors.Join(result, fmt.Errorf("response of type %q", r.Type))
		}
	})
	if !ended {
		return errors.Join(result, fmt.Errorf("%s was never ended", verb))
	}
	return result
}

// call asks, of a stream for its first answer.
func call[T any](w *wallet, verb string, f fields) (v T, err error) {
	err = w.ask(verb, f, func(data json.RawMessage) (bool, error) { return true, json.Unmarshal(data, &v) })
	return v, err
}

// must is call for what must go well.
func must[T any](w *wallet, verb string, f fields) T {
	w.t.Helper()
	v, err := call[T](w, verb, f)
	if err != nil {
		w.t.Fatalf("%s: %v", verb, err)
	}
	return v
}

func rpc[T any](w *wallet, federation, module, method string, payload any) (T, error) {
	return call[T](w, "client_rpc", fields{"client_name": federation, "module": module, "method": method, "payload": payload})
}

// join gives the wallet words and joins.
func (w *wallet) join(fed *devfed.Federation) (id string) {
	w.t.Helper()
	must[any](w, "generate_mnemonic", nil)
	return must[struct{ Federation string }](w, "join", fields{"invite_code": fed.Invite()}).Federation
}

// rest waits until nothing of an operation moves by itself, and returns it.
func (w *wallet) rest(federation, op string) (d facade.OperationDetail) {
	w.t.Helper()
	err := w.ask("subscribe_operation", fields{"federation": federation, "operation_id": op}, func(data json.RawMessage) (bool, error) {
		d = facade.OperationDetail{}
		if err := json.Unmarshal(data, &d); err != nil {
			return true, err
		}
		for _, m := range d.Machines {
			if m.Stuck != "" {
				return true, fmt.Errorf("%s is stuck at %s: %s", m.Name, m.Current, m.Stuck)
			}
			if !m.Final && m.Current != "given" {
				return false, nil
			}
		}
		return true, nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

func (w *wallet) receive(federation string, notes wire.OOBNotes) facade.OperationDetail {
	w.t.Helper()
	r := must[struct {
		Op string `json:"operation_id"`
	}](w, "receive_ecash", fields{"notes": notes.Base64()})
	return w.rest(federation, r.Op)
}

func (w *wallet) send(federation, key string, amount wire.Amount) facade.OperationDetail {
	w.t.Helper()
	r := must[struct {
		Op string `json:"operation_id"`
	}](w, "send_ecash", fields{"federation": federation, "key": key, "amount_msat": amount})
	return w.rest(federation, r.Op)
}

func (w *wallet) view() facade.WalletView {
	w.t.Helper()
	return must[facade.WalletView](w, "subscribe_wallet", nil)
}

// claim is all that the wallet says it has in the federation.
func (w *wallet) claim(federation string) (sum wire.Amount) {
	w.t.Helper()
	for _, f := range w.view().Federations {
		if f.ID.String() == federation {
			sum = f.Balance + f.Aside
		}
	}
	for _, op := range must[[]facade.OperationView](w, "list_operation_views", fields{"federation": federation, "limit": 10_000}) {
		if op.InFlight != 0 {
			w.t.Fatalf("%v of %s still in flight", op.InFlight, op.Title)
		}
		sum += op.HandedOut
	}
	return sum
}

// federation starts a federation, with e-cash of the first generation if nothing
// else is said: all that the official verbs know.
func federation(t testing.TB, o devfed.Options) *devfed.Federation {
	t.Helper()
	if o.Modules == nil {
		o.Modules = []wire.ModuleKind{wire.KindMint, wire.KindMeta}
	}
	fed, err := devfed.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { fed.Close() })
	return fed
}

func ecash(t testing.TB, fed *devfed.Federation, amount wire.Amount) wire.OOBNotes {
	t.Helper()
	notes, err := fed.Faucet.Ecash(t.Context(), amount)
	if err != nil {
		t.Fatal(err)
	}
	return notes
}

func wantCode(t testing.TB, err error, code facade.Code) {
	t.Helper()
	var c *coded
	if !errors.As(err, &c) || c.Code != code {
		t.Fatalf("got %v, want %s", err, code)
	}
	if c.Text == "" {
		t.Fatalf("%s without a sentence", code)
	}
}
