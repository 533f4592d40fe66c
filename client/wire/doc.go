// Package wire has the types that guardians and clients of a federation
// exchange, and their forms: consensus encoding, JSON, and the texts that people
// hand to each other (fedimint 0.13, compared with 0.8 to 0.12).
//
// It knows bytes, not what to do with them: no network, no clock, no storage, no
// goroutine. It does not know which notes are ours, what a module's rules are, or
// whether a point of BLS12-381 is one, or a text an invoice. It knows nothing of
// the on-chain modules yet; their values stay opaque.
//
// # Consensus encoding
//
// The encoding is what is hashed and signed, so each value has exactly one, and
// the decoder accepts no other.
//
//	u16, u32, u64     BigSize: below 0xfd one byte; then fd and 2, fe and 4, ff and
//	                  8 bytes, big endian; always the shortest form; it must fit
//	u8                one raw byte
//	bool              00 or 01
//	()                nothing
//	array of N        the N items, without a count
//	list              BigSize count, items; none of the items has zero bytes
//	bytes             BigSize length, bytes
//	String            as bytes; UTF-8
//	Option            00, or 01 and the value
//	Result            01 and the value, or 00 and the error
//	map               BigSize count, then key and value by strictly ascending keys;
//	                  keys are ordered as numbers or texts, not as their bytes
//	set               as a map whose values are ()
//	struct, tuple     the fields in order, nothing between them
//	enum              BigSize variant, BigSize length of the body, body
//	Dyn               BigSize module id, BigSize length of the body, body
//
// The body of an enum is the fields of the variant in order and must be used up;
// a variant without fields has the length 0. An enum of which the documentation
// says that it has no default variant does not decode with another variant. Any
// other keeps it as an Unknown and encodes it again as it was. Option and Result
// are not enums in this sense.
//
// A Dyn carries a value of a module through the core. The number is that of the
// instance; its kind is found in the ClientConfig. The body is decoded by whoever
// knows the kind: Decode[MintInput](input.Body).
//
// A value has at most MaxDecode bytes and no bytes follow it. Decoding it
// allocates at most four times its length and 64 KiB, whatever lengths it
// claims, and it does not point into the input.
//
// Hashes of values are a single SHA-256 of the encoding (HashOf). Signatures are
// BIP-340 over a hash, which is the message; the tag, if there is one, is put
// before the bytes that are hashed, once.
//
// # Another type
//
// A type appends itself and reads itself, field by field:
//
//	type Lease struct {
//		Holder  wire.PeerID
//		Until   wire.SystemTime
//		Notes   []string
//		Unknown *wire.Unknown // a variant of a later version, or nil
//	}
//
//	func (l Lease) Append(b []byte) []byte {
//		if l.Unknown != nil {
//			return l.Unknown.Append(b)
//		}
//		return wire.AppendEnum(b, 0, func(b []byte) []byte {
//			b = l.Until.Append(l.Holder.Append(b))
//			return wire.AppendVecFunc(b, l.Notes, wire.AppendText)
//		})
//	}
//
//	func (l *Lease) Decode(d *wire.Decoder) {
//		d.Enum(func(variant uint64) {
//			if variant != 0 {
//				l.Unknown = d.Unknown(variant)
//				return
//			}
//			l.Holder.Decode(d)
//			l.Until.Decode(d)
//			l.Notes = wire.ReadVecFunc(d, (*wire.Decoder).Text)
//		})
//	}
//
// Errors need no attention inside Decode: the first one sticks, and what is read
// after it is zero. Encode and Decode then serve the type; AppendVec, ReadVec,
// AppendMap, ReadMap, AppendOption and ReadOption make lists, maps and options of
// it. An Append method panics if the value is one that its type cannot have.
//
// # Keys and points
//
// Keys of secp256k1 are checked when they are decoded. Points and scalars of
// BLS12-381 are not: to decompress a point and to see that it is in its group
// takes longer than all the rest, and most points of a config are never used. G1,
// G2 and Scalar are the bytes; package tbs parses them at the moment of use, and
// only then are they known to be valid. Equal bytes are equal points.
//
// Secret keys, scalars and e-cash do not show themselves to package fmt.
//
// # JSON
//
// Numbers are JSON numbers, also as keys of objects, where they are decimal
// strings; they are exact up to 2⁶⁴, while a double is not. Ids, keys, signatures
// and points are strings of lower case hex; those of bitcoin in reverse order.
// Preimages, and what preimages are encrypted to, are lists of the numbers of
// their bytes. An enum is {"Variant":fields}, or "Variant" without fields. What
// the API wraps is a list of one string, the hex or the base64 of the length and
// the consensus form (Serde, SerdeBase64). Members that are missing or null are
// refused where encoding/json would read zero; members that are not known are
// ignored.
//
// # Texts
//
// Invite codes are bech32m after "fed1", with up to 1023 characters; the older
// checksum of bech32 is read too. Invite codes and e-cash of both generations are
// also written as "fedimint" and base32, and so are requests in LNURLs: the
// alphabet is 0-9a-v, each character has five bits, those of a byte are taken from
// the least significant on, and there is no padding and no checksum. E-cash of the
// first generation is first of all base64. The readers of texts accept either case
// of base32 and bech32, but blanks only in e-cash of the first generation.
//
// A text after "fedimint" that a person pastes may be any of three things. To
// tell, try in this order: ParseOOBNotes; ParseECash, with at least one note;
// ParseInviteCode.
//
// # Compatibility
//
// What this version writes, later versions read, and the other way round where an
// enum has a default variant. Known answers made with the reference crates are in
// client/testdata/vectors.
package wire
