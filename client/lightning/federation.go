package lightning

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"satchel/client/guardians"
	"satchel/client/recovery"
	"satchel/client/wire"
)

// What guardians are asked.

// blockCount returns the federation's count of blocks.
func (m *Lightning) blockCount(ctx context.Context) (uint64, error) {
	q := guardians.Question{Method: m.Method("block_count")}
	return guardians.Ask(ctx, m.Guardians(), q, guardians.JSON[uint64], guardians.Agree[uint64]())
}

// sessionCount returns how many sessions are over, so that nothing that is handed
// in now is in any of them: a number that some honest guardian has reached.
func (m *Lightning) sessionCount(ctx context.Context) (uint64, error) {
	q := guardians.Question{Method: "session_count"}
	said, err := guardians.Ask(ctx, m.Guardians(), q, guardians.JSON[uint64], guardians.Threshold[uint64]())
	if err != nil {
		return 0, err
	}
	var counts []uint64
	for _, count := range said {
		counts = append(counts, count)
	}
	slices.Sort(counts)
	return counts[len(counts)-wire.OneHonest(m.Guardians().Size())], nil
}

// account returns what is in a contract, or nil if it was never funded.
func (m *Lightning) account(ctx context.Context, id wire.ContractID) (*wire.LNAccount, error) {
	return m.askAccount(ctx, "account", id)
}

// awaitAccount waits until a contract is funded.
func (m *Lightning) awaitAccount(ctx context.Context, id wire.ContractID) (*wire.LNAccount, error) {
	return known(m.askAccount(ctx, "await_account", id))
}

// awaitCancelled waits until the gateway has given up an outgoing contract.
func (m *Lightning) awaitCancelled(ctx context.Context, id wire.ContractID) (*wire.LNAccount, error) {
	return known(m.askAccount(ctx, "await_outgoing_contract_cancelled", id))
}

// funded returns what is in a contract that was funded. That there is none says
// that guardians have not come so far.
func (m *Lightning) funded(ctx context.Context, id wire.ContractID) (*wire.LNAccount, error) {
	return known(m.account(ctx, id))
}

var errNoAccount = errors.New("guardians do not know the contract")

// known makes an error of an account that there must be.
func known(a *wire.LNAccount, err error) (*wire.LNAccount, error) {
	if err == nil && a == nil {
		err = errNoAccount
	}
	return a, err
}

func (m *Lightning) askAccount(ctx context.Context, method string, id wire.ContractID) (*wire.LNAccount, error) {
	q := guardians.Question{Method: m.Method(method), Params: id}
	return guardians.Ask(ctx, m.Guardians(), q, func(peer wire.PeerID, answer json.RawMessage) (*wire.LNAccount, error) {
		a, err := guardians.JSON[*wire.LNAccount](peer, answer)
		if err == nil && a != nil && accountID(*a) != id {
			err = fmt.Errorf("contract %v, not %v", accountID(*a), id)
		}
		return a, err
	}, guardians.Agree[*wire.LNAccount]())
}

func accountID(a wire.LNAccount) wire.ContractID {
	return contractID(wire.LNContract{Incoming: a.Incoming, Outgoing: a.Outgoing})
}

func contractID(c wire.LNContract) wire.ContractID {
	if c.Incoming != nil {
		return c.Incoming.ID()
	}
	return c.Outgoing.ID()
}

// awaitHeight waits until the federation's count of blocks is above a height.
func (m *Lightning) awaitHeight(ctx context.Context, height uint32) (struct{}, error) {
	q := guardians.Question{Method: m.Method("await_block_height"), Params: height}
	return guardians.Ask(ctx, m.Guardians(), q, func(_ wire.PeerID, answer json.RawMessage) (none struct{}, err error) {
		if string(answer) != "null" {
			err = fmt.Errorf("answer %.40q, not null", answer)
		}
		return none, err
	}, guardians.Agree[struct{}]())
}

