// Package secret turns twelve words into every key of a wallet: BIP-39, and
// the tree of secrets of fedimint (fedimint-derive-secret and
// fedimint-client 0.13), bit for bit.
//
// It knows which key belongs where in the tree. It knows nothing of notes,
// backups or federations but their ids, and stores nothing: what a wallet
// stores is the entropy of its words and one byte for its Derivation.
//
// # The tree
//
// A Secret is a 64-byte key, and a level that counts the steps since the last
// federation. Expand is HKDF-Expand of RFC 5869 with SHA-512, ‖ joins bytes, a
// number is written as eight bytes, big endian:
//
//	root       HKDF-Extract(salt, key material)               level 0
//	child n    Expand(key, "childkey" ‖ n, 64)                level + 1
//	federation Expand(key, id[0:8] ‖ 0, 64)                   level 0
//	tweak t    Expand(key, t, 64)                             level + 1
//
// and a Secret becomes a key of a cipher so:
//
//	secp256k1 key       Expand(key, "secp256k" ‖ k, 32), the first k = 0, 1, … with a valid key
//	BLS12-381 scalar    Expand(key, "bls12381" ‖ 0, 64) in little endian mod r, written in little endian
//	ChaCha20 key        Expand(key, "c20p1305" ‖ 0, 32)
//	random bytes        Expand(key, "rawbytes" ‖ 0, n)
//
// # From words to a module
//
//	seed   = the BIP-39 seed of the words, passphrase empty
//	root   = root of seed, salt "Fedimint Client Salt"
//	D(s)   = s, child 0, federation, child 0, child 0
//	pre    = D(root) or D(D(root)): see Derivation
//	client = pre, federation                                  once more
//	module = client, child 0, child instance id
//	backup = client, child 1
//
// # Cautions
//
// Words and Secrets do not print: fmt shows a redaction. The arrays and
// slices that their methods return do print. Memory is not wiped.
package secret
