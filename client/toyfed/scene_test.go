package toyfed_test

import (
	"encoding/json"
	"testing"

	"satchel/client"
	"satchel/client/bolt11"
	"satchel/client/dummy"
	"satchel/client/tbs/toy"
	"satchel/client/toyfed"
	"satchel/client/tpe"
	tpetoy "satchel/client/tpe/toy"
	"satchel/client/wire"
)

// A scene is a federation with lightning, and one who pays with the dummy's coins.
type scene struct {
	*testing.T
	fed           *toyfed.Federation
	coins, nonces byte
}

// coin is what each coin is worth, in msat.
const coin = 3_000_000

var (
	senderKey   = wire.SecretKey{31: 7}
	receiverKey = wire.SecretKey{31: 8}
	fee         = wire.PaymentFee{Base: 500, PartsPerMillion: 1000}
)

func lightningScene(t *testing.T, change ...func(*toyfed.Lightning)) *scene {
	l := toyfed.Lightning{Fee: fee, Time: 1_700_000_000}
	for _, c := range change {
		c(&l)
	}
	return &scene{T: t, fed: toyfed.New(nil, toyfed.Setup{Signer: toy.New(), Guardians: 4, Lightning: &l})}
}

// check looks into the books.
func (s *scene) check() {
	s.Helper()
	if err := s.fed.Audit().Check(); err != nil {
		s.Error(err)
	}
	if faults := s.fed.Outside().Faults(); len(faults) > 0 {
		s.Error(faults)
	}
	for _, g := range s.fed.Gateways() {
		if g.Profit() < 0 {
			s.Errorf("%v has lost %d msat", g.URL(), g.Profit())
		}
	}
}

// submit asks for a transaction, signed with these keys.
func (s *scene) submit(tx wire.Transaction, keys ...wire.SecretKey) (wire.TxID, *wire.TransactionError) {
	s.Helper()
	s.nonces++
	tx.Nonce[0] = s.nonces
	if err := tx.Sign(keys); err != nil {
		s.Fatal(err)
	}
	answer := read[wire.Serde](s.T, ask(s.T, s.fed, 0, "submit_transaction", wire.SerdeOf(tx)))
	outcome, err := wire.Decode[wire.SubmissionOutcome](answer)
	if err != nil {
		s.Fatal(err)
	}
	return tx.TxID(), outcome.Err
}

func coinOutput(key wire.PublicKey, amount wire.Amount) wire.DynOutput {
	return wire.DynOutput{Dyn: wire.DynOf(toyfed.DummyID, dummy.Output{Key: key, Amount: amount})}
}

func lightningOutput(o wire.LNV2Output) wire.DynOutput {
	return wire.DynOutput{Dyn: wire.DynOf(toyfed.LNV2ID, o)}
}

func lightningInput(in wire.LNV2Input) wire.DynInput {
	return wire.DynInput{Dyn: wire.DynOf(toyfed.LNV2ID, in)}
}

// pay funds an output with a new coin, and tells how that ends.
func (s *scene) pay(o wire.DynOutput) (wire.OutPoint, *wire.TransactionError) {
	s.Helper()
	s.coins++
	key := wire.SecretKey{1, s.coins}
	s.fed.GiveCoin(key.PublicKey(), coin)
	in := wire.DynInput{Dyn: wire.DynOf(toyfed.DummyID, dummy.Input{Key: key.PublicKey()})}
	id, refused := s.submit(wire.Transaction{Inputs: []wire.DynInput{in}, Outputs: []wire.DynOutput{o}}, key)
	return wire.OutPoint{TxID: id}, refused
}

// fund is pay for what must not be refused.
func (s *scene) fund(o wire.LNV2Output) wire.OutPoint {
	s.Helper()
	at, refused := s.pay(lightningOutput(o))
	if refused != nil {
		s.Fatal(refused)
	}
	return at
}

// spend spends a contract, and tells how that ends.
func (s *scene) spend(in wire.LNV2Input, key wire.SecretKey) *wire.TransactionError {
	s.Helper()
	_, refused := s.submit(wire.Transaction{Inputs: []wire.DynInput{lightningInput(in)}}, key)
	return refused
}

