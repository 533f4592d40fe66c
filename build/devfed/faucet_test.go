package devfed_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/bits"
	"net/http"
	"slices"
	"strings"
	"testing"

	"satchel/build/devfed"
	"satchel/build/devfed/consensus"
	"satchel/build/devfed/faucet"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// httpDo sends a request to the faucet's port and returns status and body.
func httpDo(t *testing.T, method, url, body string, header ...string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(bytes.TrimSpace(answer))
}

// TestFaucet gets and gives back notes over HTTP and watches the audit.
func TestFaucet(t *testing.T) {
	f := start(t, devfed.Options{})
	p := open(t, f)
	audit := func(issued, redeemed, outstanding, fees int) {
		t.Helper()
		want := fmt.Sprintf(`{"issued_msat":%d,"redeemed_msat":%d,"outstanding_msat":%d,"fees_msat":%d}`, issued, redeemed, outstanding, fees)
		if status, got := httpDo(t, "GET", f.FaucetURL()+"/audit", ""); status != 200 || got != want {
			t.Errorf("audit %d %s, want %s", status, got, want)
		}
	}
	audit(0, 0, 0, 0)
	status, body := httpDo(t, "POST", f.FaucetURL()+"/ecash", `{"amount_msat":100001}`)
	if status != 200 {
		t.Fatalf("%d %s", status, body)
	}
	text := decodeJSON[struct{ Notes string }](t, []byte(body)).Notes
	notes, err := wire.ParseOOBNotes(text)
	if err != nil {
		t.Fatal(err)
	}
	if total, err := notes.Notes().Total(); err != nil || total != 100_001 || notes.Prefix() != f.ID().Prefix() {
		t.Errorf("notes of %v worth %v (%v)", notes.Prefix(), total, err)
	}
	var signed []tbs.SignedNote
	for amount, n := range notes.Notes().All() {
		if bits.OnesCount64(uint64(amount)) != 1 {
			t.Errorf("note of %v", amount)
		}
		signed = append(signed, tbs.SignedNote{Nonce: n.SpendKey.PublicKey(), Signature: n.Signature, Key: p.mint.Keys[amount]})
	}
	if bad, err := tbs.V1().VerifyNotes(signed); err != nil || len(bad) > 0 || len(signed) != bits.OnesCount(100_001) {
		t.Errorf("%d notes, bad are %v (%v)", len(signed), bad, err)
	}
	audit(100_001, 0, 100_001, 0)

	redeem, _ := json.Marshal(map[string]string{"notes": text})
	if status, body := httpDo(t, "POST", f.FaucetURL()+"/redeem", string(redeem)); status != 200 || body != `{"amount_msat":100001}` {
		t.Errorf("%d %s", status, body)
	}
	audit(100_001, 100_001, 0, 0)
	if status, body := httpDo(t, "POST", f.FaucetURL()+"/redeem", string(redeem)); status != 409 || errorCode(t, body) != faucet.CodeSpent {
		t.Errorf("redeemed twice: %d %s", status, body)
	}
	audit(100_001, 100_001, 0, 0)

	coins := p.draw(f, 4096)
	p.pay(coins, 1024, 1024) // 4096 in, 2048 out
	audit(104_097, 100_001, 2048, 2048)
}

