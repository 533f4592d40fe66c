package bolt11

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"

	"satchel/client/wire"
)

// Types of fields.
const (
	fieldPaymentHash     = 1
	fieldRouteHint       = 3
	fieldFeatures        = 5
	fieldExpiry          = 6
	fieldFallback        = 9
	fieldDescription     = 13
	fieldSecret          = 16
	fieldPayee           = 19
	fieldDescriptionHash = 23
	fieldMinFinalCLTV    = 24
	fieldMetadata        = 27
)

const hopSize = 51

// letter returns the character that a type is written as.
func letter(kind byte) string { return "qpzry9x8gf2tvdw0s3jn54khce6mua7l"[kind&31 : kind&31+1] }

var errFilling = errors.New("it is filled up with bits that are not zero")

// readBytes reads bytes, after which less than a group of zero bits may follow.
func readBytes(data []byte) ([]byte, error) {
	b := wire.Regroup(data, 5, 8)
	if !bytes.Equal(wire.Regroup(b, 8, 5), data) {
		return nil, errFilling
	}
	return b, nil
}

// readFixed fills dst. A field of another length is to be ignored.
func readFixed(dst, data []byte) (known bool, err error) {
	if len(data) != (8*len(dst)+4)/5 {
		return false, nil
	}
	b, err := readBytes(data)
	copy(dst, b)
	return true, err
}

func readText(data []byte) (string, error) {
	b, err := readBytes(data)
	if err == nil && !utf8.Valid(b) {
		err = errors.New("it is not UTF-8")
	}
	return string(b), err
}

func readNumber(data []byte) (n uint64, err error) {
	if err := checkLeading(data); err != nil {
		return 0, err
	}
	for _, g := range data {
		if n>>59 != 0 {
			return 0, errors.New("the number has more than 64 bits")
		}
		n = n<<5 | uint64(g)
	}
	return n, nil
}

func checkLeading(data []byte) error {
	if len(data) > 0 && data[0] == 0 {
		return errors.New("it begins with zeros")
	}
	return nil
}

// readFeatures reads bits whose last one is bit 0.
func readFeatures(data []byte) (Features, error) {
	if err := checkLeading(data); err != nil {
		return nil, err
	}
	filled := append(make([]byte, (8-len(data)%8)%8), data...) // whole bytes
	return withoutZeros(wire.Regroup(filled, 5, 8)), nil
}

func (f Features) groups() []byte {
	filled := append(make([]byte, (5-len(f)%5)%5), f...)
	return withoutZeros(wire.Regroup(filled, 8, 5))
}

func withoutZeros(b []byte) []byte {
	for len(b) > 0 && b[0] == 0 {
		b = b[1:]
	}
	return b
}

func readRouteHint(data []byte) (wire.RouteHint, error) {
	b, err := readBytes(data)
	if err != nil {
		return nil, err
	}
	if len(b)%hopSize != 0 {
		return nil, fmt.Errorf("%d bytes are not hops of %d", len(b), hopSize)
	}
	var hint wire.RouteHint
	for ; len(b) > 0; b = b[hopSize:] {
		source, err := wire.Decode[wire.PublicKey](b[:33])
		if err != nil {
			return nil, err
		}
		hint = append(hint, wire.RouteHop{
			Source:     source,
			ChannelID:  binary.BigEndian.Uint64(b[33:]),
			BaseMsat:   binary.BigEndian.Uint32(b[41:]),
			Millionths: binary.BigEndian.Uint32(b[45:]),
			CLTVDelta:  binary.BigEndian.Uint16(b[49:]),
		})
	}
	return hint, nil
}

func appendHop(b []byte, h wire.RouteHop) []byte {
	b = binary.BigEndian.AppendUint64(h.Source.Append(b), h.ChannelID)
	b = binary.BigEndian.AppendUint32(b, h.BaseMsat)
	b = binary.BigEndian.AppendUint32(b, h.Millionths)
	return binary.BigEndian.AppendUint16(b, h.CLTVDelta)
}

// checkFallback checks that a bitcoin address is one. The wallet has its own way
// to pay on chain, so it is not kept.
func checkFallback(data []byte) error {
	if len(data) == 0 {
		return errors.New("the address has no version")
	}
	const p2pkh, p2sh = 17, 18
	version := data[0]
	if version > p2sh {
		return nil
	}
	b, err := readBytes(data[1:])
	switch {
	case err != nil:
		return err
	case version < p2pkh && (len(b) < 2 || len(b) > 40), version >= p2pkh && len(b) != 20:
		return fmt.Errorf("the address of version %d has %d bytes", version, len(b))
	}
	return nil
}
