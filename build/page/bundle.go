package page

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// files are the files of a bundle by name, with slashes.
type files struct {
	build   string
	content map[string][]byte
	first   []string // what is needed before anything is shown
}

func (f *files) names() []string { return slices.Sorted(maps.Keys(f.content)) }

// hash names the files by what is in them.
func (f *files) hash() string {
	h := sha256.New()
	for _, name := range f.names() {
		fmt.Fprintf(h, "%s %d\n%s\n", name, len(f.content[name]), f.content[name])
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// A bundler has what does not depend on the name of the build.
type bundler struct {
	Options
	glue       string // wasm_exec.js
	goLicenses []byte
	program    []byte
	static     map[string][]byte
	template   *template.Template
}

func (b *bundler) readProgram() (err error) {
	if b.program, err = os.ReadFile(b.Program); err != nil {
		return err
	}
	glue, err := os.ReadFile(filepath.Join(filepath.Dir(b.Program), "wasm_exec.js"))
	b.glue = string(glue)
	return err
}

func (b *bundler) readPage() (err error) {
	if b.static, err = icons(); err != nil {
		return err
	}
	if b.template, err = template.ParseFiles(b.source(indexName)); err != nil {
		return err
	}
	manifest := "manifest.webmanifest"
	b.static[manifest], err = os.ReadFile(b.source(manifest))
	return err
}

// source returns the path of a source of the page.
func (b *bundler) source(name string) string {
	return filepath.Join(b.Root, "web", filepath.FromSlash(name))
}

// bundle makes all files of a build of that name.
func (b *bundler) bundle(build string) (*files, error) {
	f := &files{build: build, content: maps.Clone(b.static)}
	worker, err := b.core(f)
	if err != nil {
		return nil, err
	}
	page, err := b.module(f, "web/page/main.tsx", linkTo(worker, build))
	if err != nil {
		return nil, err
	}
	if f.content[licensesName], err = b.licenses(append(page.inputs, worker.inputs...)); err != nil {
		return nil, err
	}
	if f.content[indexName], err = b.index(page); err != nil {
		return nil, err
	}
	f.first = append(page.first, indexName)
	return f, b.serviceWorker(f)
}

// core adds the program and the worker that runs it.
func (b *bundler) core(f *files) (worker output, err error) {
	program := asset("satchel", b.program, ".wasm")
	f.content[program] = b.program
	return b.script(f, "web/core/worker.ts", map[string]any{
		"__BUILD__":          f.build,
		"__WASM_URL__":       "/" + program,
		"__WASM_INTEGRITY__": integrity(b.program),
	})
}

// linkTo returns what a script must know of the worker.
func linkTo(worker output, build string) map[string]any {
	return map[string]any{"__BUILD__": build, "__WORKER_URL__": "/" + worker.name}
}

// serviceWorker adds the service worker, which knows all other files, and what
// it does not keep: that is the host's.
func (b *bundler) serviceWorker(f *files) error {
	kept := map[string]string{}
	for _, name := range f.names() {
		kept[address(name)] = integrity(f.content[name])
	}
	service, err := b.script(f, "web/service/worker.ts", map[string]any{"__BUILD__": f.build, "__FILES__": kept})
	if err != nil {
		return err
	}
	f.content[serviceName] = f.content[service.name]
	delete(f.content, service.name)
	f.content[siteName] = []byte("{}")
	f.content[headersName] = headersFile(append(f.names(), aboutName), b.Loopback)
	return nil
}

// index returns the page itself, which names the files that it needs.
func (b *bundler) index(page output) ([]byte, error) {
	var out bytes.Buffer
	err := b.template.Execute(&out, map[string]string{
		"Policy": ownPolicy(b.Loopback),
		"Script": "/" + page.name, "ScriptIntegrity": integrity(page.content),
		"Style": "/" + page.style, "StyleIntegrity": integrity(page.styleContent),
	})
	return out.Bytes(), err
}

// asset returns the name of a file that is named by what is in it.
func asset(name string, content []byte, ext string) string {
	return assets + "/" + name + "-" + fingerprint(content) + ext
}

func fingerprint(content []byte) string {
	sum := sha256.Sum256(content)
	return strings.ToUpper(hex.EncodeToString(sum[:4]))
}

// integrity returns what the fetch API calls by that name.
func integrity(content []byte) string {
	sum := sha512.Sum384(content)
	return "sha384-" + base64.StdEncoding.EncodeToString(sum[:])
}

// define returns values as esbuild wants them.
func define(values map[string]any) (map[string]string, error) {
	texts := map[string]string{}
	for name, value := range values {
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		texts[name] = string(text)
	}
	return texts, nil
}
