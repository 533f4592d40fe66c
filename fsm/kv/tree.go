package kv

import (
	"hash/maphash"
	"iter"
)

// A tree is an immutable treap: put and remove return a new tree that shares
// all but O(log n) nodes with the old one, so a snapshot costs a pointer and
// an unwanted transaction is dropped by forgetting its root.
type tree struct {
	key         string
	value       []byte
	priority    uint64
	left, right *tree
}

// seed differs from run to run, so that nobody can choose keys that unbalance
// the tree. The order of iteration does not depend on it.
var seed = maphash.MakeSeed()

func (t *tree) get(key string) ([]byte, bool) {
	for t != nil {
		switch {
		case key < t.key:
			t = t.left
		case key > t.key:
			t = t.right
		default:
			return t.value, true
		}
	}
	return nil, false
}

func (t *tree) put(key string, value []byte) *tree {
	if t == nil {
		return &tree{key: key, value: value, priority: maphash.String(seed, key)}
	}
	n := *t
	switch {
	case key < t.key:
		n.left = t.left.put(key, value)
		if n.left.priority > n.priority {
			return n.rotateRight()
		}
	case key > t.key:
		n.right = t.right.put(key, value)
		if n.right.priority > n.priority {
			return n.rotateLeft()
		}
	default:
		n.value = value
	}
	return &n
}

// rotateRight lifts the left child, which was just made by put and is nobody
// else's, over t.
func (t *tree) rotateRight() *tree {
	l := t.left
	t.left, l.right = l.right, t
	return l
}

func (t *tree) rotateLeft() *tree {
	r := t.right
	t.right, r.left = r.left, t
	return r
}

func (t *tree) remove(key string) *tree {
	if t == nil {
		return nil
	}
	n := *t
	switch {
	case key < t.key:
		n.left = t.left.remove(key)
	case key > t.key:
		n.right = t.right.remove(key)
	default:
		return merge(t.left, t.right)
	}
	return &n
}

// merge joins two trees of which all keys of a come before all keys of b.
func merge(a, b *tree) *tree {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	case a.priority > b.priority:
		n := *a
		n.right = merge(a.right, b)
		return &n
	default:
		n := *b
		n.left = merge(a, b.left)
		return &n
	}
}

// ascend yields the entries from the first key that is not less than from.
func (t *tree) ascend(from string, yield func(string, []byte) bool) bool {
	if t == nil {
		return true
	}
	if t.key < from {
		return t.right.ascend(from, yield)
	}
	return t.left.ascend(from, yield) && yield(t.key, t.value) && t.right.ascend(from, yield)
}

// descend yields, greatest first, the entries whose key is less than before.
// Without a bound, before is nil.
func (t *tree) descend(before *string, yield func(string, []byte) bool) bool {
	if t == nil {
		return true
	}
	if before != nil && t.key >= *before {
		return t.left.descend(before, yield)
	}
	return t.right.descend(before, yield) && yield(t.key, t.value) && t.left.descend(nil, yield)
}

// under yields the entries whose key begins with prefix, in order.
func (t *tree) under(prefix string) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		t.ascend(prefix, func(k string, v []byte) bool {
			return hasPrefix(k, prefix) && yield(k, v)
		})
	}
}

// underDown is under in descending order, from the greatest key less than
// before, or from the last if before is empty.
func (t *tree) underDown(prefix, before string) iter.Seq2[string, []byte] {
	bound := prefixEnd(prefix)
	if before != "" && (bound == nil || before < *bound) {
		bound = &before
	}
	return func(yield func(string, []byte) bool) {
		t.descend(bound, func(k string, v []byte) bool {
			return hasPrefix(k, prefix) && yield(k, v)
		})
	}
}

func hasPrefix(s, prefix string) bool {
	return len(s) >= len(prefix) && s[:len(prefix)] == prefix
}

// prefixEnd returns the least string that is greater than everything that
// begins with prefix, or nil if there is none.
func prefixEnd(prefix string) *string {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] != 0xff {
			end := prefix[:i] + string([]byte{prefix[i] + 1})
			return &end
		}
	}
	return nil
}
