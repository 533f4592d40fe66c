package devfed_test

import (
	"bytes"
	"context"
	"flag"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/coder/websocket"

	"satchel/build/devfed"
	"satchel/client/wire"
)

// TestVerb runs the verb as people do and joins what it prints.
func TestVerb(t *testing.T) {
	folder := t.TempDir()
	c := spawn(t, "--json --guardians 2 --modules mintv2,mint --name Corner --meta {} --no-fees --listen 127.0.0.1:0 --data "+folder)
	if len(c.ready.Guardians) != 2 || c.ready.Invite.Guardians()[0].Full() != c.ready.Guardians[0] {
		t.Fatalf("%+v", c.ready)
	}
	s := dial(t, c.ready.Guardians[1])
	config := ask[wire.ClientConfig](s, "client_config", nil)
	if err := config.CheckFederationID(c.ready.Invite.FederationID()); err != nil {
		t.Error(err)
	}
	mint := decode[wire.MintConfig](t, config.Modules[0].Config.Body)
	if name, _ := config.MetaText("federation_name"); name != "Corner" || mint.Fee.Base != 0 || len(config.Modules) != 2 {
		t.Errorf("federation %q with fee %v and modules %v", name, mint.Fee, config.Kinds())
	}
	var got struct{ Notes wire.OOBNotes }
	if err := c.post("/ecash", map[string]int{"amount_msat": 5}, &got); err != nil || got.Notes.Notes().Count() != 2 {
		t.Errorf("%v, %v", got, err)
	}
	if err := c.end(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if rest, _ := io.ReadAll(c.out); len(rest) > 0 {
		t.Errorf("after the line of JSON it wrote %q", rest)
	}

	c = spawn(t, "--json --offline 1 --listen 127.0.0.1:0 --data "+folder)
	if _, response, err := websocket.Dial(t.Context(), c.ready.Guardians[1], nil); err == nil || response.StatusCode != 503 {
		t.Errorf("the last guardian is not off: %v", err)
	}
	dial(t, c.ready.Guardians[0])
	if err := c.end(os.Interrupt); err != nil {
		t.Error(err)
	}
}

// TestVerbSpeaks checks what the verb says to people.
func TestVerbSpeaks(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	out := writerFunc(func(b []byte) (int, error) {
		text := string(b)
		for _, want := range []string{`"Satchel demo" is running with 4 guardians`, "invite code  fed11", "/guardian/3  (off)", "/faucet/ecash", "/faucet/ecash?kind=mintv2", `{"state":"off"}' http://127.0.0.1:`, "worth nothing"} {
			if !strings.Contains(text, want) {
				t.Errorf("it does not say %q:\n%s", want, text)
			}
		}
		cancel()
		return len(b), nil
	})
	if err := devfed.Verb(ctx, []string{"--offline", "1", "--listen", "127.0.0.1:0", "--data", t.TempDir()}, out); err != nil {
		t.Error(err)
	}
	var help bytes.Buffer
	if err := devfed.Verb(t.Context(), []string{"-h"}, &help); err != flag.ErrHelp || !strings.Contains(help.String(), "-guardians") || !strings.Contains(help.String(), "/faucet/lies") || !strings.Contains(help.String(), "/faucet/blocks") {
		t.Errorf("help: %v, %q", err, help.String())
	}
	for args, want := range map[string]string{
		"--frob":                "frob",
		"extra":                 `no argument "extra"`,
		"--modules mint,casino": `unknown module "casino"; known are ln, lnv2, meta, mint, mintv2`,
		"--guardians 11":        "11 guardians",
		"--session 0s":          "too short",
		"--meta []":             `meta value "[]"`,
		"--listen [::1]":        `address "[::1]"`,
	} {
		args := append(strings.Split(args, " "), "--data", t.TempDir())
		if err := devfed.Verb(t.Context(), args, io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", args, err, want)
		}
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// TestImports keeps the direction: nothing of the client but wire, tbs and tpe.
func TestImports(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	within := func(path string, folders ...string) bool {
		return slices.ContainsFunc(folders, func(f string) bool { return strings.HasPrefix(path+"/", "satchel/"+f+"/") })
	}
	for _, path := range strings.Fields(string(out)) {
		if within(path, "client", "wasm") && !within(path, "client/wire", "client/tbs", "client/tpe") {
			t.Errorf("devfed depends on %s", path)
		}
	}
}
