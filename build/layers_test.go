//go:build unix

package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// The direction of imports: fsm knows nothing of Fedimint, client nothing of the
// browser, modules nothing of each other, and the demo federation nothing of the
// client beyond what guardians share with it.
func TestLayers(t *testing.T) {
	allowed := func(pkg, dep string) bool {
		within := func(s string, folders ...string) bool {
			for _, f := range folders {
				if s == "satchel/"+f || strings.HasPrefix(s, "satchel/"+f+"/") {
					return true
				}
			}
			return false
		}
		dotted := strings.Contains(strings.SplitN(dep, "/", 2)[0], ".")
		switch {
		case within(pkg, "fsm"):
			return within(dep, "fsm") || !within(dep, "client", "wasm", "build") && (!dotted || strings.HasPrefix(dep, "vendor/"))
		case within(pkg, "client/wire", "client/tbs", "client/secret"):
			return !within(dep, "fsm", "wasm", "build", "client/guardians", "client/mint") && dep != "satchel/client"
		case within(pkg, "build/devfed"):
			return !within(dep, "client") || within(dep, "client/wire", "client/tbs", "client/tpe")
		case within(pkg, "client"):
			return !within(dep, "wasm", "build") && !otherModule(pkg, dep)
		}
		return true
	}
	for pkg, deps := range list(t, nil, "Deps", "satchel/...") {
		for _, dep := range deps {
			if !allowed(pkg, dep) {
				t.Errorf("%s depends on %s", pkg, dep)
			}
		}
	}
}

// Only wasm speaks to a browser, and the program that people download has no
// HTTP of Go's.
func TestLayersInTheBrowser(t *testing.T) {
	js := []string{"GOOS=js", "GOARCH=wasm"}
	for pkg, imports := range list(t, js, "Imports", "satchel/fsm/...", "satchel/client/...", "satchel/wasm/...") {
		for _, i := range imports {
			if i == "syscall/js" && !strings.HasPrefix(pkg, "satchel/wasm") {
				t.Errorf("%s imports %s", pkg, i)
			}
		}
	}
	for _, dep := range list(t, js, "Deps", "satchel/wasm")["satchel/wasm"] {
		if dep == "net/http" || dep == "net" {
			t.Errorf("the program for the browser links %s", dep)
		}
	}
}

// modules are the packages of which none imports another.
var modules = []string{
	"satchel/client/ecash", "satchel/client/lightning", "satchel/client/lnv2", "satchel/client/meta", "satchel/client/dummy",
}

func otherModule(pkg, dep string) bool {
	of := func(s string) string {
		for _, m := range modules {
			if s == m || strings.HasPrefix(s, m+"/") {
				return m
			}
		}
		return ""
	}
	return of(pkg) != "" && of(dep) != "" && of(pkg) != of(dep)
}

// list returns the Deps or Imports of packages.
func list(t *testing.T, env []string, what string, patterns ...string) map[string][]string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-f", "{{.ImportPath}} {{join ." + what + " \" \"}}"}, patterns...)...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		words := strings.Fields(line)
		all[words[0]] = words[1:]
	}
	if len(all) == 0 {
		t.Fatal("no packages")
	}
	return all
}
