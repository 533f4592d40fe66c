package devfed_test

import (
	"net"
	"net/http"
	"strings"
	"testing"

	"satchel/build/devfed"
)

// TestHost asks for everything that is on the port under names that lead there,
// as a site does that rebinds its name.
func TestHost(t *testing.T) {
	page := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	f := start(t, devfed.Options{Handler: page})
	_, port, err := net.SplitHostPort(f.Address())
	if err != nil {
		t.Fatal(err)
	}
	for host, answered := range map[string]bool{
		f.Address():                      true,
		"localhost:" + port:              true,
		"LocalHost:" + port:              true,
		"[::1]:" + port:                  true,
		"evil.example:" + port:           false,
		"localhost.evil.ex:" + port:      false,
		"127.0.0.1.evil.ex:" + port:      false,
		"192.168.0.1:" + port:            false,
		"evil.example":                   false,
		"localhost":                      false,
		"localhost:1":                    false,
		"127.0.0.1:" + port + ":" + port: false,
	} {
		for _, request := range []string{"GET /", "GET /faucet/audit", "GET /faucet/guardian/0", "POST /faucet/session", "GET /guardian/0"} {
			method, path, _ := strings.Cut(request, " ")
			r, err := http.NewRequestWithContext(t.Context(), method, "http://"+f.Address()+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Host = host
			response, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if refused := response.StatusCode == http.StatusMisdirectedRequest; refused == answered {
				t.Errorf("%s of %s: %s", request, host, response.Status)
			}
		}
	}
}
