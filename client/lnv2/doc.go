// Package lnv2 is lightning of the second generation, fedimint's module kind
// "lnv2", consensus version 1: a wallet that pays invoices and is paid by them.
//
// It knows contracts and their keys, gateways and their terms. It does not know
// what a note is: the client's cash modules fund contracts, and take what comes
// back. It has no lightning node; gateways have.
//
// # Paying
//
// The wallet puts the amount and the gateway's fee into an outgoing contract of
// the federation. The gateway has it with the preimage of the invoice's payment
// hash, which it gets by paying. The wallet has it back when the count of blocks
// that the federation agrees on reaches the contract's expiration, or with the
// gateway's signature that it gives up.
//
// A contract is spent by one input, once. So what became of a payment is never a
// matter of opinion: either the preimage is there, and it is the receipt
// whoever it came from, or the refund is accepted, and the gateway cannot have
// the contract any more. That a gateway does not answer, or answers nonsense,
// says nothing.
//
// # Being paid
//
// The preimage is the wallet's own, derived from its words; the gateway gets an
// incoming contract that sells it, encrypted to the guardians (package tpe), and
// makes the invoice. When somebody pays that, the gateway funds the contract, the
// guardians decrypt the preimage for it, and the wallet claims the contract. It
// knows the decryption key itself, and asks for no shares.
//
// # Keys
//
// With static keys s₀ and s₁ (children 0 and 1 of the module's secret: ordinary
// contracts, and those of an LNURL), a fresh e, and E = e·G in the contract for
// all to see:
//
//	tweak    = SHA-256(compressed(e·S)) = SHA-256(compressed(s·E))
//	outgoing   the refund's secret key is the tweak
//	incoming   seed = SHA-256(tweak), preimage = SHA-256(seed),
//	           the claim's secret key is s·tweak
//	           the decryption key follows from the seed and the federation's key
//
// So the words and the contract suffice. An incoming contract is the wallet's
// if the claim key is, the ciphertext was made with the seed, and the preimage in
// it hashes to the contract's payment hash.
//
// # Expirations
//
// Of an outgoing contract it is a count of blocks: the gateway can claim while it
// is greater than the federation's count, the wallet from then on. Of an incoming
// one it is a second since 1970, after which it cannot be funded; once funded it
// never expires. A contract of an LNURL has 2⁶⁴-1 less the gateway's fee in msat
// there, which must not be taken for a time.
//
// # Guardians' methods
//
//	consensus_block_count          ()                   → count
//	await_preimage                 (outpoint, expiration) → preimage, or null once expired
//	outgoing_contract_expiration   (outpoint)           → (contract id, blocks left), or null if there is none
//	await_incoming_contract        (contract id, expiration) → outpoint, or null once expired
//	await_incoming_contracts       (start, n)           → (contracts that are not spent, next start)
//	gateways                       ()                   → urls that this guardian recommends
//
// # Gateways' methods
//
// JSON by POST to an absolute path: a path in the gateway's url is dropped.
//
//	/routing_info            federation id                     → wire.RoutingInfo, or null
//	/send_payment            wire.SendPaymentRequest           → wire.SendPaymentResponse
//	/create_bolt11_invoice   wire.CreateInvoiceRequest         → invoice
//
// Any other status than 200 is not an answer. A gateway that is asked to pay for
// the same contract again answers with what came of it.
//
// # What is kept in the map
//
//	c  from which contract of the federation's stream on the inbox looks
//
// All facts are those of fedimint 0.13 (fedimint-lnv2-common, fedimint-lnv2-client).
package lnv2
