package facade

import (
	"encoding/json"
	"strings"
	"time"

	"satchel/client"
	"satchel/client/bolt11"
	"satchel/client/lnv2"
	"satchel/client/wire"
	"satchel/fsm"
)

var errNoLightning = fail(UnsupportedFederation, "federation has no lightning module that this wallet can use")

// lightning returns the lightning module of a federation.
func lightning(c *client.Client) (*lnv2.Lightning, error) {
	m, ok := c.Module(wire.KindLNV2).(*lnv2.Lightning)
	if !ok {
		return nil, errNoLightning
	}
	return m, nil
}

func (c *call) lightning(federation string) (*lnv2.Lightning, error) {
	cl, err := c.client(federation)
	if err != nil {
		return nil, err
	}
	return lightning(cl)
}

// An InvoiceView is what an invoice says. Its description comes from outside.
type InvoiceView struct {
	Invoice     string         `json:"invoice"`
	Amount      wire.Amount    `json:"amount_msat"`
	Description string         `json:"description"`
	Payee       wire.PublicKey `json:"payee"`
	Network     wire.Network   `json:"network"`
	Expires     int64          `json:"expires_ms"`
}

func invoiceView(i bolt11.Invoice) InvoiceView {
	return InvoiceView{
		Invoice: i.String(), Amount: i.Amount, Description: i.Description, Payee: i.Payee, Network: i.Network,
		Expires: int64(i.ExpiresAt()) * 1000,
	}
}

// A GatewayView is a lightning gateway. Its name comes from outside.
type GatewayView struct {
	URL     wire.SafeURL      `json:"url"`
	Name    string            `json:"name,omitempty"`
	Votes   int               `json:"votes"` // of guardians that recommend it
	Answers bool              `json:"answers"`
	Terms   *wire.RoutingInfo `json:"terms,omitempty"` // to be given back when they are agreed to
}

func gatewayView(g lnv2.Gateway) GatewayView {
	v := GatewayView{URL: g.URL, Votes: g.Votes, Answers: g.Info != nil, Terms: g.Info}
	if g.Info != nil {
		v.Name = g.Info.Alias
	}
	return v
}

func listGateways(c *call, p federationParams) ([]GatewayView, error) {
	m, err := c.lightning(p.Federation)
	if err != nil {
		return nil, err
	}
	all, err := m.Gateways(c.ctx)
	views := []GatewayView{}
	for _, g := range all {
		views = append(views, gatewayView(g))
	}
	return views, err
}

// A PayView is what paying an invoice costs, or that it was begun before.
type PayView struct {
	Invoice       InvoiceView       `json:"invoice"`
	Federation    wire.FederationID `json:"federation"`
	Op            opID              `json:"operation_id"`
	Begun         bool              `json:"begun"`
	Gateway       *GatewayView      `json:"gateway,omitempty"`
	GatewayFee    wire.Amount       `json:"gateway_fee_msat"`
	FederationFee wire.Amount       `json:"federation_fee_msat"`
	Blocks        uint64            `json:"blocks"` // until the money comes back by itself
}

func payView(m *lnv2.Lightning, q lnv2.Payment) PayView {
	v := PayView{
		Invoice: invoiceView(q.Invoice), Federation: m.FederationID(), Op: opID(q.Op), Begun: q.Begun,
		GatewayFee: q.GatewayFee, FederationFee: q.FederationFee, Blocks: q.Blocks,
	}
	if q.Gateway.Info != nil {
		g := gatewayView(q.Gateway)
		v.Gateway = &g
	}
	return v
}

type payParams struct {
	federationParams
	Invoice string            `json:"invoice"`
	Gateway *wire.SafeURL     `json:"gateway"`
	Terms   *wire.RoutingInfo `json:"terms"`
	Success json.RawMessage   `json:"success"` // of lnurl_invoice
}

// quotePay says what paying an invoice costs. One that is being paid from any
// federation, or was, is not paid again.
func quotePay(c *call, p payParams) (PayView, error) {
	m, other, err := c.payer(p)
	if err != nil || other != nil {
		return deref(other), err
	}
	q, err := m.Quote(c.ctx, bare(p.Invoice), p.Gateway)
	return payView(m, q), err
}

func payInvoice(c *call, p payParams) (PayView, error) {
	m, other, err := c.payer(p)
	if err != nil || other != nil {
		return deref(other), err
	}
	q, err := m.Pay(c.ctx, bare(p.Invoice), lnv2.PayOptions{Gateway: p.Gateway, Agreed: p.Terms, Extra: extra(p.Success)})
	return payView(m, q), err
}

// extra is what is kept with a payment.
func extra(success json.RawMessage) json.RawMessage {
	if success == nil {
		return nil
	}
	return json.RawMessage(`{"success":` + string(success) + `}`)
}

func deref(v *PayView) PayView {
	if v == nil {
		return PayView{}
	}
	return *v
}

