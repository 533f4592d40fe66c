//go:build unix

package facade_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"satchel/build/devfed"
	"satchel/build/devfed/guardian"
	"satchel/client"
	"satchel/client/wire"
	"satchel/fsm/kv"
	"satchel/wasm/facade"
)

// The verbs of the official client, as an application calls them.
func TestOfficialVerbs(t *testing.T) {
	fed := federation(t, devfed.Options{Offline: 1})
	w := open(t, platform(t.TempDir()))
	const name = "01234567-89ab-cdef-0123-456789abcdef"

	if must[bool](w, "has_mnemonic_set", nil) {
		t.Fatal("a new wallet has words")
	}
	words := must[struct{ Mnemonic []string }](w, "generate_mnemonic", nil).Mnemonic
	if again := must[struct{ Mnemonic []string }](w, "get_mnemonic", nil).Mnemonic; len(words) != 12 || !slices.Equal(again, words) {
		t.Fatalf("%q, then %q", words, again)
	}
	_, err := call[any](w, "generate_mnemonic", nil)
	wantCode(t, err, facade.HasWords)

	parsed := must[struct {
		URL string `json:"url"`
		ID  string `json:"federation_id"`
	}](w, "parse_invite_code", fields{"invite_code": fed.Invite()})
	preview := must[struct {
		Config json.RawMessage `json:"config"`
		ID     string          `json:"federation_id"`
	}](w, "preview_federation", fields{"invite_code": fed.Invite()})
	if parsed.ID != fed.ID().String() || preview.ID != parsed.ID || !bytes.Contains(preview.Config, []byte(`"global"`)) {
		t.Fatalf("%+v, %+v", parsed, preview)
	}
	must[any](w, "join_federation", fields{"invite_code": fed.Invite(), "client_name": name})
	must[any](w, "open_client", fields{"client_name": name})

	notes := ecash(t, fed, 1_000_000)
	total := must[struct {
		Total wire.Amount `json:"total_amount"`
	}](w, "parse_oob_notes", fields{"oob_notes": notes.Base64()}).Total
	valid, err := rpc[wire.Amount](w, name, "mint", "validate_notes", fields{"oob_notes": notes.Base64()})
	if err != nil || total != 1_000_000 || valid != total {
		t.Fatal(total, valid, err)
	}
	op, err := rpc[string](w, name, "mint", "reissue_external_notes", fields{"oob_notes": notes.Base64(), "extra_meta": "hello"})
	if err != nil {
		t.Fatal(err)
	}
	states := stream(t, w, name, "subscribe_reissue_external_notes", op)
	if !slices.Equal(states, []string{`"Created"`, `"Issuing"`, `"Done"`}) && !slices.Equal(states, []string{`"Created"`, `"Done"`}) {
		t.Fatalf("states %q", states)
	}
	balance, err := rpc[wire.Amount](w, name, "", "get_balance", nil)
	if err != nil || balance == 0 || balance >= total {
		t.Fatal(balance, err)
	}

	spent, err := rpc[[2]string](w, name, "mint", "spend_notes", fields{
		"amount": 1024, "try_cancel_after": fields{"secs": 3600, "nanos": 0}, "include_invite": true, "extra_meta": nil})
	if err != nil {
		t.Fatal(err)
	}
	text, err := wire.ParseOOBNotes(spent[1])
	if err != nil || text.Invite() == nil || text.Invite().FederationID() != fed.ID() {
		t.Fatalf("%s: %v", spent[1], err)
	}
	if _, err := rpc[any](w, name, "mint", "try_cancel_spend_notes", fields{"operation_id": spent[0]}); err != nil {
		t.Fatal(err)
	}
	refund, err := rpc[struct {
		User bool     `json:"user_triggered"`
		Txs  []string `json:"transaction_ids"`
	}](w, name, "mint", "await_spend_oob_refund", fields{"operation_id": spent[0]})
	if err != nil || !refund.User || len(refund.Txs) != 1 {
		t.Fatal(refund, err)
	}
	states = stream(t, w, name, "subscribe_spend_notes", spent[0])
	if want := []string{`"Created"`, `"UserCanceledProcessing"`, `"UserCanceledSuccess"`}; !slices.Equal(states, want) {
		t.Fatalf("states %q", states)
	}
	_, err = rpc[any](w, name, "mint", "spend_notes", fields{"amount": 1, "include_invite": false})
	wantCode(t, err, facade.NoExactAmount)
	if _, err := rpc[[2]string](w, name, "mint", "spend_notes_expert", fields{"min_amount": 1, "include_invite": false}); err != nil {
		t.Fatal(err)
	}

	counts, err := rpc[map[string]int](w, name, "mint", "note_counts_by_denomination", nil)
	if err != nil || len(counts) == 0 {
		t.Fatal(counts, err)
	}
	operations(t, w, name)
	if _, err := rpc[json.RawMessage](w, name, "", "get_config", nil); err != nil {
		t.Fatal(err)
	}
	if id, err := rpc[string](w, name, "", "get_federation_id", nil); err != nil || id != fed.ID().String() {
		t.Fatal(id, err)
	}
	if code, err := rpc[string](w, name, "", "get_invite_code", fields{"peer": 1}); err != nil || !strings.HasPrefix(code, "fed11") {
		t.Fatal(code, err)
	}
	if code, err := rpc[*string](w, name, "", "get_invite_code", fields{"peer": 9}); err != nil || code != nil {
		t.Fatal(code, err)
	}
	if pending, err := rpc[bool](w, name, "", "has_pending_recoveries", nil); err != nil || pending {
		t.Fatal(pending, err)
	}
	if _, err := rpc[uint64](w, name, "", "session_count", nil); err != nil {
		t.Fatal(err)
	}
	value, err := rpc[struct{ Value map[string]string }](w, name, "meta", "get_consensus_value", fields{"key": 0})
	if err != nil || value.Value["federation_name"] == "" {
		t.Fatal(value, err)
	}
	must[any](w, "close_client", fields{"client_name": name})
}

