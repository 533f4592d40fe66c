package recovery

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"satchel/client/guardians"
)

// later has n items until a time has passed, and then all.
func later(n uint64, after time.Duration) script {
	began := time.Now()
	return func(c call) any {
		if time.Since(began) < after {
			return has(n)(c)
		}
		return honest(c)
	}
}

// TestSlowGuardians has one guardian of four that hardly serves.
func TestSlowGuardians(t *testing.T) {
	for name, c := range map[string]struct {
		fake *fake
		most time.Duration
	}{
		"off":               {off(), time.Second},
		"silent":            {silent(), time.Second},
		"slow with hashes":  {slowly(honest, time.Minute, hashMethod), time.Second},
		"slow with data":    {slowly(honest, time.Minute, dataMethod), 2 * hedgeAfter},
		"never sends data":  {slowly(honest, 1000*time.Hour, dataMethod), 2 * hedgeAfter},
		"refuses data":      {&fake{script: instead(dataMethod, func(items) any { return &guardians.AnswerError{Code: 500} })}, time.Second},
		"loses connections": {&fake{script: instead(dataMethod, func(items) any { return guardians.ErrUnreachable })}, time.Second},
	} {
		inTime(t, name, func(t *testing.T) {
			fakes := many(4, honest)
			for _, f := range fakes {
				f.delay = func(call) time.Duration { return 10 * time.Millisecond }
			}
			fakes[0] = c.fake
			g, all := federation(fakes...)
			within(t, c.most, func() { read(t, g, 0, manyItems) })
			blamed(t, g)
			if n, _, _ := c.fake.meter.of(dataMethod); n > maxDownloads {
				t.Errorf("asked %d times for data", n)
			}
			all.idle(t)
		})
	}
}

func TestLoadSpreads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fakes := many(4, honest)
		for i, f := range fakes {
			f.delay = func(call) time.Duration { return []time.Duration{50, 60, 70, 400}[i] * time.Millisecond }
		}
		g, _ := federation(fakes...)
		read(t, g, 0, manyItems)
		for i, f := range fakes {
			switch n, _, _ := f.meter.of(dataMethod); {
			case i < 3 && n < 4:
				t.Errorf("guardian %d is asked for %d slices only", i, n)
			case i == 3 && n > 4:
				t.Errorf("the slow guardian is asked for %d slices", n)
			}
		}
	})
}

// TestLagging has guardians that have not come to the end yet. Nobody lies.
func TestLagging(t *testing.T) {
	const end = 30_000
	for name, late := range map[string]func() []script{
		"one, for good":     func() []script { return []script{has(25_000)} },
		"one, with nothing": func() []script { return []script{has(0)} },
		"two, for a while": func() []script {
			return []script{later(25_000, 3*time.Second), later(20_000, 5*time.Second)}
		},
		"three, all as far": func() []script {
			return []script{later(25_000, 3*time.Second), later(25_000, 4*time.Second), later(25_000, 5*time.Second)}
		},
		"all, one by one": func() []script {
			return []script{later(0, time.Second), later(10_001, 4*time.Second), later(20_000, 7*time.Second), later(29_999, 20*time.Second)}
		},
		"all, all as far": func() []script {
			return []script{later(1, 9*time.Second), later(1, 9*time.Second), later(1, 9*time.Second), later(1, 9*time.Second)}
		},
	} {
		inTime(t, name, func(t *testing.T) {
			fakes := many(4, honest)
			for i, s := range late() {
				fakes[i] = &fake{script: s}
			}
			g, _ := federation(fakes...)
			within(t, 40*time.Second, func() { read(t, g, 0, end) })
			blamed(t, g)
		})
	}
}

// TestCaughtUp has a guardian that is heard while it lags and examined when it
// does not any more.
func TestCaughtUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fakes := many(4, honest)
		for _, f := range fakes {
			f.delay = func(call) time.Duration { return 10 * time.Millisecond }
		}
		fakes[3] = &fake{script: later(9_999, 15*time.Millisecond)}
		g, _ := federation(fakes...)
		read(t, g, 0, 10_000)
		if n, _, _ := fakes[3].meter.of(hashMethod); n != 2 {
			t.Errorf("asked %d times for the hash", n)
		}
		blamed(t, g)
	})
}

// TestFederationIsBehind asks for more than there is: nothing is made up, and
// nobody blamed.
func TestFederationIsBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, all := federation(many(4, has(15_000))...)
		var got []uint64
		for slice, err := range Slices(t.Context(), g, list, 0, 20_000) {
			if err == nil {
				got = append(got, slice.End)
			} else if got = append(got, 0); !strings.Contains(err.Error(), errBehind.Error()) {
				t.Errorf("error is %v", err)
			}
		}
		if !slices.Equal(got, []uint64{10_000, 0}) {
			t.Errorf("slices end at %v", got)
		}
		blamed(t, g)
		all.idle(t)
	})
}

// TestGuardianComesBack has one guardian of three that is off for a while, where
// none can be missed.
func TestGuardianComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		away := func(c call) any {
			if time.Since(began) < 20*time.Second {
				return guardians.ErrUnreachable
			}
			return honest(c)
		}
		g, _ := federation(append(many(2, honest), &fake{script: away})...)
		within(t, 20*time.Second+longestPause, func() { read(t, g, 0, manyItems) })
		blamed(t, g)
	})
}

// TestSlowNetwork has a network on which everything takes long: then not much
// is asked for twice.
func TestSlowNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var fakes []*fake
		for range 4 {
			fakes = append(fakes, slowly(honest, 30*time.Second, dataMethod))
		}
		g, all := federation(fakes...)
		read(t, g, 0, manyItems)
		blamed(t, g)
		if _, _, highest := all.of(dataMethod); highest > maxDownloads+2*maxHedged {
			t.Errorf("%d downloads at a time", highest)
		}
	})
}
