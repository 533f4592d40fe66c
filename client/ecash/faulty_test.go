package ecash

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"satchel/client"
	"satchel/client/guardians"
	"satchel/client/notes"
	"satchel/client/tbs"
	"satchel/client/tbs/toy"
	"satchel/client/wire"
	"satchel/fsm"
)

// A faulty mint has one machine, or the way in which it makes parts real,
// replaced by one that is wrong.
type faulty struct {
	*Purse
	machine *fsm.Machine
	lock    func(lock func(*fsm.Tx, client.Placed) error, tx *fsm.Tx, at client.Placed) error
}

func (f *faulty) Machines() []*fsm.Machine {
	machines := f.Purse.Machines()
	for i, m := range machines {
		if f.machine != nil && m.Name() == f.machine.Name() {
			machines[i] = f.machine
		}
	}
	return machines
}

func (f *faulty) Complete(p *client.Plan, in, out wire.Amount) (client.Part, error) {
	part, err := f.Purse.Complete(p, in, out)
	if err == nil && f.lock != nil {
		lock := part.Lock
		part.Lock = func(tx *fsm.Tx, at client.Placed) error { return f.lock(lock, tx, at) }
	}
	return part, err
}

// with makes a kind of module with a mistake.
func with(plant func(*faulty), k client.Kind) client.Kind {
	sound := k.New
	k.New = func(h client.Host) (client.Module, error) {
		m, err := sound(h)
		if err != nil {
			return nil, err
		}
		f := &faulty{Purse: m.(*Purse)}
		plant(f)
		return f, nil
	}
	return k
}

// rejectedIf is the issuance with another idea of what a rejection is.
func rejectedIf(m *Purse, refused func(context.Context, wire.TxID) (string, error)) *fsm.Machine {
	return fsm.Define(m.name("issuance"),
		fsm.At("issuing", wire.Decode[issuing],
			client.Read(fsm.On("signed",
				func(ctx context.Context, s issuing) ([]note, error) { return m.awaitNotes(ctx, s.pending) },
				func(tx *fsm.Tx, s issuing, some []note) (fsm.State, error) {
					m.store(tx, some)
					return issued{settled{s.At.TxID, s.amount()}}, nil
				}, "issued")),
			fsm.On("rejected",
				func(ctx context.Context, s issuing) (string, error) { return refused(ctx, s.At.TxID) },
				func(_ *fsm.Tx, s issuing, _ string) (fsm.State, error) {
					return aborted{settled{s.At.TxID, s.amount()}}, nil
				}, "aborted")),
		fsm.At("issued", wire.Decode[issued]),
		fsm.At("aborted", wire.Decode[aborted]))
}

// noAnswer takes every failure of a request for a rejection.
func (f *faulty) noAnswer(ctx context.Context, id wire.TxID) (string, error) {
	q := guardians.Question{Method: "await_transaction", Params: id}
	_, err := guardians.Ask(ctx, f.Guardians(), q, guardians.JSON[wire.TxID], guardians.Agree[wire.TxID]())
	if err != nil && ctx.Err() == nil {
		return err.Error(), nil
	}
	<-ctx.Done()
	return "", ctx.Err()
}

// anybodyRefuses believes the first guardian that refuses.
func (f *faulty) anybodyRefuses(ctx context.Context, id wire.TxID) (string, error) {
	for rec := range f.Executor().Machines(f.Executor().Snapshot(), fsm.Self(ctx).Op) {
		if rec.Step != "created" {
			continue
		}
		tx, err := wire.Decode[wire.Transaction](rec.Data)
		if err != nil || tx.TxID() != id {
			continue
		}
		q := guardians.Question{Method: "submit_transaction", Params: wire.SerdeOf(tx)}
		first, err := guardians.Ask(ctx, f.Guardians(), q,
			guardians.Consensus[wire.SubmissionOutcome], guardians.First[wire.SubmissionOutcome]())
		if err == nil && first.Value.Err != nil {
			return first.Value.Err.Error(), nil
		}
		return "", errors.Join(err, errors.New("nobody refuses"))
	}
	<-ctx.Done()
	return "", ctx.Err()
}

