package lightning_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"satchel/build/lightning"
	"satchel/fsm/kv"
)

// ask makes a request and returns the status and the answer.
func ask(t *testing.T, w *world, method, path, body string) (int, map[string]any) {
	t.Helper()
	mux := http.NewServeMux()
	w.bob.Handle(mux, "/faucet")
	answer := httptest.NewRecorder()
	mux.ServeHTTP(answer, httptest.NewRequest(method, "/faucet"+path, strings.NewReader(body)))
	var v map[string]any
	if err := json.Unmarshal(answer.Body.Bytes(), &v); err != nil {
		t.Fatalf("%s %s: %s", method, path, answer.Body)
	}
	return answer.Code, v
}

func TestOutsideWorld(t *testing.T) {
	w := open(t, kv.NewMemory().Handle())
	status, made := ask(t, w, "POST", "/invoice", `{"amount_msat":5000,"description":"a pot of tea"}`)
	if status != 200 || !strings.HasPrefix(fmt.Sprint(made["invoice"]), "lnbcrt50n1") {
		t.Fatalf("%d %v", status, made)
	}
	if status, state := ask(t, w, "GET", "/invoice/"+made["payment_hash"].(string), ""); status != 200 || state["state"] != "unpaid" {
		t.Errorf("%d %v", status, state)
	}
	theirs := invoice(t, w.alice)
	var first map[string]any
	for range 2 {
		status, paid := ask(t, w, "POST", "/pay", `{"invoice":"`+strings.ToUpper(theirs.String())+`"}`)
		if status != 200 || paid["amount_msat"] != 1000.0 || len(fmt.Sprint(paid["preimage"])) != 64 {
			t.Fatalf("%d %v", status, paid)
		}
		if first != nil && first["preimage"] != paid["preimage"] {
			t.Errorf("paid again: %v", paid)
		}
		first = paid
	}
	checkEarned(t, w.bob, -1000)
	if state, got, _ := w.alice.State(theirs.PaymentHash); state != lightning.Settled || got.String() != first["preimage"] {
		t.Errorf("invoice is %s with %v", state, got)
	}
	if p := pay(t, w.alice, invoice(t, w.bob)); p.State != lightning.Succeeded {
		t.Errorf("payment %+v", p)
	}
}

func TestUnpayable(t *testing.T) {
	w := open(t, kv.NewMemory().Handle())
	_, made := ask(t, w, "POST", "/invoice", `{"amount_msat":1,"unpayable":true}`)
	mux := http.NewServeMux()
	w.alice.Handle(mux, "")
	answer := httptest.NewRecorder()
	mux.ServeHTTP(answer, httptest.NewRequest("POST", "/pay", strings.NewReader(fmt.Sprintf(`{"invoice":%q}`, made["invoice"]))))
	if answer.Code != 400 || !strings.Contains(answer.Body.String(), lightning.CodeNotPaid) {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
}

func TestBadRequests(t *testing.T) {
	w := open(t, kv.NewMemory().Handle())
	for _, c := range [][4]string{
		{"POST", "/invoice", ``, "bad_request"},
		{"POST", "/invoice", `{}`, "amount_out_of_range"},
		{"POST", "/invoice", `{"amount_msat":100000000001}`, "amount_out_of_range"},
		{"POST", "/invoice", `{"amount_msat":1,"expiry_secs":0}`, "bad_request"},
		{"POST", "/invoice", `{"amount_msat":1,"expiry_secs":31536001}`, "bad_request"},
		{"POST", "/invoice", `{"amount_msat":1,"amount":1}`, "bad_request"},
		{"POST", "/invoice", `{"amount_msat":1,"description":"` + strings.Repeat("x", 640) + `"}`, "bad_request"},
		{"GET", "/invoice/00", ``, "bad_request"},
		{"GET", "/invoice/" + strings.Repeat("00", 32), ``, "no_such_invoice"},
		{"POST", "/pay", ``, "bad_request"},
		{"POST", "/pay", `{"invoice":"lnbc1"}`, "not_an_invoice"},
	} {
		status, answer := ask(t, w, c[0], c[1], c[2])
		e, _ := answer["error"].(map[string]any)
		if status != 400 || e["code"] != c[3] || e["message"] == "" {
			t.Errorf("%s %s %.60s: %d %v, want %s", c[0], c[1], c[2], status, answer, c[3])
		}
	}
	if status, answer := ask(t, w, "POST", "/invoice", `{"amount_msat":1,"description":"`+strings.Repeat("x", 639)+`"}`); status != 200 {
		t.Errorf("the longest description: %d %v", status, answer)
	}
}
