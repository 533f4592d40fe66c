package tbs

import "sync"

// Counts tells what work was done, for benchmarks.
type Counts struct {
	Hashes               int // nonces hashed to G1
	Points               int // points of G1 decoded
	Keys                 int // points of G2 decoded
	Multiplications      int // by a full scalar, in G1
	Weights              int // by a 128-bit weight of a batch, in G1
	MillerLoops          int // a pairing is a Miller loop and a final exponentiation
	FinalExponentiations int
}

// A Counter adds up Counts and may be shared. A nil Counter counts nothing.
type Counter struct {
	mu    sync.Mutex
	total Counts
}

// Total returns what was counted so far.
func (c *Counter) Total() Counts {
	if c == nil {
		return Counts{}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.total
}

func (c *Counter) add(n Counts) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.total.Hashes += n.Hashes
	c.total.Points += n.Points
	c.total.Keys += n.Keys
	c.total.Multiplications += n.Multiplications
	c.total.Weights += n.Weights
	c.total.MillerLoops += n.MillerLoops
	c.total.FinalExponentiations += n.FinalExponentiations
}
