package facade

import (
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"satchel/client/ecash"
	"satchel/client/mint"
	"satchel/client/wire"
	"satchel/fsm"
)

func reissueNotes(c *rpcCall, p struct {
	notesParams
	Extra json.RawMessage `json:"extra_meta"`
}) (opID, error) {
	m, err := c.mint()
	if err != nil {
		return opID{}, err
	}
	notes, err := p.parse()
	if err != nil {
		return opID{}, err
	}
	op, err := m.Receive(c.ctx, mint.Text{OOBNotes: notes}, p.Extra)
	return opID(op), err
}

type spendParams struct {
	CancelAfter *duration       `json:"try_cancel_after"`
	Invite      bool            `json:"include_invite"`
	Extra       json.RawMessage `json:"extra_meta"`
}

type duration struct {
	Secs  uint64 `json:"secs"`
	Nanos uint64 `json:"nanos"`
}

func (p spendParams) options() (ecash.SendOptions, error) {
	o := ecash.SendOptions{Invite: p.Invite, Extra: p.Extra}
	if p.CancelAfter != nil {
		after, err := seconds(p.CancelAfter.Secs)
		if err != nil {
			return o, err
		}
		o.TakeBackAfter = after
	}
	return o, nil
}

// longest is the longest time after which e-cash can be taken back: 100 years.
const longest = 100 * 365 * 24 * 3600

func seconds(n uint64) (time.Duration, error) {
	if n > longest {
		return 0, fail(InvalidInput, "%d s are more than a hundred years", n)
	}
	return time.Duration(n) * time.Second, nil
}

func spendNotes(c *rpcCall, p struct {
	spendParams
	Amount wire.Amount `json:"amount"`
}) ([2]any, error) {
	return c.spend(p.spendParams, func(m *ecash.Purse, o ecash.SendOptions) (fsm.OpID, error) {
		return m.Spend(c.ctx, p.Amount, o)
	})
}

func spendNotesExpert(c *rpcCall, p struct {
	spendParams
	Amount wire.Amount `json:"min_amount"`
}) ([2]any, error) {
	return c.spend(p.spendParams, func(m *ecash.Purse, o ecash.SendOptions) (fsm.OpID, error) {
		return m.SpendAtLeast(c.ctx, p.Amount, o)
	})
}

func (c *rpcCall) spend(p spendParams, hand func(*ecash.Purse, ecash.SendOptions) (fsm.OpID, error)) (answer [2]any, err error) {
	m, err := c.mint()
	if err != nil {
		return answer, err
	}
	o, err := p.options()
	if err != nil {
		return answer, err
	}
	op, err := hand(m, o)
	if err != nil {
		return answer, err
	}
	text, ok, err := m.TextOf(c.ctx, op)
	if err != nil {
		return answer, err
	}
	if !ok {
		return answer, errors.New("e-cash that was handed out has no text")
	}
	return [2]any{opID(op), text}, nil
}

func validateNotes(c *rpcCall, p notesParams) (wire.Amount, error) {
	m, err := c.mint()
	if err != nil {
		return 0, err
	}
	notes, err := p.parse()
	if err != nil {
		return 0, err
	}
	return m.Validate(mint.Text{OOBNotes: notes})
}

func tryCancel(c *rpcCall, p operationParams) (any, error) {
	m, err := c.mint()
	if err != nil {
		return nil, err
	}
	return nil, m.TakeBack(c.ctx, fsm.OpID(p.Op))
}

func awaitRefund(c *rpcCall, p operationParams) (any, error) {
	m, err := c.mint()
	if err != nil {
		return nil, err
	}
	byPerson, txs, err := m.AwaitTakenBack(c.ctx, fsm.OpID(p.Op))
	if err != nil {
		return nil, err
	}
	return map[string]any{"user_triggered": byPerson, "transaction_ids": txs}, nil
}

// subscribeOutcome tells the states of an operation, as the official client
// names them, from the first one on.
func subscribeOutcome(c *rpcCall, p operationParams) error {
	op, ok := c.client.Operation(c.client.Executor().Snapshot(), fsm.OpID(p.Op))
	if !ok {
		return fail(UnknownOperation, "there is no operation %v", fsm.OpID(p.Op))
	}
	last := ""
	for s, err := range c.client.Progress(c.ctx, op) {
		if err != nil {
			return err
		}
		if now := string(s.Outcome); now != last {
			last = now
			c.data(s.Outcome)
		}
		if s.Final {
			return nil
		}
	}
	return c.ctx.Err()
}

func noteCounts(c *rpcCall, _ nothing) (map[string]int, error) {
	m, err := c.mint()
	if err != nil {
		return nil, err
	}
	counts := map[string]int{}
	for n := range m.Counts(c.client.Executor().Snapshot()) {
		counts[strconv.FormatUint(uint64(n.Amount), 10)] = n.Count
	}
	return counts, nil
}
