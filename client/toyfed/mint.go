package toyfed

import (
	"context"
	"fmt"

	"satchel/client/guardians"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// A mint is one of the federation's mints.
type mint struct {
	generation
	f      *Federation
	id     wire.ModuleID
	signer Signer
	tiers  []wire.Amount // ascending
	keys   map[wire.Amount]tbs.KeyBytes
}

// A generation is what sets the mints of one kind apart from those of the other.
type generation interface {
	kind() wire.ModuleKind
	consensus() wire.Version
	api() wire.Version
	config(*mint) wire.Appender

	// readInput and readOutput read what stands in a transaction, and report
	// whether it is of the generation.
	readInput(body []byte) (spentNote, bool)
	readOutput(body []byte) (issuedNote, bool)
	input(spentNote) wire.Appender
	output(issuedNote) wire.Appender

	// refuseInput and refuseOutput say why a transaction is refused.
	refuseInput(wire.ModuleID, flaw, wire.Amount) *wire.TransactionError
	refuseOutput(wire.ModuleID, flaw, wire.Amount) *wire.TransactionError

	// onceOnly says that no blind nonce is taken twice at submission.
	onceOnly() bool

	// spentItem and issuedItem are what the list for recovery has, and slice the
	// form in which a part of it is given.
	spentItem(spentNote) wire.Appender
	issuedItem(issuedNote) wire.Appender
	slice(items) any

	// serve answers what the other generation does not know. It reports false for
	// what is not a method of the module.
	serve(context.Context, *mint, call) (answer any, known bool, err error)
}

// A flaw is what may be wrong with an input or an output.
type flaw int

const (
	unknown flaw = iota
	noSuchAmount
	notSigned
	usedBefore
)

// A spentNote is one that a transaction spends.
type spentNote struct {
	amount    wire.Amount
	nonce     wire.PublicKey
	signature wire.G1
}

// An issuedNote is one that a transaction asks for. Only the second generation
// has a tweak.
type issuedNote struct {
	amount  wire.Amount
	blinded wire.G1
	tweak   wire.MintTweak
}

// A call is a question to a module.
type call struct {
	peer    wire.PeerID
	gate    string // name of the gate through which it came
	method  string // without the module's prefix
	request []byte
}

func moduleMethod(id wire.ModuleID, name string) string { return fmt.Sprintf("module_%d_%s", id, name) }

// newMint makes the keys of a mint. name tells the keys of one kind from those of
// the other.
func (f *Federation) newMint(id wire.ModuleID, g generation, signer Signer, name string) *mint {
	m := &mint{generation: g, f: f, id: id, signer: signer, keys: map[wire.Amount]tbs.KeyBytes{}}
	for i := range f.TopTier + 1 {
		tier := wire.Amount(1) << i
		keys, err := signer.Deal(f.random(fmt.Sprint("keys of ", name, " ", i)), f.Guardians, wire.Threshold(f.Guardians))
		if err != nil {
			panic(fmt.Sprintf("toyfed: %v", err))
		}
		m.tiers, m.keys[tier] = append(m.tiers, tier), keys
	}
	return m
}

// mintOf returns the mint of a kind.
func (f *Federation) mintOf(kind wire.ModuleKind) *mint {
	for _, m := range f.mints {
		if m.kind() == kind {
			return m
		}
	}
	panic(fmt.Sprintf("toyfed: the federation has no mint of kind %s", kind))
}

// mintAt returns the mint that is a module.
func (f *Federation) mintAt(id wire.ModuleID) (*mint, bool) {
	for _, m := range f.mints {
		if m.id == id {
			return m, true
		}
	}
	return nil, false
}

func (m *mint) fee(amount wire.Amount) wire.Amount { return m.f.Fee.Fee(amount) }

// sign makes a guardian's share for a note.
func (m *mint) sign(peer wire.PeerID, n issuedNote) (wire.G1, error) {
	return m.signer.Sign(n.blinded, m.keys[n.amount].Secret[peer])
}

// signature signs a nonce with the threshold keys.
func (m *mint) signature(tier wire.Amount, nonce wire.PublicKey) wire.G1 {
	one := [32]byte{1}
	blinded := must(m.signer.Blind(nonce, one))
	threshold := wire.Threshold(m.f.Guardians)
	shares := map[uint16][48]byte{}
	for p := range threshold {
		shares[uint16(p)] = must(m.signer.Sign(blinded, m.keys[tier].Secret[p]))
	}
	return must(m.signer.Combine(threshold, shares, one))
}

// spend applies an input to the books.
func (m *mint) spend(b *books, body []byte) (n spentNote, refused *wire.TransactionError) {
	n, ok := m.readInput(body)
	if !ok {
		return n, m.refuseInput(m.id, unknown, 0)
	}
	keys, ok := m.keys[n.amount]
	if !ok {
		return n, m.refuseInput(m.id, noSuchAmount, n.amount)
	}
	good, err := m.signer.CheckNotes([]tbs.SignedNote{{Nonce: n.nonce, Signature: n.signature, Key: keys.Aggregate}})
	if err != nil || !good {
		return n, m.refuseInput(m.id, notSigned, n.amount)
	}
	if b.spent[n.nonce] {
		return n, m.refuseInput(m.id, usedBefore, n.amount)
	}
	b.spend(n)
	return n, nil
}

// issue applies an output to the books.
func (m *mint) issue(b *books, body []byte, fresh bool) (n issuedNote, refused *wire.TransactionError) {
	n, ok := m.readOutput(body)
	if !ok {
		return n, m.refuseOutput(m.id, unknown, 0)
	}
	if _, ok := m.keys[n.amount]; !ok {
		return n, m.refuseOutput(m.id, noSuchAmount, n.amount)
	}
	if b.blinded[n.blinded] && fresh && m.onceOnly() {
		return n, m.refuseOutput(m.id, usedBefore, n.amount)
	}
	b.issue(n)
	return n, nil
}

// issued returns the notes that outputs of a transaction ask this mint for, nil
// for outputs of other modules.
func (m *mint) issued(tx wire.Transaction, at wire.IndexRange) ([]*issuedNote, error) {
	if at.Start > at.End || at.End > uint64(len(tx.Outputs)) {
		return nil, badRequest("no such outputs")
	}
	all := make([]*issuedNote, at.End-at.Start)
	for i, o := range tx.Outputs[at.Start:at.End] {
		if o.Module == m.id {
			n, _ := m.readOutput(o.Body)
			all[i] = &n
		}
	}
	return all, nil
}

// find returns the output that asked for a blind nonce, the last one of several.
func (m *mint) find(blinded wire.G1) (n issuedNote, at wire.OutPoint, ok bool) {
	for id, tx := range m.f.accepted() {
		for i, o := range tx.Outputs {
			if o.Module != m.id {
				continue
			}
			if one, _ := m.readOutput(o.Body); one.blinded == blinded {
				n, at, ok = one, wire.OutPoint{TxID: id, Index: uint64(i)}, true
			}
		}
	}
	return n, at, ok
}

func badRequest(text string) error { return &guardians.AnswerError{Code: 400, Message: text} }
