package gateway_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"satchel/build/gateway"
	"satchel/build/lightning"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

// closed is a gateway that has not joined its federation.
func closed(t *testing.T) *scene {
	t.Helper()
	s := &scene{T: t}
	net, err := lightning.Open(t.Context(), kv.NewMemory().Handle(), lightning.Options{})
	s.must(err)
	s.node, err = net.Node(t.Context(), "gateway")
	s.must(err)
	at, err := wire.ParseURL("ws://127.0.0.1:1/")
	s.must(err)
	invite, err := wire.NewInviteCode(wire.FederationID{1, 2, 3, 4}, map[wire.PeerID]wire.SafeURL{0: at}, nil)
	s.must(err)
	s.gateway, err = gateway.Open(t.Context(), gateway.Options{
		Store: func(string) kv.Store { return kv.NewMemory().Handle() }, Node: s.node, Invite: invite,
	})
	s.must(err)
	return s
}

// Every page may ask, also with JSON, for which a browser asks first.
func TestCrossOrigin(t *testing.T) {
	s := closed(t)
	mux := http.NewServeMux()
	s.gateway.Handle(mux)
	for _, c := range [][2]string{
		{"POST", "/routing_info"}, {"POST", "/create_bolt11_invoice"}, {"POST", "/send_payment"},
		{"GET", "/verify/" + strings.Repeat("0", 64)}, {"POST", "/v1/routing_info"}, {"POST", "/v1/create_bolt11_invoice"},
		{"POST", "/v1/send_payment"}, {"GET", "/v1/verify/" + strings.Repeat("0", 64)},
	} {
		first := httptest.NewRequest("OPTIONS", c[1], nil)
		first.Header.Set("Origin", "https://wallet.example")
		first.Header.Set("Access-Control-Request-Method", c[0])
		first.Header.Set("Access-Control-Request-Headers", "content-type")
		for _, r := range []*http.Request{first, httptest.NewRequest(c[0], c[1], nil)} {
			answer := httptest.NewRecorder()
			mux.ServeHTTP(answer, r)
			if answer.Code == 404 || answer.Header().Get("Access-Control-Allow-Origin") != "*" {
				t.Errorf("%s %s: %d %v", r.Method, c[1], answer.Code, answer.Header())
			}
			if r == first && (answer.Code != 204 || answer.Header().Get("Access-Control-Allow-Headers") != "*") {
				t.Errorf("%s: %d %v", c[1], answer.Code, answer.Header())
			}
		}
	}
}

func TestBadRequests(t *testing.T) {
	s := closed(t)
	id, other := `"01020304`+strings.Repeat("0", 56)+`"`, `"`+strings.Repeat("ab", 32)+`"`
	for _, c := range []struct {
		path, body string
		status     int
		text       string
	}{
		{"/routing_info", `{}`, 422, ""},
		{"/routing_info", ``, 422, ""},
		{"/routing_info", `"` + strings.Repeat("0", 1<<20) + `"`, 422, "too large"},
		{"/routing_info", other, 400, "No federation available for prefix abababab\n"},
		{"/routing_info", id, 400, "No federation available for prefix 01020304\n"}, // not yet
		{"/send_payment", `{"federation_id":` + id + `}`, 422, `"outpoint" is missing`},
		{"/create_bolt11_invoice", `null`, 422, "missing"},
	} {
		if status, answer := s.ask("POST", c.path, c.body); status != c.status || !strings.Contains(answer, c.text) {
			t.Errorf("%s %.40s: %d %s", c.path, c.body, status, answer)
		}
	}
	for path, reason := range map[string]string{
		"/verify/00":                          `hash`,
		"/verify/" + strings.Repeat("00", 32): `No federation available`,
	} {
		status, answer := s.ask("GET", path, "")
		if status != 500 || !strings.HasPrefix(answer, `{"reason":"`) || !strings.Contains(answer, reason) || !strings.Contains(answer, `"status":"ERROR"`) {
			t.Errorf("%s: %d %s", path, status, answer)
		}
	}
}

// What the gateway refuses it refuses in the words of fedimint 0.13.
func TestRefusals(t *testing.T) {
	s := open(t, change{})
	status, info := s.ask("POST", "/v1/routing_info", `"`+s.fed.ID().String()+`"`)
	var terms wire.RoutingInfo
	s.must(json.Unmarshal([]byte(info), &terms))
	if status != 200 || terms.LightningKey != s.node.Key() || terms.SendFeeDefault != (wire.PaymentFee{Base: 4000, PartsPerMillion: 6000}) {
		t.Errorf("%d %s", status, info)
	}
	if status, answer := s.ask("GET", "/verify/"+strings.Repeat("00", 32), ""); status != 500 || answer != `{"reason":"Unknown payment hash","status":"ERROR"}`+"\n" {
		t.Errorf("%d %s", status, answer)
	}
	invoice := wire.CreateInvoiceRequest{FederationID: s.fed.ID()}
	invoice.Contract.Commitment = wire.LNV2Commitment{ClaimKey: s.node.Key(), RefundKey: s.node.Key(), EphemeralKey: s.node.Key()}
	payment := wire.SendPaymentRequest{FederationID: s.fed.ID()}
	payment.Contract = wire.LNV2OutgoingContract(invoice.Contract.Commitment)
	for path, request := range map[string]any{"/create_bolt11_invoice": invoice, "/send_payment": payment} {
		body, err := json.Marshal(request)
		s.must(err)
		status, answer := s.ask("POST", path, string(body))
		if status != 500 || !strings.HasPrefix(answer, "LNv2 operation failed, please contact gateway operator\n") {
			t.Errorf("%s: %d %s", path, status, answer)
		}
	}
	body, err := json.Marshal(invoice)
	s.must(err)
	for n := range 60 {
		if status, answer := s.ask("POST", "/create_bolt11_invoice", string(body)); status == 429 && n > 40 {
			if answer != "Too many requests, please try again later\n" {
				t.Error(answer)
			}
			return
		}
	}
	t.Error("invoices are not limited")
}
