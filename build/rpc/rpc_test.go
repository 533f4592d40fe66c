package rpc_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"satchel/build/rpc"
	"satchel/fsm/kv/logfile"
)

func TestVerb(t *testing.T) {
	dir := t.TempDir()
	run := func() (string, error) {
		var out bytes.Buffer
		err := rpc.Verb(t.Context(), []string{"--dir", dir}, strings.NewReader("{}\n"), &out)
		return out.String(), err
	}
	unlock, err := logfile.Lock(filepath.Join(dir, "lock"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := run(); !errors.Is(err, logfile.ErrLocked) || !strings.Contains(err.Error(), dir) {
		t.Errorf("a folder that is in use: %v", err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	if out, err := run(); err != nil || strings.Count(out, "\n") != 1 || !strings.Contains(out, "request_id") {
		t.Errorf("printed %q, %v", out, err)
	}
}
