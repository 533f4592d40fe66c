package toyfed_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"testing/synctest"

	"satchel/client/guardians"
	"satchel/client/toyfed"
	tpetoy "satchel/client/tpe/toy"
	"satchel/client/wire"
)

// A waiting is a question that has to wait.
type waiting struct {
	s      *scene
	answer chan json.RawMessage
	end    context.CancelFunc
}

// begin asks in the background.
func (s *scene) begin(name string, params any) waiting {
	ctx, end := context.WithCancel(s.Context())
	w := waiting{s, make(chan json.RawMessage, 1), end}
	go func() {
		if answer, err := s.fed.Guardian(1).Call(ctx, s.method(name), params); err == nil {
			w.answer <- answer
		}
	}()
	return w
}

// ask asks a guardian.
func (s *scene) ask(name string, params any) json.RawMessage {
	s.Helper()
	return ask(s.T, s.fed, 1, s.method(name), params)
}

// goesOn checks that there is no answer yet.
func (w waiting) goesOn() {
	w.s.Helper()
	synctest.Wait()
	select {
	case answer := <-w.answer:
		w.s.Errorf("the answer is %s", answer)
	default:
	}
}

// giveUp checks the same, and asks no longer.
func (w waiting) giveUp() {
	w.s.Helper()
	w.goesOn()
	w.end()
}

func TestAwaitPreimage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := lightningScene(t)
		c := plain()
		at := s.fund(wire.LNV2Output{Outgoing: &c})
		claimed, expired := s.begin("await_preimage", []any{at, 1100}), s.begin("await_preimage", []any{at, 1001})
		if got := s.ask("await_preimage", []any{at, 0}); string(got) != "null" {
			t.Errorf("asked once: %s", got)
		}
		claimed.goesOn()
		expired.goesOn()
		s.fed.Mine(1)
		if got := <-expired.answer; string(got) != "null" {
			t.Errorf("expired: %s", got)
		}
		claimed.goesOn()
		if refused := s.spend(wire.LNV2Input{OutPoint: at, Witness: claim(secret)}, gatewayKey); refused != nil {
			t.Fatal(refused)
		}
		if got := read[wire.Preimage](t, <-claimed.answer); got != secret {
			t.Errorf("preimage %v", got)
		}
		s.fed.Mine(1000)
		if got := read[wire.Preimage](t, s.ask("await_preimage", []any{at, 0})); got != secret {
			t.Errorf("later the preimage is %v", got)
		}
	})
}

func TestAwaitIncoming(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := lightningScene(t)
		c := s.incoming(1, 1_000_000)
		funded := s.begin("await_incoming_contract", []any{c.ID(), c.Commitment.Expiration})
		expired := s.begin("await_incoming_contract", []any{c.ID(), s.fed.Time() + 1})
		funded.goesOn()
		expired.goesOn()
		s.fed.SetTime(s.fed.Time() + 1)
		s.fed.SetTime(5)
		if got := <-expired.answer; string(got) != "null" {
			t.Errorf("expired: %s", got)
		}
		funded.goesOn()
		at := s.fund(wire.LNV2Output{Incoming: &c.LNV2IncomingContract})
		if got := read[wire.OutPoint](t, <-funded.answer); got != at {
			t.Errorf("funded by %v, want %v", got, at)
		}
		if got := s.ask("decryption_key_share", at); len(got) != 98 {
			t.Errorf("share %s", got)
		}
	})
}

func TestDecryptionKeyShares(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := lightningScene(t)
		config, err := wire.Decode[wire.LNV2Config](s.fed.Config().Modules[toyfed.LNV2ID].Config.Body)
		if err != nil {
			t.Fatal(err)
		}
		c := s.incoming(1, 1_000_000)
		at := s.fund(wire.LNV2Output{Incoming: &c.LNV2IncomingContract})
		shares := map[uint16][48]byte{}
		for peer := range wire.PeerID(3) {
			share := read[wire.G1](t, ask(t, s.fed, peer+1, s.method("decryption_key_share"), at))
			if !(tpetoy.Toy{}).VerifyShare(config.PeerKeys[peer+1], share, ciphertextOf(c), wire.HashOf(c.Commitment)) {
				t.Errorf("the share of guardian %d is wrong", peer+1)
			}
			shares[uint16(peer+1)] = share
		}
		if key, err := (tpetoy.Toy{}).Aggregate(3, shares); err != nil || key != c.key {
			t.Errorf("key %x (%v)", key, err)
		}
		outgoing := plain()
		s.begin("decryption_key_share", s.fund(wire.LNV2Output{Outgoing: &outgoing})).giveUp()
	})
}

func TestStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := lightningScene(t)
		type batch struct {
			ids  []wire.ContractID
			next uint64
		}
		parse := func(answer json.RawMessage) (b batch) {
			both := read[[2]json.RawMessage](t, answer)
			for _, c := range read[[]wire.LNV2IncomingContract](t, both[0]) {
				b.ids = append(b.ids, c.ID())
			}
			b.next = read[uint64](t, both[1])
			return b
		}
		first := s.begin("await_incoming_contracts", []any{0, 128})
		first.goesOn()
		var all []incoming
		var at []wire.OutPoint
		for n := range byte(4) {
			c := s.incoming(n, 1_000_000)
			all, at = append(all, c), append(at, s.fund(wire.LNV2Output{Incoming: &c.LNV2IncomingContract}))
		}
		if got := parse(<-first.answer); len(got.ids) == 0 || got.next != uint64(len(got.ids)) {
			t.Errorf("first answer %+v", got)
		}
		want := func(start, n uint64, next uint64, contracts ...int) {
			t.Helper()
			got := parse(s.ask("await_incoming_contracts", []any{start, n}))
			same := len(got.ids) == len(contracts) && got.next == next
			for i := range contracts {
				same = same && got.ids[i] == all[contracts[i]].ID()
			}
			if !same {
				t.Errorf("from %d at most %d: %+v", start, n, got)
			}
		}
		want(0, 128, 4, 0, 1, 2, 3)
		want(1, 2, 3, 1, 2)
		for _, i := range []int{1, 2} {
			if refused := s.spend(wire.LNV2Input{OutPoint: at[i], DecryptionKey: &all[i].key}, receiverKey); refused != nil {
				t.Fatal(refused)
			}
		}
		want(0, 128, 4, 0, 3)
		want(1, 1, 4, 3)
		want(0, 1, 1, 0)
		if refused := s.spend(wire.LNV2Input{OutPoint: at[3], DecryptionKey: &all[3].key}, receiverKey); refused != nil {
			t.Fatal(refused)
		}
		want(1, 128, 4)
		s.begin("await_incoming_contracts", []any{4, 128}).giveUp()
		for _, n := range []int{0, 1025} {
			_, err := s.fed.Guardian(0).Call(t.Context(), s.method("await_incoming_contracts"), []any{0, n})
			if said := new(guardians.AnswerError); !errors.As(err, &said) || said.Code != 400 {
				t.Errorf("%d at once: %v", n, err)
			}
		}
	})
}

func TestOtherQuestions(t *testing.T) {
	s := lightningScene(t)
	c := plain()
	at := s.fund(wire.LNV2Output{Outgoing: &c})
	expiration := func(want string) {
		t.Helper()
		if got := s.ask("outgoing_contract_expiration", at); string(got) != want {
			t.Errorf("expiration %s, want %s", got, want)
		}
	}
	expiration(`["` + c.ID().String() + `",100]`)
	s.fed.Mine(99)
	expiration(`["` + c.ID().String() + `",1]`)
	s.fed.Mine(7)
	expiration(`["` + c.ID().String() + `",0]`)
	if got := read[uint64](t, s.ask("consensus_block_count", nil)); got != 1106 {
		t.Errorf("%d blocks", got)
	}
	if refused := s.spend(wire.LNV2Input{OutPoint: at, Witness: witness(wire.LNV2Refund)}, senderKey); refused != nil {
		t.Fatal(refused)
	}
	expiration("null")
	versions := read[wire.SupportedVersions](t, ask(t, s.fed, 0, "version", nil))
	if v := versions.Modules[toyfed.LNV2ID]; v.Consensus != (wire.Version{Major: 1}) || len(v.API) != 1 {
		t.Errorf("%+v", v)
	}
	for _, method := range []string{"add_gateway", "block_count"} {
		if _, err := s.fed.Guardian(0).Call(t.Context(), s.method(method), nil); !guardians.MethodUnknown(err) {
			t.Errorf("%s: %v", method, err)
		}
	}
	without := federation(nil)
	if _, err := without.Guardian(0).Call(t.Context(), s.method("gateways"), nil); !guardians.MethodUnknown(err) {
		t.Errorf("without lightning: %v", err)
	}
}
