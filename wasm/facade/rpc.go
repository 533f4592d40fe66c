package facade

import (
	"encoding/json"
	"time"

	"satchel/client"
	"satchel/client/ecash"
	"satchel/client/guardians"
	"satchel/client/meta"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// raw is JSON that is passed on as it is.
type raw = json.RawMessage

// A rpcCall is a client_rpc on one federation.
type rpcCall struct {
	*call
	client *client.Client
}

// mint returns the federation's e-cash of the first generation, the only one of
// which the official client knows.
func (c *rpcCall) mint() (*ecash.Purse, error) { return purseOf(c.client, wire.KindMint) }

// clientRPC finds the method and hands the payload to it.
func clientRPC(c *call) error {
	return stream(func(c *call, p struct {
		clientParams
		Module  string          `json:"module"`
		Method  string          `json:"method"`
		Payload json.RawMessage `json:"payload"`
	}) error {
		h := methods[p.Module+"."+p.Method]
		if h == nil {
			return fail(UnknownVerb, "module %q has no method %q", p.Module, p.Method)
		}
		cl, err := c.client(p.Name)
		if err != nil {
			return err
		}
		if len(p.Payload) == 0 || string(p.Payload) == "null" {
			p.Payload = raw("{}")
		}
		c.params = p.Payload
		return h(&rpcCall{c, cl})
	})(c)
}

// methods is every method of client_rpc: module, dot, name.
var methods map[string]func(*rpcCall) error

func init() {
	methods = map[string]func(*rpcCall) error{
		".get_balance":               one(getBalance),
		".subscribe_balance_changes": many(subscribeBalance),
		".get_config":                one(getConfig),
		".get_federation_id":         one(getFederationID),
		".get_invite_code":           one(getInviteCode),
		".get_operation":             one(getOperation),
		".list_operations":           one(listOperations),
		".get_event_log":             one(getEventLog),
		".session_count":             one(sessionCount),
		".has_pending_recoveries":    one(hasPendingRecoveries),

		".wait_for_all_recoveries":        one(waitForRecoveries),
		".subscribe_to_recovery_progress": many(subscribeRecovery),
		".backup_to_federation":           one(backUpRPC),

		"mint.reissue_external_notes":           one(reissueNotes),
		"mint.subscribe_reissue_external_notes": many(subscribeOutcome),
		"mint.spend_notes":                      one(spendNotes),
		"mint.spend_notes_expert":               one(spendNotesExpert),
		"mint.validate_notes":                   one(validateNotes),
		"mint.try_cancel_spend_notes":           one(tryCancel),
		"mint.await_spend_oob_refund":           one(awaitRefund),
		"mint.subscribe_spend_notes":            many(subscribeOutcome),
		"mint.note_counts_by_denomination":      one(noteCounts),

		"meta.get_consensus_value": one(getConsensusValue),
	}
}

func one[P, R any](f func(*rpcCall, P) (R, error)) func(*rpcCall) error {
	return func(c *rpcCall) error {
		var p P
		if err := c.fields(&p); err != nil {
			return err
		}
		v, err := f(c, p)
		return c.end(v, err)
	}
}

func many[P any](f func(*rpcCall, P) error) func(*rpcCall) error {
	return func(c *rpcCall) error {
		var p P
		if err := c.fields(&p); err != nil {
			return err
		}
		return f(c, p)
	}
}

func getBalance(c *rpcCall, _ nothing) (wire.Amount, error) {
	return c.client.Balance(c.client.Executor().Snapshot()), nil
}

func subscribeBalance(c *rpcCall, _ nothing) error {
	last := wire.Amount(0)
	for first := true; ; first = false {
		balance, err := fsm.Await(c.ctx, c.client.Executor(), "", func(r *kv.Reader) (wire.Amount, bool) {
			b := c.client.Balance(r)
			return b, first || b != last
		})
		if err != nil {
			return err
		}
		c.data(balance)
		last = balance
	}
}

func getConfig(c *rpcCall, _ nothing) (wire.ClientConfig, error) { return c.client.Config(), nil }

func getFederationID(c *rpcCall, _ nothing) (wire.FederationID, error) {
	return c.client.FederationID(), nil
}

func getInviteCode(c *rpcCall, p struct {
	Peer wire.PeerID `json:"peer"`
}) (*wire.InviteCode, error) {
	code, ok := c.client.Invite(p.Peer)
	if !ok {
		return nil, nil
	}
	return &code, nil
}

func sessionCount(c *rpcCall, _ nothing) (uint64, error) {
	return guardians.Ask(c.ctx, c.client.Guardians(), guardians.Question{Method: "session_count"},
		guardians.JSON[uint64], guardians.Agree[uint64]())
}

func hasPendingRecoveries(c *rpcCall, _ nothing) (bool, error) {
	return c.client.Searching(c.client.Executor().Snapshot()), nil
}

func waitForRecoveries(c *rpcCall, _ nothing) (any, error) {
	return fsm.Await(c.ctx, c.client.Executor(), "", func(r *kv.Reader) (any, bool) { return nil, !c.client.Searching(r) })
}

type recoveryProgress struct {
	Module   wire.ModuleID `json:"module_id"`
	Progress struct {
		Complete uint64 `json:"complete"`
		Total    uint64 `json:"total"`
	} `json:"progress"`
}

// subscribeRecovery tells how far each search is, and ends when none goes on.
func subscribeRecovery(c *rpcCall, _ nothing) error {
	told := map[wire.ModuleID]recoveryProgress{}
	for {
		news, err := fsm.Await(c.ctx, c.client.Executor(), "", func(r *kv.Reader) (news []recoveryProgress, ok bool) {
			for _, m := range purses(c.client) {
				p := recoveryProgress{Module: m.ID}
				if p.Progress.Complete, p.Progress.Total, ok = m.SearchProgress(r); ok && told[m.ID] != p {
					news = append(news, p)
				}
			}
			return news, len(news) > 0 || !c.client.Searching(r)
		})
		if err != nil || len(news) == 0 {
			return err
		}
		for _, p := range news {
			told[p.Module] = p
			c.data(p)
		}
	}
}

// backUpRPC makes a backup. What the caller wants to keep with it is left out: the
// wallet has its own there.
func backUpRPC(c *rpcCall, _ nothing) (any, error) { return nil, c.client.BackUp(c.ctx) }

type operationParams struct {
	Op opID `json:"operation_id"`
}

// opID is an operation id in hex.
type opID fsm.OpID

func (o opID) MarshalText() ([]byte, error) { return wire.OperationID(o).MarshalText() }

func (o *opID) UnmarshalText(text []byte) error { return (*wire.OperationID)(o).UnmarshalText(text) }

type systemTime struct {
	Secs  int64 `json:"secs_since_epoch"`
	Nanos int64 `json:"nanos_since_epoch"`
}

func systemTimeOf(t time.Time) systemTime { return systemTime{t.Unix(), int64(t.Nanosecond())} }

type operationEntry struct {
	Kind    wire.ModuleKind `json:"operation_module_kind"`
	Meta    raw             `json:"meta"`
	Outcome any             `json:"outcome"`
}

// entry describes an operation as the official client does.
func (c *rpcCall) entry(op client.Operation) (operationEntry, error) {
	e := operationEntry{Kind: op.Kind, Meta: op.Meta}
	s, err := c.client.Summary(c.ctx, op)
	if err != nil {
		return e, err
	}
	if s.Final {
		e.Outcome = map[string]any{"time": systemTimeOf(op.Began), "outcome": s.Outcome}
	}
	return e, nil
}

func getOperation(c *rpcCall, p operationParams) (*operationEntry, error) {
	op, ok := c.client.Operation(c.client.Executor().Snapshot(), fsm.OpID(p.Op))
	if !ok {
		return nil, nil
	}
	e, err := c.entry(op)
	return &e, err
}

type chronologicalKey struct {
	Created systemTime `json:"creation_time"`
	Op      opID       `json:"operation_id"`
}

func listOperations(c *rpcCall, p struct {
	Limit *int              `json:"limit"`
	Last  *chronologicalKey `json:"last_seen"`
}) ([][2]any, error) {
	r := c.client.Executor().Snapshot()
	before := uint64(0)
	if p.Last != nil {
		op, ok := c.client.Operation(r, fsm.OpID(p.Last.Op))
		if !ok {
			return nil, fail(UnknownOperation, "there is no operation %v", fsm.OpID(p.Last.Op))
		}
		before = op.Number
	}
	list := [][2]any{}
	for op := range c.client.Operations(r, before) {
		if p.Limit != nil && len(list) >= *p.Limit {
			break
		}
		e, err := c.entry(op)
		if err != nil {
			return nil, err
		}
		list = append(list, [2]any{chronologicalKey{systemTimeOf(op.Began), opID(op.ID)}, e})
	}
	return list, nil
}

// Pages of the event log.
const (
	eventsDefault = 100
	eventsMost    = 10_000
)

func getEventLog(c *rpcCall, p struct {
	Pos   *uint64 `json:"pos"`
	Limit *uint64 `json:"limit"`
}) ([]any, error) {
	from, limit := uint64(0), uint64(eventsDefault)
	if p.Pos != nil {
		from = *p.Pos
	}
	if p.Limit != nil {
		limit = min(*p.Limit, eventsMost)
	}
	events, err := c.client.Events(c.ctx, from, int(limit))
	if err != nil {
		return nil, err
	}
	list := []any{}
	for _, e := range events {
		var module any
		if e.Module != "" {
			module = map[string]any{"kind": e.Module, "id": e.Instance}
		}
		list = append(list, map[string]any{
			"id": e.ID, "kind": e.Kind, "module": module, "ts_usecs": e.At.UnixMicro(), "payload": e.Payload,
		})
	}
	return list, nil
}

func getConsensusValue(c *rpcCall, p struct {
	Key uint8 `json:"key"`
}) (any, error) {
	m, ok := c.client.Module(wire.KindMeta).(*meta.Meta)
	if !ok {
		return nil, fail(UnsupportedFederation, "federation has no meta module")
	}
	v, err := m.Get(c.ctx, p.Key)
	if err != nil || v == nil {
		return nil, err
	}
	if !json.Valid(v.Value) {
		return nil, fail(InvalidInput, "value %d is not JSON", p.Key)
	}
	return map[string]any{"revision": v.Revision, "value": raw(v.Value)}, nil
}
