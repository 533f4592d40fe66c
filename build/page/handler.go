package page

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// Serving says how a bundle is served.
type Serving struct {
	// Loopback lets the page talk to guardians on the same machine without TLS, if
	// it was built with that.
	Loopback bool
	// Site tells what the host adds to the page, if it adds anything.
	Site func() Site
}

// kinds are the types of files by the endings of their names.
var kinds = map[string]string{
	".html":        "text/html; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".css":         "text/css; charset=utf-8",
	".wasm":        "application/wasm",
	".svg":         "image/svg+xml",
	".png":         "image/png",
	".json":        "application/json",
	".webmanifest": "application/manifest+json",
	".txt":         "text/plain; charset=utf-8",
}

// A handler serves a bundle from memory.
type handler struct {
	Serving
	files map[string]*served // by path
}

// A served file is one with its packed forms.
type served struct {
	kind, cache, tag string
	raw, br, gz      []byte
}

// Handler serves the bundle in a folder, which it reads now: the files with
// their types, packed where the browser takes it, kept by browsers for ever where
// their names have their hash, and with the headers that protect the page.
func Handler(folder string, s Serving) (http.Handler, error) {
	h := &handler{s, map[string]*served{}}
	err := filepath.WalkDir(folder, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(folder, file)
		if err != nil {
			return err
		}
		return h.read(file, filepath.ToSlash(name))
	})
	if err != nil {
		return nil, err
	}
	if h.files["/"] == nil {
		return nil, fmt.Errorf("page: %s has no %s", folder, indexName)
	}
	return h, nil
}

func (h *handler) read(file, name string) (err error) {
	ext := path.Ext(name)
	kind := kinds[ext]
	switch {
	case name == headersName:
		return nil // for other hosts
	case ext == ".br" || ext == ".gz":
		return nil // read with what it is a form of
	case kind == "":
		return fmt.Errorf("page: %s has no type", name)
	}
	f := &served{kind: kind, cache: caching(name)}
	if f.raw, err = os.ReadFile(file); err != nil {
		return err
	}
	if f.br, err = readIfThere(file + ".br"); err != nil {
		return err
	}
	if f.gz, err = readIfThere(file + ".gz"); err != nil {
		return err
	}
	f.tag = tag(f.raw)
	h.files[address(name)] = f
	return nil
}

func readIfThere(file string) ([]byte, error) {
	content, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return content, err
}

// tag names content, in whatever form it is sent.
func tag(content []byte) string { return "W/" + strconv.Quote(fingerprint(content)) }

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	protect(w.Header(), h.Loopback)
	f := h.files[r.URL.Path]
	if r.URL.Path == "/"+siteName && h.Site != nil {
		f = siteFile(h.Site())
	}
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "there is nothing but files here", http.StatusMethodNotAllowed)
	case f == nil:
		missing(w, r)
	default:
		f.serve(w, r)
	}
}

func (f *served) serve(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Cache-Control", f.cache)
	header.Set("Content-Type", f.kind)
	content := f.raw
	if f.br != nil || f.gz != nil {
		header.Set("Vary", "Accept-Encoding")
		accepted := encodings(r.Header.Get("Accept-Encoding"))
		switch {
		case f.br != nil && accepted["br"]:
			content = f.br
			header.Set("Content-Encoding", "br")
		case f.gz != nil && accepted["gzip"]:
			content = f.gz
			header.Set("Content-Encoding", "gzip")
		}
	}
	header.Set("ETag", f.tag)
	if r.Header.Get("If-None-Match") == f.tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	header.Set("Content-Length", strconv.Itoa(len(content)))
	if r.Method == http.MethodGet {
		w.Write(content) // an error is the browser's affair, which has gone
	}
}

// siteFile returns what the host adds as a file.
func siteFile(s Site) *served {
	content, err := json.Marshal(s)
	if err != nil {
		panic("page: " + err.Error())
	}
	return &served{kind: kinds[".json"], cache: askAgain, tag: tag(content), raw: content}
}

// encodings reads an Accept-Encoding header.
func encodings(header string) map[string]bool {
	accepted := map[string]bool{}
	for part := range strings.SplitSeq(header, ",") {
		name, weight, weighted := strings.Cut(strings.TrimSpace(part), ";")
		q, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(weight), "q="), 64)
		accepted[strings.ToLower(name)] = !weighted || err == nil && q > 0
	}
	return accepted
}
