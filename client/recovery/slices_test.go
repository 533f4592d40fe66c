package recovery

import (
	"slices"
	"testing"

	"satchel/client/guardians"
	"satchel/client/wire"
)

// An item is a recovery item of no module: its consensus form is its number.
type item uint64

func (i item) Append(b []byte) []byte { return wire.AppendUint(b, uint64(i)) }

type items []item

// list is the list of items of module 3.
var list = List[items]{
	Method: func(name string) string { return "module_3_" + name },
	Decode: guardians.JSON[items],
}

const (
	countMethod = "module_3_recovery_count"
	hashMethod  = "module_3_recovery_slice_hash"
	dataMethod  = "module_3_recovery_slice"
)

// has returns a guardian that has the first n items.
func has(n uint64) *fake {
	return &fake{answer: func(c call) (any, error) { return keeper(n, c), nil }}
}

// keeper answers for a guardian that has the first n items.
func keeper(n uint64, c call) any {
	switch c.method {
	case countMethod:
		return n
	case hashMethod:
		return hashOf(kept(n, c.pair()))
	case dataMethod:
		return kept(n, c.pair())
	}
	panic(c.method)
}

// kept returns those of the first n items that are asked for.
func kept(n uint64, asked [2]uint64) items {
	part := items{}
	for i := asked[0]; i < min(asked[1], n); i++ {
		part = append(part, itemAt(i))
	}
	return part
}

func itemAt(i uint64) item { return item(i*i + 7) }

// read reads all slices and checks their order and contents.
func read(t *testing.T, g *guardians.Federation, start, end uint64) {
	t.Helper()
	next := start
	for slice, err := range Slices(t.Context(), g, list, start, end) {
		if err != nil {
			t.Fatal(err)
		}
		want := min(next+SliceSize, end)
		if slice.Start != next || slice.End != want || !slices.Equal(slice.Items, kept(end, [2]uint64{next, want})) {
			t.Fatalf("slice from %d to %d with %d items, want %d to %d", slice.Start, slice.End, len(slice.Items), next, want)
		}
		next = want
	}
	if next != end {
		t.Errorf("ends at %d, want %d", next, end)
	}
}

func TestSlicesInOrder(t *testing.T) {
	for name, c := range map[string][2]uint64{
		"none": {0, 0}, "nothing left": {5, 5}, "one item": {0, 1}, "one slice": {0, 10_000},
		"two": {0, 10_001}, "many": {0, 123_456}, "from the middle": {20_000, 47_000},
	} {
		inTime(t, name, func(t *testing.T) {
			g := federation(has(200_000), has(200_000), has(200_000), has(200_000))
			read(t, g, c[0], c[1])
			blames(t, g)
		})
	}
}
