package ecash_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"testing"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/ecash"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

const module = 1

// An output issues a note whose blind nonce is a number and no point.
type output uint64

func (o output) Append(b []byte) []byte { return binary.BigEndian.AppendUint64(b, uint64(o)) }

func (output) DecodeOutput(body []byte) (consensus.Output, error) {
	return output(binary.BigEndian.Uint64(body)), nil
}

func (output) Outcome(consensus.View, wire.PeerID, wire.OutPoint) wire.Appender { return nil }

func (output) Admit(consensus.View) consensus.Refusal { return nil }

func (o output) Create(tx consensus.Tx, at wire.OutPoint) (consensus.Worth, consensus.Refusal) {
	note := ecash.Issued{Amount: 1}
	o.Append(note.Blind[:0])
	ecash.Issue(tx, at, note, o.item())
	return consensus.Worth{Amount: 1}, nil
}

// item has tweaks whose JSON is long.
func (o output) item() wire.MintV2RecoveryItem {
	item := wire.MintV2RecoveryItem{Denomination: 10}
	o.Append(item.Hash[:0])
	for i := range item.Tweak {
		item.Tweak[i] = 0xff
	}
	return item
}

// issue returns a ledger with so many notes.
func issue(t testing.TB, notes int) *consensus.Ledger {
	t.Helper()
	db, err := kv.Open(t.Context(), kv.NewMemory().Handle())
	if err != nil {
		t.Fatal(err)
	}
	modules := map[wire.ModuleID]consensus.Module{module: {Outputs: output(0), Outstanding: ecash.Outstanding}}
	ledger := consensus.New(db, modules, map[wire.PeerID]wire.SecretKey{0: {31: 1}})
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	go ledger.Run(ctx)
	for n := 0; n < notes; {
		var outputs []wire.DynOutput
		for ; n < notes && len(outputs) < 10_000; n++ {
			outputs = append(outputs, wire.DynOutput{Dyn: wire.DynOf(module, output(n))})
		}
		if _, err := ledger.Issue(ctx, outputs, [8]byte{}); err != nil {
			t.Fatal(err)
		}
	}
	return ledger
}

func ask(t testing.TB, ledger *consensus.Ledger, method, params string) any {
	t.Helper()
	call := consensus.Call{Params: json.RawMessage(params), View: ledger.View(module)}
	answer, err := ecash.Recovery(func(s ecash.Slice) any { return s })[method](t.Context(), call)
	if err != nil {
		t.Fatalf("%s %s: %v", method, params, err)
	}
	return answer
}

// TestSlices cuts a list in every way.
func TestSlices(t *testing.T) {
	for _, count := range []int{0, 1, 5} {
		ledger := issue(t, count)
		if got := ask(t, ledger, "recovery_count", "null"); got != uint64(count) {
			t.Errorf("%v of %d items", got, count)
		}
		for start := range count + 2 {
			for end := range count + 3 {
				var want []wire.MintV2RecoveryItem
				for i := start; i < min(end, count); i++ {
					want = append(want, output(i).item())
				}
				params := fmt.Sprintf("[%d,%d]", start, end)
				slice := ask(t, ledger, "recovery_slice", params).(ecash.Slice)
				hash := ask(t, ledger, "recovery_slice_hash", params)
				if wire.HashOf(slice) != wire.HashOf(wire.MintV2RecoverySlice(want)) || hash != wire.HashOf(slice) {
					t.Errorf("items %s of %d: %x with hash %v", params, count, slice, hash)
				}
			}
		}
	}
}

// BenchmarkSlice takes 10 000 items, as wallets do, from the middle of a
// million.
func BenchmarkSlice(b *testing.B) {
	ledger := issue(b, 1_000_000)
	for _, method := range []string{"recovery_slice", "recovery_slice_hash"} {
		b.Run(method, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ask(b, ledger, method, "[500000,510000]")
			}
		})
	}
}
