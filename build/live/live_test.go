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
	t.Run("native", func(t *testing.T) {
		built := drive.BuildProcess(t, "")
		live(t, func() drive.Wallet { return built.Fresh(t) }, notes[0])
	})
	if len(notes) > 1 {
		t.Run("Chromium", func(t *testing.T) {
			site := drive.Site(t)
			server := httptest.NewServer(http.HandlerFunc(site.ServeHTTP))
			defer server.Close()
			live(t, func() drive.Wallet {
				b := browser.Start(t)
				b.Accept(`WebSocket connection to .* failed`) // of a guardian that is off
				return drive.OpenTab(b, server.URL+"/")
			}, notes[1])
		})
	}
}

// live is what a person would do, who at last loses the device and has the words.
func live(t *testing.T, fresh func() drive.Wallet, notes string) {
	p := &person{t: t, w: fresh()}
	p.call("generate_mnemonic", nil, nil)
	var preview struct {
		Name      string
		Guardians []struct{ Name, State, Error string }
	}
	p.call("preview", invite(), &preview)
	t.Logf("%s, %v", preview.Name, preview.Guardians)
	p.join()
	p.receive(notes)
	p.lightning()
	balance, kinds := p.balance()
	for _, kind := range kinds {
		p.send(kind, balance/wire.Amount(2*len(kinds)))
	}
	balance, _ = p.balance()
	var words struct{ Mnemonic []string }
	p.call("get_mnemonic", nil, &words)
	p.w.Kill()

	p.w = fresh()
	p.call("set_mnemonic", map[string]any{"words": words.Mnemonic}, nil)
	p.restore(balance)
}

// A person uses a wallet.
type person struct {
	t          *testing.T
	w          drive.Wallet
	federation string
}

func invite() map[string]any { return map[string]any{"invite_code": os.Getenv(inviteVariable)} }

func (p *person) call(verb string, fields map[string]any, out any) {
	p.t.Helper()
	if err := p.w.Call(verb, fields, out); err != nil {
		p.t.Fatal(err)
	}
}

func (p *person) fields(more ...any) map[string]any {
	f := map[string]any{"federation": p.federation}
	for i := 0; i < len(more); i += 2 {
		f[more[i].(string)] = more[i+1]
	}
	return f
}

// rest waits until an operation is at rest in a state.
func (p *person) rest(op string, final bool, state string) (d drive.Detail) {
	p.t.Helper()
	if err := p.w.Rest(p.fields("operation_id", op), final, &d); err != nil {
		p.t.Fatal(err)
	}
	for _, m := range d.Machines {
		if m.Stuck != "" {
			p.t.Fatalf("%s is stuck: %s", m.Name, m.Stuck)
		}
	}
	if d.State != state {
		p.t.Fatalf("want %s: %+v", state, d)
	}
	return d
}

// took tells how long something has taken.
func took(began time.Time) time.Duration { return time.Since(began).Round(time.Millisecond) }

func (p *person) join() {
	p.t.Helper()
	began := time.Now()
	var joined struct{ Federation string }
	p.call("join", invite(), &joined)
	p.federation = joined.Federation
	p.t.Logf("joined in %v", took(began))
}

// balance returns what can be spent, in msat, and the kinds of e-cash that there
// can be.
func (p *person) balance() (balance wire.Amount, kinds []string) {
	p.t.Helper()
	var v struct {
		Federations []struct {
			Balance wire.Amount `json:"balance_msat"`
			Modules []struct {
				Kind   wire.ModuleKind
				Usable bool
			}
			Notes []struct{ Count int }
		}
	}
	p.call("subscribe_wallet", nil, &v)
	count := 0
	for _, n := range v.Federations[0].Notes {
		count += n.Count
	}
	for _, m := range v.Federations[0].Modules {
		if m.Usable && (m.Kind == wire.KindMint || m.Kind == wire.KindMintV2) {
			kinds = append(kinds, string(m.Kind))
		}
	}
	p.t.Logf("has %v in %d notes", v.Federations[0].Balance, count)
	return v.Federations[0].Balance, kinds
}

type operation struct {
	ID string `json:"operation_id"`
}

func (p *person) receive(notes string) {
	p.t.Helper()
	began := time.Now()
	var op operation
	p.call("receive_ecash", map[string]any{"notes": notes}, &op)
	d := p.rest(op.ID, true, "done")
	p.t.Logf("received %v in %d notes, fee %v, in %v", d.Amount, p.count(notes), d.Fee, took(began))
}

// count returns how many notes e-cash of either generation has.
func (p *person) count(text string) int {
	p.t.Helper()
	if first, err := wire.ParseOOBNotes(text); err == nil {
		return first.Notes().Count()
	}
	second, err := wire.ParseECash(text)
	if err != nil {
		p.t.Fatal(err)
	}
	return len(second.Notes())
}

// send sends e-cash of a kind, and has it claimed or takes it back.
func (p *person) send(kind string, amount wire.Amount) {
	p.t.Helper()
	began := time.Now()
	var op operation
	p.call("send_ecash", p.fields("key", kind, "kind", kind, "amount_msat", amount), &op)
	d := p.rest(op.ID, false, "ready")
	p.t.Logf("handed out %v of %s in %d notes, fee %v, in %v", d.Amount, kind, p.count(d.Notes), d.Fee, took(began))
	take := os.Getenv(takeVariable)
	if take == "" {
		p.t.Logf("%s", d.Notes)
		p.call("take_back", p.fields("operation_id", op.ID), nil)
		d = p.rest(op.ID, true, "returned")
		p.t.Logf("taken back, fee %v", d.Fee)
		return
	}
	out, err := exec.Command("sh", "-c", take+` "$0"`, d.Notes).CombinedOutput()
	p.t.Logf("%s: %s", take, out)
	if err != nil {
		p.t.Fatal(err)
	}
	var taken bool
	err = p.w.Call("check_taken", p.fields("operation_id", op.ID), &taken)
	switch {
	case err != nil && strings.Contains(err.Error(), "NotSupported"):
		p.t.Logf("claimed by the command; guardians do not tell")
	case err != nil:
		p.t.Fatal(err)
	case !taken:
		p.t.Fatal("the guardians do not know of it")
	default:
		p.rest(op.ID, true, "done")
		p.t.Logf("claimed, as the guardians say too")
	}
}

// restore joins with the words, and expects to find so much in msat.
func (p *person) restore(want wire.Amount) {
	p.t.Helper()
	began := time.Now()
	p.join()
	var ops []drive.Operation
	p.call("list_operation_views", p.fields(), &ops)
	var found, fees wire.Amount
	for _, op := range ops {
		d := p.rest(op.ID, true, "done")
		p.t.Logf("%s: looked through %d items or sessions, found %v, of which %v is put aside, fee %v", d.Title, d.Progress.End, d.Amount+d.Aside, d.Aside, d.Fee)
		found, fees = found+d.Amount+d.Aside, fees+d.Fee+d.Aside
	}
	p.t.Logf("restored in %v", took(began))
	if after, _ := p.balance(); found != want || after+fees != want || after == 0 {
		p.t.Errorf("%v were there; %v were found and %v are there after fees of %v", want, found, after, fees)
	}
}
