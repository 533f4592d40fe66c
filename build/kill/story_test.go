package kill

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"satchel/build/devfed"
	"satchel/build/drive"
	"satchel/client/wire"
)

// A bench is a wallet, its federation, and what the test has in its hands.
type bench struct {
	t        *testing.T
	w        drive.Wallet
	fed      *devfed.Federation
	ann      *announcer
	id       string          // of the federation
	redeemed map[string]bool // operations whose e-cash the faucet took
	edges    map[string]bool // edges that the machines took
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
func (b *bench) faucet(amount wire.Amount) wire.OOBNotes {
	b.t.Helper()
	notes, err := b.fed.Faucet.Ecash(b.t.Context(), amount)
	if err != nil {
		b.t.Fatal(err)
	}
	return notes
}

// redeem gives e-cash back to the faucet.
func (b *bench) redeem(notes wire.OOBNotes) {
	b.t.Helper()
	if _, err := b.fed.Faucet.Redeem(b.t.Context(), notes); err != nil {
		b.t.Fatal(err)
	}
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
		return func(b *bench) error { return b.claim(notes) }
	}
}

func (b *bench) claim(notes wire.OOBNotes) error {
	var r struct {
		Op string `json:"operation_id"`
	}
	if err := b.w.Call("receive_ecash", map[string]any{"notes": notes.Base64()}, &r); err != nil {
		return err
	}
	_, err := b.rest(r.Op, true)
	return err
}

// receivePartlySpent claims e-cash of which somebody has spent a note already.
func receivePartlySpent(b *bench) story {
	notes := b.faucet(7000)
	tiers := slices.Sorted(maps.Keys(notes.Notes()))
	top := tiers[len(tiers)-1]
	b.redeem(wire.NewOOBNotes(notes.Prefix(), wire.MintNotes{top: notes.Notes()[top]}))
	return func(b *bench) error { return b.claim(notes) }
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
			text, err := wire.ParseOOBNotes(d.Notes)
			if err != nil {
				return err
			}
			tiers := slices.Sorted(maps.Keys(text.Notes()))
			b.redeem(wire.NewOOBNotes(text.Prefix(), wire.MintNotes{tiers[0]: text.Notes()[tiers[0]][:1]}))
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
	if err := b.w.Call("send_ecash", b.fields(map[string]any{"key": key, "amount_msat": amount}), &r); err != nil {
		return drive.Detail{}, err
	}
	return b.rest(r.Op, false)
}

// takenByFaucet redeems e-cash that was handed out, unless that has happened,
// and lets the wallet see it.
func (b *bench) takenByFaucet(d drive.Detail) error {
	if d.State == "ready" && !b.redeemed[d.ID] {
		text, err := wire.ParseOOBNotes(d.Notes)
		if err != nil {
			return err
		}
		b.redeem(text)
		b.redeemed[d.ID] = true
	}
	var taken bool
	if err := b.w.Call("check_taken", b.fields(map[string]any{"operation_id": d.ID}), &taken); err != nil {
		return err
	}
	if !taken {
		return errors.New("e-cash that the faucet took does not count as taken")
	}
	_, err := b.rest(d.ID, true)
	return err
}

// deplete spends the small notes, so that 512 msat have to be made.
func (b *bench) deplete() {
	b.t.Helper()
	for {
		var q struct{ Reissue bool }
		if err := b.w.Call("quote_send", b.fields(map[string]any{"amount_msat": 512}), &q); err != nil {
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
	b.id = joined.Federation
	return err
}

// check holds what the wallet claims against the federation's books.
func (b *bench) check() {
	b.t.Helper()
	var v struct {
		Federations []struct {
			Balance wire.Amount `json:"balance_msat"`
			Aside   wire.Amount `json:"aside_msat"`
			Stuck   json.RawMessage
			Error   string
		}
	}
	if err := b.w.Call("subscribe_wallet", nil, &v); err != nil {
		b.t.Fatal(err)
	}
	if len(v.Federations) != 1 || v.Federations[0].Error != "" || v.Federations[0].Stuck != nil {
		b.t.Fatalf("wallet: %+v", v)
	}
	claim := v.Federations[0].Balance + v.Federations[0].Aside
	var ops []drive.Operation
	if err := b.w.Call("list_operation_views", b.fields(map[string]any{"limit": 10_000}), &ops); err != nil {
		b.t.Fatal(err)
	}
	for _, op := range ops {
		if op.InFlight != 0 {
			b.t.Fatalf("operation %s still has %v in flight", op.ID, op.InFlight)
		}
		claim += op.HandedOut
	}
	if audit := b.fed.Audit(); audit.Outstanding != claim {
		b.t.Fatalf("the federation owes %v, the wallet claims %v (%+v)", audit.Outstanding, claim, audit)
	}
}
