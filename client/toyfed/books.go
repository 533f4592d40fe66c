package toyfed

import (
	"fmt"
	"maps"
	"slices"

	"satchel/client/wire"
)

// books are the state of consensus.
type books struct {
	txs     map[wire.TxID]wire.Transaction
	order   []wire.TxID // in which they were accepted
	spent   map[wire.PublicKey]bool
	blinded map[wire.G1]bool
	coins   map[wire.PublicKey]wire.Amount // the dummy's
	audit   Audit

	// Of the lightning module.
	contracts    []Contract
	gateways     []wire.Amount // what each has
	height, time uint64

	ln lnBooks
}

func newBooks() *books {
	return &books{
		txs: map[wire.TxID]wire.Transaction{}, spent: map[wire.PublicKey]bool{},
		blinded: map[wire.G1]bool{}, coins: map[wire.PublicKey]wire.Amount{},
	}
}

func (b *books) clone() *books {
	return &books{
		txs: maps.Clone(b.txs), order: slices.Clip(b.order), spent: maps.Clone(b.spent), blinded: maps.Clone(b.blinded),
		coins: maps.Clone(b.coins), audit: b.audit,
		contracts: slices.Clone(b.contracts), gateways: slices.Clone(b.gateways), height: b.height, time: b.time,
		ln: b.ln.clone(),
	}
}

// add writes down that a transaction was accepted.
func (b *books) add(id wire.TxID, tx wire.Transaction) {
	b.txs[id], b.order = tx, append(b.order, id)
}

func (b *books) spend(n spentNote) {
	b.spent[n.nonce] = true
	b.audit.Spent += n.amount
}

func (b *books) issue(n issuedNote) {
	if b.blinded[n.blinded] {
		b.audit.Burnt += n.amount
	}
	b.blinded[n.blinded] = true
	b.audit.Issued += n.amount
}

// Mint gives a wallet e-cash that nobody paid for: as many notes as amount has
// bits, of the first of the mints.
func (f *Federation) Mint(amount wire.Amount, key func() wire.SecretKey) wire.MintNotes {
	return f.MintEach(f.Split(f.mints[0].kind(), amount), key)
}

// Split returns the amounts of the fewest notes of a kind that are worth amount.
func (f *Federation) Split(kind wire.ModuleKind, amount wire.Amount) (amounts []wire.Amount) {
	for _, tier := range slices.Backward(f.mintOf(kind).tiers) {
		for ; amount >= tier; amount -= tier {
			amounts = append(amounts, tier)
		}
	}
	return amounts
}

// MintEach is Mint for notes of given amounts.
func (f *Federation) MintEach(amounts []wire.Amount, key func() wire.SecretKey) wire.MintNotes {
	return f.MintOf(f.mints[0].kind(), amounts, key)
}

// MintOf is MintEach for notes of the mint of a kind. Both kinds of notes are a
// key and a signature.
func (f *Federation) MintOf(kind wire.ModuleKind, amounts []wire.Amount, key func() wire.SecretKey) wire.MintNotes {
	m := f.mintOf(kind)
	f.mu.Lock()
	defer f.mu.Unlock()
	notes := wire.MintNotes{}
	var tx wire.Transaction
	for _, tier := range amounts {
		spend := key()
		notes[tier] = append(notes[tier], wire.MintSpendableNote{Signature: m.signature(tier, PublicKey(spend)), SpendKey: spend})
		n := issuedNote{amount: tier, blinded: must(m.signer.Blind(PublicKey(spend), [32]byte{1}))}
		f.books.issue(n)
		f.books.audit.Granted += tier
		tx.Outputs = append(tx.Outputs, wire.DynOutput{Dyn: wire.DynOf(m.id, m.output(n))})
	}
	if len(amounts) > 0 {
		f.books.add(tx.TxID(), tx)
	}
	return notes
}

var publicKeys memo[wire.SecretKey, wire.PublicKey]

// PublicKey returns a key's public key, which it remembers.
func PublicKey(k wire.SecretKey) wire.PublicKey {
	return must(publicKeys.get(k, func() (wire.PublicKey, error) { return k.PublicKey(), nil }))
}

// Spend lets somebody spend a note of the first of the mints, if nobody has, and
// reports whether that was so.
func (f *Federation) Spend(nonce wire.PublicKey, amount wire.Amount) bool {
	return f.SpendOf(f.mints[0].kind(), nonce, amount)
}

// SpendOf is Spend for a note of the mint of a kind.
func (f *Federation) SpendOf(kind wire.ModuleKind, nonce wire.PublicKey, amount wire.Amount) bool {
	m := f.mintOf(kind)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.books.spent[nonce] {
		return false
	}
	n := spentNote{amount, nonce, m.signature(amount, nonce)}
	f.books.spend(n)
	f.books.audit.Gone += amount
	tx := wire.Transaction{Inputs: []wire.DynInput{{Dyn: wire.DynOf(m.id, m.input(n))}}}
	f.books.add(tx.TxID(), tx)
	return true
}

// Spent reports whether a note has been spent.
func (f *Federation) Spent(nonce wire.PublicKey) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.books.spent[nonce]
}

// GiveCoin gives the dummy's money to a key.
func (f *Federation) GiveCoin(key wire.PublicKey, amount wire.Amount) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.books.coins[key] += amount
	f.books.audit.Granted += amount
}

// Coin returns how much of the dummy's money a key has.
func (f *Federation) Coin(key wire.PublicKey) wire.Amount {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.books.coins[key]
}

// Accepted reports whether consensus has the transaction.
func (f *Federation) Accepted(id wire.TxID) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, ok := f.books.txs[id]
	return ok
}

// Refused reports whether the federation has ever refused the transaction.
func (f *Federation) Refused(id wire.TxID) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.refused[id]
}

// Doubles lists the notes that were submitted in a transaction although another
// one was to spend them that had not been refused.
func (f *Federation) Doubles() []error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.doubles)
}

// watch takes note of which transaction is to spend what.
func (f *Federation) watch(id wire.TxID, tx wire.Transaction) {
	for _, i := range tx.Inputs {
		m, ok := f.mintAt(i.Module)
		if !ok {
			continue
		}
		n, ok := m.readInput(i.Body)
		if !ok {
			continue
		}
		if other, ok := f.users[n.nonce]; ok && other != id && !f.refused[other] {
			f.doubles = append(f.doubles, fmt.Errorf("note %v is to be spent by %v and by %v", n.nonce, other, id))
		}
		f.users[n.nonce] = id
	}
}

// Reconsider lets consensus have the transactions that were held, in the order
// in which they came and as far as they are still good. A dishonest guardian can
// do that to a transaction that all refuse for a reason which counts only at
// submission, such as a blind nonce that was used before.
func (f *Federation) Reconsider() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, tx := range f.held {
		f.enter(tx, false)
	}
	f.held = nil
}

// enter takes a transaction into consensus, or tells why it is refused.
func (f *Federation) enter(tx wire.Transaction, fresh bool) *wire.TransactionError {
	next := f.books.clone()
	if refused := f.process(next, tx, fresh); refused != nil {
		return refused
	}
	f.adopt(next)
	return nil
}

// adopt makes these the books.
func (f *Federation) adopt(next *books) {
	f.books = next
	f.notify()
}

// notify lets everybody look again who waits for something.
func (f *Federation) notify() {
	close(f.changed)
	f.changed = make(chan struct{})
}
