// Package lightning is lightning of the first generation, fedimint's module kind
// "ln", consensus version 2: a wallet that pays invoices and is paid by them.
//
// It knows contracts and their keys, offers, and gateways and their terms. It does
// not know what a note is: the client's cash modules fund contracts, and take what
// comes back. It has no lightning node; gateways have. It has no codes for payments
// that recur: who wants to be paid by a link needs the second generation, package
// lnv2.
//
// # Contracts
//
// A contract has an account, which its id names and anybody can look at. It is
// spent in whole or in part; an account stays when nothing is left in it. Since
// version 2.1 of the module an account is funded once; before, whoever funded it
// again put money into somebody else's contract. So a wallet looks whether a
// contract exists before it funds one.
//
// # Paying
//
// The wallet puts the amount and the gateway's fee into an outgoing contract. The
// gateway has it with the preimage of the invoice's payment hash. The wallet has it
// back when the federation's count of blocks is above the contract's timelock, or
// when the gateway has cancelled the contract in the federation:
//
//	id        SHA-256(hash ‖ gateway's key ‖ timelock ‖ user's key)
//	timelock  count of blocks + min_final_cltv_expiry of the invoice + 499, of which
//	          the last two must not be above 1440
//	funds     amount + the gateway's fee, see wire.RoutingFees
//
// What became of a payment is never a matter of opinion: either there is a preimage
// that hashes right, whoever it came from, or the federation has accepted the
// refund. That a gateway answers with an error, or not at all, says nothing, and
// neither does a clock: it is asked as long as the contract stands. (The reference
// stops after three minutes.)
//
// A gateway that takes the contract and keeps the preimage to itself is found out:
// the account is empty. The preimage is in the transaction that has emptied it,
// which the log of the federation has, from the session on in which the contract
// was funded. If there is none in it, another wallet with the words has taken the
// contract back.
//
// # Paying within the federation
//
// An invoice whose first hint ends at one of the federation's gateways with the
// channel that stands for the federation, or at the public key of the federation's
// id taken for a secret one, is of somebody in the federation. Then the wallet buys
// the preimage itself, as a gateway does for a payment from outside: it funds the
// incoming contract of the offer, and the guardians decrypt the preimage. If that
// turns out not to be one for the hash, the wallet takes its money back.
//
// # Being paid
//
//	receive key  → public key (33 bytes)  the secret that is sold, encrypted to the guardians
//	             → preimage = SHA-256(public key) → payment hash = SHA-256(preimage)
//	offer        amount, payment hash, encrypted public key, seconds until the invoice expires
//
// The wallet makes the invoice, signed by a key that it throws away, with a hint
// that leads to a gateway and from there on by a channel of the gateway's that
// stands for the federation; and it offers the secret in the federation, for the
// amount. The gateway that gets the payment funds the incoming contract, whose id
// is the payment hash. The guardians decrypt the secret together; if it is right,
// the receive key can spend the contract, else the gateway's.
//
// The federation never forgets an offer, and gateways do not look at the time in
// it: the contract can be funded for ever. So that an invoice has expired ends
// nothing. The wallet waits with patience until ten minutes later; then the offer
// has lapsed, its machine ends, and a note in the map has the account looked up
// when the wallet starts, and once an hour. If it is there, another machine claims
// it, in the same operation. That keeps old invoices out of memory and of the way
// of guardians, and loses nothing to a clock that goes wrong.
//
// # Attempts
//
//	operation of a payment  SHA-256(payment hash ‖ n, 2 bytes, little endian), n = 1, 2, …
//	operation of a receipt  payment hash
//
// There is a second attempt only if the first one's contract was refused, or has
// been taken back: then no gateway can have it any more. Other gateways come first.
//
// # Keys
//
// The reference draws the keys of contracts and invoices by chance, and whoever
// loses the database loses what is on its way. Nobody sees how a key was made, so
// here they follow from the module's secret s, s/… being its child of that number
// and s[…] that of a label:
//
//	s/0                              takes back what was paid within the federation
//	s/1                              SHA-256(payment hash ‖ it) is what a gateway wants to be
//	                                 told again before it tells a preimage again
//	s["satchel outgoing" ‖ hash ‖ n]  takes back the nth attempt's contract (n: 8 bytes, big endian)
//	s["satchel incoming" ‖ i]         the ith receive key, i = 0, 1, …
//
// (0 and 1 are as in the reference, where 2 is for recurring payments.) The words
// therefore bring back every invoice: receive keys are tried in their order, until
// ten in a row have neither an offer nor an account. What was paid is claimed, and
// what may yet be paid is watched over. Refunds of payments that were under way
// when a database was lost are not looked for; the words and the federation's log
// would suffice. A number is used once, also by two devices with the same words:
// what the federation has heard of is passed over, and of two offers for one hash
// it refuses the second.
//
// # Gateways
//
// Each guardian lists those that have registered, with their terms. A registration
// may be signed (wire.LNGateway.RegistrationMessage); where one is, those that are
// not do not count, and of several the highest nonce does. First comes who was
// vetted, by more guardians than can be dishonest, then who has signed, then the
// cheapest of those that answer.
//
// # Guardians' methods
//
//	block_count                        ()            → count
//	account                            (contract id) → wire.LNAccount, or null if it was never funded
//	await_account                      (contract id) → wire.LNAccount
//	await_outgoing_contract_cancelled  (contract id) → wire.LNAccount
//	await_block_height                 (height)      → null, once the count is above it
//	await_preimage_decryption          (contract id) → (wire.LNIncomingAccount, preimage, or null for a false one)
//	offer                              (hash)        → wire.LNOffer, or null if there is none that is not taken
//	list_gateways                      ()            → list of wire.LNAnnouncement
//
// # Gateways' methods
//
// JSON to an absolute path: a path in the gateway's url is dropped.
//
//	GET /id             → its id
//	POST /pay_invoice   wire.LNPayInvoiceRequest → preimage, in hex
//
// Any other status than 200 is not an answer. A gateway that is asked to pay for
// the same contract again answers with what came of it.
//
// # What is kept in the map
//
//	n         the number of the next receive key
//	w <slot>  an invoice that has lapsed, or was found by the words: see sale
//	s         where the search for receive keys is: a slot, and a byte, how many
//	          before it are not known to the federation
//
// A slot is a byte, which derivation of the words, and a number of 8 bytes.
//
// All facts are those of fedimint 0.13 (fedimint-ln-common, fedimint-ln-client,
// fedimint-ln-server).
package lightning
