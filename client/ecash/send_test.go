package ecash

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"satchel/client/notes"
	"satchel/client/wire"
	"satchel/fsm"
)

// worthOf returns what the text of an operation is worth.
func (t *teller) worthOf(op fsm.OpID) (wire.Amount, notes.Text, error) {
	text, ok, err := t.purse.TextOf(t.ctx, op)
	if err != nil || !ok {
		return 0, text, errors.Join(err, fmt.Errorf("text is there: %v", ok))
	}
	amount, err := t.purse.Validate(text)
	return amount, text, err
}

func TestSpendHandsOutWhatIsThere(t *testing.T) {
	inEach(t, testSpend)
}

func testSpend(t *testing.T, g *generation) {
	plain(t, g, has(1024, 512, 512, 128), func(tl *teller) error {
		for _, test := range []struct {
			ask, get wire.Amount
			exactly  bool
			want     error
		}{
			{512, 512, true, nil},
			{640, 640, true, nil}, // 512 and 128
			{512, 0, true, notes.ErrNoExactAmount},
			{512, 1024, false, nil},
			{1, 0, true, errPoor},
			{1, 0, false, errPoor},
		} {
			before := tl.c.Balance(tl.c.Executor().Snapshot())
			spend := tl.purse.Spend
			if !test.exactly {
				spend = tl.purse.SpendAtLeast
			}
			op, err := spend(tl.ctx, g.factor*test.ask, SendOptions{})
			if test.want != nil {
				if !errors.Is(err, test.want) && !(test.want == errPoor && isPoor(err)) {
					return fmt.Errorf("%v: %v, want %v", test.ask, err, test.want)
				}
				continue
			}
			if err != nil {
				return err
			}
			got, text, err := tl.worthOf(op)
			left := before - tl.c.Balance(tl.c.Executor().Snapshot())
			if err != nil || got != g.factor*test.get || left != got || op != tl.purse.SpendID(listed(text)) || !tl.purse.IsOwn(tl.c.Executor().Snapshot(), text) {
				return fmt.Errorf("%v: text of %v, %v have left: %v", test.ask, got, left, err)
			}
		}
		return nil
	})
}

func TestTextsCarryWhatWasAskedFor(t *testing.T) {
	plain(t, first, has(1024, 512), func(tl *teller) error {
		o := SendOptions{Invite: true, TakeBackAfter: time.Hour, Extra: json.RawMessage(`{"memo":"x"}`)}
		if err := tl.purse.Send(tl.ctx, opID(1), 512, nil, o); err != nil {
			return err
		}
		_, text, err := tl.worthOf(opID(1))
		if err != nil || text.Invite() == nil || text.Invite().FederationID() != tl.c.FederationID() {
			return fmt.Errorf("invite %v: %v", text.Invite(), err)
		}
		op, _ := tl.c.Operation(tl.c.Executor().Snapshot(), opID(1))
		var meta struct {
			Amount  wire.Amount     `json:"amount"`
			Extra   json.RawMessage `json:"extra_meta"`
			Variant struct {
				Spend struct {
					Requested wire.Amount   `json:"requested_amount"`
					Notes     wire.OOBNotes `json:"oob_notes"`
				} `json:"spend_o_o_b"`
			} `json:"variant"`
		}
		if err := json.Unmarshal(op.Meta, &meta); err != nil {
			return err
		}
		if meta.Amount != 512 || meta.Variant.Spend.Requested != 512 || string(meta.Extra) != `{"memo":"x"}` ||
			meta.Variant.Spend.Notes.Base64() != text.String() {
			return fmt.Errorf("meta %s", op.Meta)
		}
		return nil
	})
}

// Nothing is sent that costs more than what was quoted.
func TestQuotesHold(t *testing.T) {
	inEach(t, testQuotes)
}

