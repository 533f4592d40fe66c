//go:build unix

package wasmtest

import (
	"context"
	"embed"
	"encoding/json"
	"io/fs"
	"net"
	"net/http"
	"os"
	"strings"

	"github.com/coder/websocket"

	"satchel/build/wasm"
)

//go:embed page
var page embed.FS

// Echo names the environment variable that holds the URL of a WebSocket that
// sends every message back.
const Echo = "SATCHEL_ECHO"

// passed are the beginnings of the names of the environment variables that the
// test program gets. It cannot have them all: a browser's program takes 12 kB.
var passed = []string{"SATCHEL_", "GODEBUG=", "GOTRACEBACK="}

// serve serves a test binary and all it needs on loopback until ctx ends.
func serve(ctx context.Context, binary string, args []string) (url string, err error) {
	glue, err := wasm.ExecJS(ctx)
	if err != nil {
		return "", err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	host := listener.Addr().String()
	start, err := json.Marshal(map[string]any{
		"argv": append([]string{"test"}, args...),
		"env":  environment(os.Environ(), host),
	})
	if err != nil {
		return "", err
	}
	files, err := fs.Sub(page, "page")
	if err != nil {
		return "", err
	}
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServerFS(files))
	mux.HandleFunc("/wasm_exec.js", content("text/javascript", glue))
	mux.HandleFunc("/start.json", content("application/json", start))
	mux.HandleFunc("/test.wasm", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/wasm")
		http.ServeFile(w, r, binary)
	})
	mux.HandleFunc("/echo", echo)
	server := &http.Server{Handler: mux}
	go server.Serve(listener)
	context.AfterFunc(ctx, func() { server.Close() })
	return "http://" + host + "/", nil
}

func content(kind string, data []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.Write(data)
	}
}

func environment(all []string, host string) map[string]string {
	env := map[string]string{Echo: "ws://" + host + "/echo"}
	for _, v := range all {
		for _, prefix := range passed {
			if name, value, _ := strings.Cut(v, "="); strings.HasPrefix(v, prefix) {
				env[name] = value
			}
		}
	}
	return env
}

// echo sends every message back, as what it came.
func echo(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return // it has answered
	}
	defer conn.CloseNow()
	conn.SetReadLimit(-1)
	for {
		kind, message, err := conn.Read(r.Context())
		if err != nil {
			return
		}
		if conn.Write(r.Context(), kind, message) != nil {
			return
		}
	}
}