// TestFaucetV2 gets and gives back notes of the second generation, and leaves the
// choice of a generation to the faucet.
func TestFaucetV2(t *testing.T) {
	f := start(t, devfed.Options{})
	p := openKind(t, f, wire.KindMintV2)
	get := func(f *devfed.Federation, query string) string {
		t.Helper()
		status, body := httpDo(t, "POST", f.FaucetURL()+"/ecash"+query, `{"amount_msat":100001}`)
		if status != 200 {
			t.Fatalf("%s: %d %s", query, status, body)
		}
		return decodeJSON[struct{ Notes string }](t, []byte(body)).Notes
	}
	for _, query := range []string{"", "?kind=", "?kind=mint"} {
		if notes, err := wire.ParseOOBNotes(get(f, query)); err != nil || f.ID().Prefix() != notes.Prefix() {
			t.Errorf("%s: %v, %v", query, notes, err)
		}
	}
	const worth = 196 * 512 // the multiple of 512 above 100 001
	text := get(f, "?kind=mintv2")
	ecash, err := wire.ParseECash(text)
	if err != nil {
		t.Fatal(err)
	}
	id, _ := ecash.FederationID()
	if total, err := ecash.Total(); err != nil || total != worth || id != f.ID() || ecash.Unit() != wire.Bitcoin {
		t.Errorf("notes of %v worth %v (%v)", id, total, err)
	}
	var signed []tbs.SignedNote
	for _, n := range ecash.Notes() {
		if n.Denomination < wire.MinDenomination {
			t.Errorf("a note of %v", n.Denomination)
		}
		signed = append(signed, tbs.SignedNote{Nonce: n.SpendKey.PublicKey(), Signature: n.Signature, Key: p.mint.Keys[n.Denomination.Amount()]})
	}
	if good, err := tbs.V2().CheckNotes(signed); err != nil || !good || len(signed) != bits.OnesCount(worth) {
		t.Errorf("%d notes: %v (%v)", len(signed), good, err)
	}
	before := f.Audit()
	redeem, _ := json.Marshal(map[string]string{"notes": text})
	if status, body := httpDo(t, "POST", f.FaucetURL()+"/redeem", string(redeem)); status != 200 || body != fmt.Sprintf(`{"amount_msat":%d}`, worth) {
		t.Errorf("%d %s", status, body)
	}
	if got := f.Audit(); got.Redeemed != before.Redeemed+worth || got.Outstanding != before.Outstanding-worth {
		t.Errorf("the audit went from %+v to %+v", before, got)
	}
	if status, body := httpDo(t, "POST", f.FaucetURL()+"/redeem", string(redeem)); status != 409 || errorCode(t, body) != faucet.CodeSpent {
		t.Errorf("redeemed twice: %d %s", status, body)
	}

	alone := start(t, devfed.Options{Guardians: 1, Modules: []wire.ModuleKind{wire.KindMintV2}})
	if _, err := wire.ParseECash(get(alone, "")); err != nil {
		t.Errorf("from a federation that has only the second generation: %v", err)
	}
	if status, body := httpDo(t, "POST", alone.FaucetURL()+"/ecash?kind=mint", `{"amount_msat":1}`); status != 404 || errorCode(t, body) != faucet.CodeNoMint {
		t.Errorf("%d %s", status, body)
	}
}

