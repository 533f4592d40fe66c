package demo_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"satchel/build/demo"
	"satchel/build/devfed"
	"satchel/build/lightning"
	"satchel/client/bolt11"
	"satchel/client/wire"
)

// serve starts a demo with a page that says hello.
func serve(t *testing.T, o devfed.Options) *demo.Demo {
	t.Helper()
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "page"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "page", "index.html"), []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := demo.Serve(t.Context(), folder, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// ask makes a request, as a page of an origin if it is not "".
func ask(t *testing.T, d *demo.Demo, origin, method, path, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+d.Federation.Address()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if origin != "" {
		r.Header.Set("Origin", origin)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

var lightningModules = []wire.ModuleKind{wire.KindMintV2, wire.KindLNV2}

// Page, federation, gateway and the world outside are on one port. Pages of other
// sites reach the gateway, as wallets are, and nothing else.
func TestOnePort(t *testing.T) {
	d := serve(t, devfed.Options{Modules: lightningModules})
	if err := d.Lightning.Gateway.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	if status, text := ask(t, d, "", "GET", "/", ""); status != 200 || text != "hello" {
		t.Errorf("page: %d %s", status, text)
	}
	const stranger = "https://stranger.example"
	for _, path := range []string{"/routing_info", "/v1/routing_info"} {
		status, text := ask(t, d, stranger, "POST", path, `"`+d.Federation.ID().String()+`"`)
		var info wire.RoutingInfo
		if err := json.Unmarshal([]byte(text), &info); err != nil || status != 200 || info.Alias != "Demo gateway" {
			t.Errorf("gateway: %d %s", status, text)
		}
	}
	for path, body := range map[string]string{"/faucet/invoice": `{"amount_msat":1}`, "/faucet/gateway": `{"lie":"gone"}`, "/faucet/pay": `{}`} {
		if status, text := ask(t, d, stranger, "POST", path, body); status != 403 {
			t.Errorf("%s from another site: %d %s", path, status, text)
		}
	}
	status, text := ask(t, d, "", "POST", "/faucet/invoice", `{"amount_msat":5000}`)
	var made struct{ Invoice string }
	if err := json.Unmarshal([]byte(text), &made); err != nil || status != 200 {
		t.Fatalf("invoice: %d %s", status, text)
	}
	if i, err := bolt11.Decode(made.Invoice); err != nil || i.Payee != d.Lightning.Outside.Key() {
		t.Errorf("invoice: %+v, %v", i, err)
	}
	if status, text := ask(t, d, "", "GET", "/faucet/audit", ""); status != 200 || !strings.Contains(text, "outstanding_msat") {
		t.Errorf("faucet: %d %s", status, text)
	}
}

// The gateway is the same after the program was ended, and so is what is outside.
func TestGatewayStays(t *testing.T) {
	o := devfed.Options{Modules: lightningModules, Data: t.TempDir()}
	d := serve(t, o)
	if err := d.Lightning.Gateway.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	has, _ := d.Lightning.Gateway.Balance()
	_, before := ask(t, d, "", "POST", "/routing_info", `"`+d.Federation.ID().String()+`"`)
	i, err := d.Lightning.Outside.Invoice(t.Context(), lightning.Request{Amount: 1, Expiry: 60})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	again := serve(t, o)
	if err := again.Lightning.Gateway.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, after := ask(t, again, "", "POST", "/routing_info", `"`+again.Federation.ID().String()+`"`)
	if now, _ := again.Lightning.Gateway.Balance(); before != after || now != has {
		t.Errorf("it had %v and was %s, it has %v and is %s", has, before, now, after)
	}
	if _, _, ok := again.Lightning.Outside.State(i.PaymentHash); !ok {
		t.Error("an invoice is forgotten")
	}
}

// A federation without lightning has no gateway.
func TestWithoutLightning(t *testing.T) {
	d := serve(t, devfed.Options{Modules: []wire.ModuleKind{wire.KindMint}})
	if d.Lightning != nil {
		t.Error("there is a gateway")
	}
	if status, _ := ask(t, d, "", "POST", "/routing_info", `""`); status != 405 {
		t.Errorf("gateway: %d", status)
	}
}
