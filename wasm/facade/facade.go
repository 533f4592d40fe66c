package facade

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"satchel/client"
	"satchel/fsm/kv"
)

// A Facade answers requests about one wallet.
type Facade struct {
	platform client.Platform

	mu       sync.Mutex
	wallet   *client.Wallet // nil while there is none
	trouble  error          // why there is none
	opened   chan struct{}  // closed and replaced when that changes
	calls    map[uint64]context.CancelFunc
	previews map[string]previewed // by invite code
}

// New returns a facade without a wallet: calls wait for one until Run has opened
// it, or found out why it cannot.
func New(p client.Platform) *Facade {
	return &Facade{
		platform: p,
		opened:   make(chan struct{}),
		calls:    map[uint64]context.CancelFunc{},
		previews: map[string]previewed{},
	}
}

// reopenAfter is how long to wait before the wallet's store is opened again.
const reopenAfter = time.Second

// Run opens the wallet and drives it until ctx ends or another owner takes it
// over, which is an error that matches [kv.ErrFenced].
func (f *Facade) Run(ctx context.Context) error {
	for {
		w, err := client.OpenWallet(ctx, f.platform)
		f.set(w, err)
		if err == nil {
			err = w.Run(ctx)
			f.set(nil, err)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if errors.Is(err, kv.ErrFenced) {
			return err
		}
		select {
		case <-time.After(reopenAfter):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (f *Facade) set(w *client.Wallet, trouble error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.wallet, f.trouble = w, trouble
	close(f.opened)
	f.opened = make(chan struct{})
}

// get returns the wallet, or why there is none.
func (f *Facade) get(ctx context.Context) (*client.Wallet, error) {
	w, _, err := f.current(ctx)
	return w, err
}

// current returns the wallet and a channel that is closed when another one, or
// none, has taken its place. It waits while it is not known whether there is one.
func (f *Facade) current(ctx context.Context) (*client.Wallet, <-chan struct{}, error) {
	for {
		f.mu.Lock()
		w, trouble, opened := f.wallet, f.trouble, f.opened
		f.mu.Unlock()
		if w != nil || trouble != nil {
			return w, opened, trouble
		}
		select {
		case <-opened:
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	}
}

// A response is one answer to a request.
type response struct {
	ID    uint64 `json:"request_id"`
	Type  string `json:"type"`
	Data  any    `json:"data,omitempty"`
	Error string `json:"error,omitempty"`
	Code  Code   `json:"code,omitempty"`
}

// null is data that is null: omitempty would leave it out.
var null = json.RawMessage("null")

// A call is a request that is being answered.
type call struct {
	*Facade
	ctx    context.Context
	params json.RawMessage
	data   func(any) // sends a data response
}

// Handle answers one request and returns when it has been ended. respond gets
// the responses, in order, each valid JSON; it is not called twice at a time and
// must not wait long. Requests may be handled at the same time. ctx ends them.
func (f *Facade) Handle(ctx context.Context, request []byte, respond func([]byte)) {
	f.Begin(ctx, request, respond)()
}

// Begin takes a request in, so that one that follows can cancel it, and returns
// what answers it, as [Facade.Handle] does. It does not wait.
func (f *Facade) Begin(ctx context.Context, request []byte, respond func([]byte)) (answer func()) {
	send := func(r response) {
		text, err := json.Marshal(r)
		if err != nil {
			text, _ = json.Marshal(response{ID: r.ID, Type: "error", Error: err.Error(), Code: Internal})
		}
		respond(text)
	}
	var head struct {
		ID   *uint64 `json:"request_id"`
		Type string  `json:"type"`
	}
	err := json.Unmarshal(request, &head)
	if err != nil || head.ID == nil {
		why := "it has no request_id"
		if err != nil {
			why = explain(err)
		}
		return func() {
			send(response{Type: "error", Error: "a request is a JSON object with request_id and type: " + why, Code: InvalidInput})
		}
	}
	id := *head.ID
	callCtx, cancel := context.WithCancel(ctx)
	if !f.enter(id, cancel) {
		cancel()
		return func() {
			send(response{ID: id, Type: "error", Error: fmt.Sprintf("request %d is still being answered", id), Code: InvalidInput})
		}
	}
	return func() {
		defer cancel()
		defer f.leave(id)
		c := &call{Facade: f, ctx: callCtx, params: request, data: func(v any) {
			if v == nil {
				v = null
			}
			send(response{ID: id, Type: "data", Data: v})
		}}
		err := c.answer(head.Type)
		switch {
		case err == nil:
			send(response{ID: id, Type: "end"})
		case callCtx.Err() != nil && ctx.Err() == nil:
			send(response{ID: id, Type: "aborted"})
		default:
			send(response{ID: id, Type: "error", Error: err.Error(), Code: codeOf(err)})
		}
	}
}

// explain says what is wrong with JSON, without the names of Go's types.
func explain(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("not JSON at byte %d: %v", syntax.Offset, err)
	case errors.As(err, &kind) && kind.Field == "":
		return "it is of type " + kind.Value
	case errors.As(err, &kind):
		return fmt.Sprintf("%s cannot be a %s", kind.Field, kind.Value)
	}
	return err.Error()
}

func (f *Facade) enter(id uint64, cancel context.CancelFunc) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.calls[id] != nil {
		return false
	}
	f.calls[id] = cancel
	return true
}

func (f *Facade) leave(id uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.calls, id)
}

// answer runs the verb's handler. A panic in it ends this call only.
func (c *call) answer(verb string) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fail(Internal, "%s: panic: %v\n%s", verb, v, debug.Stack())
		}
	}()
	h := verbs[verb]
	if h == nil {
		return fail(UnknownVerb, "there is no verb %q", verb)
	}
	return h(c)
}