func stream(t *testing.T, w *wallet, name, method, op string) (states []string) {
	t.Helper()
	err := w.ask("client_rpc", fields{"client_name": name, "module": "mint", "method": method, "payload": fields{"operation_id": op}},
		func(data json.RawMessage) (bool, error) { states = append(states, string(data)); return false, nil })
	if err != nil {
		t.Fatal(err)
	}
	return states
}

// operations reads the operation log in pages, and the event log.
func operations(t *testing.T, w *wallet, name string) {
	t.Helper()
	type entry [2]json.RawMessage
	all, err := rpc[[]entry](w, name, "", "list_operations", nil)
	if err != nil || len(all) != 3 {
		t.Fatalf("%s %v", all, err)
	}
	var paged []entry
	for {
		payload := fields{"limit": 2}
		if len(paged) > 0 {
			payload["last_seen"] = paged[len(paged)-1][0]
		}
		page, err := rpc[[]entry](w, name, "", "list_operations", payload)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		paged = append(paged, page...)
	}
	if fmt.Sprintf("%s", paged) != fmt.Sprintf("%s", all) {
		t.Fatalf("pages:\n%s\nall:\n%s", paged, all)
	}
	var key struct {
		Op string `json:"operation_id"`
	}
	if err := json.Unmarshal(all[2][0], &key); err != nil {
		t.Fatal(err)
	}
	one, err := rpc[json.RawMessage](w, name, "", "get_operation", fields{"operation_id": key.Op})
	if err != nil || string(one) != string(all[2][1]) {
		t.Fatalf("%s, want %s (%v)", one, all[2][1], err)
	}
	if none, err := rpc[any](w, name, "", "get_operation", fields{"operation_id": strings.Repeat("00", 32)}); err != nil || none != nil {
		t.Fatal(none, err)
	}

	type event struct {
		ID   uint64
		Kind string
	}
	events, err := rpc[[]event](w, name, "", "get_event_log", fields{"limit": 1000})
	if err != nil || len(events) == 0 {
		t.Fatal(events, err)
	}
	kinds := map[string]bool{}
	for i, e := range events {
		kinds[e.Kind] = true
		if e.ID != uint64(i) {
			t.Fatalf("event %d has number %d", i, e.ID)
		}
	}
	for _, kind := range []string{"tx-created", "tx-accepted", "note-created", "note-spent", "oob-notes-reissued", "oob-notes-spent", "payment-receive", "payment-send"} {
		if !kinds[kind] {
			t.Errorf("no event %s", kind)
		}
	}
	page, err := rpc[[]event](w, name, "", "get_event_log", fields{"pos": 2, "limit": 3})
	if err != nil || len(page) != 3 || page[0] != events[2] {
		t.Fatal(page, err)
	}
}

