package toyfed

import (
	"math"
	"slices"
	"strings"

	"satchel/client/wire"
)

// FalseRecovery are lies about what notes are recovered from.
func FalseRecovery() map[string]Lie {
	count := func(change func(uint64) uint64) Lie {
		return told(func(_ Question, n int) any { return change(uint64(n)) }).About(methods("recovery_count")...)
	}
	slice := func(change func(*mint, items) items) Lie {
		return Lie(func(q Question) (any, error) {
			s, err := q.honestItems()
			if err != nil {
				return nil, err
			}
			if len(s) > 0 {
				s = change(q.mint(), s)
			}
			return q.mint().slice(s), nil
		}).About(methods("recovery_slice")...)
	}
	return map[string]Lie{
		"more items":  count(func(n uint64) uint64 { return n + 100_000 }),
		"fewer items": count(func(n uint64) uint64 { return max(n, 2) - 1 }),
		"no items":    count(func(uint64) uint64 { return 0 }),

		"item dropped":  slice(func(_ *mint, s items) items { return s[1:] }),
		"item changed":  slice(func(m *mint, s items) items { return append(slices.Clone(s[:len(s)-1]), m.neverSpent(0)) }),
		"item appended": slice(func(m *mint, s items) items { return append(slices.Clip(s), m.neverSpent(0)) }),
		"item doubled":  slice(func(_ *mint, s items) items { return append(slices.Clip(s), s[0]) }),

		"wrong hash": told(func(_ Question, h wire.Hash) any { return wire.HashOf(h) }).About(methods("recovery_slice_hash")...),
		"all spent":  Lie(allSpent).About(methods("recovery_slice", "recovery_slice_hash")...),
		"points moved": told(func(_ Question, at []wire.OutPoint) any {
			for i := range at {
				at[i].Index++
			}
			return at
		}).About(moduleMethod(MintID, "recovery_blind_nonce_outpoints")),
	}
}

// told makes a lie of what changes an honest answer.
func told[T any](change func(Question, T) any) Lie {
	return func(q Question) (any, error) {
		honest, err := q.Honest()
		if err != nil {
			return nil, err
		}
		return change(q, honest.(T)), nil
	}
}

// mint returns the mint that is asked.
func (q Question) mint() *mint {
	for _, m := range q.Fed.mints {
		if strings.HasPrefix(q.Method, moduleMethod(m.id, "")) {
			return m
		}
	}
	panic("toyfed: " + q.Method + " is no method of a mint")
}

// honestItems are the items that are asked for.
func (q Question) honestItems() (items, error) {
	if _, err := q.Honest(); err != nil {
		return nil, err
	}
	return q.mint().part(q.Params)
}

// neverSpent says that a note is spent that never was.
func (m *mint) neverSpent(i byte) wire.Appender { return m.spentItem(spentNote{nonce: [33]byte{4, i}}) }

// allSpent gives as many items as are asked for, in which nothing but spent notes
// are, and their hash.
func allSpent(q Question) (any, error) {
	s, err := q.honestItems()
	if err != nil {
		return nil, err
	}
	forged := items{}
	for i := range s {
		forged = append(forged, q.mint().neverSpent(byte(i)))
	}
	if strings.HasSuffix(q.Method, "_hash") {
		return wire.HashOf(forged), nil
	}
	return q.mint().slice(forged), nil
}

// FalseSessions are lies about sessions.
func FalseSessions() map[string]Lie {
	change := func(change func(q Question, index uint64, s wire.SessionStatusV2) wire.SessionStatusV2) Lie {
		return Lie(func(q Question) (any, error) {
			if _, err := q.Honest(); err != nil {
				return nil, err
			}
			index := must(parse[uint64](q.Params))
			return sessionAnswer(q.Method, change(q, index, q.Fed.session(index))), nil
		}).About("session_status", "signed_session_status")
	}
	return map[string]Lie{
		"forged":  change(func(_ Question, _ uint64, s wire.SessionStatusV2) wire.SessionStatusV2 { return forgedSession(s) }),
		"emptied": change(func(_ Question, _ uint64, s wire.SessionStatusV2) wire.SessionStatusV2 { s.Items = nil; return s }),
		"under-signed": change(func(q Question, _ uint64, s wire.SessionStatusV2) wire.SessionStatusV2 {
			delete(s.Signatures, 0)
			return s
		}),
		"signed by one for all": change(func(q Question, index uint64, s wire.SessionStatusV2) wire.SessionStatusV2 {
			s = forgedSession(s)
			key := q.Fed.broadcast[q.Peer]
			hash := s.Signed().Outcome.SigningHash(index, q.Fed.config.BroadcastKeys)
			for peer := range s.Signatures {
				s.Signatures[peer] = must(key.SignAs(PublicKey(key), hash))
			}
			return s
		}),
		"another": change(func(q Question, index uint64, _ wire.SessionStatusV2) wire.SessionStatusV2 {
			return q.Fed.session(index + 1)
		}),
		"still running": change(func(Question, uint64, wire.SessionStatusV2) wire.SessionStatusV2 {
			return wire.SessionStatusV2{State: wire.SessionPending}
		}),
		"none":     told(func(Question, uint64) any { return 0 }).About("session_count"),
		"too many": told(func(Question, uint64) any { return uint64(math.MaxInt64) }).About("session_count"),
	}
}

// forgedSession adds a transaction under the old signatures.
func forgedSession(s wire.SessionStatusV2) wire.SessionStatusV2 {
	tx := wire.Transaction{Nonce: [8]byte{'f', 'o', 'r', 'g', 'e', 'd'}}
	s.Items = append(slices.Clip(s.Items), wire.AcceptedItem{Item: wire.ConsensusItem{Transaction: &tx}})
	return s
}

// FalseBackups are lies about backups.
func FalseBackups() map[string]Lie {
	garbage := wire.ClientBackupSnapshot{Timestamp: wire.SystemTime{Secs: 1 << 33}, Data: make(wire.HexBytes, 100)}
	return map[string]Lie{
		"none":    Lie(func(Question) (any, error) { return nil, nil }).About("recover"),
		"garbage": Lie(func(Question) (any, error) { return garbage, nil }).About("recover"),
	}
}
