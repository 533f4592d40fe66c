package devfed_test

import (
	"fmt"
	"testing"
	"time"

	"satchel/build/devfed"
	"satchel/client/wire"
)

// A scene is a federation with some history, and questions about it to which
// every guardian has the same honest answer.
type scene struct {
	f         *devfed.Federation
	p         *purse
	transfer  wire.TxID // with two outputs, in session 1 of 3
	requests  []request
	second    *purse // of the second generation
	others    wire.TxID
	ofOthers  []request // of transfer and requests what is of the second generation
	payer     *payer
	sold      offer         // an incoming contract
	at        wire.OutPoint // where it was funded
	seller    *seller
	open      wire.LNOutgoingContract
	questions []question
}

type question struct {
	method string
	params any
}

func newScene(t *testing.T) *scene {
	return newSceneIn(t, start(t, devfed.Options{Modules: devfed.Kinds(), Now: func() time.Time { return time.Unix(1_700_000_000, 0) }}))
}

func newSceneIn(t *testing.T, f *devfed.Federation) *scene {
	t.Helper()
	s := &scene{f: f}
	s.p = open(t, s.f)
	coins := s.p.draw(s.f, 2048)
	closeSession := func() {
		if _, err := s.f.CloseSession(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	closeSession()
	s.requests = newRequests(t, 1024, 512)
	tx := s.p.transaction(coins, s.requests)
	s.transfer = tx.TxID()
	if text := s.p.submit(tx); text != "" {
		t.Fatal(text)
	}
	s.second = openKind(t, s.f, wire.KindMintV2)
	s.ofOthers = s.second.newRequests(1024, 512)
	other := s.second.transaction(s.second.draw(s.f, 2048), s.ofOthers)
	s.others = other.TxID()
	if text := s.second.submit(other); text != "" {
		t.Fatal(text)
	}
	closeSession()
	s.p.draw(s.f, 64)
	closeSession()
	owner := newKey()
	for _, socket := range s.p.sockets {
		for name, key := range map[string]wire.SecretKey{"backup": owner, "somebody's backup": newKey()} {
			socket.must("backup", backupRequest(t, key, []byte(name), wire.SystemTime{Secs: 1_700_000_000}))
		}
	}
	meta, mint := fmt.Sprintf("module_%d_", s.p.config.ModulesOf(wire.KindMeta)[0]), fmt.Sprintf("module_%d_", s.p.id)
	blinds := []wire.G1{s.requests[0].blind}
	s.questions = []question{
		{"version", nil}, {"client_config", nil}, {"client_config_json", nil}, {"chain_id", nil}, {"federation_id", nil},
		{"fedimintd_version", nil}, {"setup_status", nil}, {"consensus_ord_latency", nil}, {"api_announcements", nil}, {"guardian_metadata", nil},
		{"submit_transaction", wire.SerdeOf(tx)}, {"submit_transaction", wire.SerdeOf(s.p.transaction(coins, nil))},
		{"await_transaction", s.transfer},
		{"await_output_outcome", wire.OutPoint{TxID: s.transfer, Index: 1}}, {"await_outputs_outcomes", outPoints(s.transfer, 0, 2)},
		{"session_count", nil}, {"session_status", 1}, {"signed_session_status", 1}, {"await_session_outcome", 1}, {"await_signed_session_outcome", 1},
		{"recover", owner.PublicKey()},
		{meta + "get_consensus", 0}, {meta + "get_consensus_rev", 0},
		{mint + "note_spent", coins[0].note.SpendKey.PublicKey()}, {mint + "blind_nonce_used", newRequest(t, 1).blind},
		{mint + "recovery_count", nil}, {mint + "recovery_slice", []int{0, 3}}, {mint + "recovery_slice_hash", []int{0, 3}},
		{mint + "recovery_blind_nonce_outpoints", blinds},
		{s.second.method("signature_shares"), outPoints(s.others, 0, 2)},
		{s.second.method("recovery_signature_shares"), []wire.G1{s.ofOthers[1].blind, s.ofOthers[0].blind}},
		{s.second.method("recovery_count"), nil},
		{s.second.method("recovery_slice"), []int{0, 3}}, {s.second.method("recovery_slice_hash"), []int{0, 3}},
	}
	s.questions = append(s.questions, s.lnv2()...)
	s.questions = append(s.questions, s.ln()...)
	return s
}

// ln funds contracts, registers a gateway and returns questions about them.
func (s *scene) ln() []question {
	p := openLN(s.p.t, s.f)
	s.seller, s.open = p, p.outgoing(5000, wire.Preimage{1})
	cancelled, sold, offered := p.outgoing(5001, wire.Preimage{2}), p.sale(honest), p.sale(honest)
	p.must(
		funding(10_000, wire.LNContract{Outgoing: &s.open}), funding(10_000, wire.LNContract{Outgoing: &cancelled}),
		sold.offering(), sold.buying(10_000), offered.offering(),
	)
	p.must(p.cancel(p.gateway, cancelled))
	for _, socket := range p.sockets {
		if text := (registry{p, socket}).register(p.announcement(1, 600, nil)); text != "" {
			p.t.Fatal(text)
		}
	}
	return []question{
		{p.method("block_count"), nil}, {p.method("await_block_height"), 1},
		{p.method("account"), s.open.ID()}, {p.method("await_account"), sold.offer.ID()},
		{p.method("await_outgoing_contract_cancelled"), cancelled.ID()},
		{p.method("get_decrypted_preimage_status"), sold.offer.ID()}, {p.method("await_preimage_decryption"), sold.offer.ID()},
		{p.method("offer"), offered.offer.Hash}, {p.method("await_offer"), offered.offer.Hash},
		{p.method("list_gateways"), nil}, {p.method("remove_gateway_challenge"), p.gateway.PublicKey()},
		{p.method("module_consensus_version"), nil}, {p.method("supported_module_consensus_version"), nil},
	}
}

// lnv2 funds contracts and returns questions about them.
func (s *scene) lnv2() []question {
	p := openLNV2(s.p.t, s.f)
	s.payer, s.sold = p, p.offer(never, p.preimage)
	s.at = p.fund(s.sold.output())[0]
	open, claimed := p.fundOutgoing(p.outgoing(s.f.Blocks()+5)), p.fundOutgoing(p.outgoing(s.f.Blocks()+5))
	if text := p.spend(p.gateway, claim(claimed, p.preimage)); text != "" {
		p.t.Fatal(text)
	}
	if err := s.f.Vet(p.t.Context(), parseURL(p.t, "https://gateway.example")); err != nil {
		p.t.Fatal(err)
	}
	return []question{
		{p.method("consensus_block_count"), nil}, {p.method("gateways"), nil},
		{p.method("await_preimage"), []any{claimed, 0}}, {p.method("outgoing_contract_expiration"), open},
		{p.method("await_incoming_contract"), []any{s.sold.ID(), 0}}, {p.method("await_incoming_contracts"), []int{0, 128}},
		{p.method("decryption_key_share"), s.at},
	}
}

// answer returns what a guardian says to a question.
func (s *scene) answer(peer wire.PeerID, q question) string {
	result, err := s.p.sockets[peer].call(q.method, q.params)
	if err != nil {
		return "error " + err.Error()
	}
	return string(result)
}
