package tbs

import "github.com/cloudflare/circl/ecc/bls12381"

// Blind hides a message: k·m.
func Blind(m Message, k BlindingKey) BlindedMessage {
	return BlindedMessage{g1{multiplyOne(&m.p, k.s)}}
}

// Sign makes a guardian's share of the signature of a blinded message.
func Sign(b BlindedMessage, key SecretKeyShare) SignatureShare {
	var s SignatureShare
	s.p.ScalarMult(key.s, &b.p)
	return s
}

// Unblind turns the signature of a blinded message into that of the message:
// k⁻¹·s'.
func Unblind(s BlindedSignature, k BlindingKey) Signature {
	var inverse bls12381.Scalar
	inverse.Inv(k.s)
	return Signature{g1{multiplyOne(&s.p, &inverse)}}
}

// Verify checks a signature. It costs two Miller loops and a final
// exponentiation; see Batch for more than one.
func Verify(m Message, s Signature, key PublicKey) bool {
	return NoteClaim(m, s, key).holds()
}

// VerifyShare checks one guardian's share.
func VerifyShare(b BlindedMessage, s SignatureShare, key PublicKeyShare) bool {
	return ShareClaim(b, s, key).holds()
}

// VerifyBlind checks an aggregate before it is unblinded.
func VerifyBlind(b BlindedMessage, s BlindedSignature, key PublicKey) bool {
	return BlindClaim(b, s, key).holds()
}

// A Claim is an equation e(base, key) = e(point, g₂) that somebody says is true.
type Claim struct {
	base, point bls12381.G1
	key         bls12381.G2
}

// NoteClaim claims that s signs m.
func NoteClaim(m Message, s Signature, key PublicKey) Claim {
	return Claim{base: m.p, point: s.p, key: key.p}
}

// ShareClaim claims that s is a guardian's share of the signature of b.
func ShareClaim(b BlindedMessage, s SignatureShare, key PublicKeyShare) Claim {
	return Claim{base: b.p, point: s.p, key: key.p}
}

// BlindClaim claims that s signs b.
func BlindClaim(b BlindedMessage, s BlindedSignature, key PublicKey) Claim {
	return Claim{base: b.p, point: s.p, key: key.p}
}

// trivial reports whether the point is the identity, or nothing at all. Such a
// claim is refused even where its equation is true, as under a key that is the
// identity. With any other point, a true equation has no identity in it.
func (c *Claim) trivial() bool { return c.point == bls12381.G1{} || c.point.IsIdentity() }

// holds checks the equation by itself.
func (c Claim) holds() bool {
	return !c.trivial() && pairsCancel([]*bls12381.G1{&c.base}, []*bls12381.G2{&c.key}, &c.point)
}

// pairsCancel reports whether Π e(bases[i], keys[i]) = e(point, g₂), with
// len(bases)+1 Miller loops and one final exponentiation.
func pairsCancel(bases []*bls12381.G1, keys []*bls12381.G2, point *bls12381.G1) bool {
	signs := make([]int, len(bases)+1)
	for i := range bases {
		signs[i] = 1
	}
	signs[len(bases)] = -1
	return bls12381.ProdPairFrac(append(bases, point), append(keys, bls12381.G2Generator()), signs).IsIdentity()
}