// Bad input gets a code and a sentence, and changes nothing.
func TestBadInput(t *testing.T) {
	fed := federation(t, devfed.Options{})
	other := federation(t, devfed.Options{Guardians: 1, Name: "another"})
	w := open(t, platform(t.TempDir()))

	invite := fed.Invite().String()
	for name, bad := range map[string]string{
		"truncated": invite[:len(invite)-7], "empty": "", "words": "not an invite", "mistyped": strings.Replace(invite, "q", "p", 1),
	} {
		for _, verb := range []string{"parse_invite_code", "preview", "preview_federation", "join", "join_federation"} {
			_, err := call[any](w, verb, fields{"invite_code": bad, "client_name": "x"})
			if err == nil {
				t.Fatalf("%s of an invite that is %s", verb, name)
			}
			wantCode(t, err, facade.InvalidInput)
		}
	}
	_, err := call[any](w, "join", fields{"invite_code": invite})
	wantCode(t, err, facade.NoWords)
	_, err = call[any](w, "set_mnemonic", fields{"words": strings.Fields("abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon")})
	wantCode(t, err, facade.InvalidInput)
	_, err = call[any](w, "set_mnemonic", fields{"words": []string{"satchel"}})
	wantCode(t, err, facade.InvalidInput)
	if must[bool](w, "has_mnemonic_set", nil) {
		t.Fatal("words were kept that are none")
	}
	id := w.join(fed)
	_, err = call[any](w, "join_federation", fields{"invite_code": invite, "client_name": "again"})
	wantCode(t, err, facade.AlreadyJoined)
	must[any](w, "join", fields{"invite_code": invite})
	_, err = call[any](w, "join_federation", fields{"invite_code": invite, "client_name": "x", "force_recover": true})
	wantCode(t, err, facade.AlreadyJoined)
	_, err = call[any](w, "join_federation", fields{"invite_code": other.Invite(), "client_name": "x", "derivation": "triple"})
	wantCode(t, err, facade.InvalidInput)

	good := ecash(t, fed, 100_000)
	w.receive(id, good)
	before := w.claim(id)
	receive := func(text string, code facade.Code) {
		t.Helper()
		_, err := call[any](w, "receive_ecash", fields{"notes": text})
		wantCode(t, err, code)
		_, err = rpc[any](w, id, "mint", "reissue_external_notes", fields{"oob_notes": text})
		if code == facade.NotJoined {
			code = facade.WrongFederation
		}
		wantCode(t, err, code)
	}
	receive("", facade.InvalidInput)
	receive("lorem ipsum", facade.InvalidInput)
	receive(good.Base64()[:50], facade.InvalidInput)
	receive(ecash(t, other, 5000).Base64(), facade.NotJoined)
	receive(forged(good).Base64(), facade.ForgedEcash)
	receive(ecash(t, fed, 100).Base64(), facade.TooSmall)
	_, err = rpc[any](w, id, "mint", "reissue_external_notes", fields{"oob_notes": good.Base64()})
	wantCode(t, err, facade.AlreadyReceived)

	spent := ecash(t, fed, 4096)
	if _, err := fed.Faucet.Redeem(t.Context(), spent); err != nil {
		t.Fatal(err)
	}
	if d := w.receive(id, spent); d.State != "refused" || !strings.Contains(d.Why, "already spent") {
		t.Fatalf("spent notes: %+v", d.OperationView)
	}

	send := func(amount any, code facade.Code) {
		t.Helper()
		_, err := call[any](w, "send_ecash", fields{"federation": id, "key": "k", "amount_msat": amount})
		wantCode(t, err, code)
	}
	send(uint64(before)+1, facade.InsufficientBalance)
	send(uint64(1)<<63, facade.InsufficientBalance)
	send(0, facade.InvalidInput)
	send(-5, facade.InvalidInput)
	send(1.5, facade.InvalidInput)
	send("12", facade.InvalidInput)
	_, err = call[any](w, "send_ecash", fields{"federation": id, "amount_msat": 1024})
	wantCode(t, err, facade.InvalidInput)
	_, err = call[any](w, "send_ecash", fields{"federation": id, "key": "k", "amount_msat": 1024, "take_back_after_secs": uint64(1) << 62})
	wantCode(t, err, facade.InvalidInput)
	_, err = call[any](w, "send_ecash", fields{"federation": strings.Repeat("0", 64), "key": "k", "amount_msat": 1024})
	wantCode(t, err, facade.NotJoined)
	none := strings.Repeat("00", 32)
	_, err = call[any](w, "take_back", fields{"federation": id, "operation_id": none})
	wantCode(t, err, facade.UnknownOperation)
	_, err = call[any](w, "subscribe_operation", fields{"federation": id, "operation_id": none})
	wantCode(t, err, facade.UnknownOperation)
	_, err = call[any](w, "subscribe_operation", fields{"federation": id, "operation_id": "xyz"})
	wantCode(t, err, facade.InvalidInput)
	_, err = call[any](w, "no_such_verb", nil)
	wantCode(t, err, facade.UnknownVerb)
	_, err = rpc[any](w, id, "mint", "no_such_method", nil)
	wantCode(t, err, facade.UnknownVerb)

	if after := w.claim(id); after != before {
		t.Fatalf("%v before, %v after", before, after)
	}
}

