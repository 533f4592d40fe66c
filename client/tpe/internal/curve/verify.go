package curve

import "github.com/cloudflare/circl/ecc/bls12381"

// VerifySignature reports whether the signature is the message times the secret
// of the ephemeral key: e(g₁, signature) = e(ephemeral, message).
func VerifySignature(ephemeral [48]byte, signature [96]byte, message *bls12381.G2) bool {
	key, err := ParseG1("ephemeral key", ephemeral)
	if err != nil {
		return false
	}
	point, err := ParseG2("signature", signature)
	return err == nil && pairingsEqual(bls12381.G1Generator(), point, key, message)
}

// VerifyProduct reports whether the product is the public key times the secret
// that made a good signature: e(product, message) = e(public, signature).
func VerifyProduct(product, public [48]byte, signature [96]byte, message *bls12381.G2) bool {
	key, err := ParseG1("public key", public)
	if err != nil {
		return false
	}
	share, err := ParseG1("decryption key", product)
	if err != nil {
		return false
	}
	point, err := ParseG2("signature", signature)
	return err == nil && pairingsEqual(share, message, key, point)
}

// pairingsEqual reports whether e(a, b) = e(c, d).
func pairingsEqual(a *bls12381.G1, b *bls12381.G2, c *bls12381.G1, d *bls12381.G2) bool {
	return bls12381.ProdPairFrac([]*bls12381.G1{a, c}, []*bls12381.G2{b, d}, []int{1, -1}).IsIdentity()
}
