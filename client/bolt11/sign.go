package bolt11

import (
	"errors"
	"fmt"
	"math/bits"

	"satchel/client/wire"
)

// Sign returns the invoice signed with the key of a node, with its text and its
// payee; PayeeNamed, Expiry, MinFinalCLTV and all other fields must be set. The
// fields are written in the order of lightning-invoice 0.34. It fails for an
// invoice that Decode would refuse.
func Sign(i Invoice, key wire.SecretKey) (Invoice, error) {
	i, err := signed(i, key)
	if err != nil {
		return Invoice{}, fmt.Errorf("signing an invoice: %w", err)
	}
	return i, nil
}

func signed(i Invoice, key wire.SecretKey) (Invoice, error) {
	if !key.Valid() {
		return i, errors.New("32 bytes are no secret key")
	}
	i.Payee = key.PublicKey()
	hrp, groups, err := i.unsigned()
	if err != nil {
		return i, err
	}
	sig := sign(key, signingHash(hrp, groups))
	return decode(wire.EncodeBech32Groups(hrp, append(groups, wire.Regroup(sig, 8, 5)...)))
}

// unsigned returns what is signed.
func (i Invoice) unsigned() (hrp string, groups []byte, err error) {
	prefix, err := prefixOf(i.Network)
	if err != nil {
		return "", nil, err
	}
	amount, err := formatAmount(i.Amount)
	if err != nil {
		return "", nil, err
	}
	if i.Time>>(5*timeGroups) != 0 {
		return "", nil, fmt.Errorf("time %d has more than 35 bits", i.Time)
	}
	for shift := 5 * (timeGroups - 1); shift >= 0; shift -= 5 {
		groups = append(groups, byte(i.Time>>shift)&31)
	}
	groups, err = i.appendFields(groups)
	return "ln" + prefix + amount, groups, err
}

func (i Invoice) appendFields(groups []byte) ([]byte, error) {
	w := writer{groups: groups}
	if i.DescriptionHash != nil {
		w.bytes(fieldDescriptionHash, i.DescriptionHash[:])
	} else {
		w.bytes(fieldDescription, []byte(i.Description))
	}
	w.bytes(fieldPaymentHash, i.PaymentHash[:])
	w.bytes(fieldSecret, i.PaymentSecret[:])
	w.field(fieldFeatures, i.Features.groups())
	w.number(fieldMinFinalCLTV, i.MinFinalCLTV)
	if i.PayeeNamed {
		w.bytes(fieldPayee, i.Payee[:])
	}
	w.number(fieldExpiry, i.Expiry)
	for _, hint := range i.RouteHints {
		var b []byte
		for _, hop := range hint {
			b = appendHop(b, hop)
		}
		w.bytes(fieldRouteHint, b)
	}
	if len(i.Metadata) > 0 {
		w.bytes(fieldMetadata, i.Metadata)
	}
	return w.groups, w.err
}

// A writer appends fields. The first error sticks.
type writer struct {
	groups []byte
	err    error
}

func (w *writer) bytes(kind byte, b []byte) { w.field(kind, wire.Regroup(b, 8, 5)) }

func (w *writer) number(kind byte, n uint64) {
	var data []byte
	for shift := (bits.Len64(n) + 4) / 5 * 5; shift > 0; {
		shift -= 5
		data = append(data, byte(n>>shift)&31)
	}
	w.field(kind, data)
}

func (w *writer) field(kind byte, data []byte) {
	if len(data) >= 1<<10 && w.err == nil {
		w.err = fmt.Errorf("field %q of %d groups, at most 1023 are possible", letter(kind), len(data))
	}
	w.groups = append(append(w.groups, kind, byte(len(data)>>5)&31, byte(len(data))&31), data...)
}