// credulousSpend takes notes back by putting them into the wallet.
func credulousSpend(m *Purse) *fsm.Machine {
	back := func(byPerson bool) func(*fsm.Tx, given, struct{}) (fsm.State, error) {
		return func(tx *fsm.Tx, s given, _ struct{}) (fsm.State, error) {
			m.put(tx, s.Notes)
			m.forget(tx, s.Notes)
			return calledBack{notes.Total(s.Notes), 0, byPerson}, nil
		}
	}
	return fsm.Define(m.name("spend"),
		fsm.At("given", wire.Decode[given],
			fsm.On("taken",
				func(ctx context.Context, _ given) (struct{}, error) {
					return m.awaitKey(ctx, m.takenKey(fsm.Self(ctx).Op))
				},
				func(tx *fsm.Tx, s given, _ struct{}) (fsm.State, error) {
					m.forget(tx, s.Notes)
					return taken{notes.Total(s.Notes)}, nil
				}, "taken"),
			fsm.On("cancelled",
				func(ctx context.Context, _ given) (struct{}, error) {
					return m.awaitKey(ctx, m.cancelKey(fsm.Self(ctx).Op))
				},
				back(true), "called back"),
			fsm.On("expired",
				func(ctx context.Context, s given) (struct{}, error) { return struct{}{}, m.awaitExpiry(ctx, s) },
				back(false), "called back")),
		fsm.At("taken", wire.Decode[taken]),
		fsm.At("called back", wire.Decode[calledBack]))
}

// forgetIndices leaves the indices where they were.
func (f *faulty) forgetIndices(lock func(*fsm.Tx, client.Placed) error, tx *fsm.Tx, at client.Placed) error {
	before := map[string][]byte{}
	for _, tier := range f.Tiers() {
		for _, key := range indexKeys(f.Purse, tier) {
			before[key], _ = tx.Get(key)
		}
	}
	err := lock(tx, at)
	for key, index := range before {
		if index != nil {
			tx.Put(key, index)
		} else {
			tx.Delete(key)
		}
	}
	return err
}

// keepOnce keeps but one of the two entries of each index.
func (f *faulty) keepOnce(lock func(*fsm.Tx, client.Placed) error, tx *fsm.Tx, at client.Placed) error {
	err := lock(tx, at)
	for _, tier := range f.Tiers() {
		tx.Delete(indexKeys(f.Purse, tier)[1])
	}
	return err
}

// lockLater leaves the notes in the wallet until it is known that they are
// spent; laterInput removes them.
func (f *faulty) lockLater(lock func(*fsm.Tx, client.Placed) error, tx *fsm.Tx, at client.Placed) error {
	some := slices.Collect(f.notes(&tx.Reader))
	err := lock(tx, at)
	f.put(tx, some)
	return err
}

func laterInput(m *Purse) *fsm.Machine {
	return inputWith(m,
		func(tx *fsm.Tx, s spending) {
			for _, n := range s.Notes {
				tx.Delete(m.noteKey(n.Amount, n.Nonce))
			}
		},
		func(tx *fsm.Tx, s spending, why string) {
			m.start(tx, tx.Self.Op, "inquiry", asking{Notes: s.Notes, Why: why})
		})
}

// inputWith is the input with other ideas of what follows.
func inputWith(m *Purse, accepted func(*fsm.Tx, spending), rejected func(*fsm.Tx, spending, string)) *fsm.Machine {
	return fsm.Define(m.name("input"),
		fsm.At("spending", wire.Decode[spending],
			fsm.On("accepted",
				func(ctx context.Context, s spending) (struct{}, error) { return m.Acceptance(ctx, s.TxID) },
				func(tx *fsm.Tx, s spending, _ struct{}) (fsm.State, error) {
					accepted(tx, s)
					return spent{s.settled()}, nil
				}, "spent"),
			fsm.On("rejected",
				func(ctx context.Context, s spending) (string, error) { return m.Rejection(ctx, s.TxID) },
				func(tx *fsm.Tx, s spending, why string) (fsm.State, error) {
					rejected(tx, s, why)
					return refused{s.settled(), why}, nil
				}, "refused")),
		fsm.At("spent", wire.Decode[spent]),
		fsm.At("refused", wire.Decode[refused]))
}

// refundingInput puts the notes of a refused transaction into the wallet.
func refundingInput(m *Purse) *fsm.Machine {
	return inputWith(m, func(*fsm.Tx, spending) {}, func(tx *fsm.Tx, s spending, _ string) { m.put(tx, s.Notes) })
}

// hastyInput takes it that a transaction spends no other notes than its own.
func hastyInput(m *Purse) *fsm.Machine {
	return inputWith(m, func(*fsm.Tx, spending) {}, func(tx *fsm.Tx, s spending, why string) {
		m.start(tx, tx.Self.Op, "inquiry", asking{Notes: s.Notes, Alone: true, Why: why})
	})
}

