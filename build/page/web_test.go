package page_test

import (
	"bytes"
	"context"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"satchel/build/npm"
	"satchel/build/page"
)

// root returns the repository, with its npm packages installed.
func root(t *testing.T) string {
	t.Helper()
	folder, err := page.Root(context.Background())
	if err == nil {
		err = npm.Ready(t.Context(), folder, os.Stderr)
	}
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestTypes(t *testing.T) {
	folder := root(t)
	for _, project := range []string{"web/tsconfig.json", "web/tsconfig.test.json", "web/service/tsconfig.json"} {
		t.Run(project, func(t *testing.T) {
			cmd := exec.Command("node", "node_modules/typescript/bin/tsc", "--noEmit", "-p", project)
			cmd.Dir = folder
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// node bundles sources for Node.js and returns what running them with these
// arguments prints.
func node(t *testing.T, sources []string, args ...string) []byte {
	t.Helper()
	out := t.TempDir()
	result := api.Build(api.BuildOptions{
		EntryPoints: sources, Outdir: out, OutExtension: map[string]string{".js": ".mjs"},
		Bundle: true, Platform: api.PlatformNode, Format: api.FormatESModule, Write: true,
		Sourcemap: api.SourceMapInline, LogLevel: api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		t.Fatal(strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), ""))
	}
	for _, file := range result.OutputFiles {
		args = append(args, file.Path)
	}
	cmd := exec.Command("node", append([]string{"--enable-source-maps"}, args...)...)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s%s", err, text, complaint.Bytes())
	}
	return text
}

func TestUnits(t *testing.T) {
	var sources []string
	err := filepath.WalkDir(filepath.Join(root(t), "web"), func(file string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(file, ".test.ts") {
			sources = append(sources, file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s", node(t, sources, "--test", "--test-reporter=tap"))
}

// TestEveryErrorHasSentences compares the catalogue with the codes of the core
// and of the link to it.
func TestEveryErrorHasSentences(t *testing.T) {
	folder := root(t)
	var sentences []string
	ofTexts(t, folder, "Object.keys(texts.errors)", &sentences)
	codes := codes(t, filepath.Join(folder, "wasm/facade/codes.go"))
	for _, code := range append(codes, "Aborted", "Interrupted") {
		if !slices.Contains(sentences, code) {
			t.Errorf("web/page/texts/errors.ts has no sentences for %s", code)
		}
	}
	for _, code := range sentences {
		if !slices.Contains(codes, code) && code != "Aborted" && code != "Interrupted" {
			t.Errorf("web/page/texts/errors.ts has sentences for %s, which nothing answers", code)
		}
	}
}

// ofTexts evaluates an expression about the page's texts.
func ofTexts(t *testing.T, folder, expression string, out any) {
	t.Helper()
	source := filepath.Join(t.TempDir(), "expression.ts")
	text := "import { texts } from " + strconv.Quote(filepath.Join(folder, "web/page/texts")) +
		";\nconsole.log(JSON.stringify(" + expression + "));\n"
	if err := os.WriteFile(source, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(node(t, []string{source}), out); err != nil {
		t.Fatal(err)
	}
}

// TestEveryTextIsUsed looks for every text, or the table that it is in, in the
// sources of the page.
func TestEveryTextIsUsed(t *testing.T) {
	folder := root(t)
	var names []string
	ofTexts(t, folder, `(function list(value: unknown, name: string): string[] {
		return typeof value === "object" && !Array.isArray(value) ? Object.entries(value!).flatMap(([key, v]) => list(v, name + "." + key)) : [name];
	})(texts, "texts")`, &names)
	used := map[string]bool{}
	mention := regexp.MustCompile(`\btexts(\.\w+)+`)
	err := filepath.WalkDir(filepath.Join(folder, "web/page"), func(file string, _ fs.DirEntry, err error) error {
		if ext := filepath.Ext(file); err != nil || ext != ".ts" && ext != ".tsx" || strings.HasSuffix(file, ".test.ts") {
			return err
		}
		source, err := os.ReadFile(file)
		for _, name := range mention.FindAllString(string(source), -1) {
			used[name] = true
			used[strings.TrimSuffix(name, ".map")] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(names) < 200 {
		t.Fatalf("there are only %d texts: %q", len(names), names)
	}
	for _, name := range names {
		part := name
		for part != "texts" && !used[part] {
			part = part[:strings.LastIndexByte(part, '.')]
		}
		if part == "texts" {
			t.Errorf("nobody uses %s", name)
		}
	}
}

// codes returns the constants of type Code in a Go file.
func codes(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "Code" {
			for _, value := range spec.Values {
				code, err := strconv.Unquote(value.(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				found[code] = true
			}
		}
		return true
	})
	if len(found) == 0 {
		t.Fatalf("%s has no codes", file)
	}
	return slices.Sorted(maps.Keys(found))
}
