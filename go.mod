module satchel

go 1.26.0

ignore ./node_modules

require (
	github.com/andybalholm/brotli v1.2.8
	github.com/btcsuite/btcd/btcec/v2 v2.5.0
	github.com/cloudflare/circl v1.6.5
	github.com/coder/websocket v1.8.15
	github.com/decred/dcrd/dcrec/secp256k1/v4 v4.4.1
	github.com/evanw/esbuild v0.28.2
	golang.org/x/crypto v0.58.0
)

require (
	github.com/btcsuite/btcd/chainhash/v2 v2.0.0 // indirect
	github.com/decred/dcrd/crypto/blake256 v1.1.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
)
