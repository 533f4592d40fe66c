package devfed_test

import (
	"fmt"
	"testing"
	"time"

	"satchel/build/devfed"
	"satchel/client/wire"
)

// TestLNV2AfterRestart spends contracts that were funded before, and asks about
// those that were spent before.
func TestLNV2AfterRestart(t *testing.T) {
	options := devfed.Options{Modules: withLNV2, Data: t.TempDir(), Session: -1, Now: func() time.Time { return time.Unix(1_700_000_000, 0) }}
	f, err := devfed.Start(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	p := openLNV2(t, f)
	claimed, open := p.fundOutgoing(p.outgoing(f.Blocks()+1)), p.fundOutgoing(p.outgoing(f.Blocks()+2))
	spent, unspent := p.offer(never, p.preimage), p.offer(never, p.preimage)
	at := p.fund(spent.output(), unspent.output())
	for name, in := range map[string]wire.LNV2Input{"claim": claim(claimed, p.preimage), "decrypted": decrypted(at[0], spent.key)} {
		key := map[string]wire.SecretKey{"claim": p.gateway, "decrypted": p.user}[name]
		if got := p.spend(key, in); got != "" {
			t.Fatal(got)
		}
	}
	mine(t, f, 2)
	questions := []question{
		{p.method("consensus_block_count"), nil}, {p.method("gateways"), nil}, {p.method("await_incoming_contracts"), []int{0, 128}},
		{p.method("await_preimage"), []any{claimed, 0}}, {p.method("await_preimage"), []any{open, 0}},
		{p.method("await_incoming_contract"), []any{spent.ID(), 0}}, {p.method("await_incoming_contract"), []any{unspent.ID(), 0}},
		{p.method("decryption_key_share"), at[0]}, {p.method("decryption_key_share"), at[1]},
		{p.method("outgoing_contract_expiration"), claimed}, {p.method("outgoing_contract_expiration"), open},
		{"client_config", nil}, {"session_status", 0},
	}
	answers := func(f *devfed.Federation, p *payer) string {
		s := scene{f: f, p: p.purse, questions: questions}
		return fmt.Sprint(s.everything())
	}
	before := answers(f, p)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f = start(t, options)
	p.purse, p.f = openLNV2(t, f).purse, f
	if after := answers(f, p); after != before {
		t.Errorf("answers after the restart\n%s\nbefore\n%s", after, before)
	}
	for _, c := range []struct {
		in   wire.LNV2Input
		key  wire.SecretKey
		want string
	}{
		{claim(claimed, p.preimage), p.gateway, noContract},
		{refund(open), p.user, ""},
		{decrypted(at[0], spent.key), p.user, noContract},
		{decrypted(at[1], unspent.key), p.user, ""},
	} {
		if got := p.spend(c.key, c.in); got != c.want {
			t.Errorf("%+v: %q, want %q", c.in, got, c.want)
		}
	}
	if got := f.Audit().Outstanding; got != 0 {
		t.Errorf("%v outstanding at the end", got)
	}
}
