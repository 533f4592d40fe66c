package wire_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"satchel/client/wire"
)

// A codec reads one type from its consensus form, for tests that go through all
// types.
type codec struct {
	// name is that of the Go type, or for primitives of the Rust type.
	name   string
	decode func([]byte) (wire.Appender, error)
	// normalises is that a url inside may not re-encode to the same bytes.
	normalises bool
}

// of is the codec of a type with methods.
func of[T wire.Appender, P wire.Decodable[T]]() codec {
	name := reflect.TypeFor[T]().Name()
	return codec{name: name, decode: func(b []byte) (wire.Appender, error) {
		v, err := wire.Decode[T, P](b)
		if err != nil {
			return nil, err
		}
		return v, nil
	}}
}

// withURL is of for a type that holds a url.
func withURL[T wire.Appender, P wire.Decodable[T]]() codec {
	c := of[T, P]()
	c.normalises = true
	return c
}

// by is the codec of a type that has functions instead of methods.
func by[T any](name string, read func(*wire.Decoder) T, append func([]byte, T) []byte) codec {
	return codec{name: name, decode: func(b []byte) (wire.Appender, error) {
		d := wire.NewDecoder(b)
		v := read(d)
		if err := d.Finish(); err != nil {
			return nil, err
		}
		return bound[T]{v, append}, nil
	}}
}

// bound is a value with the function that appends it.
type bound[T any] struct {
	value  T
	append func([]byte, T) []byte
}

func (v bound[T]) Append(b []byte) []byte { return v.append(b, v.value) }

func readDeepOption(d *wire.Decoder) **byte {
	if !d.Bool() {
		return nil
	}
	var inner *byte
	if d.Bool() {
		v := d.Byte()
		inner = &v
	}
	return &inner
}

func appendDeepOption(b []byte, v **byte) []byte {
	switch {
	case v == nil:
		return append(b, 0)
	case *v == nil:
		return append(b, 1, 0)
	}
	return append(b, 1, 1, **v)
}

// result is Result<u64,String>.
type result struct {
	ok  *uint64
	err string
}

func readResult(d *wire.Decoder) (r result) {
	if d.Bool() {
		n := d.Uint64()
		r.ok = &n
	} else {
		r.err = d.Text()
	}
	return r
}

func appendResult(b []byte, r result) []byte {
	if r.ok != nil {
		return wire.AppendUint(append(b, 1), *r.ok)
	}
	return wire.AppendText(append(b, 0), r.err)
}

func readArray(d *wire.Decoder) (v [4]byte) {
	d.Fixed(v[:])
	return v
}

func appendNarrow[N uint16 | uint32](b []byte, n N) []byte { return wire.AppendUint(b, uint64(n)) }

type tuple struct {
	a byte
	b uint16
	c bool
}

