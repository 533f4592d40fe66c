//go:build unix

package fetch

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"satchel/client"
)

func serviceURL(t *testing.T) string {
	server := httptest.NewServer(newService())
	t.Cleanup(server.Close)
	return server.URL
}

// A service is a server that any page may ask, and that remembers for each id
// what has happened.
type service struct {
	mux http.ServeMux

	mu     sync.Mutex
	events map[string]*event // by kind and id
}

// An event is something that happens, maybe often.
type event struct {
	count int
	first chan struct{} // closed when it happens
}

func newService() *service {
	s := &service{events: map[string]*event{}}
	for path, handle := range map[string]http.HandlerFunc{
		"/echo": echo, "/large": large, "/endless": endless, "/closed": closed,
		"/broken":   hijacked("HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 10\r\n\r\nhalf"),
		"/nonsense": hijacked("hello\r\n\r\n"),
		"/redirect": redirect, "/cached": s.cached, "/silent": s.silent,
		"/count": s.count, "/await": s.await,
	} {
		s.mux.HandleFunc(path, handle)
	}
	return s
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	if r.Method == http.MethodOptions {
		w.Header().Set("Access-Control-Allow-Headers", "Content-Type")
		return
	}
	s.mux.ServeHTTP(w, r)
}

// event returns what is known of a kind of event of the id of a request.
func (s *service) event(kind string, r *http.Request) *event {
	key := kind + " " + r.FormValue("id")
	if s.events[key] == nil {
		s.events[key] = &event{first: make(chan struct{})}
	}
	return s.events[key]
}

func (s *service) happens(kind string, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.event(kind, r)
	if e.count++; e.count == 1 {
		close(e.first)
	}
}

// count answers how often an event has happened.
func (s *service) count(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	io.WriteString(w, strconv.Itoa(s.event(r.FormValue("kind"), r).count))
}

// await answers when an event has happened.
func (s *service) await(_ http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	first := s.event(r.FormValue("kind"), r).first
	s.mu.Unlock()
	select {
	case <-first:
	case <-r.Context().Done():
	}
}

// echo answers what it was asked, with the status that it was asked for.
func echo(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	status, err := strconv.Atoi(r.URL.Query().Get("status"))
	if err != nil {
		status = http.StatusOK
	}
	http.SetCookie(w, &http.Cookie{Name: "who", Value: "me"})
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(echoed{r.Method, r.RequestURI, r.Header, body})
}

// large answers as many bytes as it is asked for.
func large(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.FormValue("bytes"))
	if err == nil {
		io.WriteString(w, strings.Repeat("x", n))
	}
}

// endless answers without end, with gzip at a thousandth of the size.
func endless(w http.ResponseWriter, r *http.Request) {
	out := io.Writer(w)
	if r.FormValue("gzip") != "" {
		w.Header().Set("Content-Encoding", "gzip")
		out = gzip.NewWriter(w)
	}
	chunk := make([]byte, 1<<16)
	for {
		if _, err := out.Write(chunk); err != nil {
			return
		}
	}
}

// silent answers some bytes, or none, and then nothing until nobody waits for it.
func (s *service) silent(w http.ResponseWriter, r *http.Request) {
	if r.FormValue("begin") != "" {
		io.WriteString(w, "begin")
		http.NewResponseController(w).Flush()
	}
	io.Copy(io.Discard, r.Body) // only then the server looks whether somebody waits
	s.happens("begin", r)
	<-r.Context().Done()
	s.happens("end", r)
}

// cached answers what everybody may keep.
func (s *service) cached(w http.ResponseWriter, r *http.Request) {
	s.happens("visit", r)
	w.Header().Set("Cache-Control", "public, max-age=3600")
	io.WriteString(w, "answer")
}

// redirect sends everybody to where a visit counts, or nowhere.
func redirect(w http.ResponseWriter, r *http.Request) {
	if r.FormValue("nowhere") == "" {
		w.Header().Set("Location", "/cached?id="+r.FormValue("id"))
	}
	if status, err := strconv.Atoi(r.FormValue("status")); err == nil {
		w.WriteHeader(status)
	}
}

// closed answers a url where nobody listens.
func closed(w http.ResponseWriter, _ *http.Request) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	listener.Close()
	io.WriteString(w, "http://"+listener.Addr().String()+"/")
}

// hijacked says something that is no whole answer, and closes the connection.
func hijacked(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
			io.WriteString(conn, text)
			conn.Close()
		}
	}
}

// TestErrorsSayWhy is for the native twin, which knows.
func TestErrorsSayWhy(t *testing.T) {
	at := serviceURL(t)
	for path, want := range map[string]string{
		"/redirect?status=302": "127.0.0.1: redirect with status 302",
		"/broken":              "127.0.0.1: answer broke off: unexpected EOF",
		"/nonsense":            "malformed HTTP",
		"/%zz":                 "invalid URL escape",
	} {
		_, err := Do(t.Context(), client.Request{URL: at + path})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
	_, err := Do(t.Context(), client.Request{URL: visit(t, at, "/closed", "")})
	if err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("nobody listens: %v", err)
	}
}
