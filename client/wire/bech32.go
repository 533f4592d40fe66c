package wire

import (
	"errors"
	"fmt"
	"strings"
)

const (
	bech32Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
	// MaxBech32 is the length up to which the checksum finds every four
	// errors in long strings (BIP-173 itself allows 90).
	MaxBech32 = 1023
)

// Constants that the checksums of BIP-173 and BIP-350 end in.
const (
	bech32Legacy = 1
	bech32m      = 0x2bc830a3
)

var errBech32Checksum = errors.New("bech32 checksum is wrong: a character is mistyped or missing")

// EncodeBech32 writes data as bech32 (BIP-173) in lower case, however long that
// gets.
func EncodeBech32(hrp string, data []byte) string { return encodeBech32(hrp, data, bech32Legacy) }

// encodeBech32m writes data as bech32m (BIP-350) in lower case.
func encodeBech32m(hrp string, data []byte) string { return encodeBech32(hrp, data, bech32m) }

func encodeBech32(hrp string, data []byte, end uint32) string {
	return encodeGroups(hrp, Regroup(data, 8, 5), end)
}

// EncodeBech32Groups writes groups of five bits as bech32 (BIP-173) in lower
// case, however long that gets.
func EncodeBech32Groups(hrp string, groups []byte) string {
	return encodeGroups(hrp, groups[:len(groups):len(groups)], bech32Legacy)
}

func encodeGroups(hrp string, values []byte, end uint32) string {
	check := bech32Polymod(hrp, append(values[:len(values):len(values)], make([]byte, 6)...)) ^ end
	for shift := 25; shift >= 0; shift -= 5 {
		values = append(values, byte(check>>shift)&31)
	}
	out := []byte(hrp + "1")
	for _, v := range values {
		out = append(out, bech32Alphabet[v])
	}
	return string(out)
}

// DecodeBech32 reads bech32m or bech32 (BIP-173), all in one case, of at most
// MaxBech32 characters. Bits that are left over at the end are ignored, as in
// the reference.
func DecodeBech32(s string) (hrp string, data []byte, err error) {
	if len(s) > MaxBech32 {
		return "", nil, fmt.Errorf("bech32 of %d characters, at most %d are allowed", len(s), MaxBech32)
	}
	hrp, values, check, err := decodeGroups(s)
	if err == nil && check != bech32m && check != bech32Legacy {
		err = errBech32Checksum
	}
	if err != nil {
		return "", nil, err
	}
	return hrp, Regroup(values, 5, 8), nil
}

// DecodeBech32Groups reads bech32 (BIP-173), all in one case and of any length,
// and returns its groups of five bits without the checksum.
func DecodeBech32Groups(s string) (hrp string, groups []byte, err error) {
	hrp, groups, check, err := decodeGroups(s)
	if err == nil && check != bech32Legacy {
		err = errBech32Checksum
	}
	if err != nil {
		return "", nil, err
	}
	return hrp, groups, nil
}

// decodeGroups returns also what the checksum ends in.
func decodeGroups(s string) (hrp string, groups []byte, check uint32, err error) {
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return "", nil, 0, errors.New("bech32 has a blank or a character beyond ASCII")
	}
	lower := strings.ToLower(s)
	if s != lower && s != strings.ToUpper(s) {
		return "", nil, 0, errors.New("bech32 mixes upper and lower case")
	}
	sep := strings.LastIndexByte(lower, '1')
	if sep < 1 || len(lower)-sep-1 < 6 {
		return "", nil, 0, errors.New("bech32 lacks its separator or its checksum")
	}
	hrp = lower[:sep]
	values := make([]byte, 0, len(lower)-sep-1)
	for i, c := range []byte(lower[sep+1:]) {
		v := strings.IndexByte(bech32Alphabet, c)
		if v < 0 {
			return "", nil, 0, fmt.Errorf("bech32 has %q at %d", s[sep+1+i], sep+1+i)
		}
		values = append(values, byte(v))
	}
	return hrp, values[:len(values)-6], bech32Polymod(hrp, values), nil
}

// bech32Polymod is the remainder that the checksum is made of.
func bech32Polymod(hrp string, values []byte) uint32 {
	generators := [5]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3}
	check := uint32(1)
	step := func(v byte) {
		top := check >> 25
		check = check&0x1ffffff<<5 ^ uint32(v)
		for i, g := range generators {
			if top>>i&1 == 1 {
				check ^= g
			}
		}
	}
	for i := range len(hrp) {
		step(hrp[i] >> 5)
	}
	step(0)
	for i := range len(hrp) {
		step(hrp[i] & 31)
	}
	for _, v := range values {
		step(v)
	}
	return check
}

// Regroup makes groups of to bits out of groups of from bits, the most
// significant first. Growing groups drop what is left over; shrinking groups
// fill it up with zeros.
func Regroup(in []byte, from, to uint) []byte {
	out := make([]byte, 0, (uint(len(in))*from+to-1)/to)
	var buffer, bits uint
	for _, v := range in {
		buffer = buffer<<from | uint(v)
		for bits += from; bits >= to; {
			bits -= to
			out = append(out, byte(buffer>>bits)&(1<<to-1))
		}
		buffer &= 1<<bits - 1
	}
	if bits > 0 && to < from {
		out = append(out, byte(buffer<<(to-bits)))
	}
	return out
}
