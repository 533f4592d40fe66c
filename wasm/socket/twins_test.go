//go:build !js

package socket

import (
	"bytes"
	"go/ast"
	"go/build"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestTwinsExportTheSame compares what the two builds export, with types.
func TestTwinsExportTheSame(t *testing.T) {
	native, browser := exports(t, "linux", "amd64"), exports(t, "js", "wasm")
	if !slices.Equal(native, browser) {
		t.Errorf("the native build exports\n%s\nand the browser build\n%s",
			strings.Join(native, "\n"), strings.Join(browser, "\n"))
	}
	if !slices.ContainsFunc(native, func(s string) bool { return strings.Contains(s, "Dial(") }) {
		t.Errorf("Dial is not among %q", native)
	}
}

// TestBrowserBuildLinksNoHTTP lists what the browser build depends on.
func TestBrowserBuildLinksNoHTTP(t *testing.T) {
	list := exec.Command("go", "list", "-deps", ".")
	list.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	if !slices.Contains(deps, "satchel/client/guardians") {
		t.Fatalf("dependencies are %q", deps)
	}
	for _, heavy := range []string{"net", "net/http", "net/url", "crypto/tls", "github.com/coder/websocket"} {
		if slices.Contains(deps, heavy) {
			t.Errorf("the browser build depends on %s", heavy)
		}
	}
}

// exports returns the exported declarations of the package as built for a
// platform, without bodies.
func exports(t *testing.T, goos, goarch string) []string {
	t.Helper()
	platform := build.Default
	platform.GOOS, platform.GOARCH = goos, goarch
	pkg, err := platform.ImportDir(".", 0)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	files := token.NewFileSet()
	for _, name := range pkg.GoFiles {
		file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.FileExports(file)
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				decl.Body, decl.Doc = nil, nil
			case *ast.GenDecl:
				decl.Doc = nil
				if decl.Tok == token.IMPORT {
					continue
				}
			}
			var text bytes.Buffer
			if err := printer.Fprint(&text, files, decl); err != nil {
				t.Fatal(err)
			}
			all = append(all, text.String())
		}
	}
	slices.Sort(all)
	return all
}