func invoiceOf(t *testing.T, text string) bolt11.Invoice {
	t.Helper()
	i, err := bolt11.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// outgoing is a contract for an invoice that the gateway accepts.
func (s *scene) outgoing(invoice string) wire.LNV2OutgoingContract {
	s.Helper()
	i, terms := invoiceOf(s.T, invoice), s.fed.Gateway().Terms()
	fee, delta := terms.SendTerms(i.Payee)
	return wire.LNV2OutgoingContract{
		Image: wire.PaymentImage{Variant: wire.ImageHash, Hash: i.PaymentHash}, Amount: fee.AddTo(i.Amount),
		Expiration: s.fed.Height() + delta + 12, ClaimKey: terms.ModuleKey, RefundKey: senderKey.PublicKey(), EphemeralKey: senderKey.PublicKey(),
	}
}

// request is what asks the gateway to pay.
func (s *scene) request(at wire.OutPoint, c wire.LNV2OutgoingContract, invoice string) wire.SendPaymentRequest {
	s.Helper()
	i := wire.LightningInvoice{Bolt11: invoice}
	auth, err := senderKey.Sign(wire.HashOf(i))
	if err != nil {
		s.Fatal(err)
	}
	return wire.SendPaymentRequest{FederationID: s.fed.Config().FederationID(), OutPoint: at, Contract: c, Invoice: i, Auth: auth}
}

// post asks a gateway.
func (s *scene) post(g *toyfed.Gateway, route string, body any) client.Response {
	s.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		s.Fatal(err)
	}
	answer, err := s.fed.Fetch(s.Context(), client.Request{URL: g.URL().String() + route, Body: text})
	if err != nil {
		s.Fatal(err)
	}
	return answer
}

func answered[T any](s *scene, r client.Response) T {
	s.Helper()
	if r.Status != 200 {
		s.Fatalf("%d %s", r.Status, r.Body)
	}
	return read[T](s.T, r.Body)
}

// An incoming contract, with what the receiver knows of it.
type incoming struct {
	wire.LNV2IncomingContract
	preimage wire.Preimage
	key      wire.G1
}

// incoming is a contract for an invoice over amount, which is told apart by n.
func (s *scene) incoming(n byte, amount wire.Amount, change ...func(*wire.LNV2Commitment)) incoming {
	s.Helper()
	terms := s.fed.Gateway().Terms()
	config, err := wire.Decode[wire.LNV2Config](s.fed.Config().Modules[toyfed.LNV2ID].Config.Body)
	if err != nil {
		s.Fatal(err)
	}
	i := incoming{preimage: wire.Preimage{9, n}}
	i.Commitment = wire.LNV2Commitment{
		Image: wire.PaymentImage{Variant: wire.ImageHash, Hash: i.preimage.Hash()}, Amount: terms.ReceiveFee.SubtractFrom(amount),
		Expiration: s.fed.Time() + 3600, ClaimKey: receiverKey.PublicKey(), RefundKey: terms.ModuleKey, EphemeralKey: receiverKey.PublicKey(),
	}
	for _, c := range change {
		c(&i.Commitment)
	}
	seed := [32]byte{n}
	ct, err := tpetoy.Toy{}.Encrypt(config.Key, seed, i.preimage, wire.HashOf(i.Commitment))
	if err != nil {
		s.Fatal(err)
	}
	i.Ciphertext = wire.LNV2Ciphertext{Encrypted: ct.Encrypted, Key: ct.Key, Signature: ct.Signature}
	if i.key, err = (tpetoy.Toy{}).DecryptionKey(config.Key, seed); err != nil {
		s.Fatal(err)
	}
	return i
}

func ciphertextOf(i incoming) tpe.Ciphertext {
	return tpe.Ciphertext{Encrypted: i.Ciphertext.Encrypted, Key: i.Ciphertext.Key, Signature: i.Ciphertext.Signature}
}

// invoice is the request for an invoice.
func (s *scene) invoice(i incoming, amount wire.Amount) wire.CreateInvoiceRequest {
	return wire.CreateInvoiceRequest{
		FederationID: s.fed.Config().FederationID(), Contract: i.LNV2IncomingContract, Amount: amount,
		Description: wire.InvoiceDescription{Direct: "tea"}, ExpirySecs: 3600,
	}
}

func (s *scene) method(name string) string { return method(toyfed.LNV2ID, name) }
