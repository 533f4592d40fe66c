package facade

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"satchel/client"
	"satchel/client/lnurl"
	"satchel/client/lnv2"
	"satchel/client/wire"
)

// lnurls asks services. Those on this device are asked if a federation is.
func (c *call) lnurls() (lnurl.Client, error) {
	w, err := c.get(c.ctx)
	if err != nil {
		return lnurl.Client{}, err
	}
	here := false
	for m, err := range w.Memberships() {
		if err != nil {
			return lnurl.Client{}, err
		}
		here = here || lnv2.OnThisDevice(m.Config)
	}
	return lnurl.Client{Fetch: c.fetch, AllowLoopback: here}, nil
}

// fetch is the platform's HTTP as services are asked.
func (c *call) fetch(ctx context.Context, url string) (status int, body []byte, err error) {
	if c.platform.Fetch == nil {
		return 0, nil, client.ErrNoFetch
	}
	r, err := c.platform.Fetch(ctx, client.Request{URL: url})
	return r.Status, r.Body, err
}

type linkParams struct {
	Text string `json:"text"`
}

// link reads an LNURL or a lightning address.
func (c *call) link(p linkParams) (lnurl.Client, lnurl.Link, error) {
	l, err := c.lnurls()
	if err != nil {
		return l, lnurl.Link{}, err
	}
	link, err := l.Parse(p.Text)
	return l, link, err
}

// A ServiceView is what an LNURL is for. All texts come from outside.
type ServiceView struct {
	Kind       string      `json:"kind"` // pay, withdraw or login
	Domain     string      `json:"domain"`
	Min        wire.Amount `json:"min_msat,omitempty"`
	Max        wire.Amount `json:"max_msat,omitempty"`
	Text       string      `json:"text,omitempty"`
	LongText   string      `json:"long_text,omitempty"`
	Address    string      `json:"address,omitempty"`
	MaxComment int         `json:"max_comment,omitempty"` // characters, 0 if there can be none
	Action     string      `json:"action,omitempty"`      // of a login: register, login, link, auth
}

func askLnurl(c *call, p linkParams) (v ServiceView, err error) {
	l, link, err := c.link(p)
	if err != nil {
		return v, err
	}
	answer, err := l.Ask(c.ctx, link)
	switch a := answer.(type) {
	case *lnurl.Pay:
		v = ServiceView{Kind: "pay", Domain: a.Domain, Min: a.Min, Max: a.Max, Text: a.Text, LongText: a.LongText, Address: link.Address, MaxComment: a.MaxComment}
	case *lnurl.Withdraw:
		v = ServiceView{Kind: "withdraw", Domain: a.Domain, Min: a.Min, Max: a.Max, Text: a.Description}
	case *lnurl.Auth:
		v = ServiceView{Kind: "login", Domain: a.Domain, Action: a.Action}
	}
	return v, err
}

// errOtherKind is that a service is not for what it was to be used for.
var errOtherKind = fail(InvalidInput, "the LNURL is for something else")

// A ServiceInvoice is what a service wants to be paid. Success goes with
// pay_invoice, which keeps it until the invoice is paid.
type ServiceInvoice struct {
	Invoice InvoiceView    `json:"invoice"`
	Success *lnurl.Success `json:"success,omitempty"`
}

func lnurlInvoice(c *call, p struct {
	linkParams
	Amount  wire.Amount `json:"amount_msat"`
	Comment string      `json:"comment"`
}) (v ServiceInvoice, err error) {
	l, link, err := c.link(p.linkParams)
	if err != nil {
		return v, err
	}
	answer, err := l.Ask(c.ctx, link)
	if err != nil {
		return v, err
	}
	pay, ok := answer.(*lnurl.Pay)
	if !ok {
		return v, errOtherKind
	}
	i, err := l.Invoice(c.ctx, *pay, p.Amount, p.Comment)
	if err != nil {
		return v, err
	}
	return ServiceInvoice{invoiceView(i.Invoice), i.Success}, nil
}

