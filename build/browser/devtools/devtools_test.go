//go:build unix

package devtools

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func start(t *testing.T, config Config) *Browser {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	b, err := Start(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Kill)
	return b
}

func TestRefusedCall(t *testing.T) {
	b := start(t, Config{Profile: t.TempDir()})
	err := b.Call(context.Background(), "Browser.fly", nil, nil)
	var refusal *Error
	if !errors.As(err, &refusal) || !strings.Contains(err.Error(), "Browser.fly") {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := b.Call(ctx, "Browser.getVersion", nil, nil); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if n := len(b.pipe.waiting); n != 0 {
		t.Fatalf("%d calls still wait", n)
	}
}

// program makes a program out of a shell script.
func program(t *testing.T, name, script string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestNotABrowser(t *testing.T) {
	t.Setenv(Variable, program(t, "chromium", "echo cannot open display >&2; exit 1"))
	_, err := Start(context.Background(), Config{Profile: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "cannot open display") {
		t.Fatal(err)
	}
}

func TestFind(t *testing.T) {
	chrome, other := program(t, "google-chrome", ""), program(t, "other", "")
	t.Setenv("PATH", filepath.Dir(chrome))
	t.Setenv(Variable, "")
	if got, err := Find(); got != chrome || err != nil {
		t.Fatal(got, err)
	}
	t.Setenv(Variable, other)
	if got, err := Find(); got != other || err != nil {
		t.Fatal(got, err)
	}
	t.Setenv(Variable, other+"x")
	if got, err := Find(); err == nil || !strings.Contains(err.Error(), Variable) {
		t.Fatal(got, err)
	}
	t.Setenv(Variable, "")
	t.Setenv("PATH", t.TempDir())
	if got, err := Find(); err != ErrMissing {
		t.Fatal(got, err)
	}
	if got, err := Install(context.Background(), io.Discard); err != ErrMissing {
		t.Fatal(got, err)
	}
}

// Install is tried as root only, with programs that stand in for apt-get.
func TestInstall(t *testing.T) {
	if os.Geteuid() != 0 {
		if got, err := Install(context.Background(), io.Discard); err != ErrMissing {
			t.Fatal(got, err)
		}
		return
	}
	t.Setenv(Variable, "")
	apt := program(t, "apt-get", "echo $*\n[ $1 = update ] || /bin/cp $0 ${0%apt-get}chromium\n")
	folder := filepath.Dir(apt)
	t.Setenv("PATH", folder)
	var log bytes.Buffer
	got, err := Install(context.Background(), &log)
	if err != nil || got != filepath.Join(folder, "chromium") {
		t.Fatal(got, err)
	}
	if want := "update\ninstall --yes --no-install-recommends chromium\n"; log.String() != want {
		t.Fatalf("%q", log.String())
	}
	t.Setenv("PATH", filepath.Dir(program(t, "apt-get", "echo no network >&2; exit 100\n")))
	log.Reset()
	if _, err := Install(context.Background(), &log); !errors.Is(err, ErrMissing) || log.String() != "no network\n" {
		t.Fatal(err, log.String())
	}
}
