package lnurl

import (
	"errors"
	"fmt"
	"strings"

	"satchel/client/wire"
)

// ErrTooLong is wrapped when an LNURL would have more than wire.MaxBech32
// characters, at which other wallets stop reading.
var ErrTooLong = errors.New("LNURL is too long")

// Own returns the LNURL, in lower case, under which a service of Fedimint
// (recurringd, 0.13) takes payments for this wallet. payload is the text of a
// wire.LnurlRequest; with fewer gateways it is shorter, should the error wrap
// ErrTooLong: each takes some 80 characters.
func Own(service wire.SafeURL, payload string) (string, error) {
	base := service.String()
	if base == "" || base != service.Full() {
		return "", fmt.Errorf("%w: %.80q has more than a path, or nothing", ErrMalformed, base)
	}
	if !strings.HasSuffix(base, "/") {
		base += "/"
	}
	lnurl := wire.EncodeBech32("lnurl", []byte(base+"pay/"+payload))
	if len(lnurl) > wire.MaxBech32 {
		return "", fmt.Errorf("%w: %d characters, at most %d", ErrTooLong, len(lnurl), wire.MaxBech32)
	}
	return lnurl, nil
}
