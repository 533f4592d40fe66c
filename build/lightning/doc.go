// Package lightning is a small lightning network in one process: nodes with keys,
// real BOLT 11 invoices, and payments between them. It is for demonstrations and
// tests, and its satoshis are worth nothing.
//
// It knows invoices, payments and what each node has earned. It knows no channels
// and no routes: every node reaches every other, with any amount, at once and for
// nothing, and may owe as much as it likes. It has no blocks, so a payment that is
// held has all the time in the world.
//
// # Invoices
//
// An invoice is paid once. The node knows the preimage of an ordinary invoice, and
// takes the payment when it comes. Of a hold invoice it knows the payment hash
// only: the payment is held until somebody settles it with the preimage, or
// cancels it, and the invoice with it.
//
// # Payments
//
// A node pays for a payment hash at most once, whoever asks how often: the record
// of the payment is the first thing that a node looks for, and it becomes durable
// in the commit that lets the payment arrive. What has failed is not tried again,
// and says why; asking again gives the same answer. Only what the store says is
// an error: then the outcome is not known.
//
// # What is kept
//
//	node/<name>               the secret key
//	invoice/<payee><hash>     an invoice
//	payment/<payer><hash>     a payment
//
// Payee and payer are 33 bytes, the payment hash is 32.
package lightning
