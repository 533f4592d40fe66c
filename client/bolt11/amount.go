package bolt11

import (
	"fmt"
	"strconv"
	"strings"

	"satchel/client/wire"
)

// networkOf returns the network of a prefix.
func networkOf(prefix string) (wire.Network, error) {
	switch prefix {
	case "bc":
		return "bitcoin", nil
	case "tb":
		return "testnet", nil
	case "tbs":
		return "signet", nil
	case "bcrt", "sb":
		return "regtest", nil
	}
	return "", fmt.Errorf("no network has the prefix %.20q", prefix)
}

func prefixOf(network wire.Network) (string, error) {
	switch network {
	case "bitcoin":
		return "bc", nil
	case "testnet":
		return "tb", nil
	case "signet":
		return "tbs", nil
	case "regtest":
		return "bcrt", nil
	}
	return "", fmt.Errorf("network %.20q has no prefix", network)
}

// msatOf returns the msat in one of what a letter stands for; p, which is less
// than a msat, is not among them.
func msatOf(multiplier string) (uint64, bool) {
	switch multiplier {
	case "":
		return 100_000_000_000, true
	case "m":
		return 100_000_000, true
	case "u":
		return 100_000, true
	case "n":
		return 100, true
	}
	return 0, false
}

// parseHRP reads the part before the last "1", in lower case.
func parseHRP(hrp string) (network wire.Network, amount wire.Amount, err error) {
	rest, ok := strings.CutPrefix(hrp, "ln")
	if !ok {
		return "", 0, fmt.Errorf("%.20q does not begin with \"ln\"", hrp)
	}
	digits := len(rest)
	if i := strings.IndexAny(rest, "0123456789"); i >= 0 {
		digits = i
	}
	if network, err = networkOf(rest[:digits]); err != nil {
		return "", 0, err
	}
	if digits < len(rest) {
		amount, err = parseAmount(rest[digits:])
	}
	return network, amount, err
}

// parseAmount reads a number and a letter, and returns msat.
func parseAmount(s string) (wire.Amount, error) {
	number, multiplier := s, ""
	if last := len(s) - 1; s[last] > '9' {
		number, multiplier = s[:last], s[last:]
	}
	n, err := strconv.ParseUint(number, 10, 64)
	if err != nil || number[0] == '0' {
		return 0, fmt.Errorf("amount %.40q is no whole number above zero without leading zeros", s)
	}
	if multiplier == "p" {
		if n%10 != 0 {
			return 0, fmt.Errorf("amount %.40q is no whole number of msat", s)
		}
		return wire.Amount(n / 10), nil
	}
	msat, ok := msatOf(multiplier)
	if !ok {
		return 0, fmt.Errorf("amount %.40q is in %q, which is not m, u, n or p", s, multiplier)
	}
	amount, err := wire.Amount(msat).Mul(n)
	if err != nil {
		return 0, fmt.Errorf("amount %.40q: %w", s, err)
	}
	return amount, nil
}

// formatAmount writes msat as short as can be; nothing for 0.
func formatAmount(amount wire.Amount) (string, error) {
	if amount == 0 {
		return "", nil
	}
	for _, multiplier := range [...]string{"", "m", "u", "n"} {
		if msat, _ := msatOf(multiplier); uint64(amount)%msat == 0 {
			return strconv.FormatUint(uint64(amount)/msat, 10) + multiplier, nil
		}
	}
	pico, err := amount.Mul(10)
	if err != nil {
		return "", fmt.Errorf("amount of %v: %w", amount, err)
	}
	return strconv.FormatUint(uint64(pico), 10) + "p", nil
}
