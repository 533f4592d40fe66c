package facade

import (
	"crypto/sha256"
	"errors"
	"math"
	"strings"

	"satchel/client"
	"satchel/client/ecash"
	"satchel/client/notes"
	"satchel/client/secret"
	"satchel/client/wire"
	"satchel/fsm"
)

// federationParams name a federation.
type federationParams struct {
	Federation string `json:"federation"`
}

// A PreviewView is what a federation says of itself before it is joined. Names
// and Meta come from outside.
type PreviewView struct {
	ID        wire.FederationID `json:"federation_id"`
	Name      string            `json:"name"`
	Meta      map[string]string `json:"meta"`
	Guardians []GuardianView    `json:"guardians"`
	Threshold int               `json:"threshold"`
	Modules   []ModuleView      `json:"modules"`
	Usable    bool              `json:"usable"` // whether it has e-cash that this wallet can use
	FeeBase   wire.Amount       `json:"fee_base_msat"`
	FeePPM    uint64            `json:"fee_ppm"`
	Joined    bool              `json:"joined"`
}

func preview(c *call, p inviteParams) (PreviewView, error) {
	v, err := c.preview(p)
	if err != nil {
		return PreviewView{}, err
	}
	w, err := c.get(c.ctx)
	if err != nil {
		return PreviewView{}, err
	}
	view := PreviewView{
		ID: v.ID, Name: federationName(v.Config), Meta: v.Config.Meta,
		Guardians: guardianViews(v.Guardians), Threshold: wire.Threshold(len(v.Guardians)),
		Modules: moduleViews(v.Config, nil),
	}
	for i := range view.Modules {
		m := &view.Modules[i]
		for _, k := range c.platform.Kinds {
			config := v.Config.Modules[m.ID]
			m.Usable = m.Usable || k.Name == m.Kind && k.Version == config.Version.Major
		}
		if fee, ok, err := ecashFee(m.Kind, v.Config.Modules[m.ID].Config.Body); err != nil {
			return view, fail(UnsupportedFederation, "%s: %v", m.Kind, err)
		} else if ok && m.Usable {
			view.Usable, view.FeeBase, view.FeePPM = true, max(view.FeeBase, fee.Base), max(view.FeePPM, fee.PartsPerMillion)
		}
	}
	_, err = w.Named(v.ID.String())
	view.Joined = err == nil
	return view, nil
}

// ecashFee reads the fee from the config of an e-cash module. ok is false for any
// other module.
func ecashFee(kind wire.ModuleKind, config []byte) (fee wire.FeeConsensus, ok bool, err error) {
	switch kind {
	case wire.KindMint:
		c, err := wire.Decode[wire.MintConfig](config)
		return c.Fee, true, err
	case wire.KindMintV2:
		c, err := wire.Decode[wire.MintV2Config](config)
		return c.Fee, c.Unit == wire.Bitcoin, err
	}
	return fee, false, nil
}

func join(c *call, p struct {
	inviteParams
	Restore bool `json:"restore"`
}) (map[string]any, error) {
	code, err := p.parse()
	if err != nil {
		return nil, err
	}
	_, err = c.join(p.inviteParams, "", secret.Double, p.Restore)
	if errors.Is(err, client.ErrJoined) {
		err = nil
	}
	return map[string]any{"federation": code.FederationID()}, err
}

// An Identity says what a text is. Kind is "invite", "ecash" or "unknown".
type Identity struct {
	Kind       string             `json:"kind"`
	Invite     *wire.InviteCode   `json:"invite_code,omitempty"` // also one that came with e-cash
	Federation *wire.FederationID `json:"federation_id,omitempty"`
	Joined     bool               `json:"joined"`
	Amount     wire.Amount        `json:"amount_msat,omitempty"`
	Received   bool               `json:"received,omitempty"` // e-cash that was claimed before
	Own        bool               `json:"own,omitempty"`      // e-cash that this wallet handed out
	Reason     string             `json:"reason,omitempty"`   // why it is unknown

	Invoice   *InvoiceView        `json:"invoice,omitempty"`
	Operation *opID               `json:"operation_id,omitempty"` // that pays the invoice, or has paid it
	Payers    []wire.FederationID `json:"payers,omitempty"`       // that could

	Domain  string `json:"domain,omitempty"`  // of an LNURL
	Address string `json:"address,omitempty"` // a lightning address
}

