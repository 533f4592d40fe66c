package wire_test

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"satchel/client/tbs"
	"satchel/client/vectors"
	"satchel/client/wire"
)

// rustNames are the codecs of types that malformed.json calls otherwise than
// this package.
var rustNames = map[string]string{
	"secp256k1::PublicKey": "PublicKey", "secp256k1::XOnlyPublicKey": "XOnlyPublicKey",
	"secp256k1::SecretKey": "SecretKey", "secp256k1::Keypair": "SecretKey",
	"schnorr::Signature": "Signature", "ecdsa::Signature": "ECDSASignature",
	"G1Affine": "G1", "G2Affine": "G2", "tbs::Signature": "G1", "tbs::AggregatePublicKey": "G2",
	"SafeUrl": "SafeURL", "bitcoin::Network": "Network", "NetworkLegacyEncodingWrapper": "LegacyNetwork",
	"TransactionSubmissionOutcome": "SubmissionOutcome",
	"DynInput+fallback":            "DynInput", "Transaction+fallback": "Transaction",
	"threshold_crypto::Ciphertext": "EncryptedPreimage", "threshold_crypto::PublicKey": "G1", "ln/Contract": "LNContract", "ln/LightningOutput:outgoing": "LNOutput",
	"ln/LightningOutput:incoming": "LNOutput", "ln/LightningOutput:offer": "LNOutput", "ln/LightningOutput:cancel": "LNOutput",
	"lnv2/PaymentImage": "PaymentImage", "mint/MintInput": "MintInput", "mint/FeeConsensus": "FeeConsensus",
	"mintv2/MintClientConfig": "MintV2Config", "mintv2/FeeConsensus": "FeeConsensus", "mintv2/ECash": "ECash",
}

// A moduleTypes has the codecs of what a module puts into the core's types.
type moduleTypes map[string]codec

// registry are the modules whose types this package knows, by the instances
// they have in malformed.json.
var registry = map[wire.ModuleID]moduleTypes{
	0: {"input": of[wire.LNInput](), "output": of[wire.LNOutput](), "outcome": of[wire.LNOutcome]()},
	1: {"input": of[wire.LNV2Input](), "output": of[wire.LNV2Output](), "outcome": of[wire.LNV2Outcome]()},
	2: {"input": of[wire.Unit](), "output": of[wire.Unit]()},
	3: {"input": of[wire.MintInput](), "output": of[wire.MintOutput](), "outcome": of[wire.MintOutcome]()},
	4: {"input": of[wire.MintV2Input](), "output": of[wire.MintV2Output](), "outcome": of[wire.MintV2Outcome]()},
}

// errUnknownType is that an entry is about a type that this package lacks.
var errUnknownType = errors.New("type is not known yet")

// decodeNamed decodes b as the Rust type called name, with what the reference
// checks as it decodes: the bodies of modules and the points in them.
func decodeNamed(name string, b []byte) (wire.Appender, error) {
	base, kind, typed := strings.Cut(name, ":")
	if dyn := strings.HasPrefix(base, "Dyn"); dyn && typed {
		if kind, _, _ = strings.Cut(kind, "/"); !knownKind(kind) {
			return nil, errUnknownType
		}
		name = base
	}
	switch name {
	case "lnv2/LightningOutputV0":
		return decodeV0[wire.LNV2Output](b)
	case "DynInput":
		return decodeDyn(b, "input")
	case "DynOutput":
		return decodeDyn(b, "output")
	case "DynOutputOutcome":
		return decodeDyn(b, "outcome")
	case "Transaction":
		return decodeTransaction(b)
	case "Transaction+no-modules":
		return decodeWithoutModules(b)
	}
	if other, ok := rustNames[name]; ok {
		name = other
	}
	c, ok := codecs[name]
	if !ok {
		return nil, errUnknownType
	}
	return checkPoints(c.decode(b))
}

// decodeV0 decodes b as variant 0 of a T.
func decodeV0[T wire.Appender, P wire.Decodable[T]](b []byte) (wire.Appender, error) {
	v, err := wire.Decode[T, P](wire.AppendBytes([]byte{0}, b))
	if err != nil {
		return nil, err
	}
	return v, nil
}

func knownKind(kind string) bool {
	for id, known := range kindsOfVectors {
		if string(known) == kind {
			return registry[id] != nil
		}
	}
	return false
}

func decodeDyn(b []byte, what string) (wire.Appender, error) {
	dyn, err := wire.Decode[wire.Dyn](b)
	if err != nil {
		return nil, err
	}
	return dyn, checkBody(dyn, what)
}

