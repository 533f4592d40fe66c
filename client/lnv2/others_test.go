package lnv2

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"time"

	"satchel/client"
	"satchel/client/dummy"
	"satchel/client/guardians"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// What others do: another wallet with the same words, and whoever has the wallet's
// LNURL.

// elsewhere is the key of a coin of another wallet with the words.
var elsewhere = wire.SecretKey{8}

// rival spends a contract by a transaction of another wallet with the words. It may
// come too late.
func (t *teller) rival(body wire.LNV2Input, amount wire.Amount, key wire.SecretKey) error {
	out := amount - fee.Fee(amount) - dummy.Fee
	tx := wire.Transaction{
		Inputs:  []wire.DynInput{{Dyn: wire.DynOf(toyfed.LNV2ID, body)}},
		Outputs: []wire.DynOutput{{Dyn: wire.DynOf(toyfed.DummyID, dummy.Output{Key: elsewhere.PublicKey(), Amount: out})}},
		Nonce:   [8]byte{'r'},
	}
	sig, err := key.Sign(tx.TxID())
	if err != nil {
		return err
	}
	tx.Signature.Signatures = []wire.Signature{sig}
	return t.again(func() error {
		q := guardians.Question{Method: "submit_transaction", Params: wire.SerdeOf(tx)}
		_, err := guardians.Ask(t.ctx, t.c.Guardians(), q,
			guardians.Consensus[wire.SubmissionOutcome], guardians.First[wire.SubmissionOutcome]())
		return err
	})
}

// await waits until a machine of an operation stands at a step, or is beyond it.
func await[S fsm.State](t *teller, op fsm.OpID) (S, error) {
	return fsm.Await(t.ctx, t.c.Executor(), fsm.Under(op), func(*kv.Reader) (none S, ok bool) {
		steps, err := t.c.Executor().History(t.ctx, op, 0)
		if err != nil {
			return none, false
		}
		for _, rec := range steps {
			if s, ok := rec.State.(S); ok {
				return s, true
			}
		}
		return none, false
	})
}

// rivalRefund tells of a payment that the gateway gives up, and of another wallet
// with the words that takes the contract back as well.
func rivalRefund(t *teller) error {
	q, err := t.begin(t.fed.Outside().Bill(toyfed.Bill{Name: "nobody", Amount: 50_000, Hopeless: true}))
	if err != nil {
		return err
	}
	s, err := await[refundable](t, q.Op)
	if err != nil {
		return err
	}
	key, err := t.m.refundKey(s.Contract)
	if err != nil {
		return err
	}
	witness := wire.LNV2Witness{Variant: wire.LNV2Cancel, Signature: *s.Forfeit}
	if err := t.rival(wire.LNV2Input{OutPoint: s.At, Witness: &witness}, s.Contract.Amount, key); err != nil {
		return err
	}
	v, err := t.settle(q.Op)
	if err == nil && v.State != client.Returned {
		err = fmt.Errorf("the payment is %v", v.State)
	}
	return err
}

// rivalClaim tells of an invoice that is paid, and of another wallet with the words
// that claims the contract as well.
func rivalClaim(t *teller) error {
	op, invoice, err := t.invoice("wages", 100_000)
	if err != nil {
		return err
	}
	if err := t.fed.Outside().Pay(t.ctx, invoice); err != nil {
		return err
	}
	s, err := await[claimable](t, op)
	if err != nil {
		return err
	}
	own, _ := t.m.anyOwn(s.Contract)
	input := wire.LNV2Input{OutPoint: s.At, DecryptionKey: &own.Decryption}
	if err := t.rival(input, s.Contract.Commitment.Amount, own.Key); err != nil {
		return err
	}
	v, err := t.settle(op)
	if err == nil && v.State != client.Done && v.State != client.Lapsed {
		err = fmt.Errorf("the invoice is %v", v.State)
	}
	return err
}

// holdSpending refuses, for ever, the first transaction that spends a contract.
func holdSpending() func(wire.Transaction) bool {
	var first wire.TxID
	return func(tx wire.Transaction) bool {
		for _, in := range tx.Inputs {
			if in.Module == toyfed.LNV2ID && first == (wire.TxID{}) {
				first = tx.TxID()
			}
		}
		return tx.TxID() == first
	}
}

