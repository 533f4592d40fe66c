package facade

import (
	"errors"

	"satchel/client"
	"satchel/client/ecash"
	"satchel/client/mint"
	"satchel/client/mintv2"
	"satchel/client/notes"
	"satchel/client/wire"
	"satchel/fsm"
)

// purses returns the e-cash modules of a federation, in the order in which they
// are asked to pay.
func purses(c *client.Client) (all []*ecash.Purse) {
	for _, m := range c.Cash() {
		if p, ok := m.(*ecash.Purse); ok {
			all = append(all, p)
		}
	}
	return all
}

var errNoEcash = fail(UnsupportedFederation, "federation has no e-cash module that this wallet can use")

// purseOf returns the e-cash module of a kind.
func purseOf(c *client.Client, kind wire.ModuleKind) (*ecash.Purse, error) {
	p, ok := c.Module(kind).(*ecash.Purse)
	if !ok {
		return nil, errNoEcash
	}
	return p, nil
}

// purseFor returns the e-cash module that began an operation.
func purseFor(c *client.Client, id fsm.OpID) (*ecash.Purse, error) {
	op, ok := c.Operation(c.Executor().Snapshot(), id)
	if !ok {
		return nil, fail(UnknownOperation, "there is no operation %v", id)
	}
	return purseOf(c, op.Kind)
}

// A sendQuote is what sending costs, and which e-cash is sent.
type sendQuote struct {
	ecash.Quote
	purse *ecash.Purse
}

// quote finds the e-cash with which to send an amount: what is there as it is
// before what must be made first. kind says which it must be of, if it is not "".
func quote(c *client.Client, amount wire.Amount, kind wire.ModuleKind) (best sendQuote, err error) {
	err = errNoEcash
	for _, p := range purses(c) {
		if kind != "" && kind != p.Kind() {
			continue
		}
		q, failed := p.Quote(amount)
		switch {
		case failed != nil:
			if best.purse == nil && !errors.As(err, new(*client.InsufficientError)) {
				err = failed
			}
		case best.purse == nil || best.Reissue && !q.Reissue:
			best, err = sendQuote{q, p}, nil
		}
	}
	return best, err
}

// most returns the greatest amount that could be sent in one piece. Of a kind that
// was chosen, notes may be made of the other kind as well.
func most(c *client.Client, kind wire.ModuleKind) (most wire.Amount, err error) {
	for _, p := range purses(c) {
		if kind != "" && kind != p.Kind() {
			continue
		}
		m, err := p.Most()
		if err != nil {
			return 0, err
		}
		if kind != "" {
			m = mostMade(p, m, c.Balance(c.Executor().Snapshot()))
		}
		most = max(most, m)
	}
	return most, nil
}

// searchUntil is how close in msat to the greatest amount is close enough.
const searchUntil = 1000

// mostMade returns about the greatest amount that can be sent: at least most, and
// less than all there is.
func mostMade(p *ecash.Purse, most, all wire.Amount) wire.Amount {
	for low, high := most, all; high > low && high-low >= searchUntil; {
		middle := low + (high-low)/2
		if q, err := p.Quote(middle); err == nil {
			low, most = middle, max(most, q.Amount)
		} else {
			high = middle
		}
	}
	return most
}

// parseEcash reads e-cash of either generation.
func parseEcash(text string) (notes.Text, error) {
	first, err := mint.ParseText(text)
	if err == nil {
		return first, nil
	}
	if second, err := mintv2.ParseText(text); err == nil {
		return second, nil
	}
	return nil, err
}

// kindOf returns which module e-cash is of.
func kindOf(text notes.Text) wire.ModuleKind {
	if _, ok := text.(mintv2.Text); ok {
		return wire.KindMintV2
	}
	return wire.KindMint
}

// issuers returns the federations that were joined and could have issued e-cash.
func issuers(w *client.Wallet, text notes.Text) (ids []wire.FederationID, err error) {
	for m, err := range w.Memberships() {
		if err != nil {
			return nil, err
		}
		if text.Of(m.ID) {
			ids = append(ids, m.ID)
		}
	}
	return ids, nil
}
