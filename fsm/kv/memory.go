package kv

import (
	"context"
	"maps"
	"sort"
	"strings"
	"sync"
)

// Memory is a Store that forgets everything with the program. It is for tests:
// money does not belong into it.
//
// Several DBs may be opened on one Memory, one after the other or at once, by
// taking a handle each; the fence decides which of them may write.
type Memory struct {
	mu        sync.Mutex
	birth     int
	seq       uint64
	hot, cold map[string][]byte
}

// NewMemory returns an empty memory.
func NewMemory() *Memory {
	m := &Memory{}
	m.Evict()
	return m
}

// Evict empties the memory, as a browser does when it needs the room.
func (m *Memory) Evict() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.birth++
	m.seq, m.hot, m.cold = 0, map[string][]byte{}, map[string][]byte{}
}

// Handle returns a Store on the memory.
func (m *Memory) Handle() Store { return &handle{memory: m} }

// Clone returns a copy, as a crash at this moment would leave it behind.
func (m *Memory) Clone() *Memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	return &Memory{birth: m.birth, seq: m.seq, hot: maps.Clone(m.hot), cold: maps.Clone(m.cold)}
}

type handle struct {
	memory *Memory
	birth  int
}

func (h *handle) Load(context.Context) (uint64, map[string][]byte, error) {
	m := h.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	h.birth = m.birth
	return m.seq, maps.Clone(m.hot), nil
}

func (h *handle) Commit(_ context.Context, seq uint64, batch []Write) error {
	m := h.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	if h.birth != m.birth || seq != m.seq+1 {
		return ErrFenced
	}
	m.seq = seq
	for _, w := range batch {
		side := m.hot
		if w.Cold {
			side = m.cold
		}
		if w.Delete {
			delete(side, w.Key)
		} else {
			side[w.Key] = w.Value
		}
	}
	return nil
}

func (h *handle) Page(_ context.Context, prefix, before string, n int) ([]Entry, error) {
	m := h.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	var page []Entry
	for k, v := range m.cold {
		if strings.HasPrefix(k, prefix) && (before == "" || k < before) {
			page = append(page, Entry{k, v})
		}
	}
	sort.Slice(page, func(i, j int) bool { return page[i].Key > page[j].Key })
	return page[:min(n, len(page))], nil
}
