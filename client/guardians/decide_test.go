package guardians

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"testing"

	"satchel/client/wire"
)

// A guardian in these tests says 'a' or 'b', or fails: '-'. A string of these
// is the order in which the guardians of a federation end. Every arrival order
// of every behaviour is one of these strings, with some numbering of the
// guardians.
const behaviours = "ab-"

// histories yields all strings of n behaviours.
func histories(n int) iter.Seq[string] {
	return func(yield func(string) bool) {
		if n == 0 {
			yield("")
			return
		}
		for prefix := range histories(n - 1) {
			for _, b := range behaviours {
				if !yield(prefix + string(b)) {
					return
				}
			}
		}
	}
}

// pollOf is the poll after some of n guardians have ended. numbers tells which
// guardian is the i-th to end.
func pollOf(history string, n int, numbers []int) Poll[rune] {
	p := Poll[rune]{Size: n}
	for i, b := range history {
		if b == '-' {
			p.Failed++
			continue
		}
		p.Answers = append(p.Answers, Answer[rune]{wire.PeerID(numbers[i]), b})
	}
	return p
}

// votes returns the number of answers, and of those to the most frequent one.
func votes(history string) (all, best int) {
	count := make(map[rune]int)
	for _, b := range history {
		if b != '-' {
			all++
			count[b]++
			best = max(best, count[b])
		}
	}
	return all, best
}

// thresholds are written down, not computed, for n = 0 to 7.
var thresholds = []int{0, 1, 2, 3, 3, 4, 5, 5}

// some reports whether good holds of a completion of history to n behaviours.
func some(history string, n int, good func(string) bool) bool {
	for rest := range histories(n - len(history)) {
		if good(history + rest) {
			return true
		}
	}
	return false
}

// checkVerdicts compares a decider with what it should do, for all histories of
// up to seven guardians: decide as soon as enough holds of what has been said,
// and give up as soon as enough holds of no completion.
func checkVerdicts[R any](t *testing.T, d Decider[rune, R], enough func(history string, n int) bool) {
	t.Helper()
	for n := 1; n <= 7; n++ {
		numbers := identity(n)
		for length := 0; length <= n; length++ {
			for history := range histories(length) {
				want := Undecidable
				switch {
				case enough(history, n):
					want = Decided
				case some(history, n, func(all string) bool { return enough(all, n) }):
					want = Undecided
				}
				if _, got := d.Decide(pollOf(history, n, numbers)); got != want {
					t.Fatalf("%d guardians, %q: verdict %d, want %d", n, history, got, want)
				}
			}
		}
	}
}

func identity(n int) []int {
	numbers := make([]int, n)
	for i := range numbers {
		numbers[i] = i
	}
	return numbers
}

func TestVerdicts(t *testing.T) {
	t.Run("first", func(t *testing.T) {
		checkVerdicts(t, First[rune](), func(h string, n int) bool { all, _ := votes(h); return all >= 1 })
	})
	t.Run("at least", func(t *testing.T) {
		for k := 1; k <= 8; k++ {
			checkVerdicts(t, AtLeast[rune](k), func(h string, n int) bool { all, _ := votes(h); return all >= k })
		}
	})
	t.Run("threshold", func(t *testing.T) {
		checkVerdicts(t, Threshold[rune](), func(h string, n int) bool { all, _ := votes(h); return all >= thresholds[n] })
	})
	t.Run("agree", func(t *testing.T) {
		checkVerdicts(t, Agree[rune](), func(h string, n int) bool { _, best := votes(h); return best >= thresholds[n] })
	})
}

// TestNobodyDecidesNothing asks a federation without guardians.
func TestNobodyDecidesNothing(t *testing.T) {
	var nobody Poll[rune]
	verdicts := make(map[string]Verdict)
	_, verdicts["first"] = First[rune]().Decide(nobody)
	_, verdicts["at least 0"] = AtLeast[rune](0).Decide(nobody)
	_, verdicts["threshold"] = Threshold[rune]().Decide(nobody)
	_, verdicts["agree"] = Agree[rune]().Decide(nobody)
	for name, v := range verdicts {
		if v != Undecidable {
			t.Errorf("%s: verdict %d", name, v)
		}
	}
}

// TestResults feeds every arrival order of up to five guardians, and every
// behaviour, until there is a result.
func TestResults(t *testing.T) {
	for n := 1; n <= 5; n++ {
		for numbers := range permutations(n) {
			for history := range histories(n) {
				checkResults(t, history, n, numbers)
			}
		}
	}
}

