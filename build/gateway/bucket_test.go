package gateway

import (
	"testing"
	"time"
)

func TestBucket(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	b := bucket{now: func() time.Time { return now }}
	takes := func(want int) {
		t.Helper()
		n := 0
		for b.take() {
			n++
		}
		if n != want {
			t.Errorf("%d at once, want %d", n, want)
		}
	}
	takes(50)
	now = now.Add(time.Second)
	takes(5)
	now = now.Add(-time.Hour)
	takes(0)
	now = now.Add(time.Hour + time.Minute)
	takes(50)
}
