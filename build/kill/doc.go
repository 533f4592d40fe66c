// Package kill kills real wallets: a browser and a process, by SIGKILL, right
// before and right after every commit of every kind of payment. They are started
// again on what they left on the disk, and what they claim then is held against
// the books of the demo federation. That is done with e-cash of either generation,
// and with both at once; and while a wallet is restored from its words, at random
// commits.
//
// The wallets are those of a release but for one thing: a store that, by the
// build tag announce, asks the test before and after each commit whether to go
// on.
//
// All of it is in tests: go test ./build/kill. More rounds: -args -rounds 10. A
// restore prints a seed: -args -seed n kills at the same moments again.
package kill
