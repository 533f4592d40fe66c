// Package lnv2 is lightning of the second generation as a gateway uses it: fedimint's
// module kind "lnv2", consensus version 1, seen from the side that pays invoices for
// wallets and lets them be paid. The wallet's side is package client/lnv2.
//
// It knows contracts, the gateway's key and terms, and a lightning node as far as
// [Node] says. It does not know HTTP, nor what a note is: the client's cash modules
// fund incoming contracts and take what outgoing ones bring.
//
// # Paying
//
// A wallet funds an outgoing contract and asks the gateway to pay an invoice. The
// gateway looks whether it has paid for the payment hash already, else it pays, and
// claims the contract with the preimage. If it cannot pay it signs that it gives the
// contract up. A contract over less than the gateway asks for, or with no more than 144
// blocks left, is not paid for. Of all contracts with the same payment hash only the
// first is ever paid for: one payment gives the preimage to all.
//
// # Being paid
//
// A wallet leaves an incoming contract here, and gets an invoice with the contract's
// payment hash, which the gateway's node holds when it is paid. The gateway then funds
// the contract, which buys the preimage: guardians give shares of the key that decrypts
// it, a threshold of which are enough. With the preimage the node takes the payment. If
// it is not the preimage, the contract is refunded to the gateway, and the node gives
// the payment back.
//
// When a wallet wants to pay an invoice that this gateway made for another one there is
// nothing for the node to do: the gateway funds the incoming contract, and claims
// the outgoing one with the preimage that it buys. That is a direct swap.
//
// # Operations
//
// One for each contract, whose id is the contract's. So the same contract is paid
// for or funded once, however often that is asked for. Machines:
//
//	gateway/send      an outgoing contract, from the request to the claim
//	gateway/receive   an incoming contract, from the funding to the preimage
//	gateway/circuit   a payment that the node holds for an incoming contract
//
// # Guardians' methods
//
//	consensus_block_count          ()         → count
//	outgoing_contract_expiration   (outpoint) → (contract id, blocks left), or null if there is none
//	decryption_key_share           (outpoint) → share, once the contract is funded
//
// # What is kept in the map
//
//	i <hash>   the operation that alone may pay for this payment hash, for ever
//	r <hash>   the incoming contract for which there is an invoice, and its amount
//
// # Keys
//
// The gateway has one, which is the module's secret itself, as that of fedimint 0.13
// has. It claims outgoing contracts, forfeits them, and refunds incoming ones.
//
// All facts are those of fedimint 0.13 (fedimint-gwv2-client, fedimint-gateway-server).
package lnv2
