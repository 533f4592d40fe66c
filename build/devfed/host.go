package devfed

import (
	"net"
	"net/http"
	"strings"
)

// onlyFor answers requests that are addressed to the federation and no others. A
// site may let its own name lead to this machine (DNS rebinding). To a browser
// its pages then come from where the federation is, and the Host of the request
// is all that tells.
func onlyFor(address string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !leadsTo(address, r.Host) {
			http.Error(w, "the federation is at "+address, http.StatusMisdirectedRequest)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// leadsTo reports whether the Host of a request is the federation's address, or
// this machine at its port. It may leave out port 80.
func leadsTo(address, requested string) bool {
	host, port, err := net.SplitHostPort(requested)
	if err != nil {
		host, port = strings.Trim(requested, "[]"), "80"
	}
	wanted, wantedPort, err := net.SplitHostPort(address)
	if err != nil || port != wantedPort {
		return false
	}
	ip := net.ParseIP(host)
	return strings.EqualFold(host, wanted) || strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