// A handler answers a call with data; its error ends the call as one.
type handler func(*call) error

// verbs is every verb and who answers it.
var verbs map[string]handler

func init() {
	verbs = map[string]handler{
		"generate_mnemonic":  unary(generateMnemonic),
		"set_mnemonic":       unary(setMnemonic),
		"get_mnemonic":       unary(getMnemonic),
		"has_mnemonic_set":   unary(hasMnemonic),
		"parse_invite_code":  unary(parseInvite),
		"preview_federation": unary(previewFederation),
		"parse_oob_notes":    unary(parseNotes),
		"join_federation":    unary(joinFederation),
		"open_client":        unary(openClient),
		"close_client":       unary(openClient),
		"cancel_rpc":         cancelCall,
		"client_rpc":         clientRPC,

		"subscribe_wallet":     subscribeWallet,
		"subscribe_operations": stream(subscribeOperations),
		"list_operation_views": unary(listOperationViews),
		"subscribe_operation":  stream(subscribeOperation),
		"preview":              unary(preview),
		"join":                 unary(join),
		"identify":             unary(identify),
		"quote_send":           unary(quoteSend),
		"send_ecash":           unary(sendEcash),
		"quote_receive":        unary(quoteReceive),
		"check_spent":          unary(checkSpent),
		"receive_ecash":        unary(receiveEcash),
		"take_back":            unary(takeBack),
		"check_taken":          unary(checkTaken),
		"wake":                 unary(wake),
		"check_words":          unary(checkWords),
		"restore":              unary(restoreFederation),
		"search_again":         unary(searchAgain),
		"dismiss_elsewhere":    unary(dismissElsewhere),
		"back_up":              unary(backUp),
		"quote_move":           unary(quoteMove),
		"move_notes":           unary(moveNotes),
		"export_wallet":        unary(exportWallet),
		"read_export":          unary(readExport),
		"import_wallet":        unary(importWallet),
		"list_archived":        unary(listArchived),
		"list_gateways":        unary(listGateways),
		"quote_pay":            unary(quotePay),
		"pay_invoice":          unary(payInvoice),
		"quote_invoice":        unary(quoteInvoice),
		"make_invoice":         unary(makeInvoice),
		"ask_lnurl":            unary(askLnurl),
		"lnurl_invoice":        unary(lnurlInvoice),
		"lnurl_withdraw":       unary(lnurlWithdraw),
		"lnurl_login":          unary(lnurlLogin),
		"own_lnurl":            unary(ownLnurl),
	}
}

// unary makes a handler that answers with one value.
func unary[P, R any](f func(*call, P) (R, error)) handler {
	return func(c *call) error {
		var p P
		if err := c.fields(&p); err != nil {
			return err
		}
		v, err := f(c, p)
		return c.end(v, err)
	}
}

// stream makes a handler that answers as often as it wants.
func stream[P any](f func(*call, P) error) handler {
	return func(c *call) error {
		var p P
		if err := c.fields(&p); err != nil {
			return err
		}
		return f(c, p)
	}
}

// fields reads the request into what p points to.
func (c *call) fields(p any) error {
	if err := json.Unmarshal(c.params, p); err != nil {
		return fail(InvalidInput, "fields: %s", explain(err))
	}
	return nil
}

// end answers with a value, or else returns the error.
func (c *call) end(v any, err error) error {
	if err == nil {
		c.data(v)
	}
	return err
}

// nothing is the parameter of verbs that take none.
type nothing struct{}

// cancelCall ends another request. It is answered itself by nothing but its end.
func cancelCall(c *call) error {
	return stream(func(c *call, p struct {
		ID uint64 `json:"cancel_request_id"`
	}) error {
		c.mu.Lock()
		cancel := c.calls[p.ID]
		c.mu.Unlock()
		if cancel != nil {
			cancel()
		}
		return nil
	})(c)
}
