package bolt11

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"satchel/client/wire"
)

const (
	timeGroups      = 7
	signatureGroups = 104
)

// Decode reads an invoice, in upper or in lower case, and checks its signature.
// Blanks and "lightning:" are for the caller to cut off.
func Decode(s string) (Invoice, error) {
	i, err := decode(s)
	if err != nil {
		return Invoice{}, fmt.Errorf("invoice: %w", err)
	}
	return i, nil
}

func decode(s string) (i Invoice, err error) {
	if len(s) > MaxLength {
		return i, fmt.Errorf("%d characters are more than %d", len(s), MaxLength)
	}
	hrp, groups, err := wire.DecodeBech32Groups(s)
	if err != nil {
		return i, err
	}
	i = Invoice{text: strings.ToLower(s), Expiry: defaultExpiry, MinFinalCLTV: defaultMinFinalCLTV}
	if i.Network, i.Amount, err = parseHRP(hrp); err != nil {
		return i, err
	}
	if len(groups) < timeGroups+signatureGroups {
		return i, errors.New("too short for a time and a signature")
	}
	end := len(groups) - signatureGroups
	for _, g := range groups[:timeGroups] {
		i.Time = i.Time<<5 | uint64(g)
	}
	if err := i.readFields(groups[timeGroups:end]); err != nil {
		return i, err
	}
	return i, i.checkSignature(signingHash(hrp, groups[:end]), wire.Regroup(groups[end:], 5, 8))
}

// readFields reads all fields and checks that those are there that must be.
func (i *Invoice) readFields(groups []byte) error {
	var seen uint32 // a bit for each type
	for len(groups) > 0 {
		if len(groups) < 3 {
			return errors.New("the last field has no length")
		}
		kind, size := groups[0], int(groups[1])<<5|int(groups[2])
		if groups = groups[3:]; size > len(groups) {
			return fmt.Errorf("field %q of %d groups goes beyond the end", letter(kind), size)
		}
		known, err := i.readField(kind, groups[:size])
		groups = groups[size:]
		switch {
		case err != nil:
			return fmt.Errorf("field %q: %w", letter(kind), err)
		case known && seen>>kind&1 == 1 && kind != fieldRouteHint:
			return fmt.Errorf("field %q is there twice", letter(kind))
		case known:
			seen |= 1 << kind
		}
	}
	for _, kind := range [...]byte{fieldPaymentHash, fieldSecret, fieldFeatures} {
		if seen>>kind&1 == 0 {
			return fmt.Errorf("field %q is missing", letter(kind))
		}
	}
	if seen>>fieldDescription&1 == seen>>fieldDescriptionHash&1 {
		return errors.New("one of the fields \"d\" and \"h\" must be there")
	}
	return i.Features.check()
}

func (f Features) check() error {
	if bit, ok := f.unknown(); ok {
		return fmt.Errorf("it needs feature %d, which is not known", bit)
	}
	if !f.Has(featureSecret) && !f.Has(featureSecret+1) {
		return errors.New("the feature of the payment secret is not set")
	}
	return nil
}

// readField reads a field, unless it is one to be ignored.
func (i *Invoice) readField(kind byte, data []byte) (known bool, err error) {
	switch kind {
	case fieldPaymentHash:
		return readFixed(i.PaymentHash[:], data)
	case fieldSecret:
		return readFixed(i.PaymentSecret[:], data)
	case fieldDescriptionHash:
		var hash wire.Hash
		if known, err = readFixed(hash[:], data); known {
			i.DescriptionHash = &hash
		}
		return known, err
	case fieldPayee:
		if i.PayeeNamed, err = readFixed(i.Payee[:], data); i.PayeeNamed && err == nil {
			i.Payee, err = wire.Decode[wire.PublicKey](i.Payee[:])
		}
		return i.PayeeNamed, err
	case fieldDescription:
		i.Description, err = readText(data)
	case fieldExpiry:
		i.Expiry, err = readNumber(data)
	case fieldMinFinalCLTV:
		i.MinFinalCLTV, err = readNumber(data)
	case fieldMetadata:
		var b []byte
		if b, err = readBytes(data); len(b) > 0 {
			i.Metadata = b
		}
	case fieldFeatures:
		i.Features, err = readFeatures(data)
	case fieldRouteHint:
		var hint wire.RouteHint
		hint, err = readRouteHint(data)
		i.RouteHints = append(i.RouteHints, hint)
	case fieldFallback:
		return false, checkFallback(data)
	default:
		return false, nil
	}
	return true, err
}

// signingHash returns what is signed.
func signingHash(hrp string, groups []byte) wire.Hash {
	filled := append(bytes.Clone(groups), 0, 0)
	packed := wire.Regroup(filled, 5, 8)[:(5*len(groups)+7)/8]
	return hashOf([]byte(hrp), packed)
}