// lnurlWithdraw has an invoice made and a service pay it. That the service will try
// says nothing: the operation tells whether the money has come.
func lnurlWithdraw(c *call, p struct {
	linkParams
	federationParams
	Amount wire.Amount `json:"amount_msat"`
}) (v AskView, err error) {
	l, link, err := c.link(p.linkParams)
	if err != nil {
		return v, err
	}
	answer, err := l.Ask(c.ctx, link)
	if err != nil {
		return v, err
	}
	service, ok := answer.(*lnurl.Withdraw)
	if !ok {
		return v, errOtherKind
	}
	if p.Amount < service.Min || p.Amount > service.Max {
		return v, lnurl.ErrAmount
	}
	m, err := c.lightning(p.Federation)
	if err != nil {
		return v, err
	}
	o, err := m.Receive(c.ctx, lnv2.Ask{Amount: p.Amount, Description: service.Description, Expiry: withdrawExpiry})
	if err != nil {
		return v, err
	}
	var refused *lnurl.ServiceError
	if err := l.Redeem(c.ctx, *service, o.Invoice); errors.As(err, &refused) || errors.Is(err, lnurl.ErrAmount) {
		return v, err // any other error leaves open whether it pays
	}
	return offerView(p.Amount, o), nil
}

// withdrawExpiry is how long a service has to pay.
const withdrawExpiry = 10 * time.Minute

func lnurlLogin(c *call, p linkParams) (any, error) {
	l, link, err := c.link(p)
	if err != nil {
		return nil, err
	}
	answer, err := l.Ask(c.ctx, link)
	if err != nil {
		return nil, err
	}
	auth, ok := answer.(*lnurl.Auth)
	if !ok {
		return nil, errOtherKind
	}
	w, err := c.get(c.ctx)
	if err != nil {
		return nil, err
	}
	words, err := w.Words()
	if err != nil {
		return nil, err
	}
	return nil, l.Login(c.ctx, *auth, words.Seed())
}

// ownLnurl returns the LNURL under which a service of Fedimint's takes payments for
// this wallet, which it finds from now on whenever it is open.
func ownLnurl(c *call, p struct {
	federationParams
	Service wire.SafeURL `json:"service"`
}) (map[string]any, error) {
	m, err := c.lightning(p.Federation)
	if err != nil {
		return nil, err
	}
	for most := 4; ; most-- {
		request, err := m.Lnurl(c.ctx, most)
		if err != nil {
			return nil, err
		}
		text, err := lnurl.Own(p.Service, request.String())
		if errors.Is(err, lnurl.ErrTooLong) && most > 1 {
			continue
		}
		if err != nil {
			return nil, err
		}
		return map[string]any{"lnurl": text}, m.OpenInbox(c.ctx)
	}
}

// identifyLink tells what a text is if it is an LNURL or a lightning address; it
// asks nobody.
func (c *call) identifyLink(text string) (v Identity, ok bool, err error) {
	_, link, err := c.link(linkParams{text})
	switch {
	case errors.Is(err, lnurl.ErrNotLNURL):
		return v, false, nil
	case err != nil:
		return Identity{Kind: "unknown", Reason: err.Error()}, true, nil
	}
	return Identity{Kind: "lnurl", Domain: link.Domain(), Address: link.Address}, true, nil
}

// success is what a service shows once it is paid.
func success(extra json.RawMessage, preimage string) map[string]any {
	var v struct {
		Success *lnurl.Success `json:"success"`
	}
	p, err := hex.DecodeString(preimage)
	if json.Unmarshal(extra, &v) != nil || v.Success == nil || err != nil || len(p) != 32 {
		return nil
	}
	shown := map[string]any{"text": v.Success.Text}
	if v.Success.URL != "" {
		shown["url"] = v.Success.URL
	}
	if secret, err := v.Success.Secret([32]byte(p)); err == nil && secret != "" {
		shown["secret"] = secret
	}
	return shown
}
