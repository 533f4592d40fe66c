package guardians

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"satchel/client/wire"
)

// A guardianFunc is a simulated guardian.
type guardianFunc func(ctx context.Context, method string, params any) (json.RawMessage, error)

func (f guardianFunc) Call(ctx context.Context, method string, params any) (json.RawMessage, error) {
	return f(ctx, method, params)
}

// after returns a guardian that gives an answer some seconds after the question.
func after(seconds float64, answer string, err error) guardianFunc {
	return func(ctx context.Context, _ string, _ any) (json.RawMessage, error) {
		select {
		case <-time.After(time.Duration(seconds * float64(time.Second))):
			return json.RawMessage(answer), err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func says(answer string) guardianFunc { return after(0, answer, nil) }
func fails(err error) guardianFunc    { return after(0, "", err) }

// silent returns a guardian that never answers, and counts the calls whose
// caller has left.
func silent(left *atomic.Int32) guardianFunc {
	return func(ctx context.Context, _ string, _ any) (json.RawMessage, error) {
		<-ctx.Done()
		left.Add(1)
		return nil, ctx.Err()
	}
}

func federation(guardians ...Guardian) *Federation {
	members := make(map[wire.PeerID]Member)
	for i, g := range guardians {
		members[wire.PeerID(i)] = Member{Name: fmt.Sprint("guardian ", i), Guardian: g}
	}
	return New(members, Options{})
}

// accused returns what was reported of each guardian, in one line.
func accused(f *Federation) string {
	var parts []string
	for _, h := range f.Health() {
		for _, m := range h.Misbehaviours {
			parts = append(parts, fmt.Sprintf("%d: %s: %s", h.Peer, m.Method, m.What))
		}
	}
	return strings.Join(parts, "; ")
}

func TestAskEndsWithTheDecision(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var left atomic.Int32
		f := federation(after(3, "7", nil), after(1, "7", nil), silent(&left), after(2, "7", nil))
		began := time.Now()
		got, err := Ask(t.Context(), f, Question{Method: "chain_id"}, JSON[int], Agree[int]())
		if err != nil || got != 7 {
			t.Errorf("answer is %d, %v", got, err)
		}
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("took %v", took)
		}
		synctest.Wait()
		if left.Load() != 1 {
			t.Error("the rest is not cancelled")
		}
	})
}

func TestAskSendsOnceToEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var guardians []Guardian
		calls := make([]atomic.Int32, 7)
		for i := range calls {
			guardians = append(guardians, guardianFunc(func(_ context.Context, method string, params any) (json.RawMessage, error) {
				calls[i].Add(1)
				if encoded, err := json.Marshal(params); err != nil || string(encoded) != `{"start":1,"end":2}` || method != "m" {
					t.Errorf("guardian is asked %q with %s, %v", method, encoded, err)
				}
				if i%2 == 0 {
					return nil, ErrUnreachable
				}
				return json.RawMessage("1"), nil
			}))
		}
		question := Question{Method: "m", Params: wire.IndexRange{Start: 1, End: 2}}
		_, err := Ask(t.Context(), federation(guardians...), question, JSON[int], Agree[int]())
		var undecided *UndecidedError
		if !errors.As(err, &undecided) {
			t.Errorf("error is %v", err)
		}
		synctest.Wait()
		for i := range calls {
			if n := calls[i].Load(); n != 1 {
				t.Errorf("guardian %d is asked %d times", i, n)
			}
		}
	})
}

func TestAskGivesUpEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var left atomic.Int32
		f := federation(
			after(1, "", ErrUnreachable),
			silent(&left),
			after(2, "7", nil),
			after(3, "", &AnswerError{-32601, "Method not found"}))
		began := time.Now()
		_, err := Ask(t.Context(), f, Question{Method: "chain_id"}, JSON[int], Agree[int]())
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("took %v", took)
		}
		want := `chain_id is undecided: guardian 0: guardian unreachable; guardian 2: answers "7"; ` +
			`guardian 3: guardian answers with error -32601: "Method not found"`
		if err == nil || err.Error() != want {
			t.Errorf("error is %v\nwant     %v", err, want)
		}
		synctest.Wait()
		if left.Load() != 1 {
			t.Error("the rest is not cancelled")
		}
	})
}

func TestAskNobody(t *testing.T) {
	_, err := Ask(t.Context(), federation(), Question{Method: "version"}, JSON[int], First[int]())
	if err == nil || !strings.Contains(err.Error(), "too few guardians") {
		t.Errorf("error is %v", err)
	}
	_, err = Ask(t.Context(), federation(says("1")), Question{Method: "m", Params: make(chan int)}, JSON[int], First[int]())
	var undecided *UndecidedError
	if err == nil || errors.As(err, &undecided) {
		t.Errorf("error of parameters that cannot be sent: %v", err)
	}
}

func TestAskEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var left atomic.Int32
		f := federation(says("1"), says("1"), silent(&left), silent(&left))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := Ask(ctx, f, Question{Method: "version", Deterministic: true}, JSON[int], Agree[int]())
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error is %v", err)
		}
		synctest.Wait()
		if left.Load() != 2 {
			t.Error("the calls go on")
		}
	})
}

func TestBadAnswersAreReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := federation(says(`"seven"`), after(1, "7", nil), after(2, "7", nil), after(3, "7", nil))
		got, err := Ask(t.Context(), f, Question{Method: "session_count"}, JSON[int], Agree[int]())
		if err != nil || got != 7 {
			t.Errorf("answer is %d, %v", got, err)
		}
		want := `0: session_count: answer "\"seven\"" to session_count: json: cannot unmarshal string into Go value of type int`
		if got := accused(f); got != want {
			t.Errorf("accused are %s\nwant        %s", got, want)
		}
	})
}

// TestContradictionsAreReported has one guardian that says something else,
// before the decision, soon after it, or long after it.
func TestContradictionsAreReported(t *testing.T) {
	const accusation = `2: chain_id: contradicts a quorum: "8"`
	for _, c := range []struct {
		name          string
		seconds       float64
		answer        string
		deterministic bool
		want          string
	}{
		{"before", 0.5, "8", true, accusation},
		{"soon after", 3, "8", true, accusation},
		{"long after", 7, "8", true, ""},
		{"agrees late", 3, "7", true, ""},
		{"may lag, before", 0.5, "8", false, ""},
		{"may lag, after", 3, "8", false, ""},
		{"does not decode", 3, "x", true, `2: chain_id: answer "x" to chain_id: invalid character 'x' looking for beginning of value`},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := federation(after(1, "7", nil), after(1, "7", nil), after(c.seconds, c.answer, nil), after(1, "7", nil))
				ctx, cancel := context.WithCancel(t.Context())
				question := Question{Method: "chain_id", Deterministic: c.deterministic}
				got, err := Ask(ctx, f, question, JSON[int], Agree[int]())
				cancel() // as the executor does when a machine has moved
				if err != nil || got != 7 {
					t.Errorf("answer is %d, %v", got, err)
				}
				time.Sleep(time.Minute)
				if got := accused(f); got != c.want {
					t.Errorf("accused are %q, want %q", got, c.want)
				}
			})
		})
	}
}

// TestLatePanic has a decode function that panics at a late answer.
func TestLatePanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := federation(says("7"), says("7"), says("7"), after(1, "8", nil))
		var panicked atomic.Bool
		decode := func(peer wire.PeerID, answer json.RawMessage) (int, error) {
			if peer == 3 {
				panicked.Store(true)
				panic("planted")
			}
			return JSON[int](peer, answer)
		}
		if _, err := Ask(t.Context(), f, Question{Method: "m", Deterministic: true}, decode, Agree[int]()); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Minute)
		if !panicked.Load() {
			t.Error("the late answer is not looked at")
		}
	})
}

func TestLinger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var left atomic.Int32
		guardians := []Guardian{after(1, "1", nil), after(1.01, "2", nil), after(1.5, "3", nil), silent(&left)}
		began := time.Now()
		question := Question{Method: "version", Linger: 20 * time.Millisecond}
		got, err := Ask(t.Context(), federation(guardians...), question, JSON[int], AtLeast[int](1))
		if want := map[wire.PeerID]int{0: 1, 1: 2}; err != nil || !maps.Equal(got, want) {
			t.Errorf("answers are %v, %v", got, err)
		}
		if took := time.Since(began); took != 1020*time.Millisecond {
			t.Errorf("took %v", took)
		}

		question.Linger = time.Hour
		began = time.Now()
		got, err = Ask(t.Context(), federation(guardians[:3]...), question, JSON[int], AtLeast[int](1))
		if err != nil || len(got) != 3 || time.Since(began) != 1500*time.Millisecond {
			t.Errorf("answers are %v, %v after %v", got, err, time.Since(began))
		}

		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		got, err = Ask(ctx, federation(guardians...), question, JSON[int], AtLeast[int](1))
		if err != nil || len(got) != 3 {
			t.Errorf("answers until the deadline are %v, %v", got, err)
		}
	})
}

// TestLiarsDoNotMatter has as many guardians misbehave as may, in each of many
// ways, before or after the honest ones answer.
func TestLiarsDoNotMatter(t *testing.T) {
	honest := []byte(`{"start":1,"end":2}`)
	lies := map[string]guardianFunc{
		"another value":  says(`{"start":1,"end":3}`),
		"null":           says(`null`),
		"number":         says(`7`),
		"list":           says(`[{"start":1,"end":2}]`),
		"text":           says(`"{\"start\":1,\"end\":2}"`),
		"empty":          says(`{}`),
		"a part":         says(`{"start":1}`),
		"negative":       says(`{"start":-1,"end":2}`),
		"too large":      says(`{"start":1,"end":18446744073709551616}`),
		"fraction":       says(`{"start":1,"end":2.5}`),
		"nothing":        says(``),
		"garbage":        says(`{`),
		"timeout":        fails(&AnswerError{-32000, "Request timeout"}),
		"unknown method": fails(&AnswerError{-32601, "Method not found"}),
		"bad request":    fails(&AnswerError{400, "no"}),
		"unreachable":    fails(ErrUnreachable),
		"misbehaved":     fails(ErrMisbehaved),
		"scheme":         fails(ErrScheme),
		"late":           after(100, string(honest), nil),
		"late lie":       after(2, `{"start":1,"end":3}`, nil),
	}
	for _, n := range []int{4, 7, 10} {
		for name, lie := range lies {
			t.Run(fmt.Sprint(n, " ", name), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { checkLie(t, n, lie, string(honest)) })
			})
		}
	}
}

