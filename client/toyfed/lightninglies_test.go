package toyfed_test

import (
	"testing"

	"satchel/client/tbs/toy"
	"satchel/client/toyfed"
	"satchel/client/wire"
)

// questions are what guardians can be asked about what goes on in a scene.
func (s *scene) questions() map[string][]any {
	claimed, open, funded := plain(), plain(), s.incoming(1, 1_000_000)
	claimed.Amount--
	at := s.fund(wire.LNV2Output{Outgoing: &claimed})
	standing := s.fund(wire.LNV2Output{Outgoing: &open})
	if refused := s.spend(wire.LNV2Input{OutPoint: at, Witness: claim(secret)}, gatewayKey); refused != nil {
		s.Fatal(refused)
	}
	incoming := s.fund(wire.LNV2Output{Incoming: &funded.LNV2IncomingContract})
	return map[string][]any{
		"consensus_block_count":        {nil},
		"gateways":                     {nil},
		"await_preimage":               {[]any{at, claimed.Expiration}, []any{standing, 0}},
		"outgoing_contract_expiration": {at, standing},
		"await_incoming_contract":      {[]any{funded.ID(), funded.Commitment.Expiration}, []any{wire.ContractID{}, 0}},
		"await_incoming_contracts":     {[]any{0, 128}},
		"decryption_key_share":         {incoming},
	}
}

// Every lie about lightning is one, by guardians who tell it and about nothing
// else.
func TestLightningLiesAreLies(t *testing.T) {
	honest := lightningScene(t)
	questions := honest.questions()
	about := map[string]bool{}
	for kind, lies := range toyfed.FalseLightning() {
		for name, lie := range lies {
			l := toyfed.Lightning{Fee: fee, Time: 1_700_000_000}
			liar := &scene{T: t, fed: toyfed.New(nil, toyfed.Setup{Signer: toy.New(), Guardians: 4, Lightning: &l, Lie: lie.By(2)})}
			liar.questions()
			told := map[string]bool{}
			for question, all := range questions {
				for _, params := range all {
					want := string(ask(t, honest.fed, 2, honest.method(question), params))
					if string(ask(t, liar.fed, 2, liar.method(question), params)) != want {
						told[question], about[question] = true, true
					}
					want = string(ask(t, honest.fed, 1, honest.method(question), params))
					if string(ask(t, liar.fed, 1, liar.method(question), params)) != want {
						t.Errorf("%s: %q is told by all", kind, name)
					}
				}
			}
			if len(told) != 1 {
				t.Errorf("%s: %q is told about %v", kind, name, told)
			}
		}
	}
	if len(about) != len(questions) {
		t.Errorf("there are lies only about %v", about)
	}
}
