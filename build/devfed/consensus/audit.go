package consensus

import (
	"context"
	"fmt"

	"satchel/client/wire"
	"satchel/fsm/kv"
)

// A flow is where the value of a transaction comes from and goes to.
type flow int

const (
	transfer   flow = iota // outputs are paid for by inputs, the rest is fees
	issuance               // outputs out of nothing
	redemption             // inputs into nothing
)

// An Audit says where all value is: Issued is Outstanding, Redeemed and Fees
// together.
type Audit struct {
	// Issued and Redeemed is what the faucet gave out and took back.
	Issued   wire.Amount `json:"issued_msat"`
	Redeemed wire.Amount `json:"redeemed_msat"`
	// Outstanding is the face value of what modules owe: of notes, all that are
	// signed and not spent.
	Outstanding wire.Amount `json:"outstanding_msat"`
	// Fees is what transactions brought in beyond what they took out.
	Fees wire.Amount `json:"fees_msat"`
}

const auditKey = "audit"

// sums is what the ledger itself keeps of an Audit. Consensus form: the fields
// in order, in msat.
type sums struct{ issued, redeemed, fees wire.Amount }

func (s sums) Append(b []byte) []byte { return s.fees.Append(s.redeemed.Append(s.issued.Append(b))) }

func (s *sums) Decode(d *wire.Decoder) {
	s.issued.Decode(d)
	s.redeemed.Decode(d)
	s.fees.Decode(d)
}

func storedSums(r *kv.Reader) sums {
	value, ok := r.Get(auditKey)
	if !ok {
		return sums{}
	}
	return Stored[sums](value)
}

// Audit counts what is outstanding note by note and contract by contract, and
// panics if value was made or lost.
func (l *Ledger) Audit() Audit {
	r := l.db.Snapshot()
	s := storedSums(r)
	a := Audit{Issued: s.issued, Redeemed: s.redeemed, Fees: s.fees}
	for id, module := range l.modules {
		if module.Outstanding != nil {
			a.Outstanding = must(a.Outstanding.Add(module.Outstanding(view(r, id))))
		}
	}
	if must(wire.Sum(a.Outstanding, a.Redeemed, a.Fees)) != a.Issued {
		panic(fmt.Sprintf("consensus: value was made or lost: %+v", a))
	}
	return a
}

// must panics when an amount is out of range that is bounded by what was issued.
func must(a wire.Amount, err error) wire.Amount {
	if err != nil {
		panic("consensus: audit: " + err.Error())
	}
	return a
}

// accept takes a transaction in, if it can be.
func (l *Ledger) accept(tx *kv.Tx, peer wire.PeerID, t *Transaction, flow flow) error {
	moved, refusal := l.process(tx, t, ordered)
	if refusal == nil && flow == transfer {
		refusal = moved.check()
	}
	if refusal != nil {
		return refusal
	}
	if err := l.book(tx, moved, flow); err != nil {
		return err
	}
	l.appendItem(tx, peer, wire.ConsensusItem{Transaction: &t.Wire})
	tx.Put(txKey(t.ID), encodeModules(t.Wire.Outputs))
	return nil
}

// book adds a transaction to the sums.
func (l *Ledger) book(tx *kv.Tx, moved *funding, flow flow) error {
	s := storedSums(&tx.Reader)
	in, out := moved.inputs[wire.Bitcoin], moved.outputs[wire.Bitcoin]
	switch flow {
	case issuance:
		issued, err := s.issued.Add(out)
		if err != nil {
			return fmt.Errorf("issuing %v after %v: %w", out, s.issued, err)
		}
		s.issued = issued
	case redemption:
		s.redeemed = must(s.redeemed.Add(in))
	case transfer:
		s.fees = must(s.fees.Add(must(in.Sub(out))))
	}
	tx.Put(auditKey, wire.Encode(s))
	return nil
}

// Issue accepts a transaction without inputs, whose outputs nobody pays for: it
// is how value comes into the demo federation. Sessions and recovery show it
// like any other.
func (l *Ledger) Issue(ctx context.Context, outputs []wire.DynOutput, nonce [8]byte) (wire.TxID, error) {
	return l.out(ctx, wire.Transaction{Outputs: outputs, Nonce: nonce}, issuance)
}

// Redeem accepts a transaction without outputs, whose value leaves the
// federation without a fee. A *wire.TransactionError says why it is refused.
func (l *Ledger) Redeem(ctx context.Context, t wire.Transaction) (wire.TxID, error) {
	if len(t.Outputs) > 0 {
		return t.TxID(), fmt.Errorf("a redemption with %d outputs", len(t.Outputs))
	}
	return l.out(ctx, t, redemption)
}

func (l *Ledger) out(ctx context.Context, t wire.Transaction, flow flow) (wire.TxID, error) {
	parsed, err := l.parse(t)
	if err != nil {
		return wire.TxID{}, err
	}
	if refusal := l.verify(parsed); refusal != nil {
		return parsed.ID, refusal
	}
	return parsed.ID, l.enqueue(nil, func(tx *kv.Tx) error {
		// If whoever asked is gone, the notes would be lost.
		if err := ctx.Err(); err != nil {
			return err
		}
		return l.accept(tx, l.proposer(), parsed, flow)
	}).wait(ctx)
}