func testQuotes(t *testing.T, g *generation) {
	asked, rounded := 500*g.factor, 512*g.factor
	plain(t, g, has(1024, 512), func(tl *teller) error {
		q, err := tl.purse.Quote(asked)
		if err != nil || q != (Quote{Amount: rounded}) {
			return fmt.Errorf("%+v %v", q, err)
		}
		if _, err := tl.purse.Spend(tl.ctx, rounded, SendOptions{}); err != nil {
			return err
		}
		now, err := tl.purse.Quote(asked)
		if err != nil || now.Amount != rounded || now.Fee == 0 || !now.Reissue {
			return fmt.Errorf("%+v %v", now, err)
		}
		if err := tl.purse.Send(tl.ctx, opID(1), asked, &q, SendOptions{}); !errors.Is(err, ErrQuote) || fsm.Exists(tl.c.Executor().Snapshot(), opID(1)) {
			return fmt.Errorf("sent for more than was quoted: %v", err)
		}
		before := tl.c.Balance(tl.c.Executor().Snapshot())
		for range 3 {
			if err := tl.purse.Send(tl.ctx, opID(1), asked, &now, SendOptions{}); err != nil {
				return err
			}
		}
		if err := tl.until(opID(1), "given"); err != nil {
			return err
		}
		s, err := tl.summary(opID(1))
		if paid := before - tl.c.Balance(tl.c.Executor().Snapshot()); err != nil || s.Fee != now.Fee || paid != now.Amount+now.Fee {
			return fmt.Errorf("paid %v, quoted %+v, shown %+v: %v", paid, now, s, err)
		}
		return nil
	})
}

func TestAwaitTakenBack(t *testing.T) {
	inEach(t, testAwaitTakenBack)
}

func testAwaitTakenBack(t *testing.T, g *generation) {
	for name, test := range map[string]struct {
		acts     []act
		byPerson bool
		txs      int
		want     error
	}{
		"by the person":        {[]act{sends(1, 512, SendOptions{}), takesBack(1)}, true, 1, nil},
		"by the clock":         {[]act{sends(1, 512, SendOptions{TakeBackAfter: time.Hour})}, false, 1, nil},
		"somebody was first":   {[]act{sends(1, 512, SendOptions{}), somebodySpends(1, 1), takesBack(1)}, true, 1, nil},
		"known to be taken":    {[]act{sends(1, 512, SendOptions{}), comesHome(1)}, false, 0, ErrTaken},
		"nobody calls it back": {[]act{sends(1, 512, SendOptions{})}, false, 0, context.DeadlineExceeded},
		"no such operation":    {nil, false, 0, ErrUnknownOperation},
	} {
		t.Run(name, func(t *testing.T) {
			acts := append([]act{has(1024, 512)}, test.acts...)
			plain(t, g, append(acts, func(tl *teller) error {
				ctx, cancel := context.WithTimeout(tl.ctx, 24*time.Hour)
				defer cancel()
				byPerson, txs, err := tl.purse.AwaitTakenBack(ctx, opID(1))
				if !errors.Is(err, test.want) || (err == nil) != (test.want == nil) || byPerson != test.byPerson || len(txs) != test.txs {
					return fmt.Errorf("by person %v, %d transactions, %v", byPerson, len(txs), err)
				}
				return nil
			})...)
		})
	}
}

func TestOperationsThatAreNone(t *testing.T) {
	inEach(t, testNoOperations)
}

func testNoOperations(t *testing.T, g *generation) {
	plain(t, g, receives("gift", 600), func(tl *teller) error {
		for _, op := range []fsm.OpID{opID(1), tl.received("gift")} {
			_, taken := tl.purse.CheckTaken(tl.ctx, op)
			back := tl.purse.TakeBack(tl.ctx, op)
			if !errors.Is(taken, ErrUnknownOperation) || !errors.Is(back, ErrUnknownOperation) {
				return fmt.Errorf("%v %v", taken, back)
			}
			if _, ok, err := tl.purse.TextOf(tl.ctx, op); ok || err != nil {
				return fmt.Errorf("text: %v %v", ok, err)
			}
		}
		return nil
	})
}
