package toyfed

import "sync"

// A memo remembers results. A simulation comes upon the same requests and
// signatures in many of its runs.
type memo[K comparable, V any] struct {
	mu     sync.Mutex
	values map[K]V
}

const memoSize = 10_000

// get returns what compute returned for the key; errors are not remembered.
func (m *memo[K, V]) get(key K, compute func() (V, error)) (V, error) {
	m.mu.Lock()
	v, ok := m.values[key]
	m.mu.Unlock()
	if ok {
		return v, nil
	}
	v, err := compute()
	if err != nil {
		return v, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.values == nil || len(m.values) >= memoSize {
		m.values = map[K]V{}
	}
	m.values[key] = v
	return v, nil
}

// must is for memos of what cannot fail.
func must[V any](v V, err error) V {
	if err != nil {
		panic(err)
	}
	return v
}