func identify(c *call, p struct {
	Text string `json:"text"`
}) (Identity, error) {
	w, err := c.get(c.ctx)
	if err != nil {
		return Identity{}, err
	}
	text := strings.TrimSpace(p.Text)
	if notes, err := parseEcash(text); err == nil {
		return identifyNotes(w, notes)
	}
	if looksLikeInvoice(text) {
		v, err := identifyInvoice(w, text)
		if err != nil {
			return Identity{Kind: "unknown", Reason: err.Error()}, nil
		}
		return v, nil
	}
	code, err := wire.ParseInviteCode(text)
	if err != nil {
		if v, ok, err := c.identifyLink(text); ok || err != nil {
			return v, err
		}
		return Identity{Kind: "unknown", Reason: reason(text, err)}, nil
	}
	id := code.FederationID()
	_, err = w.Named(id.String())
	return Identity{Kind: "invite", Invite: &code, Federation: &id, Joined: err == nil}, nil
}

// reason says what is wrong with a text that looks like something.
func reason(text string, err error) string {
	if strings.HasPrefix(strings.ToLower(text), "fed1") {
		return err.Error()
	}
	return ""
}

func identifyNotes(w *client.Wallet, text notes.Text) (Identity, error) {
	v := Identity{Kind: "ecash", Invite: text.Invite()}
	var err error
	if v.Amount, err = text.Total(); err != nil {
		return v, err
	}
	if v.Invite != nil {
		id := v.Invite.FederationID()
		v.Federation = &id
	}
	ids, err := issuers(w, text)
	if err != nil {
		return v, err
	}
	for _, id := range ids {
		v.Federation, v.Joined = &id, true
		c, err := w.Client(id)
		if err != nil {
			return v, err
		}
		v.Received = fsm.Exists(c.Executor().Snapshot(), fsm.OpID(text.ReceiveID()))
		if p, err := purseOf(c, kindOf(text)); err == nil {
			v.Own = p.IsOwn(c.Executor().Snapshot(), text)
		}
	}
	return v, nil
}

func quoteSend(c *call, p struct {
	federationParams
	Amount wire.Amount     `json:"amount_msat"`
	Kind   wire.ModuleKind `json:"kind"`
}) (map[string]any, error) {
	cl, err := c.client(p.Federation)
	if err != nil {
		return nil, err
	}
	most, err := most(cl, p.Kind)
	if err != nil {
		return nil, err
	}
	v := map[string]any{"balance_msat": cl.Balance(cl.Executor().Snapshot()), "max_msat": most}
	if p.Amount == 0 {
		return v, nil
	}
	q, err := quote(cl, p.Amount, p.Kind)
	if err != nil {
		return nil, err
	}
	v["amount_msat"], v["fee_msat"], v["reissue"], v["kind"] = q.Amount, q.Fee, q.Reissue, q.purse.Kind()
	return v, nil
}

func sendEcash(c *call, p struct {
	federationParams
	Key           string          `json:"key"`
	Amount        wire.Amount     `json:"amount_msat"`
	MaxFee        *wire.Amount    `json:"max_fee_msat"`
	Kind          wire.ModuleKind `json:"kind"`
	TakeBackAfter uint64          `json:"take_back_after_secs"`
	Invite        bool            `json:"include_invite"`
}) (map[string]any, error) {
	if p.Key == "" {
		return nil, fail(InvalidInput, "a send needs a key of its own, so that it happens once")
	}
	after, err := seconds(p.TakeBackAfter)
	if err != nil {
		return nil, err
	}
	cl, err := c.client(p.Federation)
	if err != nil {
		return nil, err
	}
	op := fsm.OpID(sha256.Sum256([]byte("satchel send " + p.Key)))
	done := map[string]any{"operation_id": opID(op)}
	if fsm.Exists(cl.Executor().Snapshot(), op) {
		return done, nil
	}
	q, err := quote(cl, p.Amount, p.Kind)
	if err != nil {
		return nil, err
	}
	var most *ecash.Quote
	if p.MaxFee != nil {
		most = &ecash.Quote{Amount: math.MaxUint64, Fee: *p.MaxFee} // the amount follows from what was asked for
	}
	return done, q.purse.Send(c.ctx, op, p.Amount, most, ecash.SendOptions{TakeBackAfter: after, Invite: p.Invite})
}

type ecashParams struct {
	Notes string `json:"notes"`
}