// inquiryWith is the inquiry with another idea of what can be found.
func inquiryWith(m *Purse, inquire func(context.Context, asking) (findings, error)) *fsm.Machine {
	return fsm.Define(m.name("inquiry"),
		fsm.At("asking", wire.Decode[asking],
			fsm.On("told", inquire, m.conclude, "answered")),
		fsm.At("answered", wire.Decode[answered]))
}

// hastyInquiry takes the notes of every refused transaction for spent.
func hastyInquiry(m *Purse) *fsm.Machine {
	return inquiryWith(m, func(ctx context.Context, s asking) (findings, error) {
		return findings{s.Notes, rescue{plan: m.Plan(fsm.Self(ctx).Op)}}, nil
	})
}

// sweepingInquiry takes all notes of a transaction for spent when one of them is.
func sweepingInquiry(m *Purse) *fsm.Machine {
	return inquiryWith(m, func(ctx context.Context, s asking) (findings, error) {
		if m.SaysSpent(s.Why) {
			return findings{s.Notes, rescue{plan: m.Plan(fsm.Self(ctx).Op)}}, nil
		}
		return m.inquire(ctx, s)
	})
}

// believingInquiry asks only the guardian that answers first.
func believingInquiry(m *Purse) *fsm.Machine {
	return inquiryWith(m, func(ctx context.Context, s asking) (f findings, err error) {
		var rest []note
		for _, n := range s.Notes {
			first, err := guardians.Ask(ctx, m.Guardians(),
				guardians.Question{Method: m.Method("note_spent"), Params: n.Nonce},
				guardians.JSON[bool], guardians.First[bool]())
			if err != nil {
				return f, err
			}
			if first.Value {
				f.gone = append(f.gone, n)
			} else {
				rest = append(rest, n)
			}
		}
		f.rescue, err = m.rescue(fsm.Self(ctx).Op, [][]note{rest}, s.Refusals+1)
		return f, err
	})
}

var drawn atomic.Uint64

// randomInquiry first reissues notes for one with random keys, which it draws,
// and submits, before anything is written down.
func randomInquiry(m *Purse) *fsm.Machine {
	tier := m.worth[1]
	type draw struct {
		findings
		wanted []request
	}
	inquire := func(ctx context.Context, s asking) (d draw, err error) {
		if s.Refusals > 0 {
			d.findings, err = m.inquire(ctx, s)
			return d, err
		}
		wanted, err := randomRequest(m, tier)
		if err != nil {
			return d, err
		}
		part := m.claimPart(s.Notes)
		part.Outputs = []client.Output{{Body: generationOf(m).output(wanted), Amount: tier, Fee: m.fee(tier)}}
		d.wanted, d.rescue = []request{wanted}, rescue{plan: m.Plan(fsm.Self(ctx).Op), groups: [][]note{s.Notes}, refusals: 1}
		draft, err := d.plan.Transaction(part)
		if err != nil {
			return d, err
		}
		q := guardians.Question{Method: "submit_transaction", Params: wire.SerdeOf(draft.Tx)}
		_, err = guardians.Ask(ctx, m.Guardians(), q,
			guardians.Consensus[wire.SubmissionOutcome], guardians.Agree[wire.SubmissionOutcome]())
		return d, err
	}
	return fsm.Define(m.name("inquiry"),
		fsm.At("asking", wire.Decode[asking],
			fsm.On("told", inquire, func(tx *fsm.Tx, s asking, d draw) (fsm.State, error) {
				next, err := m.conclude(tx, s, d.findings)
				if err == nil && len(d.wanted) > 0 {
					at := wire.OutPointRange{TxID: d.plan.Drafts()[0].ID, Indices: wire.IndexRange{End: 1}}
					m.start(tx, tx.Self.Op, "issuance", issuing{pending{at, d.wanted}})
				}
				return next, err
			}, "answered")),
		fsm.At("answered", wire.Decode[answered]))
}

// randomRequest asks for a note that never has been asked for.
func randomRequest(m *Purse, tier wire.Amount) (q request, err error) {
	q.Amount = tier
	q.Keys.SpendKey = keyOf(fmt.Sprint("drawn ", drawn.Add(1)))
	q.Keys.BlindingKey[0] = 1
	q.Nonce = q.Keys.SpendKey.PublicKey()
	q.Blinded, err = m.Scheme().Blind(q.Nonce, q.Keys.BlindingKey)
	return q, err
}

