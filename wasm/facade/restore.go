package facade

import (
	"crypto/sha256"
	"strings"

	"satchel/client/secret"
	"satchel/client/wire"
	"satchel/fsm"
)

// A WordsCheck says whether words could be those of a wallet. Nothing is changed
// by asking.
type WordsCheck struct {
	Valid   bool   `json:"valid"`
	Unknown []int  `json:"unknown"`          // places, from 0, of words that are not in the list
	Reason  string `json:"reason,omitempty"` // why they are not valid
}

func checkWords(_ *call, p struct {
	Words []string `json:"words"`
}) (WordsCheck, error) {
	v := WordsCheck{Unknown: []int{}}
	for i, word := range p.Words {
		if !secret.IsWord(word) {
			v.Unknown = append(v.Unknown, i)
		}
	}
	_, err := secret.ParseWords(strings.Join(p.Words, " "))
	if v.Valid = err == nil; err != nil {
		v.Reason = err.Error()
	}
	return v, nil
}

// restoreFederation brings a federation back whose store is lost.
func restoreFederation(c *call, p federationParams) (any, error) {
	w, err := c.get(c.ctx)
	if err != nil {
		return nil, err
	}
	id, err := w.Named(p.Federation)
	if err != nil {
		return nil, err
	}
	return nil, w.Restore(c.ctx, id)
}

func searchAgain(c *call, p federationParams) (any, error) {
	cl, err := c.client(p.Federation)
	if err != nil {
		return nil, err
	}
	return nil, cl.SearchAgain(c.ctx)
}

func dismissElsewhere(c *call, p federationParams) (any, error) {
	cl, err := c.client(p.Federation)
	if err != nil {
		return nil, err
	}
	return nil, cl.DismissElsewhere(c.ctx)
}

func backUp(c *call, p federationParams) (any, error) {
	cl, err := c.client(p.Federation)
	if err != nil {
		return nil, err
	}
	return nil, cl.BackUp(c.ctx)
}

func quoteMove(c *call, p federationParams) (map[string]wire.Amount, error) {
	cl, err := c.client(p.Federation)
	if err != nil {
		return nil, err
	}
	var amount, fee wire.Amount
	for i, old := range purses(cl) {
		if i == 0 {
			continue
		}
		q, err := old.QuoteMove()
		if err != nil {
			return nil, err
		}
		amount, fee = amount+q.Amount, fee+q.Fee
	}
	if amount == 0 {
		return nil, fail(InvalidInput, "there is no older e-cash")
	}
	return map[string]wire.Amount{"amount_msat": amount, "fee_msat": fee}, nil
}

func moveNotes(c *call, p struct {
	federationParams
	Key string `json:"key"`
}) (map[string]any, error) {
	if p.Key == "" {
		return nil, fail(InvalidInput, "a move needs a key of its own, so that it happens once")
	}
	cl, err := c.client(p.Federation)
	if err != nil {
		return nil, err
	}
	all := purses(cl)
	if len(all) < 2 {
		return nil, fail(InvalidInput, "there is no older e-cash")
	}
	op := fsm.OpID(sha256.Sum256([]byte("satchel move " + p.Key)))
	return map[string]any{"operation_id": opID(op)}, all[len(all)-1].Move(c.ctx, op)
}