// TestFaucetRefusalsV2 has every error that notes of the second generation meet,
// and that it changes nothing.
func TestFaucetRefusalsV2(t *testing.T) {
	f := start(t, devfed.Options{})
	p := openKind(t, f, wire.KindMintV2)
	good := p.draw(f, 2048+1024)
	spent := p.draw(f, 512)
	p.pay(spent)
	text := func(id wire.FederationID, unit wire.AmountUnit, coins ...coin) string {
		var notes []wire.MintV2SpendableNote
		for _, c := range coins {
			notes = append(notes, wire.MintV2SpendableNote{Denomination: denomination(c.amount), SpendKey: c.note.SpendKey, Signature: c.note.Signature})
		}
		body, _ := json.Marshal(map[string]any{"notes": wire.NewECash(id, notes, unit)})
		return string(body)
	}
	ours := f.ID()
	malformed := good[0]
	malformed.note.Signature = wire.G1{0: 0x80}
	nameless, _ := json.Marshal(map[string]any{"notes": decode[wire.ECash](t, wire.AppendVec(nil, []wire.Appender{
		wire.Unknown{Variant: 1, Body: wire.Encode(wire.MintV2SpendableNote{SpendKey: newKey(), Signature: wire.G1{0: 0xc0}})},
	}))})
	before := f.Audit()
	for name, c := range map[string]struct {
		path, body string
		status     int
		code       string
	}{
		"another kind":     {"/ecash?kind=lightning", `{"amount_msat":1}`, 400, faucet.CodeBadRequest},
		"nothing":          {"/ecash?kind=mintv2", `{"amount_msat":0}`, 400, faucet.CodeAmount},
		"too much":         {"/ecash?kind=mintv2", `{"amount_msat":100000000001}`, 400, faucet.CodeAmount},
		"far too much":     {"/ecash?kind=mintv2", `{"amount_msat":18446744073709551615}`, 400, faucet.CodeAmount},
		"no notes":         {"/redeem", text(ours, 0), 400, faucet.CodeNotEcash},
		"of nobody":        {"/redeem", string(nameless), 400, faucet.CodeNotEcash},
		"foreign":          {"/redeem", text(wire.FederationID{1}, 0, good[0]), 400, faucet.CodeForeign},
		"another unit":     {"/redeem", text(ours, 7, good[0]), 400, faucet.CodeForeign},
		"spent":            {"/redeem", text(ours, 0, spent[0]), 409, faucet.CodeSpent},
		"one is spent":     {"/redeem", text(ours, 0, good[0], spent[0]), 409, faucet.CodeSpent},
		"twice the same":   {"/redeem", text(ours, 0, good[0], good[0]), 409, faucet.CodeSpent},
		"dearer":           {"/redeem", text(ours, 0, coin{good[0].amount * 2, good[0].note}), 400, faucet.CodeForged},
		"no denomination":  {"/redeem", text(ours, 0, coin{3, good[0].note}), 400, faucet.CodeForged},
		"malformed":        {"/redeem", text(ours, 0, malformed), 400, faucet.CodeForged},
		"of another's key": {"/redeem", text(ours, 0, coin{good[0].amount, wire.MintSpendableNote{Signature: good[0].note.Signature, SpendKey: newKey()}}), 400, faucet.CodeForged},
		"too many":         {"/redeem", text(ours, 0, slices.Repeat(good[:1], 400)...), 400, faucet.CodeTooMany},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := httpDo(t, "POST", f.FaucetURL()+c.path, c.body)
			if status != c.status || errorCode(t, body) != c.code {
				t.Errorf("got %d %s, want %d %s", status, body, c.status, c.code)
			}
		})
	}
	if after := f.Audit(); after != before {
		t.Errorf("the audit went from %+v to %+v", before, after)
	}
	p.pay(good, 2048)
}

func errorCode(t *testing.T, body string) string {
	t.Helper()
	return decodeJSON[struct {
		Error struct{ Code, Message string }
	}](t, []byte(body)).Error.Code
}

