package toyfed

import (
	"context"

	"satchel/client/wire"
)

// serve answers a question to the module. It reports false for what is not one of
// its methods.
func (m *ln) serve(ctx context.Context, c call) (answer any, known bool, err error) {
	switch c.method {
	case "block_count":
		answer = m.f.Height()
	case "account":
		answer, err = m.account(c.request)
	case "await_account":
		answer, err = m.awaitAccount(ctx, c, func(LNContract) bool { return true })
	case "await_outgoing_contract_cancelled":
		answer, err = m.awaitAccount(ctx, c, func(a LNContract) bool { return a.Outgoing != nil && a.Outgoing.Cancelled })
	case "await_block_height":
		answer, err = m.awaitHeight(ctx, c)
	case "await_preimage_decryption":
		answer, err = m.awaitDecryption(ctx, c)
	case "offer":
		answer, err = m.openOffer(c.request)
	case "list_gateways":
		m.f.mu.Lock()
		defer m.f.mu.Unlock()
		answer = append([]wire.LNAnnouncement{}, m.lists[c.peer]...)
	default:
		return nil, false, nil
	}
	return answer, true, err
}

func (m *ln) account(request []byte) (any, error) {
	id, err := parse[wire.ContractID](request)
	if err != nil {
		return nil, err
	}
	m.f.mu.Lock()
	defer m.f.mu.Unlock()
	if c, ok := m.f.books.ln.accounts[id]; ok {
		return c.LNAccount, nil
	}
	return nil, nil
}

func (m *ln) openOffer(request []byte) (any, error) {
	hash, err := parse[wire.Hash](request)
	if err != nil {
		return nil, err
	}
	m.f.mu.Lock()
	defer m.f.mu.Unlock()
	if o, ok := m.f.books.ln.offers[hash]; ok {
		return o, nil
	}
	return nil, nil
}

// awaitAccount waits until a contract is as it should be.
func (m *ln) awaitAccount(ctx context.Context, c call, is func(LNContract) bool) (any, error) {
	id, err := parse[wire.ContractID](c.request)
	if err != nil {
		return nil, err
	}
	return wait(ctx, m.f, c.gate, func(b *books) (any, bool) {
		account, ok := b.ln.accounts[id]
		return account.LNAccount, ok && is(account)
	})
}

func (m *ln) awaitHeight(ctx context.Context, c call) (any, error) {
	height, err := parse[uint64](c.request)
	if err != nil {
		return nil, err
	}
	return wait(ctx, m.f, c.gate, func(b *books) (any, bool) { return nil, b.height > height })
}

func (m *ln) awaitDecryption(ctx context.Context, c call) (any, error) {
	id, err := parse[wire.ContractID](c.request)
	if err != nil {
		return nil, err
	}
	return wait(ctx, m.f, c.gate, func(b *books) (any, bool) {
		a, ok := b.ln.accounts[id]
		if !ok || a.Incoming == nil || a.Incoming.Decrypted.Variant == wire.PreimagePending {
			return nil, false
		}
		var preimage *wire.Preimage
		if d := a.Incoming.Decrypted; d.Variant == wire.PreimageFound {
			preimage = new(d.Key.Preimage())
		}
		return []any{wire.LNIncomingAccount{Amount: a.Amount, Contract: *a.Incoming}, preimage}, true
	})
}