// primitives are the codecs of what has no Go type of its own.
var primitives = []codec{
	by("u64", (*wire.Decoder).Uint64, wire.AppendUint),
	by("u32", (*wire.Decoder).Uint32, appendNarrow[uint32]),
	by("u16", (*wire.Decoder).Uint16, appendNarrow[uint16]),
	by("u8", (*wire.Decoder).Byte, wire.AppendByte),
	by("bool", (*wire.Decoder).Bool, wire.AppendBool),
	by("String", (*wire.Decoder).Text, wire.AppendText),
	by("Vec<u8>", (*wire.Decoder).Bytes, wire.AppendBytes),
	by("[u8;4]", readArray, func(b []byte, v [4]byte) []byte { return append(b, v[:]...) }),
	by("Option<u64>", wire.ReadOption[wire.Amount], wire.AppendOption[wire.Amount]),
	by("Option<Option<u8>>", readDeepOption, appendDeepOption),
	by("Result<u64,String>", readResult, appendResult),
	by("Vec<u64>",
		func(d *wire.Decoder) []uint64 { return wire.ReadVecFunc(d, (*wire.Decoder).Uint64) },
		appendNumbers),
	by("Vec<Vec<u8>>",
		func(d *wire.Decoder) [][]byte { return wire.ReadVecFunc(d, (*wire.Decoder).Bytes) },
		func(b []byte, v [][]byte) []byte { return wire.AppendVecFunc(b, v, wire.AppendBytes) }),
	by("Vec<Option<u16>>",
		func(d *wire.Decoder) []*wire.PeerID { return wire.ReadVecFunc(d, wire.ReadOption[wire.PeerID]) },
		func(b []byte, v []*wire.PeerID) []byte {
			return wire.AppendVecFunc(b, v, wire.AppendOption[wire.PeerID])
		}),
	by("(u64,String)",
		func(d *wire.Decoder) result { n := d.Uint64(); return result{&n, d.Text()} },
		func(b []byte, v result) []byte { return wire.AppendText(wire.AppendUint(b, *v.ok), v.err) }),
	by("(u8,u16,bool)",
		func(d *wire.Decoder) tuple { return tuple{d.Byte(), d.Uint16(), d.Bool()} },
		func(b []byte, v tuple) []byte {
			return wire.AppendBool(wire.AppendUint(append(b, v.a), uint64(v.b)), v.c)
		}),
	by("[u16;3]",
		func(d *wire.Decoder) [3]uint16 { return [3]uint16{d.Uint16(), d.Uint16(), d.Uint16()} },
		func(b []byte, v [3]uint16) []byte {
			return appendNarrow(appendNarrow(appendNarrow(b, v[0]), v[1]), v[2])
		}),
	by("BTreeMap<u16,String>",
		func(d *wire.Decoder) map[uint16]string {
			return wire.ReadMapFunc(d, (*wire.Decoder).Uint16, (*wire.Decoder).Text)
		},
		func(b []byte, m map[uint16]string) []byte {
			return wire.AppendMapFunc(b, m, appendNarrow[uint16], wire.AppendText)
		}),
	by("BTreeSet<u64>", wire.ReadMap[wire.Amount, wire.Unit], wire.AppendMap[wire.Amount, wire.Unit]),
	by("Tiered<u64>",
		func(d *wire.Decoder) map[wire.Amount]uint64 {
			return wire.ReadMapFunc(d, wire.Read[wire.Amount], (*wire.Decoder).Uint64)
		},
		func(b []byte, m map[wire.Amount]uint64) []byte {
			return wire.AppendMapFunc(b, m, amountKey, wire.AppendUint)
		}),
	by("BTreeMap<u8,u8>",
		func(d *wire.Decoder) map[byte]byte {
			return wire.ReadMapFunc(d, (*wire.Decoder).Byte, (*wire.Decoder).Byte)
		},
		func(b []byte, m map[byte]byte) []byte {
			return wire.AppendMapFunc(b, m, wire.AppendByte, wire.AppendByte)
		}),
	by("BTreeMap<String,String>",
		func(d *wire.Decoder) map[string]string {
			return wire.ReadMapFunc(d, (*wire.Decoder).Text, (*wire.Decoder).Text)
		},
		func(b []byte, m map[string]string) []byte {
			return wire.AppendMapFunc(b, m, wire.AppendText, wire.AppendText)
		}),
	by("BTreeSet<u8>", wire.ReadMap[wire.Denomination, wire.Unit], wire.AppendMap[wire.Denomination, wire.Unit]),
	by("TieredMulti<u64>",
		func(d *wire.Decoder) map[wire.Amount][]uint64 {
			return wire.ReadMapFunc(d, wire.Read[wire.Amount], func(d *wire.Decoder) []uint64 {
				return wire.ReadVecFunc(d, (*wire.Decoder).Uint64)
			})
		},
		func(b []byte, m map[wire.Amount][]uint64) []byte {
			return wire.AppendMapFunc(b, m, amountKey, appendNumbers)
		}),
}

