// Package client is a Fedimint client: one federation, its money and what is
// under way.
//
// It knows transactions, operations and the order in which modules pay. It does
// not know what a note or an invoice is (the modules do), how a guardian is
// reached (package guardians), where data is kept (a [satchel/fsm/kv.Store]),
// or that there is a browser.
//
// # Transactions
//
// A transaction takes value from inputs and gives it to outputs, all of it or
// nothing. To the core both are opaque bytes with the number of a module
// instance, an amount and a fee; a module adds them as a [Part]. What is missing
// on one side is filled in by the cash modules, in their order: they add notes
// when too little comes in, and make change when too little goes out. Too much
// is allowed to come in since consensus 2.1, and the federation keeps it.
//
// A transaction is worked out against a snapshot, outside any database
// transaction, because blinding and signing take long ([Plan]). It becomes real
// in one commit ([Plan.Commit]) that locks what it spends, starts a machine for
// each part and one that submits it, or finds that the snapshot is out of date
// and changes nothing.
//
// # The submission machine
//
// It submits until the federation has decided: accepted, when a threshold of
// guardians says that consensus has it, or rejected, when a threshold refuses it
// with the same error. Neither a lost answer nor a clock decides anything, and
// submitting twice is harmless.
//
// # Keys in the map
//
//	c/events      the number of the next event
//	c/secret      the hash of the secret that the store belongs to
//	c/backup      when the guardians were given the last backup, and of what
//	c/elsewhere   another device that has the words
//	m <id> /…     a module's, id is the instance, two bytes, big endian
//	o/ <op>       an operation: kind, meta, when it began
//	t/ <n> <op>   operations in the order in which they began
//	e/ <n>        (cold) events, n = 0, 1, …
//
// These are in the federation's store. The wallet's own has the words under w/…
// and, as f/ <federation>, a [Membership]: config, chosen API versions, where
// the guardians are. Under g/ <federation> stands what they did wrong, and under
// h/ <federation> (cold) the history that came with a file.
//
// # Restoring
//
// Words that may have been used before are looked for in the past of a federation
// by its modules ([Searcher]). That begins in the same commit that makes the store
// theirs, so no key is ever used that was used before. The words may have been:
// when they were made elsewhere, when the guardians have a backup of them, or when
// whoever joins says so.
package client