func checkBody(dyn wire.Dyn, what string) error {
	if _, ok := kindsOfVectors[dyn.Module]; !ok {
		return fmt.Errorf("no module %d", dyn.Module)
	}
	module, ok := registry[dyn.Module]
	if !ok {
		return errUnknownType
	}
	body, err := checkPoints(module[what].decode(dyn.Body))
	if err == nil && !bytes.Equal(wire.Encode(body), dyn.Body) {
		return fmt.Errorf("body %x re-encodes to %x", dyn.Body, wire.Encode(body))
	}
	return err
}

func decodeTransaction(b []byte) (wire.Appender, error) {
	tx, err := wire.Decode[wire.Transaction](b)
	if err != nil {
		return nil, err
	}
	for _, in := range tx.Inputs {
		err = errors.Join(err, checkBody(in.Dyn, "input"))
	}
	for _, out := range tx.Outputs {
		err = errors.Join(err, checkBody(out.Dyn, "output"))
	}
	return tx, err
}

// decodeWithoutModules refuses a transaction that has any inputs or outputs.
func decodeWithoutModules(b []byte) (wire.Appender, error) {
	tx, err := wire.Decode[wire.Transaction](b)
	if err == nil && len(tx.Inputs)+len(tx.Outputs) > 0 {
		err = errors.New("no modules")
	}
	return tx, err
}

// checkPoints parses all points and scalars in v.
func checkPoints(v wire.Appender, err error) (wire.Appender, error) {
	if err != nil {
		return nil, err
	}
	return v, walkPoints(reflect.ValueOf(v))
}

func walkPoints(v reflect.Value) error {
	switch v.Type() {
	case reflect.TypeFor[wire.G1]():
		_, err := tbs.ParseSignature([48]byte(arrayBytes(v)))
		return err
	case reflect.TypeFor[wire.G2]():
		_, err := tbs.ParsePublicKey([96]byte(arrayBytes(v)))
		return err
	case reflect.TypeFor[wire.Scalar]():
		_, err := tbs.ParseSecretKeyShare([32]byte(arrayBytes(v)))
		return err
	}
	var err error
	switch v.Kind() {
	case reflect.Struct:
		if unknown := v.FieldByName("Unknown"); unknown.Kind() == reflect.Pointer && !unknown.IsNil() {
			return nil // the other fields are zero, which is no point
		}
		for i := range v.NumField() {
			err = errors.Join(err, walkPoints(v.Field(i)))
		}
	case reflect.Slice:
		for i := range v.Len() {
			err = errors.Join(err, walkPoints(v.Index(i)))
		}
	case reflect.Map:
		for i := v.MapRange(); i.Next(); {
			err = errors.Join(err, walkPoints(i.Value()))
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			err = walkPoints(v.Elem())
		}
	}
	return err
}

// arrayBytes reads an array of bytes, also of a field that is not exported.
func arrayBytes(v reflect.Value) []byte {
	b := make([]byte, v.Len())
	for i := range b {
		b[i] = byte(v.Index(i).Uint())
	}
	return b
}

func TestMalformedVectors(t *testing.T) {
	unknown := make(map[string]int)
	for _, e := range vectors.Load(t, "malformed") {
		in := vectors.Decode[struct {
			Type   string
			Hex    vectors.Hex
			String *string
		}](t, e.Inputs)
		t.Run(e.Name, func(t *testing.T) {
			if in.String != nil {
				checkHexString(t, e, in.Type, *in.String)
				return
			}
			v, err := decodeNamed(in.Type, in.Hex)
			switch {
			case errors.Is(err, errUnknownType):
				unknown[in.Type]++
			case e.Rejected():
				if err == nil {
					t.Errorf("%s %x is read as %x", in.Type, in.Hex, wire.Encode(v))
				}
			case err != nil:
				t.Errorf("%s %x: %v", in.Type, in.Hex, err)
			default:
				want := vectors.Decode[struct {
					Accept struct{ Reencoded vectors.Hex }
				}](t, e.Expected).Accept.Reencoded
				if got := wire.Encode(v); !bytes.Equal(got, want) {
					t.Errorf("%s re-encodes to %x, want %x", in.Type, got, want)
				}
			}
		})
	}
	total := 0
	for _, n := range unknown {
		total += n
	}
	t.Logf("%d entries of %d types are not checked, since the types do not exist yet: %v", total, len(unknown), unknown)
}

func checkHexString(t *testing.T, e vectors.Entry, name, s string) {
	if name != "u64 from hex string" {
		t.Fatalf("no test for %q", name)
	}
	v, err := wire.DecodeHex[wire.Amount](s)
	if e.Rejected() != (err != nil) {
		t.Fatalf("%q: %v", s, err)
	}
	if err == nil {
		want := vectors.Decode[struct{ Accept struct{ Value vectors.Uint } }](t, e.Expected).Accept.Value
		if uint64(v) != uint64(want) {
			t.Errorf("%q is read as %d, want %d", s, uint64(v), want)
		}
	}
}
