package lnv2

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"satchel/client/guardians"
	"satchel/client/wire"
)

// What guardians are asked.

// blockCount returns the federation's count of blocks.
func (m *Lightning) blockCount(ctx context.Context) (uint64, error) {
	q := guardians.Question{Method: m.Method("consensus_block_count")}
	return guardians.Ask(ctx, m.Guardians(), q, guardians.JSON[uint64], guardians.Agree[uint64]())
}

var errWrongPreimage = errors.New("preimage is not that of the contract")

// awaitPreimage waits until the gateway has claimed a contract, and returns the
// preimage, or until the contract has expired, and returns nil. That it is a
// preimage everybody can check, so one guardian suffices; that there is none a
// threshold must say. With expiration 0 nobody waits for anything.
func (m *Lightning) awaitPreimage(ctx context.Context, at wire.OutPoint, c wire.LNV2OutgoingContract, expiration uint64) (*wire.Preimage, error) {
	q := guardians.Question{Method: m.Method("await_preimage"), Params: []any{at, expiration}}
	return guardians.Ask(ctx, m.Guardians(), q, func(peer wire.PeerID, answer json.RawMessage) (*wire.Preimage, error) {
		p, err := guardians.JSON[*wire.Preimage](peer, answer)
		if err == nil && p != nil && !c.Image.Verify(*p) {
			err = errWrongPreimage
		}
		return p, err
	}, provenOr[wire.Preimage]())
}

// provenOr decides with the first answer that proves itself, or when a threshold
// says that there is none.
func provenOr[A any]() guardians.Decider[*A, *A] {
	return guardians.Decider[*A, *A]{Decide: func(p guardians.Poll[*A]) (*A, guardians.Verdict) {
		none, want := 0, max(wire.Threshold(p.Size), 1)
		for _, answer := range p.Answers {
			if answer.Value != nil {
				return answer.Value, guardians.Decided
			}
			none++
		}
		switch {
		case none >= want:
			return nil, guardians.Decided
		case p.Open() == 0:
			return nil, guardians.Undecidable
		}
		return nil, guardians.Undecided
	}}
}

// blocksLeft reports whether there is a contract at an outpoint, and how many
// blocks it has left.
func (m *Lightning) blocksLeft(ctx context.Context, at wire.OutPoint, c wire.LNV2OutgoingContract) (left uint64, there bool, err error) {
	q := guardians.Question{Method: m.Method("outgoing_contract_expiration"), Params: at}
	answer, err := guardians.Ask(ctx, m.Guardians(), q, func(peer wire.PeerID, answer json.RawMessage) (*standing, error) {
		s, err := guardians.JSON[*standing](peer, answer)
		if err == nil && s != nil && s.id != c.ID() {
			err = fmt.Errorf("contract %v, not %v", s.id, c.ID())
		}
		return s, err
	}, guardians.Agree[*standing]())
	if err != nil || answer == nil {
		return 0, false, err
	}
	return answer.left, true, nil
}

// A standing is what guardians say of an outgoing contract.
type standing struct {
	id   wire.ContractID
	left uint64
}

// UnmarshalJSON reads [id,number].
func (s *standing) UnmarshalJSON(text []byte) error {
	var parts []json.RawMessage
	if err := json.Unmarshal(text, &parts); err != nil {
		return err
	}
	if len(parts) != 2 {
		return fmt.Errorf("%d parts of a contract's standing, not 2", len(parts))
	}
	return errors.Join(json.Unmarshal(parts[0], &s.id), json.Unmarshal(parts[1], &s.left))
}

// awaitFunding waits until an incoming contract is funded, and returns where, or
// until it cannot be funded any more, and returns nil.
func (m *Lightning) awaitFunding(ctx context.Context, c wire.LNV2IncomingContract) (*wire.OutPoint, error) {
	q := guardians.Question{Method: m.Method("await_incoming_contract"), Params: []any{c.ID(), c.Commitment.Expiration}}
	return guardians.Ask(ctx, m.Guardians(), q, guardians.JSON[*wire.OutPoint], guardians.Agree[*wire.OutPoint]())
}

// A batch is part of the stream of incoming contracts.
type batch struct {
	contracts []wire.LNV2IncomingContract
	next      uint64
}

// UnmarshalJSON reads [[contract,…],next].
func (b *batch) UnmarshalJSON(text []byte) error {
	var parts []json.RawMessage
	if err := json.Unmarshal(text, &parts); err != nil {
		return err
	}
	if len(parts) != 2 {
		return fmt.Errorf("%d parts of a batch of contracts, not 2", len(parts))
	}
	return errors.Join(json.Unmarshal(parts[0], &b.contracts), json.Unmarshal(parts[1], &b.next))
}

// batchSize is how many contracts guardians are asked for.
const batchSize = 128

// awaitContracts waits until the stream of incoming contracts is longer than
// start, and returns those from there on that are not spent.
func (m *Lightning) awaitContracts(ctx context.Context, start uint64) (batch, error) {
	q := guardians.Question{Method: m.Method("await_incoming_contracts"), Params: []any{start, batchSize}}
	return guardians.Ask(ctx, m.Guardians(), q, func(peer wire.PeerID, answer json.RawMessage) (batch, error) {
		b, err := guardians.JSON[batch](peer, answer)
		switch {
		case err != nil:
		case len(b.contracts) > batchSize:
			err = fmt.Errorf("%d contracts, asked for %d", len(b.contracts), batchSize)
		case b.next <= start:
			err = fmt.Errorf("next contract %d, asked from %d on", b.next, start)
		}
		return b, err
	}, guardians.Agree[batch]())
}
