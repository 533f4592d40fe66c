//go:build unix

// Package devtools starts Chromium and speaks the DevTools protocol with it.
//
// It knows processes, the protocol's transport and its targets: pages and the
// workers that they start. It knows nothing of tests; package browser does.
//
// The protocol runs over a pair of pipes, not over a port. So nothing listens
// that others could reach, and Chromium ends by itself when the pipes close,
// which they do whatever way the program ends that started it.
//
// Every target, workers included, is attached before its first statement runs,
// so that nothing it writes to its console is lost. That is why this is not a
// library: the ones there are attach to workers late or not at all.
//
// The protocol is described at https://chromedevtools.github.io/devtools-protocol/
// (version "tip of tree"). A method is called by its name, "Page.navigate", with
// parameters that encoding/json turns into the object described there.
package devtools
