// Package lnurl speaks LNURL: the links and lightning addresses with which a
// service takes a payment, pays one out, or lets somebody log in.
//
// It knows how links are written, what services are asked and what their answers
// mean. It makes no payment, stores nothing and opens no connection: whoever uses
// it brings a Fetch.
//
// # Links
//
// What a person pastes or scans is one of
//
//	lnurl1…                        bech32 of a url, all in one case (LUD-01)
//	lnurlp://… lnurlw://… keyauth://…   a url whose scheme says what for (LUD-17)
//	user@domain                    a lightning address (LUD-16):
//	                               https://domain/.well-known/lnurlp/user
//	lightning:…                    any of these
//	scheme:…?…&lightning=lnurl1…   any link with a way to pay beside it (LUD-01)
//
// User names are of a-z 0-9 . - _ +, and upper case is lower case, since phones
// write it where sentences begin. lnurlc:// and other links that open channels are
// ErrUnsupported: this wallet has none.
//
// The parameter "tag" of the url, or its scheme, may say what it is for. With
// tag=login it is to log in, and nobody is asked before the person agrees.
// Otherwise the url is asked, and the "tag" of the answer counts.
//
// # Whom it asks
//
// Every url is in the normal form of wire.SafeURL when it is asked, so that what
// is asked is what was looked at. Its scheme is https, it has no credentials, its
// fragment is cut off, and its host is Global (see wire.Scope): no request goes to
// a private address or name. That holds for pasted links and for every url in an
// answer, and it is looked at again right before each request.
//
// Client.AllowLoopback lets services be on this device, with http as well, for
// tests and demonstrations. LUD-01 allows http for .onion hosts, but a browser
// does not reach them: ErrOnion.
//
// A name of the DNS may still lead to a private address. Go sees no addresses in
// a browser; there the browser is what asks the person before a page reaches into
// the own network, and no page reads an answer that does not allow it (CORS).
//
// # Answers
//
// An answer is JSON of at most MaxBody bytes, whatever its HTTP status and type
// (LUD-01). {"status":"ERROR","reason":…} is a *ServiceError. Members that are not
// known are ignored, and a member of the wrong type is as if it were missing.
//
//	payRequest (LUD-06)
//	  callback, minSendable, maxSendable (msat), metadata, commentAllowed (LUD-12)
//	  metadata: the JSON text of a list of lists, of which each begins with its type:
//	    text/plain       needed: what is paid for
//	    text/long-desc   LUD-20
//	    text/identifier, text/email   the lightning address
//	    others           among them pictures: left alone
//	  GET callback ? amount=msat [& comment=…] answers
//	    pr               the invoice
//	    successAction    LUD-09, LUD-10: what to show when it is paid
//	    verify           a url that tells whether it is paid (LUD-21)
//	  GET verify answers status, settled, preimage (hex or null)
//
//	withdrawRequest (LUD-03)
//	  callback, k1, defaultDescription, minWithdrawable, maxWithdrawable (msat)
//	  GET callback ? k1=… & pr=invoice answers {"status":"OK"}
//
//	login (LUD-04), all in the url
//	  tag=login, k1 (32 bytes in hex), action (register, login, link, auth, or none)
//	  GET url & sig=… & key=… answers {"status":"OK"}
//	    sig: ECDSA of k1 on secp256k1, with a nonce of RFC 6979 and a low s, DER in hex
//	    key: the linking key, compressed, in hex
//
// The linking key is that of LUD-05, from the BIP-39 seed of the wallet's words, so
// that another wallet of the same words that follows LUD-05 is the same person to
// a service. With BIP-32, from the master key m of the seed:
//
//	h = HMAC-SHA256(key m/138'/0, host without port), its first 16 bytes as four numbers
//	    of 32 bits, big endian
//	linking key = m/138'/h1/h2/h3/h4, where a number from 2³¹ on is hardened
//
// # Not checked
//
// LUD-06 wants the description hash of the invoice to be that of the metadata. The
// services of Fedimint (recurringd, 0.13) write a plain description, and neither
// of its clients checks, so this package does not either. It checks the amount.
//
// # Texts
//
// All texts of a service are untrusted. They are cut, and characters that do not
// print are left out; what is left is to be shown as text and never interpreted.
package lnurl
