package toyfed

import "satchel/client/wire"

// A signed message. The memos are of what a simulation signs and verifies again
// in each of its runs.
type signed struct {
	key       wire.PublicKey
	message   [32]byte
	signature wire.Signature
}

var verified memo[signed, bool]

func verifySignature(key wire.PublicKey, message [32]byte, signature wire.Signature) bool {
	return must(verified.get(signed{key, message, signature}, func() (bool, error) {
		return key.XOnly().Verify(message, signature) == nil, nil
	}))
}

type toSign struct {
	key     wire.SecretKey
	message [32]byte
}

var signatures memo[toSign, wire.Signature]

func sign(key wire.SecretKey, message [32]byte) wire.Signature {
	return must(signatures.get(toSign{key, message}, func() (wire.Signature, error) {
		return key.SignAs(PublicKey(key), message)
	}))
}
