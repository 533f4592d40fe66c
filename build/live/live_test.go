//go:build live && unix

package live

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"satchel/build/browser"
	"satchel/build/drive"
	"satchel/client/wire"
)

func TestLive(t *testing.T) {
	notes := strings.Split(os.Getenv(notesVariable), "\n")
	t.Run("native", func(t *testing.T) { live(t, drive.BuildProcess(t, ""), notes[0]) })
	if len(notes) > 1 {
		t.Run("Chromium", func(t *testing.T) {
			site := drive.Site(t)
			server := httptest.NewServer(http.HandlerFunc(site.ServeHTTP))
			defer server.Close()
			b := browser.Start(t)
			b.Accept(`WebSocket connection to .* failed`) // of a guardian that is off
			live(t, drive.OpenTab(b, server.URL+"/"), notes[1])
		})
	}
}

// live is what a person would do.
func live(t *testing.T, w drive.Wallet, notes string) {
	call := func(verb string, fields map[string]any, out any) {
		t.Helper()
		if err := w.Call(verb, fields, out); err != nil {
			t.Fatal(err)
		}
	}
	call("generate_mnemonic", nil, nil)
	began := time.Now()
	var preview struct {
		Name      string
		Guardians []struct{ Name, State, Error string }
	}
	invite := map[string]any{"invite_code": os.Getenv(inviteVariable)}
	call("preview", invite, &preview)
	t.Logf("%s, %v", preview.Name, preview.Guardians)
	var joined struct{ Federation string }
	call("join", invite, &joined)
	t.Logf("joined in %v", time.Since(began).Round(time.Millisecond))

	fields := func(more ...any) map[string]any {
		f := map[string]any{"federation": joined.Federation}
		for i := 0; i < len(more); i += 2 {
			f[more[i].(string)] = more[i+1]
		}
		return f
	}
	rest := func(op string, final bool) (d drive.Detail) {
		t.Helper()
		if err := w.Rest(fields("operation_id", op), final, &d); err != nil {
			t.Fatal(err)
		}
		for _, m := range d.Machines {
			if m.Stuck != "" {
				t.Fatalf("%s is stuck: %s", m.Name, m.Stuck)
			}
		}
		return d
	}
	text, err := wire.ParseOOBNotes(notes)
	if err != nil {
		t.Fatal(err)
	}
	var op struct {
		Op string `json:"operation_id"`
	}
	began = time.Now()
	call("receive_ecash", map[string]any{"notes": notes}, &op)
	d := rest(op.Op, true)
	if d.State != "done" {
		t.Fatalf("received: %+v", d)
	}
	t.Logf("received %v in %d notes, fee %v, in %v", d.Amount, text.Notes().Count(), d.Fee, time.Since(began).Round(time.Millisecond))

	var quote struct {
		Max wire.Amount `json:"max_msat"`
	}
	call("quote_send", fields("amount_msat", 0), &quote)
	began = time.Now()
	call("send_ecash", fields("key", joined.Federation, "amount_msat", quote.Max/2), &op)
	d = rest(op.Op, false)
	if d.State != "ready" {
		t.Fatalf("sent: %+v", d)
	}
	t.Logf("handed out %v, fee %v, in %v", d.Amount, d.Fee, time.Since(began).Round(time.Millisecond))

	if take := os.Getenv(takeVariable); take != "" {
		out, err := exec.Command("sh", "-c", take+` "$0"`, d.Notes).CombinedOutput()
		t.Logf("%s: %s", take, out)
		if err != nil {
			t.Fatal(err)
		}
		var taken bool
		call("check_taken", fields("operation_id", op.Op), &taken)
		if !taken {
			t.Fatal("the guardians do not know of it")
		}
		t.Logf("%s", rest(op.Op, true).State)
		return
	}
	t.Logf("%s", d.Notes)
	call("take_back", fields("operation_id", op.Op), nil)
	t.Logf("taken back: %s", rest(op.Op, true).State)
}
