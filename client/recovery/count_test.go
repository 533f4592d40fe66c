package recovery

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"satchel/client/guardians"
	"satchel/client/wire"
)

// says answers with numbers, one after the other, and then always with the last.
func says(numbers ...any) script {
	return func(call) any {
		n := numbers[0]
		if len(numbers) > 1 {
			numbers = numbers[1:]
		}
		return n
	}
}

const most = uint64(1<<64 - 1)

func TestCount(t *testing.T) {
	unreached := guardians.ErrUnreachable
	for name, c := range map[string]struct {
		guardians [][]any // what each says
		want      uint64
		blamed    []wire.PeerID
	}{
		"one guardian":                    {[][]any{{7}}, 7, nil},
		"all alike":                       {[][]any{{7}, {7}, {7}, {7}}, 7, nil},
		"nothing yet":                     {[][]any{{0}, {0}, {0}, {0}}, 0, nil},
		"one lies high":                   {[][]any{{most}, {7}, {7}, {7}}, 7, nil},
		"one lies low":                    {[][]any{{0}, {7}, {7}, {7}}, 7, nil},
		"one lies low, one lags":          {[][]any{{0}, {5, 6, 7}, {7}, {7}}, 7, nil},
		"one lies high, one lags":         {[][]any{{most}, {5}, {7}, {7}}, 7, nil},
		"one is off":                      {[][]any{{unreached}, {7}, {7}, {7}}, 7, nil},
		"one is off, one lags":            {[][]any{{unreached}, {5, 6, 7}, {7}, {7}}, 7, nil},
		"one is off, all move":            {[][]any{{unreached}, {5, 6, 7}, {7, 8, 9}, {8, 9, 10}}, 7, nil},
		"all move":                        {[][]any{{5, 6, 7}, {6, 7, 8}, {7, 8, 9}, {8, 9, 10}}, 7, nil},
		"two of three must wait":          {[][]any{{7}, {5, 6, 7}, {6, 7}}, 7, nil},
		"one talks nonsense":              {[][]any{{"7"}, {7}, {7}, {7}}, 7, []wire.PeerID{0}},
		"two lie high, of seven":          {[][]any{{most}, {most}, {7}, {7}, {7}, {7}, {7}}, 7, nil},
		"two lie low, of seven":           {[][]any{{0}, {1}, {7}, {7}, {7}, {7}, {7}}, 7, nil},
		"high and low, of seven":          {[][]any{{most}, {0}, {7}, {7}, {7}, {7}, {6, 7}}, 7, nil},
		"low and off, of seven, one lags": {[][]any{{0}, {unreached}, {7}, {7}, {7}, {7}, {3, 7}}, 7, nil},
	} {
		inTime(t, name, func(t *testing.T) {
			var fakes []*fake
			for _, numbers := range c.guardians {
				fakes = append(fakes, &fake{script: says(numbers...)})
			}
			g, all := federation(fakes...)
			within(t, 10*time.Second, func() {
				if got, err := Count(t.Context(), g, "session_count"); got != c.want || err != nil {
					t.Errorf("count is %d, %v, want %d", got, err, c.want)
				}
			})
			blamed(t, g, c.blamed...)
			all.idle(t)
		})
	}
}

// TestCountOfLiarsThatAreFirst has liars that answer at once, and an honest
// guardian that takes its time: a liar is in each threshold of early answers.
func TestCountOfLiarsThatAreFirst(t *testing.T) {
	for _, lie := range []uint64{0, 6, 8, most} {
		for _, last := range []time.Duration{500 * time.Millisecond, 15 * time.Second} {
			inTime(t, fmt.Sprint(lie, last), func(t *testing.T) {
				fakes := many(4, says(7))
				fakes[1] = &fake{script: says(lie), delay: func(call) time.Duration { return 0 }}
				fakes[2] = slowly(says(7), last, "session_count")
				g, _ := federation(fakes...)
				if got, err := Count(t.Context(), g, "session_count"); got != 7 || err != nil {
					t.Errorf("count is %d, %v", got, err)
				}
			})
		}
	}
}

// TestCountWithoutThreshold has too few guardians for certainty.
func TestCountWithoutThreshold(t *testing.T) {
	undecided := func(err error) bool {
		var u *guardians.UndecidedError
		return errors.As(err, &u)
	}
	for name, c := range map[string]struct {
		fakes []*fake
		is    func(error) bool
	}{
		"two are off":                {append(many(2, says(7)), off(), off()), undecided},
		"nobody knows the method":    {many(4, says(&guardians.AnswerError{Code: -32601})), undecided},
		"one is off, one behind":     {append(many(2, says(7)), off(), &fake{script: says(6)}), undecided},
		"two are silent":             {append(many(2, says(7)), silent(), silent()), func(err error) bool { return errors.Is(err, guardians.ErrUnreachable) }},
		"two lie high, one is off":   {[]*fake{{script: says(most)}, {script: says(most)}, {script: says(7)}, off()}, undecided},
		"two of two do not converge": {[]*fake{{script: says(7)}, {script: says(8)}}, undecided},
	} {
		inTime(t, name, func(t *testing.T) {
			g, all := federation(c.fakes...)
			if got, err := Count(t.Context(), g, "session_count"); got != 0 || !c.is(err) {
				t.Errorf("count is %d, %v", got, err)
			}
			all.idle(t)
		})
	}
}

func TestCountStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		g, all := federation(append(many(2, says(7)), off(), &fake{script: says(6)})...)
		if _, err := Count(ctx, g, "session_count"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error is %v", err)
		}
		all.idle(t)
	})
}
