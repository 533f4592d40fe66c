package lnurl

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"

	"satchel/client/wire"
)

// hardened marks the numbers of children that only the secret key leads to.
const hardened = 1 << 31

// LinkingKey returns the key by which a domain knows the person (LUD-05), from the
// BIP-39 seed of the words. The domain has no port and no dot at its end.
func LinkingKey(seed [64]byte, domain string) wire.SecretKey {
	root := masterNode(seed[:]).child(138 + hardened)
	node := root
	for _, number := range domainPath(root.child(0).key, domain) {
		node = node.child(number)
	}
	return node.key
}

// domainPath returns the numbers that stand for a domain.
func domainPath(hashingKey wire.SecretKey, domain string) (path [4]uint32) {
	mac := hmac.New(sha256.New, hashingKey[:])
	mac.Write([]byte(domain))
	sum := mac.Sum(nil)
	for i := range path {
		path[i] = binary.BigEndian.Uint32(sum[4*i:])
	}
	return path
}

// A node is an extended private key of BIP-32.
type node struct {
	key   wire.SecretKey
	chain [32]byte
}

func masterNode(seed []byte) node {
	left, chain := split([]byte("Bitcoin seed"), seed)
	return node{left, chain}
}

// child derives a child (CKDpriv). The invalid ones, of which the chance is 2⁻¹²⁷,
// are taken modulo the order.
func (n node) child(number uint32) node {
	data := append([]byte{0}, n.key[:]...)
	if number < hardened {
		public := n.key.PublicKey()
		data = public[:]
	}
	left, chain := split(n.chain[:], binary.BigEndian.AppendUint32(data, number))
	var sum, key secp256k1.ModNScalar
	sum.SetBytes((*[32]byte)(&left))
	key.SetBytes((*[32]byte)(&n.key))
	return node{sum.Add(&key).Bytes(), chain}
}

// split is HMAC-SHA512 in two halves.
func split(key, data []byte) (left wire.SecretKey, right [32]byte) {
	mac := hmac.New(sha512.New, key)
	mac.Write(data)
	sum := mac.Sum(nil)
	return wire.SecretKey(sum[:32]), [32]byte(sum[32:])
}
