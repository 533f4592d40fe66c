package ecash

import (
	"bytes"
	"context"
	"fmt"

	"satchel/client"
	"satchel/client/notes"
	"satchel/client/tbs"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// The oracle: what a wallet claims, from its own records, against the books of
// the federation, which know nothing of the wallet.

// claimOf is what a wallet says that it has.
func (s *stage) claimOf(c *client.Client, r *kv.Reader) (has, inFlight wire.Amount, err error) {
	has = c.Balance(r)
	for _, m := range s.purses(c) {
		has += s.keptAside(m, r)
	}
	for op := range c.Operations(r, 0) {
		sum, err := c.Summary(context.Background(), op)
		if err != nil {
			return 0, 0, err
		}
		has += sum.HandedOut
		inFlight += sum.InFlight
	}
	return has, inFlight, nil
}

// keptAside is what was put aside and is not spent. Where guardians do not tell,
// nobody claims a note to find out that would bring nothing, be it there or not.
func (s *stage) keptAside(m *Purse, r *kv.Reader) (sum wire.Amount) {
	for n := range m.AsideNotes(r) {
		if s.tells(m) || !s.fed.Spent(n.Nonce) {
			sum += n.Amount
		}
	}
	return sum
}

func (s *stage) tells(m *Purse) bool {
	_, ok := m.Generation.(notes.Teller)
	return ok
}

// reopen opens what is on the disk, to look at.
func (s *stage) reopen() (*client.Client, *kv.Reader, error) {
	c, err := s.fed.Open(context.Background(), "wallet", s.disk.Handle(), s.now, s.kinds()...)
	if err != nil {
		return nil, nil, err
	}
	return c, c.Executor().Snapshot(), nil
}

// check holds the wallet's claim against the federation's books when all is at
// rest.
func (s *stage) check() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return s.broken
	}
	c, r, err := s.reopen()
	if err != nil {
		return err
	}
	has, inFlight, err := s.claimOf(c, r)
	if err != nil {
		return err
	}
	audit := s.fed.Audit()
	switch got := audit.Outstanding(); {
	case inFlight != 0:
		return fmt.Errorf("%v still in flight", inFlight)
	case audit.Burnt != 0:
		return fmt.Errorf("%v were burnt by using an index twice", audit.Burnt)
	case got != has:
		return fmt.Errorf("the federation owes %v, the wallet claims %v (%+v)", got, has, audit)
	}
	if doubles := s.fed.Doubles(); len(doubles) > 0 && !s.others {
		return doubles[0]
	}
	if err := s.checkAside(c, r); err != nil {
		return err
	}
	if err := s.checkLog(c, r); err != nil {
		return err
	}
	return s.checkNotes(c, r)
}

// checkAside: no note is put aside because it was refused, but in stories of that.
func (s *stage) checkAside(c *client.Client, r *kv.Reader) error {
	for _, m := range s.purses(c) {
		for n := range m.AsideNotes(r) {
			if n.Why != "" && !s.helpless {
				return fmt.Errorf("a note of %v is put aside: %s", n.Amount, n.Why)
			}
		}
	}
	return nil
}

// checkLog adds up what the operations say that they do to the balance.
func (s *stage) checkLog(c *client.Client, r *kv.Reader) error {
	sum := int64(0)
	for name, text := range s.texts {
		if r.Has(begun(name)) {
			sum += int64(totalOf(text.notes))
		}
	}
	for op := range c.Operations(r, 0) {
		o, err := c.Summary(context.Background(), op)
		if err != nil {
			return err
		}
		if o.State == client.OnItsWay || o.Final == (o.State == client.Ready) {
			return fmt.Errorf("at rest %s is %q, final %v", o.Title, o.State, o.Final)
		}
		sum += o.Change
	}
	if has := c.Balance(r); sum != int64(has) {
		return fmt.Errorf("the log adds up to %d msat, the balance is %v", sum, has)
	}
	return nil
}

