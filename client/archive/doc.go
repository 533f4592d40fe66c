// Package archive is the file in which a person keeps a whole wallet: the words,
// the federations, and the history as it was shown.
//
// It knows what stands in the file and how it is encrypted (package age). It
// knows nothing of a wallet's store: whoever exports fills an Archive, and
// whoever imports does what it says.
//
// # No e-cash
//
// The file holds no notes, neither those of the balance nor those on their way
// nor any that were handed out as text. The words bring back what is still there,
// as of now. Notes in a file would be of the day on which it was written: after a
// month most of them are spent, and a wallet that took them for money would show
// a balance that it does not have.
//
// # To import
//
// Set the words in a wallet that has none. Restore each federation with the words
// from its invite code and under its derivation; what the guardians answer
// counts, since a file proves nothing of a config. Show the history as the past:
// nothing in it is acted upon, and an entry that is not final stood so when the
// file was written. The wallet that wrote the file must not go on: two of the same
// words take each other's notes.
//
// # Encryption
//
// The file is of the age format with a passphrase, so that "age -d" shows the
// JSON. Written with work factor 16, which is 64 MiB of memory and a second or
// two on a cheap phone; read up to 18, which is what the age command writes and
// takes 256 MiB. The passphrase is in Unicode's NFC, which is up to the callers: the
// age command takes what the keyboard gives it.
//
// # Content
//
// The plain text is one JSON object, in UTF-8:
//
//	format       "satchel wallet"
//	version      1
//	made_ms      when it was written
//	made_by      the program that wrote it
//	words        the words (BIP-39, English) with blanks between; all keys follow from them
//	federations  list of objects:
//	  id            the federation's id, hex
//	  name          what it calls itself
//	  label         what the person calls it
//	  invite        an invite code, with the secret of the API where it needs one
//	  derivation    "double" or "single": how keys follow from the words, see package secret
//	  joined_ms     when it was joined
//	  balance_msat  what could be spent when the file was written
//	  unknown       true where the wallet could not tell that: balance_msat is of an
//	                earlier file or 0, and history may lack operations; else left out
//	  config        the federation's config as its guardians give it (client_config), to show
//	                the federation without asking them; may be left out
//	history      list of objects, the newest first:
//	  federation      id, hex, which need not be among the federations
//	  operation_id    hex
//	  began_ms        when it began
//	  title           what was done, such as "send"
//	  label           the person's note
//	  state           what it had come to, such as "done"
//	  final           whether that was the end of it
//	  outgoing        whether money left the wallet
//	  requested_msat  what it was to be
//	  amount_msat     what it came to
//	  fee_msat        what it cost
//	  change_msat     what it did to the balance, negative if it fell
//	  why             what the federation said against it
//	omitted      how many of the oldest operations are not in history
//
// Times are milliseconds since 1970, UTC, by the clock of the device. Amounts are
// millisatoshi. Texts are cut after MaxText characters, and characters that do not
// print are left out, when they are written and again when they are read: names
// and reasons come from outside. Members label, unknown, config and why may be
// missing.
//
// # Versions
//
// A reader ignores members that it does not know; nothing is lost by that, since a
// wallet writes its next file from its store. The version is raised when that
// would be wrong, and readers refuse a higher one with ErrNewer. Every later
// version of this package reads version 1.
//
// A federation or an operation that cannot be read does not keep the rest of the
// file from being read: it is left out and counted. Without its words a file is
// damaged.
package archive
