// Package age encrypts a file with a passphrase in the age format, version 1
// (age-encryption.org/v1, C2SP), so that age, rage and other tools open it.
//
// It knows passphrases, and no other kind of recipient: filippo.io/age knows
// them all, but would add a fifth to what a browser downloads. Tests compare the
// two. A file is held in memory as a whole; how large one may be is the caller's
// business.
//
// # File
//
//	age-encryption.org/v1
//	-> scrypt <salt> <work factor>
//	<wrapped file key>
//	--- <MAC>
//	<payload>
//
// Lines end with one line feed. Salt (16 bytes), wrapped file key (32) and MAC
// (32) are base64 of RFC 4648 without padding, strict; a body is broken after
// every 64 characters and ends with a shorter line. The work factor is a decimal
// number without leading zeros. ‖ joins bytes:
//
//	wrapping key = scrypt(passphrase, "age-encryption.org/v1/scrypt" ‖ salt, N = 2^work factor, r = 8, p = 1, 32)
//	wrapped key  = ChaCha20-Poly1305(wrapping key, nonce of zeros, file key of 16 bytes)
//	MAC          = HMAC-SHA-256(HKDF-SHA-256(file key, no salt, "header"), all before the MAC up to and with "---")
//	payload      = nonce of 16 bytes ‖ chunks
//	chunk n      = ChaCha20-Poly1305(HKDF-SHA-256(file key, salt nonce, "payload"), n in 11 bytes, big endian ‖ last, up to 65536 bytes)
//
// The byte last is 1 for the last chunk and 0 for any other. Every chunk but the
// last is full, and the last is not empty unless it is the only one. Nothing
// follows it.
//
// What is read may be armored: PEM of the type "AGE ENCRYPTED FILE" without
// headers, in lines of 64 characters, with blanks before and after at most. What
// is written is not.
//
// # Work
//
// Deriving the key takes 2^work factor KiB of memory, which a program in a browser
// does not give back, and cannot be interrupted. In Chromium on a desktop 2^15
// take 0.2 seconds, 2^16 0.3 and 2^18, which is what the age command writes, 1.1
// (BenchmarkEncrypt); of a cheap phone four to six times as much is expected.
//
// # Passphrases
//
// A passphrase is bytes. Whoever asks a person for one should bring it into a
// normal form, such as NFC, since devices type the same letter in different
// ways.
package age