// forged returns notes whose signatures are of other notes.
func forged(text wire.OOBNotes) wire.OOBNotes {
	notes := wire.MintNotes{}
	var last *wire.MintSpendableNote
	for amount, n := range text.Notes().All() {
		if last != nil {
			n.Signature = last.Signature
		}
		last = &n
		notes[amount] = append(notes[amount], n)
	}
	return wire.NewOOBNotes(text.Prefix(), notes)
}

// An invite to guardians that are not there says so, in reasonable words.
func TestUnreachable(t *testing.T) {
	w := open(t, platform(t.TempDir()))
	fed := federation(t, devfed.Options{Offline: 4})
	_, err := call[any](w, "preview", fields{"invite_code": fed.Invite()})
	wantCode(t, err, facade.FederationUnreachable)

	url, err := wire.ParseURL("iroh://" + strings.Repeat("ab", 32))
	if err != nil {
		t.Fatal(err)
	}
	code, err := wire.NewInviteCode(fed.ID(), map[wire.PeerID]wire.SafeURL{0: url}, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = call[any](w, "preview", fields{"invite_code": code})
	wantCode(t, err, facade.UnsupportedFederation)
	if !strings.Contains(err.Error(), "wss://") {
		t.Fatalf("%v does not say what the operator can do", err)
	}
}

// Two wallets pay each other, and the federation's books agree.
func TestTwoWallets(t *testing.T) {
	fed := federation(t, devfed.Options{Offline: 1})
	alice, bob := open(t, platform(t.TempDir())), open(t, platform(t.TempDir()))
	id := alice.join(fed)
	bob.join(fed)
	if d := alice.receive(id, ecash(t, fed, 3_000_000)); d.State != "done" {
		t.Fatalf("%+v", d)
	}
	from, to := alice, bob
	for i := range 6 {
		d := from.send(id, fmt.Sprint("payment ", i), wire.Amount(100_000-9_000*i))
		if d.State != "ready" {
			t.Fatalf("%d: %+v", i, d.OperationView)
		}
		text, err := wire.ParseOOBNotes(d.Notes)
		if err != nil {
			t.Fatal(err)
		}
		if r := to.receive(id, text); r.State != "done" {
			t.Fatalf("%d: %+v", i, r.OperationView)
		}
		if !must[bool](from, "check_taken", fields{"federation": id, "operation_id": d.ID}) {
			t.Fatal("not seen to be taken")
		}
		from.rest(id, fmt.Sprintf("%x", d.ID[:]))
		if i > 0 {
			from, to = to, from
		}
	}
	// The machine that was told "taken" moves after check_taken has answered.
	for _, w := range []*wallet{alice, bob} {
		err := w.ask("subscribe_operations", fields{"limit": 100}, func(data json.RawMessage) (bool, error) {
			return !bytes.Contains(data, []byte(`"state":"ready"`)), nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	audit := fed.Audit()
	if sum := alice.claim(id) + bob.claim(id); sum != audit.Outstanding {
		t.Fatalf("wallets claim %v, the federation owes %v", sum, audit.Outstanding)
	}
}

// The same key is the same send, however often and in however many tabs.
func TestSendHappensOnce(t *testing.T) {
	fed := federation(t, devfed.Options{})
	w := open(t, platform(t.TempDir()))
	id := w.join(fed)
	w.receive(id, ecash(t, fed, 1_000_000))
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := call[any](w, "send_ecash", fields{"federation": id, "key": "one", "amount_msat": 300_000}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	ops := must[[]facade.OperationView](w, "list_operation_views", fields{"federation": id})
	if len(ops) != 2 {
		t.Fatalf("%d operations, want one receipt and one send", len(ops))
	}
}

// A send that is asked for again when nothing is left is still the same send.
func TestSendAllOnce(t *testing.T) {
	fed := federation(t, devfed.Options{})
	w := open(t, platform(t.TempDir()))
	id := w.join(fed)
	w.receive(id, ecash(t, fed, 300_000))
	most := must[struct {
		Max wire.Amount `json:"max_msat"`
	}](w, "quote_send", fields{"federation": id}).Max
	all := fields{"federation": id, "key": "all", "amount_msat": most, "max_fee_msat": 0}
	first, again := must[map[string]string](w, "send_ecash", all), must[map[string]string](w, "send_ecash", all)
	if first["operation_id"] != again["operation_id"] {
		t.Fatalf("%v and %v", first, again)
	}
	_, err := call[any](w, "send_ecash", fields{"federation": id, "key": "another", "amount_msat": most})
	wantCode(t, err, facade.InsufficientBalance)
}

// After a commit whose outcome is not known, asking again tells it, and streams
// go on. One that waits for a client to be replaced does not take the processor.
func TestOutcomeUnknown(t *testing.T) {
	fed := federation(t, devfed.Options{})
	p := platform(t.TempDir())
	disk := &failing{}
	whole := p.Store
	p.Store = func(name string) kv.Store { return &frailStore{whole(name), disk} }
	w := open(t, p)
	id := w.join(fed)
	w.receive(id, ecash(t, fed, 300_000))
	sent := w.send(id, "one", 100_000)

	watched := make(chan error, 1)
	seen := make(chan struct{})
	go func() {
		first := true
		watched <- w.ask("subscribe_operation", fields{"federation": id, "operation_id": sent.ID}, func(data json.RawMessage) (bool, error) {
			if first {
				first = false
				close(seen)
			}
			var d facade.OperationDetail
			err := json.Unmarshal(data, &d)
			return d.State == "returned", err
		})
	}()
	<-seen
	disk.set(errors.New("the connection is lost"))
	back := fields{"federation": id, "operation_id": sent.ID}
	_, err := call[any](w, "take_back", back)
	wantCode(t, err, facade.OutcomeUnknown)
	disk.set(nil)
	for {
		_, err := call[any](w, "take_back", back)
		if err == nil {
			break
		}
		wantCode(t, err, facade.OutcomeUnknown)
	}
	if err := <-watched; err != nil {
		t.Fatal(err)
	}
}

// Calls end when they are cancelled, and when their number is in use.
func TestCancel(t *testing.T) {
	w := open(t, platform(t.TempDir()))
	var lines []string
	started := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.f.Handle(t.Context(), []byte(`{"request_id":7,"type":"subscribe_wallet"}`), func(line []byte) {
			lines = append(lines, string(line))
			if len(lines) == 1 {
				close(started)
			}
		})
	}()
	<-started
	var clash []string
	w.f.Handle(t.Context(), []byte(`{"request_id":7,"type":"has_mnemonic_set"}`), func(line []byte) { clash = append(clash, string(line)) })
	if len(clash) != 1 || !strings.Contains(clash[0], `"InvalidInput"`) {
		t.Fatalf("%q", clash)
	}
	must[any](w, "cancel_rpc", fields{"cancel_request_id": 7})
	<-done
	if last := lines[len(lines)-1]; last != `{"request_id":7,"type":"aborted"}` {
		t.Fatalf("ended with %s", last)
	}
}

func FuzzHandle(f *testing.F) {
	f.Add([]byte(`{"request_id":1,"type":"identify","text":"fed11"}`))
	f.Add([]byte(`{"request_id":2,"type":"parse_oob_notes","oob_notes":"AgEE"}`))
	f.Add([]byte(`{"request_id":3,"type":"client_rpc","client_name":"x","module":"","method":"get_balance","payload":[]}`))
	f.Add([]byte(`[]`))
	w := open(f, platform(f.TempDir()))
	f.Fuzz(func(t *testing.T, request []byte) {
		if bytes.Contains(request, []byte("subscribe")) || bytes.Contains(request, []byte("preview")) || bytes.Contains(request, []byte("join")) {
			return // these wait, or ask others
		}
		n := 0
		w.f.Handle(t.Context(), request, func(line []byte) {
			n++
			if !json.Valid(line) {
				t.Errorf("answered %q", line)
			}
			if bytes.Contains(line, []byte("panic")) {
				t.Errorf("answered %s", line)
			}
		})
		if n == 0 {
			t.Error("not answered")
		}
	})
}

// What receiving e-cash brings is known before, and whether somebody has taken it.
func TestQuoteReceive(t *testing.T) {
	fed := federation(t, devfed.Options{})
	alice, bob := open(t, platform(t.TempDir())), open(t, platform(t.TempDir()))
	id := alice.join(fed)
	bob.join(fed)
	notes := ecash(t, fed, 300_001)
	quote := must[map[string]wire.Amount](alice, "quote_receive", fields{"notes": notes.Base64()})
	if spent := must[map[string]wire.Amount](alice, "check_spent", fields{"notes": notes.Base64()})["spent_msat"]; spent != 0 {
		t.Fatalf("%v of fresh e-cash are spent", spent)
	}
	d := alice.receive(id, notes)
	if quote["amount_msat"] != 300_001 || d.Fee != quote["fee_msat"] || d.Aside != quote["aside_msat"] || d.Amount != 300_001-d.Aside || d.Aside == 0 {
		t.Fatalf("quoted %v, got %+v", quote, d.OperationView)
	}
	if v := alice.view(); int64(v.Federations[0].Balance) != d.Change {
		t.Fatalf("balance %v, the operation says %d", v.Federations[0].Balance, d.Change)
	}
	_, err := call[any](alice, "quote_receive", fields{"notes": notes.Base64()})
	wantCode(t, err, facade.AlreadyReceived)
	if spent := must[map[string]wire.Amount](bob, "check_spent", fields{"notes": notes.Base64()})["spent_msat"]; spent != 300_001-d.Aside {
		t.Fatalf("%v are spent", spent)
	}
	again := bob.receive(id, notes)
	if again.State != client.Refused || again.Gone != 300_001-d.Aside || again.Requested != 300_001 || again.Change != 0 {
		t.Fatalf("%+v", again.OperationView)
	}
}

// E-cash that comes back by itself says when.
func TestReturns(t *testing.T) {
	fed := federation(t, devfed.Options{})
	w := open(t, platform(t.TempDir()))
	id := w.join(fed)
	w.receive(id, ecash(t, fed, 300_000))
	for after, want := range map[uint64]bool{0: false, 3600: true} {
		sent := must[map[string]string](w, "send_ecash", fields{
			"federation": id, "key": fmt.Sprint(after), "amount_msat": 50_000, "take_back_after_secs": after,
		})
		d := w.rest(id, sent["operation_id"])
		if (d.Returns != 0) != want || want && d.Returns < d.Began/1000*1000+3_600_000 {
			t.Errorf("after %d s: began %d, returns %d", after, d.Began, d.Returns)
		}
	}
}

// While e-cash is being taken back it counts as coming, not as paid.
func TestComingBack(t *testing.T) {
	fed := federation(t, devfed.Options{})
	w := open(t, platform(t.TempDir()))
	id := w.join(fed)
	w.receive(id, ecash(t, fed, 300_000))
	sent := w.send(id, "one", 50_176)
	for peer := range 2 {
		if err := fed.Behave(peer, guardian.Behaviour{State: guardian.Off}); err != nil {
			t.Fatal(err)
		}
	}
	must[any](w, "take_back", fields{"federation": id, "operation_id": sent.ID})
	err := w.ask("subscribe_operation", fields{"federation": id, "operation_id": sent.ID}, func(data json.RawMessage) (bool, error) {
		var d facade.OperationDetail
		err := json.Unmarshal(data, &d)
		if d.ComingBack && (d.State != client.OnItsWay || d.Change != -int64(d.Fee) || d.Fee <= sent.Fee) {
			t.Errorf("%+v, sent for %v", d.OperationView, sent.Fee)
		}
		return d.ComingBack, err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A request can be cancelled by one that follows at once.
func TestCancelAtOnce(t *testing.T) {
	w := open(t, platform(t.TempDir()))
	var last []byte
	stream := w.f.Begin(t.Context(), []byte(`{"request_id":1,"type":"subscribe_wallet"}`), func(line []byte) { last = line })
	w.f.Handle(t.Context(), []byte(`{"request_id":2,"type":"cancel_rpc","cancel_request_id":1}`), func([]byte) {})
	stream()
	if !strings.Contains(string(last), `"aborted"`) {
		t.Fatalf("ended with %s", last)
	}
}

// failing is a platform whose stores can be made to fail.
type failing struct {
	mu  sync.Mutex
	err error
}

func (f *failing) set(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
}

// Fault 8: with no room left nothing reaches the federation, the call says so,
// reading goes on, and it works again when there is room.
func TestDiskFull(t *testing.T) {
	fed := federation(t, devfed.Options{})
	p := platform(t.TempDir())
	disk := &failing{}
	whole := p.Store
	p.Store = func(name string) kv.Store { return &frailStore{whole(name), disk} }
	w := open(t, p)
	id := w.join(fed)
	w.receive(id, ecash(t, fed, 500_000))
	before := w.claim(id)
	issued := fed.Audit()

	disk.set(fmt.Errorf("%w: as a test wants", kv.ErrFull))
	more := ecash(t, fed, 50_000)
	_, err := call[any](w, "receive_ecash", fields{"notes": more.Base64()})
	wantCode(t, err, facade.StorageFull)
	if v := w.view(); len(v.Federations) != 1 {
		t.Fatalf("%+v", v)
	}
	if audit := fed.Audit(); audit.Fees != issued.Fees {
		t.Fatal("the federation was asked for something")
	}
	disk.set(nil)
	var d facade.OperationDetail
	for {
		_, err := call[any](w, "receive_ecash", fields{"notes": more.Base64()})
		var c *coded
		if errors.As(err, &c) && (c.Code == facade.StorageFull || c.Code == facade.OutcomeUnknown) {
			continue // the store is being opened again
		}
		d = w.receive(id, more)
		break
	}
	if d.State != "done" || w.claim(id) <= before {
		t.Fatalf("%+v; %v, then %v", d.OperationView, before, w.claim(id))
	}
	if sum := w.claim(id); sum != fed.Audit().Outstanding {
		t.Fatalf("wallet claims %v, the federation owes %v", sum, fed.Audit().Outstanding)
	}
}

// Fault 18: where nothing can be kept, no money is taken.
func TestNoStorage(t *testing.T) {
	p := platform(t.TempDir())
	disk := &failing{err: fmt.Errorf("%w: private window", kv.ErrUnavailable)}
	whole := p.Store
	p.Store = func(name string) kv.Store { return &frailStore{whole(name), disk} }
	w := open(t, p)
	for _, verb := range []string{"generate_mnemonic", "subscribe_wallet", "has_mnemonic_set"} {
		_, err := call[any](w, verb, nil)
		wantCode(t, err, facade.StorageUnavailable)
	}
}
