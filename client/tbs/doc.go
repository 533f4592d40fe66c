// Package tbs makes and checks threshold blind signatures on BLS12-381, the
// cryptography of fedimint e-cash (fedimint-tbs 0.13).
//
// It knows group elements, their bytes and the equations between them. It
// knows nothing of notes' amounts, of transactions or of guardians' addresses.
//
// # Signatures
//
// The secret key of one denomination is the value f(0) of a polynomial f over
// the scalars whose degree is one below the threshold. Guardian j = 0, 1, …
// holds the share f(j+1). Signatures lie in G1, public keys in G2, the
// generators are the standard ones. A user signs nothing and a guardian sees
// no message:
//
//	message             m  = hash(nonce)         a point of G1
//	blinded message     b  = k·m                 k: the blinding key, kept by the user
//	blinded share       sⱼ = f(j+1)·b            made by guardian j
//	blinded signature   s' = Σ λⱼ·sⱼ             exactly threshold shares
//	signature           s  = k⁻¹·s' = f(0)·m
//
// with λⱼ = Π Xᵢ/(Xᵢ−Xⱼ) over the other guardians i, X = guardian + 1. The
// equations are e(m, PK) = e(s, g₂), the same for a blinded signature over its
// blinded message, and for a share under its guardian's key share.
//
// # Hash to G1
//
// Neither version is RFC 9380. The seed is
//
//	version 1: SHA3-256("TBS_BLS12-381_" ‖ nonce)
//	version 2: SHA-256("FEDIMINT_TBS_BLS12_381_MESSAGE" ‖ nonce)
//
// and keys a ChaCha20 stream (20 rounds, nonce and counter zero). Each attempt
// reads the next 100 bytes d, without regard to block borders:
//
//	x = BE(d[48:96] ‖ d[0:48]) mod p              the halves are swapped
//	y = (x³+4)^((p+1)/4)                          next attempt if y² ≠ x³+4
//	y = −y                                        if d[96] is odd
//	P = 0xd201000000010001·(x, y)                 next attempt if P is the identity
//
// # Bytes
//
// Points are compressed, big endian, with three flag bits on top (compressed,
// infinity, larger root): 48 bytes for G1, 96 for G2 (c1 before c0). Scalars
// are 32 bytes, little endian, below the group order r. Each element has one
// encoding: its method Bytes writes it, and the parsers accept no other; a
// point must be on the curve and in the subgroup of order r. The identity is
// an encoding like any other, as in the reference, but no equation holds in
// which it takes part.
//
// # Batches
//
// A pairing is by far the dearest operation, so many equations are checked as
// one (see Batch): each is weighted with a random 128-bit number, and the
// sums are paired, one Miller loop per distinct key plus one. A set with a
// false equation passes with a probability of at most 2⁻¹²⁸. The weights are
// drawn after all points are fixed; without them two wrong signatures whose
// errors cancel would pass.
//
// # Cautions
//
// Constant time is not claimed: blinding and unblinding take a time that
// depends on the blinding key, and memory is not wiped. A guardian that deals
// or signs with real money belongs in fedimintd; Deal is for the demo
// federation and for tests.
package tbs
