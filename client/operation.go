package client

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"time"

	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// An Operation is one action of a person: an entry of the operation log.
type Operation struct {
	ID     fsm.OpID
	Number uint64 // 1, 2, …, in the order in which operations began
	Kind   wire.ModuleKind
	Module wire.ModuleID
	Meta   json.RawMessage
	Began  time.Time // wall clock, for display
}

const (
	operations = "o/"
	timeline   = "t/"
	eventNext  = "c/events"
	events     = "e/"
)

func (o *Operation) Append(b []byte) []byte {
	b = wire.AppendUint(b, o.Number)
	b = o.Kind.Append(b)
	b = o.Module.Append(b)
	b = wire.AppendBytes(b, o.Meta)
	return wire.AppendUint(b, uint64(max(0, o.Began.UnixNano())))
}

func (o *Operation) Decode(d *wire.Decoder) {
	o.Number = d.Uint64()
	o.Kind.Decode(d)
	o.Module.Decode(d)
	o.Meta = d.Bytes()
	o.Began = time.Unix(0, int64(d.Uint64()))
}

// Begin writes an operation into the log, with its meta as JSON.
func (h Host) Begin(tx *fsm.Tx, op fsm.OpID, kind wire.ModuleKind, meta any) error {
	text, err := json.Marshal(meta)
	if err != nil {
		return err
	}
	number := uint64(1)
	for k := range tx.UnderDown(timeline, "") {
		number = binary.BigEndian.Uint64([]byte(k[len(timeline):])) + 1
		break
	}
	o := Operation{ID: op, Number: number, Kind: kind, Module: h.ID, Meta: text, Began: h.Now()}
	tx.Put(operations+string(op[:]), wire.Encode(&o))
	tx.Put(timelineKey(number)+string(op[:]), nil)
	return nil
}

// Amend replaces the meta of an operation that is in the log.
func (h Host) Amend(tx *fsm.Tx, op fsm.OpID, meta any) error {
	o, ok := h.Operation(&tx.Reader, op)
	if !ok {
		return fmt.Errorf("operation %v is not in the log", op)
	}
	var err error
	if o.Meta, err = json.Marshal(meta); err != nil {
		return err
	}
	tx.Put(operations+string(op[:]), wire.Encode(&o))
	return nil
}

func timelineKey(number uint64) string {
	return timeline + string(binary.BigEndian.AppendUint64(nil, number))
}

// Operation returns an entry of the log.
func (c *Client) Operation(r *kv.Reader, op fsm.OpID) (Operation, bool) {
	v, ok := r.Get(operations + string(op[:]))
	if !ok {
		return Operation{}, false
	}
	o, err := wire.Decode[Operation](v)
	if err != nil {
		panic(fmt.Sprintf("client: stored operation cannot be read: %v", err))
	}
	o.ID = op
	return o, true
}

// Operations yields the log, newest first, from before the operation with that
// number, or from the end if it is 0.
func (c *Client) Operations(r *kv.Reader, before uint64) iter.Seq[Operation] {
	bound := ""
	if before > 0 {
		bound = timelineKey(before)
	}
	return func(yield func(Operation) bool) {
		for k := range r.UnderDown(timeline, bound) {
			o, ok := c.Operation(r, fsm.OpID([]byte(k[len(timeline)+8:])))
			if ok && !yield(o) {
				return
			}
		}
	}
}

// An Event is something that happened. Events are kept for good and are not held
// in memory.
type Event struct {
	ID       uint64
	Kind     string
	Module   wire.ModuleKind // "" for the core's
	Instance wire.ModuleID
	At       time.Time
	Payload  map[string]any
}

type storedEvent struct {
	Kind     string          `json:"kind"`
	Module   wire.ModuleKind `json:"module,omitempty"`
	Instance wire.ModuleID   `json:"instance,omitempty"`
	AtUsecs  int64           `json:"at"`
	Payload  map[string]any  `json:"payload"`
}

// Log appends an event.
func (c *Client) Log(tx *fsm.Tx, e Event) {
	text, err := json.Marshal(storedEvent{e.Kind, e.Module, e.Instance, c.Now().UnixMicro(), e.Payload})
	if err != nil {
		panic(fmt.Sprintf("client: event %s cannot be written: %v", e.Kind, err))
	}
	next := uint64(0)
	if v, ok := tx.Get(eventNext); ok {
		next = binary.BigEndian.Uint64(v)
	}
	tx.PutCold(events+string(binary.BigEndian.AppendUint64(nil, next)), text)
	tx.Put(eventNext, binary.BigEndian.AppendUint64(nil, next+1))
}

// Events returns up to n events from the one with that number on.
func (c *Client) Events(ctx context.Context, from uint64, n int) ([]Event, error) {
	end := from
	if v, ok := c.x.Snapshot().Get(eventNext); ok {
		end = min(binary.BigEndian.Uint64(v), from+uint64(max(0, n)))
	}
	if end <= from {
		return nil, nil
	}
	before := events + string(binary.BigEndian.AppendUint64(nil, end))
	page, _, err := c.x.Page(ctx, events, before, int(end-from))
	if err != nil {
		return nil, err
	}
	slices.Reverse(page)
	list := make([]Event, len(page))
	for i, e := range page {
		var s storedEvent
		if err := json.Unmarshal(e.Value, &s); err != nil {
			return nil, err
		}
		list[i] = Event{
			ID:   binary.BigEndian.Uint64([]byte(e.Key[len(events):])),
			Kind: s.Kind, Module: s.Module, Instance: s.Instance,
			At: time.UnixMicro(s.AtUsecs), Payload: s.Payload,
		}
	}
	return list, nil
}
