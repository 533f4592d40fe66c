package lightning

import (
	"crypto/sha256"
	"errors"
	"math/rand/v2"
	"time"

	"satchel/client"
	"satchel/client/bolt11"
	"satchel/client/dummy"
	"satchel/client/guardians"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// What others do: another wallet with the same words, and people in the federation
// who are not honest.

// elsewhere is the key of a coin of another wallet with the words.
var elsewhere = wire.SecretKey{8}

// rival spends a contract by a transaction of another wallet with the words. It may
// come too late.
func (t *teller) rival(id wire.ContractID, amount wire.Amount, key wire.SecretKey) error {
	out := amount - fees.Input - dummy.Fee
	tx := wire.Transaction{
		Inputs:  []wire.DynInput{{Dyn: wire.DynOf(toyfed.LNID, wire.LNInput{Contract: id, Amount: amount})}},
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
	op, err := t.begin(t.fed.Outside().Bill(hopeless), 1)
	if err != nil {
		return err
	}
	s, err := await[refundable](t, op)
	if err != nil {
		return err
	}
	if err := t.rival(s.id(), s.Funds, t.m.userKey(s.hash(), s.Attempt)); err != nil {
		return err
	}
	return t.ends(op, client.Returned)
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
	if err := t.rival(wire.ContractID(s.Hash), s.Funds, t.m.receiveKey(s.Slot)); err != nil {
		return err
	}
	return t.ends(op, client.Done, client.Lapsed)
}

// holdSpending refuses, for ever, the first transaction that spends a contract.
func holdSpending() func(wire.Transaction) bool {
	var first wire.TxID
	return func(tx wire.Transaction) bool {
		for _, in := range tx.Inputs {
			if in.Module == toyfed.LNID && first == (wire.TxID{}) {
				first = tx.TxID()
			}
		}
		return tx.TxID() == first
	}
}

// made makes an invoice for a receive key, and grants its offer, without the
// wallet. It is the same in every life.
func (t *teller) made(name string, at slot, amount wire.Amount) (sale, error) {
	if s, ok := t.sales[name]; ok {
		return s, nil
	}
	random := rand.NewChaCha8(sha256.Sum256([]byte(name)))
	m := *t.m
	m.Random = random
	i, o, err := m.newOffer(at, Ask{Amount: amount, Description: name, Expiry: time.Hour}, Gateway{Info: t.fed.Registration(0, 1).Info})
	if err != nil {
		return sale{}, err
	}
	t.grant(wire.LNOutput{Offer: &o})
	s := sale{Slot: at, Hash: i.PaymentHash, Invoice: i.String(), Amount: amount, Made: i.Time, Expiry: i.Expiry}
	t.sales[name] = s
	return s, nil
}

func (t *teller) grant(o wire.LNOutput) {
	t.fed.Grant(wire.DynOutput{Dyn: wire.DynOf(toyfed.LNID, o)})
}

// cheat makes an invoice of somebody in the federation whose preimage is not what
// it says.
func (t *teller) cheat() (string, error) {
	if s, ok := t.sales["cheat"]; ok {
		return s.Invoice, nil
	}
	hash := wire.Hash(sha256.Sum256([]byte("a hash of nothing")))
	key, _ := marker(t.m.FederationID())
	i, err := bolt11.Sign(bolt11.Invoice{
		Network: t.m.Network(), Amount: 40_000, Time: uint64(t.m.Now().Unix()), PaymentHash: hash, Description: "cheat",
		PayeeNamed: true, Expiry: 3600, MinFinalCLTV: finalBlocks, Features: bolt11.Basic(),
		RouteHints: []wire.RouteHint{{{Source: key, CLTVDelta: hintBlocks}}},
	}, wire.SecretKey{9})
	if err != nil {
		return "", err
	}
	public := elsewhere.PublicKey()
	ct, err := t.m.Encrypt(t.m.config.Key, [32]byte{1}, public[:])
	t.grant(wire.LNOutput{Offer: &wire.LNOffer{Amount: 40_000, Hash: hash, Encrypted: wire.EncryptedPreimage{U: ct.U, V: ct.V, W: ct.W}}})
	t.sales["cheat"] = sale{Invoice: i.String()}
	return i.String(), err
}

// claiming tells of a contract for a receive key that the wallet claims without
// having made an invoice.
func claimingAmount(amount wire.Amount, want client.State) func(*teller) error {
	return func(t *teller) error {
		s, err := t.made("wages", slot{Number: 3}, amount)
		if err == nil {
			err = t.fed.Outside().Pay(t.ctx, s.Invoice)
		}
		if err == nil {
			err = t.m.Update(t.ctx, func(tx *fsm.Tx) error {
				if !fsm.Exists(&tx.Reader, s.op()) {
					tx.Start(s.op(), decrypting{s})
					return t.m.Begin(tx, s.op(), t.m.Kind(), claimMeta())
				}
				return nil
			})
		}
		if err != nil {
			return err
		}
		return t.ends(s.op(), want)
	}
}

// others are stories in which somebody else acts as well.
var others = map[string]story{
	"another wallet takes a contract back": {tell: rivalRefund, anyEnd: true},
	"another wallet claims a contract":     {tell: rivalClaim, anyEnd: true},
	"a refund is refused": {
		change: func(s *toyfed.Setup) { s.Hold = holdSpending() },
		tell:   paying(hopeless, client.Returned),
	},
	"a claim is refused": {
		change: func(s *toyfed.Setup) { s.Hold = holdSpending() },
		tell:   stories["be paid"].tell,
	},
	"a refund is worth nothing": {
		change: func(s *toyfed.Setup) { s.LN.Routing = wire.RoutingFees{BaseMsat: 1} },
		tell:   paying(toyfed.Bill{Name: "nobody", Amount: 40, Hopeless: true}, client.Returned),
		left:   41,
	},
	"a claim is worth nothing": {tell: claimingAmount(55, client.Lapsed), left: 55},
	"a payee in the federation cheats": {tell: func(t *teller) error {
		invoice, err := t.cheat()
		if err != nil {
			return err
		}
		op, err := t.begin(invoice, 1)
		if err != nil {
			return err
		}
		return t.ends(op, client.Returned)
	}},
	"another wallet takes back what a cheat was paid": {anyEnd: true, tell: func(t *teller) error {
		invoice, err := t.cheat()
		if err != nil {
			return err
		}
		op, err := t.begin(invoice, 1)
		if err != nil {
			return err
		}
		s, err := await[refundable](t, op)
		if err == nil {
			err = t.rival(s.id(), s.Funds, t.m.redeem)
		}
		if err != nil {
			return err
		}
		return t.ends(op, client.Returned)
	}},
	"somebody spoils an offer": {
		left:   100_000,
		change: func(s *toyfed.Setup) { s.LN.Topping = true },
		tell: func(t *teller) error {
			op, _, err := t.invoice("wages", 100_000)
			if err != nil {
				return err
			}
			if _, ok := t.sales["spoilt"]; !ok {
				t.sales["spoilt"] = sale{}
				public := elsewhere.PublicKey()
				ct, err := t.m.Encrypt(t.m.config.Key, [32]byte{2}, public[:])
				if err != nil {
					return err
				}
				t.grant(wire.LNOutput{Amount: 100_000, Contract: &wire.LNContract{Incoming: &wire.LNIncomingContract{
					Hash: wire.Hash(op), Encrypted: wire.EncryptedPreimage{U: ct.U, V: ct.V, W: ct.W}, GatewayKey: elsewhere.PublicKey(),
				}}})
			}
			return t.ends(op, client.Lapsed)
		},
	},
	"be paid before the words were entered again": {tell: func(t *teller) error {
		first, err := t.made("old wages", slot{Number: 1}, 80_000)
		if err != nil {
			return err
		}
		later, err := t.made("wages", slot{Number: 4}, 70_000)
		if err != nil {
			return err
		}
		if err := t.fed.Outside().Pay(t.ctx, first.Invoice); err != nil {
			return err
		}
		if err := t.search(); err != nil {
			return err
		}
		if _, err := await[claimed](t, first.op()); err != nil {
			return err
		}
		if err := t.fed.Outside().Pay(t.ctx, later.Invoice); err != nil {
			return err
		}
		if _, err := await[claimed](t, later.op()); err != nil {
			return err
		}
		op, _, err := t.invoice("new wages", 60_000)
		if err != nil {
			return err
		}
		if s, err := await[offered](t, op); err != nil || s.Slot.Number <= 4 {
			return errors.Join(err, errors.New("a receive key is used again"))
		}
		return errors.Join(t.ends(first.op(), client.Done), t.ends(later.op(), client.Done), t.ends(op, client.Lapsed))
	}},
}

// search has the wallet look for what belongs to its words, once in all lives.
func (t *teller) search() error {
	return t.c.Update(t.ctx, func(tx *fsm.Tx) error {
		if tx.Has("searched") {
			return nil
		}
		tx.Put("searched", nil)
		return t.m.BeginSearch(tx, client.Search{})
	})
}
