package kill

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"satchel/build/demo"
	"satchel/build/devfed"
	"satchel/build/drive"
	"satchel/client/wire"
)

// A bench is a wallet, its federation, and what the test has in its hands.
type bench struct {
	t        *testing.T
	w        drive.Wallet
	fed      *devfed.Federation
	cash     *generation // that the stories are about
	others   wire.Amount // what others have, msat
	ann      *announcer
	id       string          // of the federation
	redeemed map[string]bool // operations whose e-cash the faucet took
	edges    map[string]bool // edges that the machines took
	beyond   *demo.Lightning // if the federation has lightning
}

func newBench(t *testing.T, w drive.Wallet, fed *devfed.Federation, cash *generation) *bench {
	return &bench{t: t, w: w, fed: fed, cash: cash, redeemed: map[string]bool{}, edges: map[string]bool{}}
}

// A story is one thing that a person does. It may be told again after a death:
// what has been done is not done twice. It returns when all is at rest.
type story func(b *bench) error

func (b *bench) fields(more map[string]any) map[string]any {
	f := map[string]any{"federation": b.id}
	maps.Copy(f, more)
	return f
}

// rest waits until an operation is at rest, and returns it.
func (b *bench) rest(op string, final bool) (drive.Detail, error) {
	var d drive.Detail
	if err := b.w.Rest(b.fields(map[string]any{"operation_id": op}), final, &d); err != nil {
		return d, err
	}
	for _, m := range d.Machines {
		if m.Stuck != "" {
			return d, fmt.Errorf("%s is stuck at %s: %s", m.Name, m.Current, m.Stuck)
		}
		for i, v := range m.Visited[1:] {
			b.edges[m.Name+": "+m.Visited[i].Step+" --"+v.Event+"--> "+v.Step] = true
		}
	}
	return d, nil
}

// faucet asks for e-cash.
func (b *bench) faucet(amount wire.Amount) (text string) {
	b.t.Helper()
	text, err := b.cash.issue(b.t.Context(), b.fed, amount)
	if err != nil {
		b.t.Fatal(err)
	}
	return text
}

// redeem gives e-cash back to the faucet.
func (b *bench) redeem(text string) {
	b.t.Helper()
	if err := b.cash.redeem(b.t.Context(), b.fed, text); err != nil {
		b.t.Fatal(err)
	}
}

// redeemOne gives a note of e-cash back to the faucet.
func (b *bench) redeemOne(text string, greatest bool) {
	b.t.Helper()
	one, err := b.cash.one(text, greatest)
	if err != nil {
		b.t.Fatal(err)
	}
	b.redeem(one)
}

func key() string {
	var b [16]byte
	rand.Read(b[:])
	return fmt.Sprintf("%x", b)
}

// receive claims e-cash from the faucet.
func receive(amount wire.Amount) func(*bench) story {
	return func(b *bench) story {
		notes := b.faucet(amount)
		return func(b *bench) error { return b.receive(notes) }
	}
}

func (b *bench) receive(notes string) error {
	var r struct {
		Op string `json:"operation_id"`
	}
	if err := b.w.Call("receive_ecash", map[string]any{"notes": notes}, &r); err != nil {
		return err
	}
	_, err := b.rest(r.Op, true)
	return err
}

// receivePartlySpent claims e-cash of which somebody has spent a note already.
func receivePartlySpent(b *bench) story {
	notes := b.faucet(b.cash.few)
	b.redeemOne(notes, true)
	return func(b *bench) error { return b.receive(notes) }
}

// sendNew hands out e-cash of which the notes have to be made first, and lets the
// faucet take it.
func sendNew(b *bench) story {
	b.deplete()
	k := key()
	return func(b *bench) error {
		d, err := b.send(k, 512)
		if err != nil {
			return err
		}
		return b.takenByFaucet(d)
	}
}

// sendOwn hands out notes that are there.
func sendOwn(b *bench) story {
	k := key()
	return func(b *bench) error {
		d, err := b.send(k, 16384)
		if err != nil {
			return err
		}
		return b.takenByFaucet(d)
	}
}

// takeBack hands out e-cash and calls it back.
func takeBack(b *bench) story {
	k := key()
	return func(b *bench) error {
		d, err := b.send(k, 24576)
		if err != nil {
			return err
		}
		if err := b.w.Call("take_back", b.fields(map[string]any{"operation_id": d.ID}), nil); err != nil {
			return err
		}
		_, err = b.rest(d.ID, true)
		return err
	}
}

// takeBackTooLate calls e-cash back of which somebody was faster with a part.
func takeBackTooLate(b *bench) story {
	k := key()
	redeemed := false
	return func(b *bench) error {
		d, err := b.send(k, 24576)
		if err != nil {
			return err
		}
		if !redeemed {
			redeemed = true
			b.redeemOne(d.Notes, !b.cash.tells) // the least may not be worth finding out
		}
		if err := b.w.Call("take_back", b.fields(map[string]any{"operation_id": d.ID}), nil); err != nil {
			return err
		}
		_, err = b.rest(d.ID, true)
		return err
	}
}

func (b *bench) send(key string, amount wire.Amount) (drive.Detail, error) {
	var r struct {
		Op string `json:"operation_id"`
	}
	if err := b.w.Call("send_ecash", b.fields(map[string]any{"key": key, "amount_msat": amount, "kind": b.cash.kind}), &r); err != nil {
		return drive.Detail{}, err
	}
	return b.rest(r.Op, false)
}

