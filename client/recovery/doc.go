// Package recovery reads what a federation has done, from its guardians:
// verified, in order, in parallel and in bounded memory. A wallet that has
// nothing but its words goes through it to find what is its own.
//
// There are two sources. A list of recovery items, which some modules keep, is
// read with Slices; the log of all transactions, session by session, with
// Sessions. Count tells how long each of them is. The package knows guardians,
// slices and sessions. It knows no notes, stores nothing and does not interpret
// what it reads.
//
// # How far the federation has come
//
// A count only rises, and guardians are not all equally far, so that no
// threshold of them need ever give the same answer. (The reference wants equal
// ones, and asks until there are.) Count waits for the answers of a threshold of
// guardians, and for a second for those of the others. Of n guardians at most e
// are dishonest. The count is the highest number that e+1 of them say they have
// reached:
//
//   - Liars cannot push it up: one of any e+1 guardians is honest, and what one
//     honest guardian has accepted all others will accept.
//   - Liars cannot hold it down: among the answers of n-e guardians those of e+1
//     at least are honest, so that the count is not below the lowest honest
//     answer. If all guardians answered, it is not below anything that a
//     threshold had accepted before it was asked for.
//
// The highest number that a threshold has reached would not do. While one honest
// guardian of four is away, one liar would be in every threshold and could say
// 0, and money beyond the count is not found.
//
// The count is returned when a threshold says that it has reached it, which is
// asked for again and again if need be. So whatever is up to the count can be
// had, and if more guardians lie than may be, there is no count rather than a
// wrong one.
//
// # Slices
//
//	module_<id>_recovery_count       null         →  number
//	module_<id>_recovery_slice_hash  [start,end]  →  hex
//	module_<id>_recovery_slice       [start,end]  →  the items, in a form of the module's own
//
// The hash is the SHA-256 of the consensus form of the list of the items from
// start up to and without end. A guardian that has fewer items answers with
// those that it has.
//
// For each slice all guardians are asked for the hash, and one of the threshold
// that agrees on it for the items. These guardians have vouched for the slice:
// one that then sends anything else lies, is reported, and is not asked for
// items again in this run. A slice on whose hash a threshold agrees and that is
// too short is one that the threshold does not have yet; nobody lies, and it is
// asked for anew.
//
// A guardian that gives another hash may be behind. It is asked how many items
// it has, and if it has them all, for the hash once more. It is reported when it
// still contradicts the others; the end of a run waits a few seconds for that.
// Guardians whose hash comes after the agreement are not heard.
//
// # Sessions
//
//	session_count                  null   →  number
//	signed_session_status   (0.5)  index  →  wire.SessionStatusV2 in a wire.SerdeBase64
//	session_status          (0.1)  index  →  wire.SessionStatus in a wire.Serde
//	await_session_outcome   (0.0)  index  →  wire.SessionOutcome in a wire.Serde
//
// The numbers are versions of the core API. A signed session is asked of one
// guardian and proves itself: a threshold of the guardians signed its index and
// its items. A guardian whose session does not, is reported and not asked again
// in this run. Without signatures a session is what a threshold of guardians
// says, and who has it otherwise lies, since what is over does not change. A
// guardian for which a session is not over yet is behind, which is no lie.
//
// The signatures are what costs most: in the wasm of a desktop computer 0.4 ms
// each, three for each session of a federation of four, so two or three seconds
// for two thousand sessions. Of more signatures than a threshold the rest is not
// looked at. All are verified one by one. A batch would need a multiplication of
// many points at once, which the curve's library does not have, and a year of
// sessions takes longer to download than to verify.
//
// # Whom to ask
//
// What one guardian can give is asked of the one that is expected to have it
// first, by how long it usually takes and how many requests it has already.
// Guardians that failed or were slow in this run come after the others, and
// those that cannot be reached last. When a guardian fails the next one is
// asked, and also when it has not answered after some seconds; the first good
// answer counts. Only few requests at a time are with several guardians, so that
// a slow network does not have to carry everything twice.
//
// What cannot be had is tried for about a minute. All times and bounds are
// constants of the package. When an iteration has ended, by its end, by leaving
// the loop, or because ctx has ended, nothing goes on.
//
// The facts are those of fedimint 0.13 (fedimint-mint-client,
// fedimint-mintv2-client, fedimint-client-module, fedimint-api-client).
package recovery
