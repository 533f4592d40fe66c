package devfed_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"testing"

	"satchel/build/devfed"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// cash are modules 0, 1 and 2 of the federations of most tests.
var cash = []wire.ModuleKind{wire.KindMeta, wire.KindMint, wire.KindMintV2}

// start runs a federation for one test. Its sessions end only when told to, and a
// new one has the modules of cash if it is asked for no others.
func start(t testing.TB, o devfed.Options) *devfed.Federation {
	t.Helper()
	if o.Session == 0 {
		o.Session = -1
	}
	if o.Modules == nil && o.Data == "" {
		o.Modules = cash
	}
	f, err := devfed.Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		f.Audit()
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// A purse makes transactions by hand, with what it learns over the API. It holds
// notes of one generation of the mint.
type purse struct {
	t       testing.TB
	sockets map[wire.PeerID]*socket
	config  wire.ClientConfig
	kind    wire.ModuleKind
	id      wire.ModuleID
	mint    wire.MintConfig // also of the second generation, as one of the first would say it
}

// A coin is a note that can be spent.
type coin struct {
	amount wire.Amount
	note   wire.MintSpendableNote
}

// A request is an output of which a coin will be made.
type request struct {
	amount   wire.Amount
	key      wire.SecretKey
	blinding [32]byte
	blind    wire.G1
}

// open connects to the guardians that answer, and learns the config.
func open(t testing.TB, f *devfed.Federation, guardians ...wire.PeerID) *purse {
	t.Helper()
	return openKind(t, f, wire.KindMint, guardians...)
}

func openKind(t testing.TB, f *devfed.Federation, kind wire.ModuleKind, guardians ...wire.PeerID) *purse {
	t.Helper()
	p := &purse{t: t, sockets: make(map[wire.PeerID]*socket), kind: kind}
	if guardians == nil {
		for peer := range f.Config().Guardians {
			guardians = append(guardians, peer)
		}
	}
	for _, peer := range guardians {
		p.sockets[peer] = dial(t, f.Config().Guardians[peer].URL.Full())
	}
	p.config = ask[wire.ClientConfig](p.sockets[guardians[0]], "client_config", nil)
	p.id = p.config.ModulesOf(kind)[0]
	body := p.config.Modules[p.id].Config.Body
	if kind == wire.KindMint {
		p.mint = decode[wire.MintConfig](t, body)
	} else {
		p.mint = asFirst(decode[wire.MintV2Config](t, body))
	}
	return p
}

func (p *purse) some() *socket {
	for _, s := range p.sockets {
		return s
	}
	p.t.Fatal("no guardian answers")
	return nil
}

// draw gets coins from the faucet.
func (p *purse) draw(f *devfed.Federation, amounts ...wire.Amount) (coins []coin) {
	p.t.Helper()
	for _, amount := range amounts {
		if p.kind == wire.KindMintV2 {
			coins = append(coins, p.drawV2(f, amount)...)
			continue
		}
		notes, err := f.Faucet.Ecash(p.t.Context(), amount)
		if err != nil {
			p.t.Fatal(err)
		}
		for amount, note := range notes.Notes().All() {
			coins = append(coins, coin{amount, note})
		}
	}
	return coins
}

func newKey() (key wire.SecretKey) {
	for !key.Valid() {
		rand.Read(key[:])
	}
	return key
}

func newRequest(t testing.TB, amount wire.Amount) request {
	t.Helper()
	return newRequestOf(t, tbs.V1(), amount)
}

func newRequestOf(t testing.TB, scheme *tbs.BLS, amount wire.Amount) request {
	t.Helper()
	r := request{amount: amount, key: newKey()}
	rand.Read(r.blinding[1:31])
	r.blinding[0] = 1
	blind, err := scheme.Blind(r.key.PublicKey(), r.blinding)
	if err != nil {
		t.Fatal(err)
	}
	r.blind = blind
	return r
}

func newRequests(t testing.TB, amounts ...wire.Amount) []request {
	t.Helper()
	requests := make([]request, len(amounts))
	for i, amount := range amounts {
		requests[i] = newRequest(t, amount)
	}
	return requests
}

func (p *purse) newRequests(amounts ...wire.Amount) []request {
	p.t.Helper()
	requests := make([]request, len(amounts))
	for i, amount := range amounts {
		requests[i] = newRequestOf(p.t, p.scheme(), amount)
	}
	return requests
}

func (p *purse) scheme() *tbs.BLS {
	if p.kind == wire.KindMintV2 {
		return tbs.V2()
	}
	return tbs.V1()
}

func (p *purse) input(c coin) wire.DynInput {
	if p.kind == wire.KindMintV2 {
		return p.inputV2(c)
	}
	return wire.DynInput{Dyn: wire.DynOf(p.id, wire.MintInput{Amount: c.amount, Note: c.note.Note()})}
}

func (p *purse) output(r request) wire.DynOutput {
	if p.kind == wire.KindMintV2 {
		return p.outputV2(r)
	}
	return wire.DynOutput{Dyn: wire.DynOf(p.id, wire.MintOutput{Amount: r.amount, BlindNonce: r.blind})}
}

// transaction spends coins on requests and is signed.
func (p *purse) transaction(coins []coin, requests []request) wire.Transaction {
	p.t.Helper()
	var t wire.Transaction
	rand.Read(t.Nonce[:])
	for _, c := range coins {
		t.Inputs = append(t.Inputs, p.input(c))
	}
	for _, r := range requests {
		t.Outputs = append(t.Outputs, p.output(r))
	}
	p.sign(&t, coins)
	return t
}

func (p *purse) sign(t *wire.Transaction, coins []coin) {
	p.t.Helper()
	keys := make([]wire.SecretKey, len(coins))
	for i, c := range coins {
		keys[i] = c.note.SpendKey
	}
	if err := t.Sign(keys); err != nil {
		p.t.Fatal(err)
	}
}

// submit submits to one guardian and returns the text of the refusal, or "".
func (p *purse) submit(t wire.Transaction) string {
	p.t.Helper()
	return p.verdict(t, p.some().must("submit_transaction", wire.SerdeOf(t)))
}

func (p *purse) verdict(t wire.Transaction, result json.RawMessage) string {
	p.t.Helper()
	outcome := decode[wire.SubmissionOutcome](p.t, decodeJSON[wire.Serde](p.t, result))
	if outcome.Err != nil {
		return outcome.Err.Text(p.config.Kinds())
	}
	if outcome.TxID != t.TxID() {
		p.t.Fatalf("accepted %v instead of %v", outcome.TxID, t.TxID())
	}
	return ""
}

// shares asks one guardian for its shares of outputs and checks them.
func (p *purse) shares(peer wire.PeerID, id wire.TxID, requests []request) [][48]byte {
	p.t.Helper()
	if p.kind == wire.KindMintV2 {
		return p.good(peer, requests, ask[[]wire.G1](p.sockets[peer], p.method("signature_shares"), outPoints(id, 0, len(requests))))
	}
	all := ask[[]*wire.Serde](p.sockets[peer], "await_outputs_outcomes", outPoints(id, 0, len(requests)))
	shares := make([]wire.G1, len(all))
	for i, encoded := range all {
		outcome := decode[wire.DynOutcome](p.t, *encoded)
		shares[i] = decode[wire.MintOutcome](p.t, outcome.Body).Share
	}
	return p.good(peer, requests, shares)
}

// good checks a guardian's shares.
func (p *purse) good(peer wire.PeerID, requests []request, given []wire.G1) [][48]byte {
	p.t.Helper()
	if len(given) != len(requests) {
		p.t.Fatalf("%d shares of %d outputs", len(given), len(requests))
	}
	shares := make([][48]byte, len(given))
	claims := make([]tbs.BlindShare, len(given))
	for i, share := range given {
		shares[i] = share
		claims[i] = tbs.BlindShare{Blinded: requests[i].blind, Share: share, Key: p.mint.PeerKeys[peer][requests[i].amount]}
	}
	if bad, err := p.scheme().VerifyShares(claims); err != nil || len(bad) > 0 {
		p.t.Fatalf("guardian %d: bad shares %v (%v)", peer, bad, err)
	}
	return shares
}

// method returns the name of one of the mint's methods.
func (p *purse) method(name string) string { return fmt.Sprintf("module_%d_%s", p.id, name) }

func outPoints(id wire.TxID, from, to int) wire.OutPointRange {
	return wire.OutPointRange{TxID: id, Indices: wire.IndexRange{Start: uint64(from), End: uint64(to)}}
}

// collect makes coins of the outputs of an accepted transaction, with shares of
// the guardians that the purse is connected to.
func (p *purse) collect(id wire.TxID, requests []request) []coin {
	p.t.Helper()
	threshold := wire.Threshold(len(p.config.Guardians))
	shares := make([]map[uint16][48]byte, len(requests))
	for peer := range p.sockets {
		if len(requests) == 0 || len(shares[0]) == threshold {
			break
		}
		for i, share := range p.shares(peer, id, requests) {
			if shares[i] == nil {
				shares[i] = make(map[uint16][48]byte)
			}
			shares[i][uint16(peer)] = share
		}
	}
	coins := make([]coin, len(requests))
	signed := make([]tbs.SignedNote, len(requests))
	for i, r := range requests {
		signature, err := p.scheme().Combine(threshold, shares[i], r.blinding)
		if err != nil {
			p.t.Fatal(err)
		}
		coins[i] = coin{r.amount, wire.MintSpendableNote{Signature: signature, SpendKey: r.key}}
		signed[i] = tbs.SignedNote{Nonce: r.key.PublicKey(), Signature: signature, Key: p.mint.Keys[r.amount]}
	}
	if bad, err := p.scheme().VerifyNotes(signed); err != nil || len(bad) > 0 {
		p.t.Fatalf("bad notes %v (%v)", bad, err)
	}
	return coins
}

// pay submits a transaction that must be accepted and returns the new coins.
func (p *purse) pay(coins []coin, amounts ...wire.Amount) []coin {
	p.t.Helper()
	requests := p.newRequests(amounts...)
	t := p.transaction(coins, requests)
	if text := p.submit(t); text != "" {
		p.t.Fatal(text)
	}
	return p.collect(t.TxID(), requests)
}