// A decryption is what became of the preimage of an incoming contract.
type decryption struct {
	account  wire.LNIncomingAccount
	preimage *wire.Preimage // nil for none that belongs to the hash
}

var errWrongPreimage = errors.New("preimage is not that of the contract")

// awaitDecryption waits until an incoming contract is funded and its preimage
// decrypted.
func (m *Lightning) awaitDecryption(ctx context.Context, hash wire.Hash) (decryption, error) {
	q := guardians.Question{Method: m.Method("await_preimage_decryption"), Params: hash}
	return guardians.Ask(ctx, m.Guardians(), q, func(_ wire.PeerID, answer json.RawMessage) (d decryption, err error) {
		if err = readPair(answer, &d.account, &d.preimage); err != nil {
			return d, err
		}
		switch {
		case d.account.Contract.Hash != hash:
			err = fmt.Errorf("contract of %v, not %v", d.account.Contract.Hash, hash)
		case d.preimage != nil && d.preimage.Hash() != hash:
			err = errWrongPreimage
		}
		return d, err
	}, guardians.Agree[decryption]())
}

// readPair reads [a,b].
func readPair(text json.RawMessage, a, b any) error {
	var parts []json.RawMessage
	if err := json.Unmarshal(text, &parts); err != nil {
		return err
	}
	if len(parts) != 2 {
		return fmt.Errorf("%d parts of an answer, not 2", len(parts))
	}
	return errors.Join(json.Unmarshal(parts[0], a), json.Unmarshal(parts[1], b))
}

// openOffer returns the offer for a payment hash, or nil if there is none that is
// not taken.
func (m *Lightning) openOffer(ctx context.Context, hash wire.Hash) (*wire.LNOffer, error) {
	q := guardians.Question{Method: m.Method("offer"), Params: hash}
	return guardians.Ask(ctx, m.Guardians(), q, func(peer wire.PeerID, answer json.RawMessage) (*wire.LNOffer, error) {
		o, err := guardians.JSON[*wire.LNOffer](peer, answer)
		if err == nil && o != nil && o.Hash != hash {
			err = fmt.Errorf("offer for %v, not %v", o.Hash, hash)
		}
		return o, err
	}, guardians.Agree[*wire.LNOffer]())
}

var errNotYet = errors.New("the session in which it was spent is not over")

// awaitSpending finds the transaction that has spent an outgoing contract in the
// log of the federation, and returns the preimage that is in it, or nil if there
// is none: then it is not the gateway's.
func (m *Lightning) awaitSpending(ctx context.Context, p payment) (*wire.Preimage, error) {
	versions, err := m.Versions(ctx)
	if err != nil {
		return nil, err
	}
	end, err := recovery.Count(ctx, m.Guardians(), "session_count")
	if err != nil {
		return nil, err
	}
	log := recovery.Log{Keys: m.Client.Config().BroadcastKeys, API: versions.Core}
	for session, err := range recovery.Sessions(ctx, m.Guardians(), log, p.Since, end) {
		if err != nil {
			return nil, err
		}
		for _, item := range session.Items {
			if item.Item.Transaction == nil {
				continue
			}
			if found, preimage := m.spends(*item.Item.Transaction, p); found {
				return preimage, nil
			}
		}
	}
	return nil, errNotYet
}

// spends reports whether a transaction spends the contract of a payment, and with
// what.
func (m *Lightning) spends(tx wire.Transaction, p payment) (bool, *wire.Preimage) {
	for _, in := range tx.Inputs {
		if in.Module != m.ID {
			continue
		}
		v, err := wire.Decode[wire.LNInput](in.Body)
		if err != nil || v.Unknown != nil || v.Contract != p.id() {
			continue
		}
		if v.Preimage != nil && v.Preimage.Hash() == p.hash() {
			return true, v.Preimage
		}
		return true, nil
	}
	return false, nil
}