func generationOf(m *Purse) *generation {
	if m.Kind() == second.kind {
		return second
	}
	return first
}

// forgetfulIssuance stores new notes a little later than it says that they are
// there.
func forgetfulIssuance(m *Purse) *fsm.Machine {
	type answer struct {
		ctx   context.Context
		notes []note
	}
	return fsm.Define(m.name("issuance"),
		fsm.At("issuing", wire.Decode[issuing],
			client.Read(fsm.On("signed",
				func(ctx context.Context, s issuing) (answer, error) {
					some, err := m.awaitNotes(ctx, s.pending)
					return answer{ctx, some}, err
				},
				func(_ *fsm.Tx, s issuing, a answer) (fsm.State, error) {
					go m.Update(context.WithoutCancel(a.ctx), func(tx *fsm.Tx) error {
						m.store(tx, a.notes)
						return nil
					})
					return issued{settled{s.At.TxID, s.amount()}}, nil
				}, "issued")),
			fsm.On("rejected",
				func(ctx context.Context, s issuing) (string, error) { return m.Rejection(ctx, s.At.TxID) },
				func(_ *fsm.Tx, s issuing, _ string) (fsm.State, error) {
					return aborted{settled{s.At.TxID, s.amount()}}, nil
				}, "aborted")),
		fsm.At("issued", wire.Decode[issued]),
		fsm.At("aborted", wire.Decode[aborted]))
}

// A blindfold believes every signature.
type blindfold struct{ toy.Toy }

func (blindfold) VerifyNotes([]tbs.SignedNote) ([]int, error)  { return nil, nil }
func (blindfold) VerifyShares([]tbs.BlindShare) ([]int, error) { return nil, nil }

// credulousRegain puts notes that were found into the wallet as they are.
func credulousRegain(m *Purse) *fsm.Machine {
	return fsm.Define(m.name("regain"),
		fsm.At("regaining", wire.Decode[regaining],
			client.Read(fsm.On("signed",
				func(ctx context.Context, s regaining) ([]note, error) {
					all, _, err := m.signedAgain(ctx, s.Notes)
					return all, err
				},
				func(tx *fsm.Tx, s regaining, all []note) (fsm.State, error) {
					m.store(tx, all)
					return regained{s.amount(), 0}, nil
				}, "regained"))),
		fsm.At("regained", wire.Decode[regained]))
}

// resignedRegain claims what guardians have signed, and forgets the rest.
func resignedRegain(m *Purse) *fsm.Machine {
	return fsm.Define(m.name("regain"),
		fsm.At("regaining", wire.Decode[regaining],
			client.Read(fsm.On("signed", m.signAgain, func(tx *fsm.Tx, s regaining, r reunion) (fsm.State, error) {
				r.lost = nil
				return m.claimFound(tx, s, r)
			}, "regained"))),
		fsm.At("regained", wire.Decode[regained]))
}

// searchWith is the search with other ideas of what is kept.
func searchWith(m *Purse, counted func(*fsm.Tx, counting, notes.Extent) (fsm.State, error), keep func(*fsm.Tx, scanning, *scan) (fsm.State, error)) *fsm.Machine {
	return fsm.Define(m.name("search"),
		fsm.At("counting", wire.Decode[counting],
			client.Read(fsm.On("counted",
				func(ctx context.Context, _ counting) (notes.Extent, error) { return m.searcher().Extent(ctx) },
				counted, "scanning"))),
		fsm.At("scanning", wire.Decode[scanning],
			client.Read(fsm.On("read on", m.readOn, keep, "scanning", "scanned"))),
		fsm.At("scanned", wire.Decode[scanned]))
}

// forgetfulSearch keeps how far it is, and forgets what it found on the way.
func forgetfulSearch(m *Purse) *fsm.Machine {
	return searchWith(m, m.counted, func(tx *fsm.Tx, s scanning, sc *scan) (fsm.State, error) {
		if sc.next < s.All.End {
			s.Next = sc.next
			return s, sc.finder.Save(tx)
		}
		return m.keepScan(tx, s, sc)
	})
}

// hastySearch lets new notes be made before it has ended.
func hastySearch(m *Purse) *fsm.Machine {
	return searchWith(m, func(tx *fsm.Tx, s counting, all notes.Extent) (fsm.State, error) {
		next, err := m.counted(tx, s, all)
		tx.Put(m.phaseKey(), []byte{byte(isScanning), 1})
		return next, err
	}, m.keepScan)
}
