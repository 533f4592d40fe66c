// Package guardians asks the guardians of a federation, and decides what
// several answers are worth.
//
// A Guardian is one method: Call. A Federation is all guardians of one
// federation, with what is known of the health of each. Ask sends a Question to
// all of them at once and hands the answers, as they arrive, to a Decider: a
// pure function that knows when enough has been said.
//
// The package knows how guardians are reached, what an answer looks like, how
// many guardians must say the same, and which versions of the API both sides
// speak. It knows no module, stores nothing and never repeats a call: an error
// means "not known", and whoever needs the answer asks again (package fsm).
//
// # Errors
//
//   - ErrUnreachable is weather: no connection, a lost one, no answer in time.
//   - An AnswerError is the guardian's own answer: it cannot or will not.
//   - ErrMisbehaved is an attack, or a broken guardian: an answer that does not
//     decode, fails a check, or contradicts what a quorum of the others says.
//   - ErrScheme is an address of a kind that is not spoken here.
//   - An UndecidedError is that Ask came to no result; it has the reason of
//     each guardian.
//
// # How many
//
// Of n guardians at most e = (n-1)/3, rounded down, are taken to be dishonest
// or absent. What n-e of them say is the federation's word; of any e+1 at least
// one is honest.
//
//	n          1  2  3  4  5  6  7  10
//	max evil   0  0  0  1  1  1  2  3
//	threshold  1  2  3  3  4  5  5  7
//	one honest 1  1  1  2  2  2  3  4
//
// # Transport
//
// A guardian listens at a ws:// or wss:// url with any path. Each text message
// of the WebSocket is one message of JSON-RPC 2.0; there is no sub-protocol.
//
//	→ {"jsonrpc":"2.0","id":0,"method":"session_status","params":[{"auth":null,"params":7}]}
//	← {"jsonrpc":"2.0","id":0,"result":["03010100"]}
//	← {"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found"}}
//
// There is exactly one positional parameter, an object: "auth" is for
// administrators, "params" is what the method takes, null for nothing. Ids
// count up from 0 on each connection. Answers come in any order, up to 65535
// requests may be in flight, and neither side takes messages above 10 MiB.
// Methods of a module instance are called "module_<id>_<name>".
//
// Guardians ping every 10 s, which the WebSocket below answers by itself. They
// end a request after 60 s with -32000, which is the normal end of a method
// that waits for something (a long poll): it is asked again.
//
//	-32700, -32600  the request is no JSON, or no request
//	-32601          unknown method: an older guardian
//	-32602          not exactly one parameter
//	-32000          the guardian's own 60 s are over
//	-32008          the answer would be too big
//	400             parameters that do not decode, a bad signature, an index out of range
//	401             for administrators only
//	404             not found
//	500             the guardian is broken
//
// # API secret
//
// A federation may ask for a secret, which is part of its invite codes:
//
//	Authorization: Basic base64("fedimint:" + secret)
//
// with the request that opens the WebSocket. Browsers let no page set that
// header; there the secret is the userinfo of the url, fedimint:<secret>@, and
// it depends on the browser whether it is sent.
//
// # Addresses
//
// The config names a url for each guardian, and its hash is the federation's
// id, so it never changes. A guardian that moves says so in an API announcement
// or in guardian metadata, both signed with its broadcast key: see
// EffectiveURLs. A guardian set up with fedimint 0.13 has an iroh:// url unless
// its operator chose otherwise; iroh is QUIC with raw public keys and cannot be
// spoken from a web page, so such a guardian is out of reach until its operator
// publishes a wss:// address in one of these two ways.
//
// # Versions
//
// Guardians answer the method "version" with the consensus versions they run
// and, for each major version of the API, the highest minor one they have: see
// Discover.
//
// All facts are those of fedimint 0.13 (fedimint-connectors,
// fedimint-api-client, fedimint-core, fedimint-client), which in this part
// speaks with every release since 0.8.
package guardians
