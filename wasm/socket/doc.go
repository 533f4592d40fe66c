// Package socket opens the WebSockets over which guardians are asked. It is
// what package guardians wants from a platform, and there are two of it with
// the same names: the browser's WebSocket through syscall/js, which brings no
// net/http into the wasm, and a native one for tests and tools.
//
// It knows no message. Both twins
//
//   - give up connecting when the context ends;
//   - keep credentials out of their errors;
//   - end a connection with guardians.ErrMisbehaved at a message that is too
//     long or is not text.
//
// They differ where browsers differ from other programs. The API secret is a
// header natively; a page can set none, so there it is the userinfo of the url,
// which some browsers do not send. Natively a message that is too long is not
// read further; a browser hands it over whole, and it is dropped before it is
// copied into the memory of the wasm. And a browser does not tell a page why a
// connection failed.
package socket
