package wasm

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
)

// What a release leaves out of Go's standard library:
//
//   - The settings of the environment variable GODEBUG, which nothing sets in a
//     browser, and with them the metrics of the runtime that count their use.
//   - The allocators for each size of small things. The one for all is hardly
//     slower.

// experiments is what GOEXPERIMENT has to be.
const experiments = "nosizespecializedmalloc"

// standIns are files that stand in for files of the standard library.
var standIns = map[string]string{"internal/godebug/godebug.go": leanSettings}

// leanSettings are settings that all have their defaults.
const leanSettings = `package godebug

type Setting struct{ name string }

func New(name string) *Setting { return &Setting{name} }

func (s *Setting) Name() string       { return s.name }
func (s *Setting) Undocumented() bool { return s.name != "" && s.name[0] == '#' }
func (s *Setting) String() string     { return s.name + "=" }
func (s *Setting) Value() string      { return "" }
func (s *Setting) IncNonDefault()     {}
`

// writeOverlay writes the stand-ins, and a file that tells go build of them.
func writeOverlay(ctx context.Context, folder string) (overlay string, err error) {
	root, err := goCommand(ctx, "env", "GOROOT")
	if err != nil {
		return "", err
	}
	if folder, err = filepath.Abs(folder); err != nil {
		return "", err
	}
	var config struct{ Replace map[string]string }
	config.Replace = map[string]string{}
	for name, source := range standIns {
		file := filepath.Join(folder, "std", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(file, []byte(source), 0o644); err != nil {
			return "", err
		}
		config.Replace[filepath.Join(root, "src", filepath.FromSlash(name))] = file
	}
	text, err := json.Marshal(config)
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(folder, "overlay.json")
	return overlay, os.WriteFile(overlay, text, 0o644)
}