// checkNotes looks at every note that could be spent: it is genuine, and nobody
// has spent it.
func (s *stage) checkNotes(c *client.Client, r *kv.Reader) error {
	for _, m := range s.purses(c) {
		if err := s.checkNotesOf(m, c, r); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) checkNotesOf(m *Purse, c *client.Client, r *kv.Reader) error {
	var held []note
	for rec := range c.Executor().All(r) {
		if g, ok := rec.State.(given); ok && rec.Machine == m.name("spend") {
			held = append(held, g.Notes...)
		}
	}
	seen := map[wire.PublicKey]bool{}
	for n := range m.notes(r) {
		if s.fed.Spent(n.Nonce) {
			return fmt.Errorf("note %v of the wallet is spent", n.Nonce)
		}
		held = append(held, n)
	}
	for _, n := range held {
		if seen[n.Nonce] {
			return fmt.Errorf("note %v is there twice", n.Nonce)
		}
		seen[n.Nonce] = true
		key, _ := m.TierKey(n.Amount)
		good, err := s.signer(m).CheckNotes([]tbs.SignedNote{{Nonce: n.Nonce, Signature: n.Signature, Key: key}})
		if err != nil || !good || n.SpendKey.PublicKey() != n.Nonce {
			return fmt.Errorf("note %v of %v is not genuine (%v)", n.Nonce, n.Amount, err)
		}
	}
	return nil
}

// signer is who has signed the notes of a purse.
func (s *stage) signer(m *Purse) toyfed.Signer {
	if m.Kind() == wire.KindMintV2 {
		return s.fed.SignerV2
	}
	return s.fed.Signer
}

// totalOf is the face value of notes that somebody else had.
func totalOf(some wire.MintNotes) wire.Amount {
	sum, err := some.Total()
	if err != nil {
		panic(err)
	}
	return sum
}

// end describes how it ended.
func (s *stage) end() string {
	c, r, err := s.reopen()
	if err != nil {
		return err.Error()
	}
	end := ""
	for _, m := range s.purses(c) {
		end += fmt.Sprint(m.Balance(r), " ")
	}
	for op := range c.Operations(r, 0) {
		sum, err := c.Summary(context.Background(), op)
		end += fmt.Sprintf("; %s %s %v %v %v %s %v", sum.Title, sum.State, sum.Amount, sum.Fee, sum.HandedOut, sum.Outcome, err)
	}
	return end
}

// inspect looks at the wallet at every commit.
func (s *stage) inspect(c *client.Client) {
	x := c.Executor()
	observe := x.Entered
	x.Entered = func(rec fsm.Record) {
		if observe != nil {
			observe(rec)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.broken == nil {
			s.broken = s.wrong(c, rec)
		}
		if s.broken == nil && s.entered != nil {
			s.broken = s.entered(rec)
		}
	}
}

func (s *stage) always() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.broken
}

// wrong tells what is wrong right after a commit by which a machine entered a
// step.
func (s *stage) wrong(c *client.Client, rec fsm.Record) error {
	if err := s.checkVerdict(rec); err != nil {
		return err
	}
	if s.tabs > 1 || s.world != nil && s.world.Seed()%8 != 0 {
		return nil // the rest takes long
	}
	r := c.Executor().Snapshot()
	if err := s.checkSummary(c, r, rec.Op); err != nil {
		return err
	}
	if s.others || s.world == nil {
		return nil // without a world the books may change while they are looked at
	}
	return s.checkValue(c, r)
}

// checkVerdict: nothing is decided that the federation has not decided.
func (s *stage) checkVerdict(rec fsm.Record) error {
	if rec.Machine != "transaction" || rec.Step == "created" {
		return nil
	}
	id := wire.TxID(rec.Data[:32])
	switch {
	case rec.Step == "accepted" && !s.fed.Accepted(id):
		return fmt.Errorf("transaction %v is not in consensus", id)
	case rec.Step == "rejected" && !s.fed.Refused(id):
		return fmt.Errorf("transaction %v was not refused", id)
	case rec.Step == "rejected" && !s.twice && bytes.Contains(rec.Data, []byte("blind nonce was already used")):
		return fmt.Errorf("transaction %v asks for a note that was asked for before", id)
	}
	return nil
}

// checkSummary: what is shown as final stays as it is, and nothing is shown as
// refused or returned before it is.
func (s *stage) checkSummary(c *client.Client, r *kv.Reader, id fsm.OpID) error {
	op, ok := c.Operation(r, id)
	if !ok {
		return fmt.Errorf("operation %v is not in the log", id)
	}
	now, err := c.Summary(context.Background(), op)
	if err != nil {
		return err
	}
	if before, ok := s.ends[id]; ok && fmt.Sprint(now) != fmt.Sprint(before) {
		return fmt.Errorf("final as %v, now %v", before, now)
	}
	if now.Final {
		s.ends[id] = now
	}
	if now.State == client.Refused {
		for rec := range c.Executor().Machines(r, id) {
			if rec.Machine == "transaction" && rec.Step == "rejected" {
				return nil
			}
		}
		return fmt.Errorf("%s is shown as refused, which nobody has said", now.Title)
	}
	return nil
}

// checkValue: at every moment the wallet claims what the federation owes, less
// the fees of what is not decided.
func (s *stage) checkValue(c *client.Client, r *kv.Reader) error {
	has, inFlight, err := s.claimOf(c, r)
	if err != nil {
		return err
	}
	claims := has + inFlight
	for op := range c.Operations(r, 0) {
		fees, err := s.feesToCome(c, op.ID)
		if err != nil {
			return err
		}
		claims += fees
	}
	for name, text := range s.texts {
		if r.Has(begun(name)) || fsm.Exists(r, fsm.OpID(text.of.text(s.id(), text.notes).ReceiveID())) {
			continue
		}
		claims += totalOf(text.notes)
	}
	if owes := s.fed.Audit().Outstanding(); owes != claims {
		return fmt.Errorf("the federation owes %v, the wallet, with fees to come and others, claims %v", owes, claims)
	}
	return nil
}

// feesToCome is what transactions of an operation will cost that are not in
// consensus yet.
func (s *stage) feesToCome(c *client.Client, op fsm.OpID) (fees wire.Amount, err error) {
	steps, err := c.Executor().History(context.Background(), op, 0)
	if err != nil {
		return 0, err
	}
	for id, f := range tallyOf(steps).Flows() {
		if !f.Refused && !s.fed.Accepted(id) {
			fees += f.In - f.Out
		}
	}
	return fees, nil
}
