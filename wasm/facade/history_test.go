//go:build unix

package facade_test

import (
	"fmt"
	"testing"

	"satchel/build/devfed"
	"satchel/wasm/facade"
)

// Old operations leave the memory at the next start, and can still be looked at,
// named, and not be done twice.
func TestOldOperations(t *testing.T) {
	const many = 130
	fed := federation(t, devfed.Options{NoFees: true})
	dir := t.TempDir()
	w := open(t, platform(dir))
	id := w.join(fed)
	first := ecash(t, fed, 1<<20)
	w.receive(id, first)
	for i := range many {
		w.send(id, fmt.Sprint(i), 1) // stays in memory: nobody has taken it
		w.receive(id, ecash(t, fed, 1))
	}
	before := must[[]facade.OperationView](w, "list_operation_views", fields{"federation": id, "limit": 1000})
	detail := w.rest(id, fmt.Sprintf("%x", before[len(before)-1].ID[:]))
	claim := w.claim(id)
	if err := w.stop(); err == nil {
		t.Fatal("ended without a reason")
	}

	w = open(t, platform(dir))
	for {
		v := w.view()
		if len(v.Federations) == 1 && v.Federations[0].InMemory <= 100+many {
			break
		}
	}
	after := must[[]facade.OperationView](w, "list_operation_views", fields{"federation": id, "limit": 1000})
	if fmt.Sprint(after) != fmt.Sprint(before) {
		t.Fatal("the list of operations changed")
	}
	again := w.rest(id, fmt.Sprintf("%x", before[len(before)-1].ID[:]))
	if fmt.Sprint(again.Machines) != fmt.Sprint(detail.Machines) {
		t.Fatalf("machines:\n%v\nwant\n%v", again.Machines, detail.Machines)
	}
	if got := w.claim(id); got != claim {
		t.Fatalf("claims %v, then %v", claim, got)
	}
	_, err := rpc[any](w, id, "mint", "reissue_external_notes", fields{"oob_notes": first.Base64()})
	wantCode(t, err, facade.AlreadyReceived)
}