// takenByFaucet redeems e-cash that was handed out, unless that has happened,
// and lets the wallet see it, if guardians tell.
func (b *bench) takenByFaucet(d drive.Detail) error {
	if d.State == "ready" && !b.redeemed[d.ID] {
		b.redeem(d.Notes)
		b.redeemed[d.ID] = true
	}
	var taken bool
	err := b.w.Call("check_taken", b.fields(map[string]any{"operation_id": d.ID}), &taken)
	switch {
	case !b.cash.tells && err == nil:
		return errors.New("the wallet knows what guardians do not tell")
	case !b.cash.tells && strings.Contains(err.Error(), "NotSupported"):
		return nil
	case err != nil:
		return err
	case !taken:
		return errors.New("e-cash that the faucet took does not count as taken")
	}
	_, err = b.rest(d.ID, true)
	return err
}

// comesHome hands out e-cash and receives it again.
func comesHome(b *bench) story {
	k := key()
	return func(b *bench) error {
		d, err := b.send(k, 8192)
		if err != nil {
			return err
		}
		if err := b.receive(d.Notes); err != nil {
			return err
		}
		_, err = b.rest(d.ID, true)
		return err
	}
}

// move makes e-cash of the first generation such of the second. There is some of
// it when receipts were too small for the second, and took none of it along.
func move(b *bench) story {
	b.t.Helper()
	for range 8 {
		err := b.w.Call("quote_move", b.fields(nil), nil)
		if err == nil {
			break
		}
		if !strings.Contains(err.Error(), "TooSmall") {
			b.t.Fatal(err)
		}
		b.once(receive(511)(b))
	}
	k := key()
	return func(b *bench) error {
		var r struct {
			Op string `json:"operation_id"`
		}
		if err := b.w.Call("move_notes", b.fields(map[string]any{"key": k}), &r); err != nil {
			return err
		}
		_, err := b.rest(r.Op, true)
		return err
	}
}

// deplete spends the small notes, so that 512 msat have to be made.
func (b *bench) deplete() {
	b.t.Helper()
	for {
		var q struct{ Reissue bool }
		if err := b.w.Call("quote_send", b.fields(map[string]any{"amount_msat": 512, "kind": b.cash.kind}), &q); err != nil {
			b.t.Fatal(err)
		}
		if q.Reissue {
			return
		}
		d, err := b.send(key(), 512)
		if err == nil {
			err = b.takenByFaucet(d)
		}
		if err != nil {
			b.t.Fatal(err)
		}
	}
}

// join makes words and joins.
func (b *bench) join() error {
	var has bool
	if err := b.w.Call("has_mnemonic_set", nil, &has); err != nil {
		return err
	}
	if !has {
		if err := b.w.Call("generate_mnemonic", nil, nil); err != nil {
			return err
		}
	}
	var joined struct{ Federation string }
	err := b.w.Call("join", map[string]any{"invite_code": b.fed.Invite().String()}, &joined)
	// A browser that was just killed and started again does not always connect in
	// time. A person would try again.
	for n := 0; n < 5 && err != nil && strings.Contains(err.Error(), "FederationUnreachable"); n++ {
		err = b.w.Call("join", map[string]any{"invite_code": b.fed.Invite().String()}, &joined)
	}
	b.id = joined.Federation
	return err
}

// check holds what the wallet claims against the federation's books.
func (b *bench) check() {
	b.t.Helper()
	if err := b.balanced(); err != nil {
		b.t.Fatal(err)
	}
}

// balanced reports how what the wallet claims differs from the federation's books.
func (b *bench) balanced() error {
	claim, err := b.claim()
	if err != nil {
		return err
	}
	others := b.others
	if b.beyond != nil {
		has, err := b.beyond.Gateway.Rest(b.t.Context())
		if err != nil {
			return err
		}
		others += has
	}
	if audit := b.fed.Audit(); audit.Outstanding != claim+others {
		return fmt.Errorf("the federation owes %v, of which %v to others, the wallet claims %v (%+v)", audit.Outstanding, others, claim, audit)
	}
	return nil
}

// claim returns what the wallet, at rest, says that it owns, in msat: its balance,
// what it put aside, and what it has handed out and nobody has taken.
func (b *bench) claim() (wire.Amount, error) {
	var v struct {
		Federations []struct {
			Balance wire.Amount `json:"balance_msat"`
			Aside   wire.Amount `json:"aside_msat"`
			Stuck   json.RawMessage
			Error   string
		}
	}
	if err := b.w.Call("subscribe_wallet", nil, &v); err != nil {
		return 0, err
	}
	if len(v.Federations) != 1 || v.Federations[0].Error != "" || v.Federations[0].Stuck != nil {
		return 0, fmt.Errorf("wallet: %+v", v)
	}
	claim := v.Federations[0].Balance + v.Federations[0].Aside
	ops, err := b.operations()
	for _, op := range ops {
		if op.InFlight != 0 {
			return 0, fmt.Errorf("operation %s still has %v in flight", op.ID, op.InFlight)
		}
		if !b.redeemed[op.ID] {
			claim += op.HandedOut
		}
	}
	return claim, err
}

func (b *bench) operations() (ops []drive.Operation, err error) {
	err = b.w.Call("list_operation_views", b.fields(map[string]any{"limit": 10_000}), &ops)
	return ops, err
}
