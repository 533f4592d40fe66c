package page

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/andybalholm/brotli"
)

// packable are the endings of names of files that become smaller.
var packable = []string{".html", ".js", ".css", ".wasm", ".svg", ".json", ".webmanifest", ".txt"}

// tiny files are not worth a second file, in bytes.
const tiny = 512

// writePacked writes a file, and beside it what it is when it is packed. It
// returns how many bytes are sent to a browser that takes brotli.
func writePacked(name string, content []byte, best bool) (sent int, err error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return 0, err
	}
	if err := os.WriteFile(name, content, 0o644); err != nil {
		return 0, err
	}
	if len(content) < tiny || !slices.Contains(packable, path.Ext(name)) {
		return len(content), nil
	}
	quality, level := 5, gzip.DefaultCompression
	if best {
		quality, level = brotli.BestCompression, gzip.BestCompression
	}
	br, err := pack(content, func(w io.Writer) (io.WriteCloser, error) {
		return brotli.NewWriterOptions(w, brotli.WriterOptions{Quality: quality, LGWin: 24}), nil
	})
	if err != nil {
		return 0, err
	}
	gz, err := pack(content, func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriterLevel(w, level) })
	if err != nil {
		return 0, err
	}
	if err := os.WriteFile(name+".br", br, 0o644); err != nil {
		return 0, err
	}
	return len(br), os.WriteFile(name+".gz", gz, 0o644)
}

func pack(content []byte, packer func(io.Writer) (io.WriteCloser, error)) ([]byte, error) {
	var out bytes.Buffer
	w, err := packer(&out)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}
