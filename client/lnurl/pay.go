package lnurl

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"

	"satchel/client/bolt11"
	"satchel/client/wire"
)

// MaxComment is how many characters a comment has at most, whatever a service
// allows: it must fit into a url.
const MaxComment = 500

var (
	// ErrAmount is wrapped when an amount is not one that the service takes or
	// gives.
	ErrAmount = errors.New("amount is out of bounds")
	// ErrComment is wrapped when a comment is too long for the service.
	ErrComment = errors.New("comment is too long")
)

// An Answer is what a link is for: a *Pay, a *Withdraw or an *Auth.
type Answer interface{ isAnswer() }

func (*Pay) isAnswer()      {}
func (*Withdraw) isAnswer() {}
func (*Auth) isAnswer()     {}

// Ask asks a service what its link is for. A link to log in is not asked: it says
// all by itself.
func (c Client) Ask(ctx context.Context, l Link) (Answer, error) {
	if l.Tag == TagLogin {
		return authOf(l.url)
	}
	a, err := c.get(ctx, l.url.Full())
	if err != nil {
		return nil, err
	}
	if l.Tag != "" && a.Tag != l.Tag {
		return nil, fmt.Errorf("%s: %w: tag %.40q, want %q", l.Domain(), ErrAnswer, a.Tag, l.Tag)
	}
	switch a.Tag {
	case TagPay:
		return c.payOf(l, a)
	case TagWithdraw:
		return c.withdrawOf(l, a)
	case "":
		return nil, fmt.Errorf("%s: %w: no tag", l.Domain(), ErrAnswer)
	}
	return nil, fmt.Errorf("%s: %w: %.40q", l.Domain(), ErrUnsupported, a.Tag)
}

// A Pay is a service that takes payments (LUD-06). Texts are untrusted.
type Pay struct {
	Domain     string      // of the link
	Callback   string      // where invoices come from, maybe of another domain
	Min, Max   wire.Amount // 1 ≤ Min ≤ Max
	Text       string      // what is paid for, at most MaxText characters
	LongText   string      // the same with lines, at most MaxLongText, or ""
	Identifier string      // the lightning address that the service names, or ""
	MaxComment int         // characters; 0 if it takes no comment
}

func (c Client) payOf(l Link, a answer) (*Pay, error) {
	least, most, err := bounds(a.MinSendable, a.MaxSendable)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", l.Domain(), err)
	}
	callback, err := c.check(a.Callback)
	if err != nil {
		return nil, fmt.Errorf("callback of %s: %w", l.Domain(), err)
	}
	p := &Pay{Domain: l.Domain(), Callback: callback.Full(), Min: least, Max: most}
	if allowed, ok := amount(a.CommentAllowed); ok {
		p.MaxComment = int(min(allowed, MaxComment))
	}
	if !p.describe(a.Metadata) {
		return nil, fmt.Errorf("%s: %w: metadata %.80q", l.Domain(), ErrAnswer, a.Metadata)
	}
	return p, nil
}

// describe reads metadata. It reports whether there is the text that there must
// be.
func (p *Pay) describe(metadata string) bool {
	var entries [][]json.RawMessage
	if json.Unmarshal([]byte(metadata), &entries) != nil {
		return false
	}
	found := false
	for _, entry := range entries {
		var kind, text string
		if len(entry) < 2 || json.Unmarshal(entry[0], &kind) != nil || json.Unmarshal(entry[1], &text) != nil {
			continue
		}
		switch kind {
		case "text/plain":
			p.Text, found = cut(text), true
		case "text/long-desc":
			p.LongText = cutLong(text)
		case "text/identifier", "text/email":
			p.Identifier = cut(text)
		}
	}
	return found
}

// An Invoice is what a service wants to be paid.
type Invoice struct {
	// Invoice has the amount that was asked for. Its network and its time are for
	// the caller to check.
	bolt11.Invoice
	// Success is to be kept BEFORE the invoice is paid and shown AFTER. nil if
	// there is none.
	Success *Success
	// Verify is for Client.Verify, or "": one that may not be asked is left out.
	Verify string
}

// Invoice asks for an invoice of an amount in msat. The errors wrap ErrAmount and
// ErrComment, which are of the arguments, and those of Ask. An invoice of another
// amount is refused, and so is one with a success action that this package does
// not know or may not show: the person might pay for something else.
func (c Client) Invoice(ctx context.Context, p Pay, amount wire.Amount, comment string) (Invoice, error) {
	if amount < p.Min || amount > p.Max || amount == 0 {
		return Invoice{}, fmt.Errorf("%w: %v, from %v to %v", ErrAmount, amount, p.Min, p.Max)
	}
	if n := utf8.RuneCountInString(comment); n > p.MaxComment {
		return Invoice{}, fmt.Errorf("%w: %d characters, at most %d", ErrComment, n, p.MaxComment)
	}
	callback, err := c.check(p.Callback)
	if err != nil {
		return Invoice{}, err
	}
	pairs := []string{"amount", strconv.FormatUint(uint64(amount), 10)}
	if comment != "" {
		pairs = append(pairs, "comment", comment)
	}
	a, err := c.get(ctx, withParameters(callback, pairs...))
	if err != nil {
		return Invoice{}, err
	}
	i, err := c.invoiceOf(a, amount, callback.Host())
	if err != nil {
		return Invoice{}, fmt.Errorf("%s: %w", callback.Host(), err)
	}
	return i, nil
}

// invoiceOf reads the answer of a service at a host.
func (c Client) invoiceOf(a answer, amount wire.Amount, host string) (i Invoice, err error) {
	if i.Invoice, err = bolt11.Decode(a.PR); err != nil {
		return i, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	if i.Amount != amount {
		return i, fmt.Errorf("%w: invoice of %v, want %v", ErrAnswer, i.Amount, amount)
	}
	if i.Success, err = c.successOf(a.SuccessAction, host); err != nil {
		return i, fmt.Errorf("success action: %w", err)
	}
	if verify, err := c.check(a.Verify); err == nil {
		i.Verify = verify.Full()
	}
	return i, nil
}

// A Settlement is what a service says of an invoice (LUD-21).
type Settlement struct {
	// Settled is hearsay: nobody loses by a lie but those who believe it.
	Settled bool
	// Preimage has 32 bytes or none. It proves the payment if its SHA-256 is the
	// payment hash, which is for the caller to check.
	Preimage []byte
}

// Verify asks whether an invoice was paid, at the url that came with it.
func (c Client) Verify(ctx context.Context, url string) (Settlement, error) {
	a, err := c.get(ctx, url)
	if err != nil {
		return Settlement{}, err
	}
	s := Settlement{Settled: a.Settled}
	if preimage, err := hex.DecodeString(a.Preimage); err == nil && len(preimage) == 32 {
		s.Preimage = preimage
	}
	return s, nil
}