// payer returns the module that is to pay, or a payment of the invoice that has
// begun in another federation.
func (c *call) payer(p payParams) (*lnv2.Lightning, *PayView, error) {
	m, err := c.lightning(p.Federation)
	if err != nil {
		return nil, nil, err
	}
	w, err := c.get(c.ctx)
	if err != nil {
		return nil, nil, err
	}
	for member, err := range w.Memberships() {
		if err != nil {
			return nil, nil, err
		}
		cl, err := w.Client(member.ID)
		if err != nil || member.ID == m.FederationID() {
			continue
		}
		if other, err := lightning(cl); err == nil {
			if q, ok := other.Begun(bare(p.Invoice)); ok {
				v := payView(other, q)
				return m, &v, nil
			}
		}
	}
	return m, nil, nil
}

// bare returns an invoice without what links and people put around it.
func bare(text string) string {
	text = strings.TrimSpace(text)
	if scheme := "lightning:"; len(text) > len(scheme) && strings.EqualFold(text[:len(scheme)], scheme) {
		text = strings.TrimPrefix(text[len(scheme):], "//")
	}
	return text
}

// An AskView is what asking for a payment comes to.
type AskView struct {
	Op            opID         `json:"operation_id"`
	Invoice       *InvoiceView `json:"invoice,omitempty"`
	Gateway       GatewayView  `json:"gateway"`
	Amount        wire.Amount  `json:"amount_msat"` // that arrives
	GatewayFee    wire.Amount  `json:"gateway_fee_msat"`
	FederationFee wire.Amount  `json:"federation_fee_msat"`
}

type askParams struct {
	federationParams
	Amount      wire.Amount       `json:"amount_msat"`
	Description string            `json:"description"`
	Expiry      uint64            `json:"expiry_secs"`
	Gateway     *wire.SafeURL     `json:"gateway"`
	Terms       *wire.RoutingInfo `json:"terms"`
}

// invoiceExpiry is how long an invoice is good for if nobody says it.
const invoiceExpiry = time.Hour

func (p askParams) ask() (lnv2.Ask, error) {
	after, err := seconds(p.Expiry)
	if after == 0 {
		after = invoiceExpiry
	}
	return lnv2.Ask{Amount: p.Amount, Description: p.Description, Expiry: after, Gateway: p.Gateway, Agreed: p.Terms}, err
}

func quoteInvoice(c *call, p askParams) (AskView, error) {
	return c.offer(p, func(m *lnv2.Lightning, a lnv2.Ask) (lnv2.Offer, error) { return m.QuoteReceive(c.ctx, a) })
}

func makeInvoice(c *call, p askParams) (AskView, error) {
	return c.offer(p, func(m *lnv2.Lightning, a lnv2.Ask) (lnv2.Offer, error) { return m.Receive(c.ctx, a) })
}

func (c *call) offer(p askParams, do func(*lnv2.Lightning, lnv2.Ask) (lnv2.Offer, error)) (v AskView, err error) {
	m, err := c.lightning(p.Federation)
	if err != nil {
		return v, err
	}
	a, err := p.ask()
	if err != nil {
		return v, err
	}
	o, err := do(m, a)
	if err != nil {
		return v, err
	}
	return offerView(p.Amount, o), nil
}

func offerView(amount wire.Amount, o lnv2.Offer) AskView {
	rest := amount - o.GatewayFee
	v := AskView{
		Op: opID(o.Op), Gateway: gatewayView(o.Gateway), GatewayFee: o.GatewayFee, FederationFee: o.FederationFee,
		Amount: rest - min(o.FederationFee, rest),
	}
	if o.Op != (fsm.OpID{}) {
		i := invoiceView(o.Invoice)
		v.Invoice = &i
	}
	return v
}

// identifyInvoice reads an invoice, of whatever network.
func identifyInvoice(w *client.Wallet, text string) (Identity, error) {
	i, err := bolt11.Decode(bare(text))
	if err != nil {
		return Identity{}, err
	}
	view := invoiceView(i)
	v := Identity{Kind: "invoice", Amount: i.Amount, Invoice: &view}
	for member, err := range w.Memberships() {
		if err != nil {
			return v, err
		}
		cl, err := w.Client(member.ID)
		if err != nil {
			continue
		}
		m, err := lightning(cl)
		if err != nil {
			continue
		}
		if q, ok := m.Begun(i.String()); ok {
			v.Federation, v.Joined = &member.ID, true
			v.Operation = new(opID(q.Op))
			return v, nil
		}
		if m.Network() == i.Network {
			v.Payers = append(v.Payers, member.ID)
		}
	}
	return v, nil
}

// looksLikeInvoice reports whether a text is to be read as an invoice.
func looksLikeInvoice(text string) bool {
	text = strings.ToLower(bare(text))
	for _, prefix := range []string{"lnbc", "lntb", "lnsb"} {
		if strings.HasPrefix(text, prefix) {
			return true
		}
	}
	return false
}

// details are what the module says of an operation; those of a search are its
// progress.
func details(s client.Summary) (details, progress map[string]any) {
	if s.Title == "restore" {
		return nil, s.Details
	}
	kept, _ := s.Details["extra"].(json.RawMessage)
	preimage, _ := s.Details["preimage"].(string)
	delete(s.Details, "extra")
	if shown := success(kept, preimage); shown != nil {
		s.Details["success"] = shown
	}
	return s.Details, nil
}