// TestFaucetRefusals has every error with its code, and that it changes nothing.
func TestFaucetRefusals(t *testing.T) {
	f := start(t, devfed.Options{})
	other := start(t, devfed.Options{Guardians: 1})
	p := open(t, f)
	good := p.draw(f, 2048+1024)
	spent := p.draw(f, 512)
	p.pay(spent)
	text := func(prefix wire.FederationPrefix, coins ...coin) string {
		notes := make(wire.MintNotes)
		for _, c := range coins {
			notes[c.amount] = append(notes[c.amount], c.note)
		}
		body, err := json.Marshal(map[string]any{"notes": wire.NewOOBNotes(prefix, notes)})
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	ours := f.ID().Prefix()
	malformed := good[0]
	malformed.note.Signature = wire.G1{0: 0x80}
	before := f.Audit()
	for name, c := range map[string]struct {
		path, body string
		status     int
		code       string
	}{
		"no body":          {"/ecash", ``, 400, faucet.CodeBadRequest},
		"no amount":        {"/ecash", `{}`, 400, faucet.CodeBadRequest},
		"text as amount":   {"/ecash", `{"amount_msat":"1"}`, 400, faucet.CodeBadRequest},
		"fraction":         {"/ecash", `{"amount_msat":1.5}`, 400, faucet.CodeBadRequest},
		"negative":         {"/ecash", `{"amount_msat":-1}`, 400, faucet.CodeBadRequest},
		"above 64 bits":    {"/ecash", `{"amount_msat":18446744073709551616}`, 400, faucet.CodeBadRequest},
		"unknown member":   {"/ecash", `{"amount_msat":1,"amount_sat":1}`, 400, faucet.CodeBadRequest},
		"two objects":      {"/ecash", `{"amount_msat":1}{}`, 400, faucet.CodeBadRequest},
		"nothing":          {"/ecash", `{"amount_msat":0}`, 400, faucet.CodeAmount},
		"too much":         {"/ecash", `{"amount_msat":100000000001}`, 400, faucet.CodeAmount},
		"far too much":     {"/ecash", `{"amount_msat":18446744073709551615}`, 400, faucet.CodeAmount},
		"no notes":         {"/redeem", `{}`, 400, faucet.CodeBadRequest},
		"a list":           {"/redeem", `[]`, 400, faucet.CodeBadRequest},
		"no e-cash":        {"/redeem", `{"notes":"hello"}`, 400, faucet.CodeNotEcash},
		"an invite":        {"/redeem", `{"notes":"` + f.Invite().Base32() + `"}`, 400, faucet.CodeNotEcash},
		"foreign":          {"/redeem", text(other.ID().Prefix(), good[0]), 400, faucet.CodeForeign},
		"spent":            {"/redeem", text(ours, spent[0]), 409, faucet.CodeSpent},
		"one is spent":     {"/redeem", text(ours, good[0], spent[0]), 409, faucet.CodeSpent},
		"twice the same":   {"/redeem", text(ours, good[0], good[0]), 409, faucet.CodeSpent},
		"dearer":           {"/redeem", text(ours, coin{good[0].amount * 2, good[0].note}), 400, faucet.CodeForged},
		"no tier":          {"/redeem", text(ours, coin{3, good[0].note}), 400, faucet.CodeForged},
		"malformed":        {"/redeem", text(ours, malformed), 400, faucet.CodeForged},
		"forged":           {"/redeem", text(ours, good[1], coin{1024, wire.MintSpendableNote{Signature: good[0].note.Signature, SpendKey: newKey()}}), 400, faucet.CodeForged},
		"too many":         {"/redeem", text(ours, slices.Repeat(good[:1], 400)...), 400, faucet.CodeTooMany},
		"no guardian":      {"/guardian/4", `{"state":"off"}`, 404, faucet.CodeNoGuardian},
		"guardian by name": {"/guardian/first", `{"state":"off"}`, 404, faucet.CodeNoGuardian},
		"no state":         {"/guardian/0", `{"state":"dead"}`, 400, faucet.CodeBadRequest},
		"no lie":           {"/guardian/0", `{"lie":"truth"}`, 400, faucet.CodeBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := httpDo(t, "POST", f.FaucetURL()+c.path, c.body)
			if status != c.status || errorCode(t, body) != c.code {
				t.Errorf("got %d %s, want %d %s", status, body, c.status, c.code)
			}
		})
	}
	if after := f.Audit(); after != before {
		t.Errorf("the audit went from %+v to %+v", before, after)
	}
	p.pay(good)
}

// TestFaucetStandsStill without a quorum, and refuses other sites' pages.
func TestFaucetStandsStill(t *testing.T) {
	f := start(t, devfed.Options{})
	stall(t, f)
	if status, body := httpDo(t, "POST", f.FaucetURL()+"/ecash", `{"amount_msat":1}`); status != 503 || errorCode(t, body) != faucet.CodeNoQuorum {
		t.Errorf("%d %s", status, body)
	}
	heal(t, f)
	for _, header := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}} {
		if status, _ := httpDo(t, "POST", f.FaucetURL()+"/ecash", `{"amount_msat":1}`, header...); status != 403 {
			t.Errorf("%v: status %d", header, status)
		}
	}
	for _, header := range [][]string{{"Sec-Fetch-Site", "same-origin"}, {"Origin", "http://" + f.Address()}, {}} {
		if status, body := httpDo(t, "POST", f.FaucetURL()+"/ecash", `{"amount_msat":1}`, header...); status != 200 {
			t.Errorf("%v: %d %s", header, status, body)
		}
	}
	if got := f.Audit(); got != (consensus.Audit{Issued: 3, Outstanding: 3}) {
		t.Errorf("%+v", got)
	}
}

// TestPort asks for what is neither a guardian's nor the faucet's.
func TestPort(t *testing.T) {
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "page "+r.URL.Path) })
	f := start(t, devfed.Options{Handler: page, Guardians: 1})
	base := "http://" + f.Address()
	for path, want := range map[string]int{"/": 200, "/index.js": 200, "/guardian/7": 200, "/guardian/0": 426, "/faucet/nothing": 404} {
		if status, body := httpDo(t, "GET", base+path, ""); status != want {
			t.Errorf("%s: %d %s, want %d", path, status, body, want)
		}
	}
}
