package tbs

import (
	"io"
	"sync"

	"satchel/client/tbs/shamir"
)

// BLS is the Scheme and the Issuer on BLS12-381, made by V1 or V2. It
// remembers the keys and nonces it has met lately, so one BLS serves a
// federation for as long as the program runs.
type BLS struct {
	// Batch is how notes and shares are checked. It is set before first use,
	// and a Random in it may be read concurrently.
	Batch Batch

	hash     func([]byte) affine
	keys     memo[[96]byte, g2]
	points   memo[[33]byte, affine]
	messages memo[[33]byte, Message]
}

// V1 returns the scheme of the first mint module.
func V1() *BLS { return &BLS{hash: pointV1} }

// V2 returns the scheme of the second mint module.
func V2() *BLS { return &BLS{hash: pointV2} }

// Blind implements Scheme.
func (s *BLS) Blind(nonce [33]byte, key [32]byte) ([48]byte, error) {
	k, err := ParseBlindingKey(key)
	if err != nil {
		return [48]byte{}, err
	}
	s.Batch.Counter.add(Counts{Multiplications: 1})
	blinded := s.point(nonce).times(k.s)
	return blinded.affine().compressed(), nil
}

// Combine implements Scheme.
func (s *BLS) Combine(threshold int, shares map[uint16][48]byte, key [32]byte) ([48]byte, error) {
	k, err := ParseBlindingKey(key)
	if err != nil {
		return [48]byte{}, err
	}
	if err := checkCount(threshold, len(shares)); err != nil {
		return [48]byte{}, err
	}
	s.Batch.Counter.add(Counts{Points: len(shares), Multiplications: 1})
	parsed := make(map[uint16]SignatureShare, len(shares))
	for _, guardian := range shamir.Guardians(shares) {
		share, err := ParseSignatureShare(shares[guardian])
		if err != nil {
			return [48]byte{}, &ShareError{guardian, err}
		}
		parsed[guardian] = share
	}
	signature, err := Combine(threshold, parsed, k)
	return signature.Bytes(), err
}

// VerifyNotes implements Scheme.
func (s *BLS) VerifyNotes(notes []SignedNote) ([]int, error) {
	claims, err := s.noteClaims(notes)
	if err != nil {
		return nil, err
	}
	return s.Batch.FindBad(claims)
}

// CheckNotes implements Scheme.
func (s *BLS) CheckNotes(notes []SignedNote) (bool, error) {
	claims, err := s.noteClaims(notes)
	if err != nil {
		return false, err
	}
	return s.Batch.Verify(claims)
}

// noteClaims returns what the notes claim. A malformed signature leaves a claim of
// nothing, which is bad.
func (s *BLS) noteClaims(notes []SignedNote) ([]Claim, error) {
	claims := make([]Claim, len(notes))
	for i, note := range notes {
		key, err := s.key("public key", note.Key)
		if err != nil {
			return nil, err
		}
		s.Batch.Counter.add(Counts{Points: 1})
		if signature, err := ParseSignature(note.Signature); err == nil {
			claims[i] = NoteClaim(s.message(note.Nonce), signature, PublicKey{key})
		}
	}
	return claims, nil
}

// VerifyShares implements Scheme.
func (s *BLS) VerifyShares(shares []BlindShare) ([]int, error) {
	claims := make([]Claim, len(shares))
	for i, share := range shares {
		key, err := s.key("public key share", share.Key)
		if err != nil {
			return nil, err
		}
		s.Batch.Counter.add(Counts{Points: 2})
		blinded, err := ParseBlindedMessage(share.Blinded)
		if err != nil {
			return nil, err
		}
		if point, err := ParseSignatureShare(share.Share); err == nil {
			claims[i] = ShareClaim(blinded, point, PublicKeyShare{key})
		}
	}
	return s.Batch.FindBad(claims)
}

// Deal implements Issuer.
func (s *BLS) Deal(random io.Reader, n, threshold int) (KeyBytes, error) {
	keys, err := Deal(random, n, threshold)
	if err != nil {
		return KeyBytes{}, err
	}
	b := KeyBytes{Aggregate: keys.Aggregate.Bytes()}
	for j := range n {
		b.Public = append(b.Public, keys.Public[j].Bytes())
		b.Secret = append(b.Secret, keys.Secret[j].Bytes())
	}
	return b, nil
}

// Sign implements Issuer.
func (s *BLS) Sign(blinded [48]byte, secret [32]byte) ([48]byte, error) {
	b, err := ParseBlindedMessage(blinded)
	if err != nil {
		return [48]byte{}, err
	}
	key, err := ParseSecretKeyShare(secret)
	if err != nil {
		return [48]byte{}, err
	}
	s.Batch.Counter.add(Counts{Points: 1, Multiplications: 1})
	return Sign(b, key).Bytes(), nil
}

// point hashes a nonce. A wallet needs it twice: to blind, and to verify what
// came back.
func (s *BLS) point(nonce [33]byte) affine {
	p, _ := s.points.get(nonce, func() (affine, error) {
		s.Batch.Counter.add(Counts{Hashes: 1})
		return s.hash(nonce[:]), nil
	})
	return p
}

// message is the point as pairings take it.
func (s *BLS) message(nonce [33]byte) Message {
	m, _ := s.messages.get(nonce, func() (Message, error) { return s.point(nonce).message(), nil })
	return m
}

// key decodes a point of G2 when it is first used. A config holds hundreds,
// and a transaction needs a few of them again and again.
func (s *BLS) key(role string, b [96]byte) (g2, error) {
	return s.keys.get(b, func() (g2, error) {
		s.Batch.Counter.add(Counts{Keys: 1})
		return parseG2(role, b)
	})
}

// memoSize is above the number of keys in a config of ten guardians.
const memoSize = 1024

// memo remembers the results of a function, up to memoSize of them.
type memo[K comparable, V any] struct {
	mu     sync.Mutex
	values map[K]V
}

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
		m.values = make(map[K]V)
	}
	m.values[key] = v
	return v, nil
}
