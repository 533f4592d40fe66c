package gateway

import (
	"sync"
	"time"
)

// How many invoices may be asked for at once, and how many more each second.
const (
	bucketSize   = 50
	bucketRefill = 5
)

// A bucket limits how often something is done.
type bucket struct {
	now func() time.Time

	mu   sync.Mutex
	used float64
	at   time.Time
}

// take reports whether it may be done now.
func (b *bucket) take() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	b.used = max(0, b.used-bucketRefill*max(0, now.Sub(b.at).Seconds()))
	b.at = now
	if b.used > bucketSize-1 {
		return false
	}
	b.used++
	return true
}
