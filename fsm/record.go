package fsm

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"time"

	"satchel/fsm/kv"
)

// An OpID names an operation: all machines that one action of a person, or of
// a program, brought about. It is random, or a hash that makes the action
// happen only once.
type OpID [32]byte

// String returns the id in hex.
func (op OpID) String() string { return hex.EncodeToString(op[:]) }

// A Record is one step that a machine has entered.
type Record struct {
	Op      OpID
	ID      uint64 // the machine's, unique in its store
	Machine string // name of the machine
	Step    string // name of the step
	Event   string // the edge that led here, "" where the machine began
	Entered uint64 // number of the commit that entered the step
	Order   uint16 // place among the steps entered by that commit
	Final   bool   // no edge leaves the step
	Data    []byte // the state as stored

	// At is the wall clock at that commit. It is for display: no rule depends
	// on it, and it may jump.
	At time.Time

	// State is the decoded state, nil if it cannot be decoded.
	State State

	// Err says why the machine cannot run, for a record that is stuck.
	Err error
}

// Keys that begin with a zero byte belong to the engine.
//
//	\0m op id             the step in which a machine stands
//	\0l op entered order  a step that was left
//	\0o op                an operation that has moved to the cold map
//
// op is 32 bytes, id and entered are 8 and order 2, big endian.
const (
	standing = "\x00m"
	left     = "\x00l"
	moved    = "\x00o"
)

// Under returns the prefix of the keys that change when a machine of the
// operation moves, for [Await].
func Under(op OpID) string { return standing + string(op[:]) }

func (r *Record) standingKey() string {
	return string(binary.BigEndian.AppendUint64([]byte(Under(r.Op)), r.ID))
}

func (r *Record) leftKey() string {
	k := append([]byte(left), r.Op[:]...)
	k = binary.BigEndian.AppendUint64(k, r.Entered)
	return string(binary.BigEndian.AppendUint16(k, r.Order))
}

// recordVersion begins every stored record.
const recordVersion = 1

func (r *Record) encode() []byte {
	b := []byte{recordVersion}
	b = append(b, r.Op[:]...)
	b = binary.AppendUvarint(b, r.ID)
	b = binary.AppendUvarint(b, r.Entered)
	b = binary.AppendUvarint(b, uint64(r.Order))
	b = binary.AppendUvarint(b, uint64(max(r.At.UnixMilli(), 0)))
	final := byte(0)
	if r.Final {
		final = 1
	}
	b = append(b, final)
	for _, s := range []string{r.Machine, r.Step, r.Event, string(r.Data)} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	return b
}

var errRecord = errors.New("fsm: stored record cannot be read")

// decodeRecord reads what encode wrote. The state stays undecoded.
func decodeRecord(b []byte) (Record, error) {
	var r Record
	if len(b) < 1+len(r.Op) || b[0] != recordVersion {
		return r, errRecord
	}
	copy(r.Op[:], b[1:])
	b = b[1+len(r.Op):]
	var order, at uint64
	for _, p := range []*uint64{&r.ID, &r.Entered, &order, &at} {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			return r, errRecord
		}
		*p, b = v, b[n:]
	}
	if len(b) == 0 {
		return r, errRecord
	}
	r.Order, r.At, r.Final = uint16(order), time.UnixMilli(int64(at)), b[0] == 1
	b = b[1:]
	var data string
	for _, p := range []*string{&r.Machine, &r.Step, &r.Event, &data} {
		n, size := binary.Uvarint(b)
		if size <= 0 || n > uint64(len(b)-size) {
			return r, errRecord
		}
		*p, b = string(b[size:size+int(n)]), b[size+int(n):]
	}
	r.Data = []byte(data)
	if len(b) != 0 {
		return r, errRecord
	}
	return r, nil
}

// resolve decodes the state of a stored record with the machines that the
// executor knows.
func (x *Executor) resolve(r *Record) (*Node, error) {
	m := x.machines[r.Machine]
	if m == nil {
		return nil, fmt.Errorf("machine %q is not known to this version", r.Machine)
	}
	n := m.node(r.Step)
	if n == nil {
		return nil, fmt.Errorf("step %q of machine %q is not known to this version", r.Step, r.Machine)
	}
	var err error
	if perr := protect(func() { r.State, err = n.decode(r.Data) }); perr != nil {
		err = perr
	}
	if err != nil {
		r.State = nil
		return nil, fmt.Errorf("step %q of machine %q: %w", r.Step, r.Machine, err)
	}
	return n, nil
}

// Machines yields where every machine of the operation stands, in the order in
// which the machines began. Machines of operations that [Executor.Prune] has
// moved are not among them.
func (x *Executor) Machines(r *kv.Reader, op OpID) iter.Seq[Record] { return x.under(r, Under(op)) }

// All yields where every machine in memory stands, operation by operation.
func (x *Executor) All(r *kv.Reader) iter.Seq[Record] { return x.under(r, standing) }

func (x *Executor) under(r *kv.Reader, prefix string) iter.Seq[Record] {
	return func(yield func(Record) bool) {
		for _, v := range r.Under(prefix) {
			rec, err := decodeRecord(v)
			if err != nil {
				continue // it is among the stuck ones
			}
			x.resolve(&rec) // an unknown step is shown without its state
			if !yield(rec) {
				return
			}
		}
	}
}

// Exists reports whether the operation has, or ever had, a machine.
func Exists(r *kv.Reader, op OpID) bool {
	for range r.Under(Under(op)) {
		return true
	}
	return r.Has(moved + string(op[:]))
}
