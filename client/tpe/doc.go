// Package tpe encrypts preimages to the guardians of a federation, the threshold
// point encryption of the second lightning module (fedimint-tpe 0.13).
//
// It knows group elements, their bytes and the equations between them. It knows
// nothing of contracts, of which it takes a hash, nor of lightning. The first
// lightning module has another encryption on the same curve: see package v1.
//
// # Encryption
//
// The secret key is the value f(0) of a polynomial f over the scalars whose
// degree is one below the threshold; guardian j = 0, 1, … holds f(j+1). Keys,
// shares and decryption keys are points of G1, the message and its signature
// of G2; g₁ is the standard generator.
//
//	s           = first scalar of the stream of the seed   64 bytes, little endian, mod r
//	pk          = s·g₁                                     the ephemeral public key
//	dk          = s·PK = f(0)·pk                           the decryption key; PK = f(0)·g₁
//	encrypted   = preimage ⊕ SHA-256(dk)                   32 bytes
//	message     = hash("FEDIMINT_TPE_BLS12_381_MESSAGE" ‖ encrypted ‖ pk ‖ commitment)
//	signature   = s·message
//	share       = f(j+1)·pk                                made by guardian j
//	dk          = Σ λⱼ·shareⱼ                              exactly threshold shares
//
// with λⱼ = Π Xᵢ/(Xᵢ−Xⱼ) over the other guardians i, X = guardian + 1. The
// commitment is the hash of the contract for which the preimage is encrypted:
// with another contract, the ciphertext is none. The equations are
//
//	ciphertext          e(g₁, signature) = e(pk, message)
//	share               e(share, message) = e(f(j+1)·g₁, signature)
//	decryption key      e(dk, message) = e(PK, signature)
//
// the last two of which say something only if the first holds.
//
// # Hash to G2
//
// This is not RFC 9380. The SHA-256 of the bytes keys a stream (see package
// tbs/draw). Each attempt draws two elements of the field for x = x₀ + x₁·u, then
// whether to negate:
//
//	y² = x³ + 4(1+u)                               next attempt if there is no y
//	y  = the root y₀ + y₁·u whose y₀ is no square  the other one, if to negate
//	P  = h·(x, y)                                  next attempt if P is the identity
//
// with h the effective cofactor of RFC 9380, section 8.8.2.
//
// # Bytes
//
// Points are compressed, big endian, with three flag bits on top (compressed,
// infinity, larger root): 48 bytes for G1, 96 for G2 (c1 before c0). Secrets
// are 32 bytes, little endian, below the group order r. Each element has one
// encoding, and the points that come from outside have to be in the subgroup.
//
// The identity is refused wherever a point is read. The reference takes it. A
// ciphertext whose pk and signature are the identity is good there, and as its
// decryption key is the identity, too, everybody can decrypt it; the same is
// true of everything that is encrypted to a public key that is the identity. An
// honest side makes such points with a probability of 2⁻²⁵⁵. Where the
// reference's checks of shares and keys panic, on a bad ciphertext, these are
// false.
//
// # Cautions
//
// Constant time is not claimed, and memory is not wiped. A guardian with real
// money belongs in fedimintd; Deal is for the demo federation and for tests.
package tpe
