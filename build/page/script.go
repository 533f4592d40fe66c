package page

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// An output is what has become of a source and all that it imports.
type output struct {
	name         string // of its file
	content      []byte
	style        string // and of its style, if it has one
	styleContent []byte
	first        []string // the files that are needed at once, with these
	inputs       []string // paths of the sources, relative to the root
}

// engines are the oldest browsers that the bundle is for.
var engines = []api.Engine{
	{Name: api.EngineChrome, Version: "114"},
	{Name: api.EngineFirefox, Version: "115"},
	{Name: api.EngineSafari, Version: "16.4"},
}

// script bundles a source, named by its path in the repository, into one file,
// which it adds to f.
func (b *bundler) script(f *files, source string, values map[string]any) (output, error) {
	return b.esbuild(f, source, values, func(o *api.BuildOptions) { o.Format = api.FormatIIFE })
}

// module bundles the page's source, where parts that are imported when they are
// needed become files of their own.
func (b *bundler) module(f *files, source string, values map[string]any) (output, error) {
	return b.esbuild(f, source, values, func(o *api.BuildOptions) { o.Format, o.Splitting = api.FormatESModule, true })
}

func (b *bundler) esbuild(f *files, source string, values map[string]any, set func(*api.BuildOptions)) (o output, err error) {
	defines, err := define(values)
	if err != nil {
		return o, err
	}
	options := api.BuildOptions{
		AbsWorkingDir: b.Root,
		EntryPoints:   []string{source},
		Outdir:        assets,
		EntryNames:    path.Base(path.Dir(source)) + "-[hash]",
		ChunkNames:    "[name]-[hash]",
		Bundle:        true,
		Platform:      api.PlatformBrowser,
		Engines:       engines,
		Define:        defines,
		Plugins:       []api.Plugin{b.provideGlue()},
		TsconfigRaw:   `{"compilerOptions":{"jsx":"react-jsx","jsxImportSource":"preact","verbatimModuleSyntax":true}}`,

		MinifySyntax: b.Release, MinifyWhitespace: b.Release, MinifyIdentifiers: b.Release,

		LegalComments: api.LegalCommentsNone, // licenses.txt has them
		Charset:       api.CharsetUTF8,
		Metafile:      true,
		LogLevel:      api.LogLevelSilent,
	}
	set(&options)
	result := api.Build(options)
	if len(result.Errors) > 0 {
		text := api.FormatMessages(result.Errors, api.FormatMessagesOptions{})
		return o, fmt.Errorf("page: %s", strings.TrimSpace(strings.Join(text, "")))
	}
	for _, file := range result.OutputFiles {
		name, err := filepath.Rel(b.Root, file.Path)
		if err != nil {
			return o, err
		}
		f.content[filepath.ToSlash(name)] = file.Contents
	}
	if o, err = readMeta(result.Metafile, source); err == nil {
		o.content, o.styleContent = f.content[o.name], f.content[o.style]
	}
	return o, err
}

// provideGlue makes "wasm_exec" the glue of the Go that built the program,
// wherever it is: file names are hashes of paths, too.
func (b *bundler) provideGlue() api.Plugin {
	return api.Plugin{Name: "wasm_exec", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: "^wasm_exec$"}, func(api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: "wasm_exec", Namespace: "go"}, nil
		})
		build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: "go"}, func(api.OnLoadArgs) (api.OnLoadResult, error) {
			return api.OnLoadResult{Contents: &b.glue, Loader: api.LoaderJS}, nil
		})
	}}
}

// readMeta reads what esbuild tells of its outputs.
func readMeta(text, entry string) (o output, err error) {
	var meta struct {
		Inputs  map[string]any
		Outputs map[string]struct {
			EntryPoint, CSSBundle string
			Imports               []struct{ Path, Kind string }
		}
	}
	if err := json.Unmarshal([]byte(text), &meta); err != nil {
		return o, err
	}
	o.inputs = slices.Sorted(maps.Keys(meta.Inputs))
	var need func(name string)
	need = func(name string) {
		if slices.Contains(o.first, name) {
			return
		}
		o.first = append(o.first, name)
		for _, i := range meta.Outputs[name].Imports {
			if i.Kind == "import-statement" {
				need(i.Path)
			}
		}
	}
	for name, out := range meta.Outputs {
		if out.EntryPoint == entry {
			o.name, o.style = name, out.CSSBundle
		}
	}
	need(o.name)
	if o.style != "" {
		need(o.style)
	}
	return o, nil
}
