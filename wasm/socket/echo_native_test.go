//go:build !js

package socket

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"satchel/client/wire"
)

// echoURL returns the url of an echo server, which it starts unless SATCHEL_ECHO
// names one.
func echoURL(t *testing.T) wire.SafeURL {
	t.Helper()
	if at := os.Getenv("SATCHEL_ECHO"); at != "" {
		return parse(t, at)
	}
	server := httptest.NewServer(http.HandlerFunc(echo))
	t.Cleanup(server.Close)
	return parse(t, "ws"+strings.TrimPrefix(server.URL, "http")+"/")
}

func echo(w http.ResponseWriter, r *http.Request) {
	ws, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer ws.CloseNow()
	ws.SetReadLimit(-1)
	for {
		kind, message, err := ws.Read(r.Context())
		if err == nil {
			err = ws.Write(r.Context(), kind, message)
		}
		if err != nil {
			return
		}
	}
}