func checkResults(t *testing.T, history string, n int, numbers []int) {
	t.Helper()
	name := fmt.Sprintf("%q by %v", history, numbers)
	if seen, first, ok := decided(First[rune](), history, numbers); ok {
		last := len(seen) - 1
		want := Answer[rune]{wire.PeerID(numbers[last]), rune(seen[last])}
		if first != want {
			t.Fatalf("%s: first is %v, want %v", name, first, want)
		}
	}
	if seen, all, ok := decided(Threshold[rune](), history, numbers); ok && !maps.Equal(all, said(seen, numbers)) {
		t.Fatalf("%s: threshold gives %v", name, all)
	}
	if seen, all, ok := decided(AtLeast[rune](2), history, numbers); ok && !maps.Equal(all, said(seen, numbers)) {
		t.Fatalf("%s: at least 2 gives %v", name, all)
	}
	_, agreed, ok := decided(Agree[rune](), history, numbers)
	if ok && count(history, agreed) < thresholds[n] {
		t.Fatalf("%s: agreed on %q", name, agreed)
	}
}

// decided feeds a history until there is a decision, and returns how much of it
// was needed. What comes afterwards must not change the decision that there is.
func decided[R any](d Decider[rune, R], history string, numbers []int) (seen string, result R, ok bool) {
	for i := 0; i <= len(history); i++ {
		r, v := d.Decide(pollOf(history[:i], len(history), numbers))
		if v == Decided {
			return history[:i], r, true
		}
	}
	return history, result, false
}

func said(history string, numbers []int) map[wire.PeerID]rune {
	all := make(map[wire.PeerID]rune)
	for i, b := range history {
		if b != '-' {
			all[wire.PeerID(numbers[i])] = b
		}
	}
	return all
}

func count(history string, value rune) (n int) {
	for _, b := range history {
		if b == value {
			n++
		}
	}
	return n
}

func permutations(n int) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		if n == 0 {
			yield(nil)
			return
		}
		for shorter := range permutations(n - 1) {
			for i := range n {
				if !yield(slices.Insert(slices.Clone(shorter), i, n-1)) {
					return
				}
			}
		}
	}
}

func TestContradictions(t *testing.T) {
	agree := Agree[[]int]()
	if agree.Contradicts([]int{1}, []int{1}) || !agree.Contradicts([]int{1}, []int{2}) {
		t.Error("Agree does not tell contradictions")
	}
}

// TestAgreeComparesDeeply decides on answers that == would tell apart.
func TestAgreeComparesDeeply(t *testing.T) {
	seven, again := 7, 7
	p := Poll[*int]{Size: 2, Answers: []Answer[*int]{{0, &seven}, {1, &again}}}
	if got, v := Agree[*int]().Decide(p); v != Decided || *got != 7 {
		t.Errorf("two pointers to 7: verdict %d", v)
	}
	p.Answers[1].Value = nil
	if _, v := Agree[*int]().Decide(p); v != Undecidable {
		t.Errorf("7 and nothing: verdict %d", v)
	}
	odd := AgreeFunc(func(a, b int) bool { return a%2 == b%2 })
	if got, v := odd.Decide(Poll[int]{Size: 4, Answers: []Answer[int]{{0, 1}, {1, 2}, {2, 3}, {3, 5}}}); v != Decided || got != 1 {
		t.Errorf("three odd numbers: %d, verdict %d", got, v)
	}
}

// TestArithmetic compares with the table in the documentation of the package.
func TestArithmetic(t *testing.T) {
	for _, c := range []struct{ n, evil, threshold, honest int }{
		{1, 0, 1, 1}, {2, 0, 2, 1}, {3, 0, 3, 1}, {4, 1, 3, 2}, {5, 1, 4, 2}, {6, 1, 5, 2}, {7, 2, 5, 3}, {10, 3, 7, 4},
	} {
		members := make(map[wire.PeerID]Member)
		for peer := range c.n {
			members[wire.PeerID(peer)] = Member{}
		}
		f := New(members, Options{})
		got := []int{f.Size(), wire.MaxEvil(c.n), f.Threshold(), wire.OneHonest(c.n)}
		if want := []int{c.n, c.evil, c.threshold, c.honest}; !slices.Equal(got, want) {
			t.Errorf("size, max evil, threshold, one honest: %v, want %v", got, want)
		}
	}
}