// types are the codecs of all types of this package with a Decode method;
// TestNoTypeIsForgotten sees to it.
var types = []codec{
	of[wire.Unit](),
	of[wire.Amount](), of[wire.AmountUnit](), of[wire.Amounts](), of[wire.BitcoinAmount](), of[wire.Feerate](),
	of[wire.HexBytes](),
	of[wire.PeerID](), of[wire.ModuleID](), of[wire.ModuleKind](), of[wire.Version](),
	of[wire.Hash](), of[wire.Hash160](), of[wire.TxID](), of[wire.OperationID](),
	of[wire.FederationID](), of[wire.FederationPrefix](),
	of[wire.OutPoint](), of[wire.IndexRange](), of[wire.OutPointRange](),
	of[wire.Duration](), of[wire.SystemTime](),
	of[wire.BitcoinTxID](), of[wire.ChainID](), of[wire.BitcoinOutPoint](), of[wire.Script](), of[wire.TxOut](),
	of[wire.Network](), of[wire.LegacyNetwork](),
	of[wire.PublicKey](), of[wire.XOnlyPublicKey](), of[wire.SecretKey](), of[wire.Signature](), of[wire.ECDSASignature](),
	of[wire.G1](), of[wire.G2](), of[wire.Scalar](),
	withURL[wire.SafeURL](), withURL[wire.PeerURL](), withURL[wire.InviteCode](),
	of[wire.Dyn](), of[wire.DynInput](), of[wire.DynOutput](), of[wire.DynOutcome](), of[wire.DynConsensusItem](),
	of[wire.DynInputError](), of[wire.DynOutputError](), of[wire.DynConfig](),
	of[wire.TransactionSignature](), of[wire.Transaction](), of[wire.TransactionError](), of[wire.SubmissionOutcome](),
	of[wire.ConsensusItem](), of[wire.AcceptedItem](), of[wire.SessionOutcome](), of[wire.SignedSessionOutcome](),
	of[wire.SessionStatus](), of[wire.SessionStatusV2](),
	of[wire.ModuleConfig](), withURL[wire.ClientConfig](), of[wire.MetaConfig](),
	withURL[wire.APIAnnouncement](), withURL[wire.SignedAPIAnnouncement](), of[wire.SignedGuardianMetadata](),
	of[wire.FeeConsensus](),
	of[wire.MintNote](), of[wire.MintInput](), of[wire.MintOutput](), of[wire.MintOutcome](), of[wire.MintConsensusItem](),
	of[wire.MintSpendableNote](), of[wire.MintIssuanceRequest](), of[wire.MintNotes](),
	of[wire.MintRecoveryItem](), of[wire.MintRecoverySlice](), of[wire.MintConfig](),
	of[wire.MintInputError](), of[wire.MintOutputError](),
	withURL[wire.OOBNotes](),
	of[wire.ClientBackup](), of[wire.DynModuleBackup](), of[wire.MintBackup](), of[wire.MintPendingNote](),
	of[wire.BackupRequest](), of[wire.ClientBackupSnapshot](),
	of[wire.Denomination](), of[wire.MintTweak](),
	of[wire.MintV2Note](), of[wire.MintV2Input](), of[wire.MintV2Output](), of[wire.MintV2Outcome](),
	of[wire.MintV2SpendableNote](), of[wire.MintV2IssuanceRequest](),
	of[wire.MintV2RecoveryItem](), of[wire.MintV2RecoverySlice](), of[wire.MintV2Config](),
	of[wire.MintV2InputError](), of[wire.MintV2OutputError](),
	withURL[wire.ECash](),
	of[wire.ContractID](), of[wire.Preimage](), of[wire.PaymentImage](), of[wire.PaymentFee](), of[wire.LightningInvoice](),
	of[wire.LNV2OutgoingContract](), of[wire.LNV2Commitment](), of[wire.LNV2Ciphertext](), of[wire.LNV2IncomingContract](),
	of[wire.LNV2Input](), of[wire.LNV2Witness](), of[wire.LNV2Output](), of[wire.LNV2Outcome](), of[wire.LNV2ConsensusItem](),
	of[wire.LNV2Config](), of[wire.LNV2InputError](), of[wire.LNV2OutputError](),
	withURL[wire.LnurlRequest](),
	of[wire.RouteHop](), of[wire.RouteHint](),
	of[wire.PreimageKey](), of[wire.EncryptedPreimage](), of[wire.DecryptedPreimage](),
	of[wire.LNIncomingContract](), of[wire.LNOutgoingContract](), of[wire.LNContract](), of[wire.LNAccount](), of[wire.LNOffer](),
	of[wire.LNInput](), of[wire.LNOutput](), of[wire.LNCancel](), of[wire.LNOutcome](), of[wire.LNConsensusItem](),
	of[wire.LNFees](), of[wire.LNConfig](), of[wire.LNInputError](), of[wire.LNOutputError](),
	of[wire.RoutingFees](), withURL[wire.LNGateway](), of[wire.PrunedInvoice](),
}

// codecs are all codecs by name.
var codecs = func() map[string]codec {
	m := make(map[string]codec)
	for _, c := range append(append([]codec(nil), primitives...), types...) {
		m[c.name] = c
	}
	return m
}()

// methodsOf returns the names of the types in this package's sources that have
// a method of that name, or embed a type that has it.
func methodsOf(t *testing.T, method string) map[string]bool {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found, embedded := make(map[string]bool), make(map[string][]string)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.FuncDecl:
				if node.Recv != nil && node.Name.Name == method {
					found[strings.TrimPrefix(fmt.Sprint(receiver(node)), "*")] = true
				}
			case *ast.TypeSpec:
				if s, ok := node.Type.(*ast.StructType); ok {
					for _, f := range s.Fields.List {
						if name, ok := f.Type.(*ast.Ident); ok && len(f.Names) == 0 {
							embedded[name.Name] = append(embedded[name.Name], node.Name.Name)
						}
					}
				}
			}
			return true
		})
	}
	for inner, outers := range embedded {
		for _, outer := range outers {
			if found[inner] && ast.IsExported(outer) {
				found[outer] = true
			}
		}
	}
	return found
}

func receiver(f *ast.FuncDecl) string {
	switch x := f.Recv.List[0].Type.(type) {
	case *ast.StarExpr:
		return fmt.Sprint(x.X)
	default:
		return fmt.Sprint(x)
	}
}

func TestNoTypeIsForgotten(t *testing.T) {
	names := methodsOf(t, "Decode")
	for name := range names {
		if _, ok := codecs[name]; !ok {
			t.Errorf("type %s has a Decode method and is not in the table of types", name)
		}
	}
	for _, c := range types {
		if !names[c.name] {
			t.Errorf("the table of types has %s, which has no Decode method", c.name)
		}
	}
}