// incoming reads e-cash, and finds the module that issued it.
func (c *call) incoming(p ecashParams) (notes.Text, *client.Client, *ecash.Purse, error) {
	text, err := parseEcash(strings.TrimSpace(p.Notes))
	if err != nil {
		return nil, nil, nil, fail(InvalidInput, "e-cash: %v", err)
	}
	w, err := c.get(c.ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	ids, err := issuers(w, text)
	if err != nil {
		return nil, nil, nil, err
	}
	if len(ids) == 0 {
		return nil, nil, nil, fail(NotJoined, "this e-cash is of a federation that was not joined")
	}
	cl, err := w.Client(ids[0])
	if err != nil {
		return nil, nil, nil, err
	}
	m, err := purseOf(cl, kindOf(text))
	return text, cl, m, err
}

func quoteReceive(c *call, p ecashParams) (map[string]wire.Amount, error) {
	notes, _, m, err := c.incoming(p)
	if err != nil {
		return nil, err
	}
	q, err := m.QuoteReceive(c.ctx, notes)
	return map[string]wire.Amount{"amount_msat": q.Amount, "fee_msat": q.Fee, "aside_msat": q.Aside}, err
}

func checkSpent(c *call, p ecashParams) (map[string]wire.Amount, error) {
	notes, _, m, err := c.incoming(p)
	if err != nil {
		return nil, err
	}
	spent, err := m.Spent(c.ctx, notes)
	return map[string]wire.Amount{"spent_msat": spent}, err
}

func receiveEcash(c *call, p ecashParams) (map[string]any, error) {
	notes, cl, m, err := c.incoming(p)
	if err != nil {
		return nil, err
	}
	op, err := m.Receive(c.ctx, notes, nil)
	if errors.Is(err, ecash.ErrReceived) {
		err = nil
	}
	return map[string]any{"federation": cl.FederationID(), "operation_id": opID(op)}, err
}

type federationOperation struct {
	federationParams
	operationParams
}

func (c *call) purseFor(p federationOperation) (*ecash.Purse, error) {
	cl, err := c.client(p.Federation)
	if err != nil {
		return nil, err
	}
	return purseFor(cl, fsm.OpID(p.Op))
}

func takeBack(c *call, p federationOperation) (any, error) {
	m, err := c.purseFor(p)
	if err != nil {
		return nil, err
	}
	return nil, m.TakeBack(c.ctx, fsm.OpID(p.Op))
}

func checkTaken(c *call, p federationOperation) (bool, error) {
	m, err := c.purseFor(p)
	if err != nil {
		return false, err
	}
	return m.CheckTaken(c.ctx, fsm.OpID(p.Op))
}

func wake(c *call, _ nothing) (any, error) {
	w, err := c.get(c.ctx)
	if err == nil {
		w.Wake()
	}
	return nil, err
}

// operationPage is how many operations are listed when nothing else is said.
const operationPage = 50

func listOperationViews(c *call, p struct {
	federationParams
	Before uint64 `json:"before"`
	Limit  int    `json:"limit"`
}) ([]OperationView, error) {
	cl, err := c.client(p.Federation)
	if err != nil {
		return nil, err
	}
	if p.Limit <= 0 {
		p.Limit = operationPage
	}
	list := []OperationView{}
	for op := range cl.Operations(cl.Executor().Snapshot(), p.Before) {
		if len(list) == p.Limit {
			break
		}
		v, err := c.operationView(c.ctx, cl, op)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

func (c *call) detail(cl *client.Client, id fsm.OpID) (OperationDetail, error) {
	var v OperationDetail
	op, ok := cl.Operation(cl.Executor().Snapshot(), id)
	if !ok {
		return v, fail(UnknownOperation, "there is no operation %v", id)
	}
	// What the operation has come to is looked at after where its machines stand:
	// when all of these are final, so is that.
	steps, err := cl.Executor().History(c.ctx, id, 0)
	if err != nil {
		return v, err
	}
	if v.OperationView, err = c.operationView(c.ctx, cl, op); err != nil {
		return v, err
	}
	v.Machines = machineViews(cl.Executor(), steps)
	v.Guardians, v.Threshold = guardianViews(cl.Guardians().Health()), cl.Guardians().Threshold()
	if m, err := purseFor(cl, id); err == nil {
		v.TakeBack = v.State == client.Ready
		text, ok, err := m.TextOf(c.ctx, id)
		if err != nil {
			return v, err
		}
		if ok {
			v.Notes = text.String()
		}
		if v.State == client.Ready {
			at, ok, err := m.Returns(c.ctx, id)
			if err != nil {
				return v, err
			}
			if ok {
				v.Returns = at.UnixMilli()
			}
		}
	}
	return v, nil
}
