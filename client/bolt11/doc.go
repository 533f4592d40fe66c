// Package bolt11 reads and writes invoices of the Lightning Network (BOLT 11).
//
// It knows what an invoice says and whether it is signed, not whether one should
// pay it: it has no clock, and does not know the network that the caller is on.
//
// # Form
//
// An invoice is bech32 with the checksum of BIP-173, of at most 7089 characters.
// The part before the last "1" is "ln", a prefix for the network, and an amount:
//
//	bc bitcoin   tb testnet   tbs signet   bcrt regtest   sb simnet, a regtest
//
// The amount is a whole number without leading zeros, in bitcoin or, if a letter
// follows, in parts of one: m 10⁻³, u 10⁻⁶, n 10⁻⁹, p 10⁻¹². A msat is 10 p. There
// may be no amount; then the payer chooses. The rest are groups of five bits:
//
//	7          seconds since 1970
//	…          fields, each of a type (1), a length (2) and so many groups
//	104        the signature: r, s and a byte of 0 to 3
//
//	 1 p  payment hash, 32 bytes              5 9  features, see Features
//	16 s  payment secret, 32 bytes            6 x  seconds until it expires (3600)
//	13 d  description, UTF-8                  24 c  blocks for the last hop (18)
//	23 h  or the SHA-256 of one, 32 bytes      3 r  a route hint: hops of 51 bytes
//	19 n  public key of the payee, 33 bytes   27 m  metadata
//	 9 f  bitcoin address: a version, and bytes
//
// Numbers are big endian without leading zeros. Bytes are the most significant
// bits first, filled up with zero bits. A hop is a public key, a channel (8 bytes),
// a fee in msat (4) and in millionths (4), and a number of blocks (2).
//
// What is signed is the SHA-256 of the first part and of the groups before the
// signature, filled up to bytes. If there is no n, the signature tells the key.
//
// # What is refused
//
// There must be one of p and s, one of d and h, and a 9, in which the bit of the
// payment secret is set and no even bit is that is not known here. Nothing but r
// and f may be there twice. Types that are not known are ignored; so are p, s, h and
// n of another length, and f of another version, as the examples of BOLT 11 have
// them.
//
// An invoice that lightning-invoice 0.34 would write in another way than it was
// read is refused as well: leading zeros, filling bits that are not zero. A
// gateway would see another invoice than the one that was signed. So the text in
// lower case is the one form of an invoice, by which it is hashed and compared.
package bolt11