func checkLie(t *testing.T, n int, lie guardianFunc, honest string) {
	var guardians []Guardian
	for i := range n {
		if i%3 == 0 && i/3 < wire.MaxEvil(n) {
			guardians = append(guardians, lie)
		} else {
			guardians = append(guardians, after(1, honest, nil))
		}
	}
	f := federation(guardians...)
	question := Question{Method: "m", Deterministic: true}
	want := wire.IndexRange{Start: 1, End: 2}
	if got, err := Ask(t.Context(), f, question, JSON[wire.IndexRange], Agree[wire.IndexRange]()); err != nil || got != want {
		t.Errorf("agree gives %+v, %v", got, err)
	}
	isTrue := func(peer wire.PeerID, answer json.RawMessage) (wire.IndexRange, error) {
		got, err := JSON[wire.IndexRange](peer, answer)
		if err == nil && got != want {
			err = errors.New("a lie")
		}
		return got, err
	}
	all, err := Ask(t.Context(), f, question, isTrue, Threshold[wire.IndexRange]())
	if err != nil || len(all) < f.Threshold() {
		t.Errorf("threshold gives %v, %v", all, err)
	}
	for peer, got := range all {
		if got != want {
			t.Errorf("threshold gives %+v of guardian %d", got, peer)
		}
	}
	first, err := Ask(t.Context(), f, question, isTrue, First[wire.IndexRange]())
	if err != nil || first.Value != want {
		t.Errorf("first gives %+v, %v", first, err)
	}
	time.Sleep(time.Minute)
	for _, h := range f.Health() {
		if liar := h.Peer%3 == 0 && int(h.Peer)/3 < wire.MaxEvil(f.Size()); !liar && len(h.Misbehaviours) > 0 {
			t.Errorf("honest guardian %d is accused of %v", h.Peer, h.Misbehaviours)
		}
	}
}

func TestDecodes(t *testing.T) {
	raw := func(s string) json.RawMessage { return json.RawMessage(s) }
	if got, err := JSON[uint64](0, raw("7")); err != nil || got != 7 {
		t.Errorf("7 is %d, %v", got, err)
	}
	if got, err := JSON[*uint64](0, raw("null")); err != nil || got != nil {
		t.Errorf("null is %v, %v", got, err)
	}
	if got, err := JSON[[]int](0, raw("[1,2]")); err != nil || !slices.Equal(got, []int{1, 2}) {
		t.Errorf("[1,2] is %v, %v", got, err)
	}
	if got, err := Consensus[wire.TxID](0, raw(`["20`+strings.Repeat("ab", 32)+`"]`)); err != nil || got[31] != 0xab {
		t.Errorf("transaction id is %v, %v", got, err)
	}
	if got, err := ConsensusBase64[wire.SessionStatus](0, raw(`["AwEBAA"]`)); err != nil || got.State != wire.SessionPending {
		t.Errorf("status in base64 is %+v, %v", got, err)
	}
	if got, err := JSON[wire.IndexRange](0, raw(`{"start":1,"end":2}`)); err != nil || got.End != 2 {
		t.Errorf("range is %+v, %v", got, err)
	}
	bad := make(map[string]error)
	_, bad["null as a number"] = JSON[uint64](0, raw("null"))
	_, bad["null as a list"] = JSON[[]int](0, raw("null"))
	_, bad["-1"] = JSON[uint64](0, raw("-1"))
	_, bad["7.0"] = JSON[uint64](0, raw("7.0"))
	_, bad["null as a range"] = JSON[wire.IndexRange](0, raw("null"))
	_, bad["hex as base64"] = ConsensusBase64[wire.SessionStatus](0, raw(`["03010100"]`))
	_, bad["null as base64"] = ConsensusBase64[wire.SessionStatus](0, raw("null"))
	_, bad["null as a wrapped value"] = Consensus[wire.TxID](0, raw("null"))
	_, bad["not wrapped"] = Consensus[wire.TxID](0, raw(`"20`+strings.Repeat("ab", 32)+`"`))
	_, bad["trailing byte"] = Consensus[wire.TxID](0, raw(`["21`+strings.Repeat("ab", 33)+`"]`))
	for name, err := range bad {
		if err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