// sold has an invoice made for a contract of a static key of the wallet, without
// the wallet, and lets it be paid. It is the same contract in every life.
func (t *teller) sold(name string, static wire.SecretKey, amount wire.Amount, expiration func(wire.Amount) uint64) (sale, error) {
	tries := uint64(0)
	err := t.again(func() error {
		if t.sales[name].Invoice != "" {
			return nil
		}
		url := t.fed.Gateway().URL()
		info, err := t.m.routingInfo(t.ctx, url)
		if err != nil {
			return err
		}
		// What a gateway has refused, or has not answered, is not asked again.
		random := rand.NewChaCha8(sha256.Sum256(wire.AppendUint([]byte(name), tries)))
		tries++
		g := Gateway{URL: url, Info: info}
		s, err := t.m.newSale(random, static.PublicKey(), amount, expiration(info.ReceiveFee.Fee(amount)), g)
		if err != nil {
			return err
		}
		i, err := t.m.makeInvoice(t.ctx, Ask{Amount: amount, Description: name, Expiry: time.Hour}, g, s.Contract)
		s.Invoice = i.String()
		t.sales[name] = s
		return err
	})
	if err == nil {
		err = t.fed.Outside().Pay(t.ctx, t.sales[name].Invoice)
	}
	return t.sales[name], err
}

// others are stories in which somebody else acts as well.
var others = map[string]story{
	"another wallet takes a contract back": {tell: rivalRefund, anyEnd: true},
	"another wallet claims a contract":     {tell: rivalClaim, anyEnd: true},
	"a refund is refused": {
		change: func(s *toyfed.Setup) { s.Hold = holdSpending() },
		tell:   paying(toyfed.Bill{Name: "nobody", Amount: 50_000, Hopeless: true}, client.Returned),
	},
	"a claim is refused": {
		change: func(s *toyfed.Setup) { s.Hold = holdSpending() },
		tell:   stories["be paid"].tell,
	},
	"a refund is worth nothing": {
		change: func(s *toyfed.Setup) {
			s.Lightning.Terms = toyfed.Terms()
			s.Lightning.Terms.SendFeeDefault = wire.PaymentFee{}
		},
		tell: paying(toyfed.Bill{Name: "nobody", Amount: 500, Hopeless: true}, client.Returned),
		left: 500, free: true,
	},
	"a claim is worth nothing": {
		change: func(s *toyfed.Setup) {
			s.Lightning.Terms = toyfed.Terms()
			s.Lightning.Terms.ReceiveFee = wire.PaymentFee{}
		},
		tell: func(t *teller) error {
			s, err := t.sold("wages", t.m.key, 900, inAnHour(t))
			if err != nil {
				return err
			}
			if err := t.m.Update(t.ctx, func(tx *fsm.Tx) error { return t.m.begin(tx, s) }); err != nil {
				return err
			}
			v, err := t.settle(fsm.OpID(s.Contract.ID()))
			if err == nil && v.State != client.Lapsed {
				err = fmt.Errorf("the invoice is %v", v.State)
			}
			return err
		},
		left: 900, free: true,
	},
	"be paid through an LNURL": {left: somebodys, tell: func(t *teller) error {
		return t.found("tip", t.m.lnurl, wire.FeeExpiration)
	}},
	"be paid before the words were entered again": {left: somebodys, tell: func(t *teller) error {
		return t.found("wages", t.m.key, inAnHour(t))
	}},
}

// inAnHour returns the expiration of an ordinary contract.
func inAnHour(t *teller) func(wire.Amount) uint64 {
	return func(wire.Amount) uint64 { return t.fed.Time() + 3600 }
}

// somebodys is the contract of somebody else, less the gateway's fee.
const somebodys = 70_000 - 2000 - 210

// found lets the inbox find a contract that the wallet knows nothing of, next to
// one of somebody else.
func (t *teller) found(name string, static wire.SecretKey, expiration func(wire.Amount) uint64) error {
	if err := t.m.OpenInbox(t.ctx); err != nil {
		return err
	}
	if _, err := t.sold("somebody", wire.SecretKey{9}, 70_000, wire.FeeExpiration); err != nil {
		return err
	}
	s, err := t.sold(name, static, 80_000, expiration)
	if err != nil {
		return err
	}
	op := fsm.OpID(s.Contract.ID())
	if _, err := await[claimed](t, op); err != nil {
		return err
	}
	v, err := t.settle(op)
	if err == nil && v.State != client.Done {
		err = fmt.Errorf("it is %v", v.State)
	}
	return err
}
