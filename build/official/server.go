//go:build unix

package official

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"satchel/build/npm"
	"satchel/build/page"
)

//go:embed page
var ours embed.FS

// ErrMissing reports that the client's packages are not there, and says how to
// get them.
var ErrMissing = errors.New("the official client is not here: run npm ci in the root of the repository")

const (
	packages = "node_modules/@fedimint"
	program  = packages + "/fedimint-client-wasm-bundler/fedimint_client_wasm_bg.wasm"
	worker   = packages + "/transport-web/dist/worker.js"
)

// Program returns the path of the WebAssembly program that people download to
// use the client, by far the largest part of it, or fails with [ErrMissing].
func Program() (path string, err error) {
	dir, err := root(context.Background())
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, program), nil
}

// root returns the folder of the repository, which holds the packages.
func root(ctx context.Context) (string, error) {
	dir, err := page.Root(ctx)
	if err != nil {
		return "", err
	}
	for _, path := range []string{program, worker, packages + "/core", packages + "/types"} {
		if _, err := os.Stat(filepath.Join(dir, path)); err != nil {
			return "", fmt.Errorf("%w (%s is missing)", ErrMissing, path)
		}
	}
	return dir, nil
}

// serve serves the page and the packages on loopback until the test ends, and
// returns the page's URL.
func serve(t testing.TB) string {
	t.Helper()
	dir, err := page.Root(t.Context())
	if err == nil {
		err = npm.Ready(t.Context(), dir, os.Stderr)
	}
	if err == nil {
		dir, err = root(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	script, err := workerScript(dir)
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Sub(ours, "page")
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServerFS(files))
	mux.Handle("/"+packages+"/", http.StripPrefix("/"+packages, http.FileServerFS(os.DirFS(filepath.Join(dir, packages)))))
	mux.HandleFunc("/"+worker, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		w.Write(script)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// workerScript returns the client's worker with the one name resolved that
// applications leave to a bundler: an import map does not reach workers.
func workerScript(dir string) ([]byte, error) {
	script, err := os.ReadFile(filepath.Join(dir, worker))
	if err != nil {
		return nil, err
	}
	name := []byte(`import("@fedimint/fedimint-client-wasm-bundler")`)
	if bytes.Count(script, name) != 1 {
		return nil, fmt.Errorf("%s does not say %s", worker, name)
	}
	return bytes.Replace(script, name, []byte(`import("/bundler.js")`), 1), nil
}
