package wire_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"

	"satchel/client/vectors"
	"satchel/client/wire"
)

// encoded is what entries expect that give one value.
type encoded struct {
	Hex  vectors.Hex
	Hash vectors.Hex `json:"consensus_hash"`
}

// checkEncoded checks that v has the form and the hash that the entry expects,
// and that the codec called name reads it back.
func checkEncoded(t *testing.T, e vectors.Entry, v wire.Appender, name string) {
	t.Helper()
	want := vectors.Decode[encoded](t, e.Expected)
	if got := wire.Encode(v); !bytes.Equal(got, want.Hex) {
		t.Fatalf("encodes to %x, want %x", got, want.Hex)
	}
	if got := wire.HashOf(v); want.Hash != nil && !bytes.Equal(got[:], want.Hash) {
		t.Errorf("consensus hash %x, want %x", got, want.Hash)
	}
	c, ok := codecs[name]
	if !ok {
		t.Fatalf("no codec of %s", name)
	}
	back, err := c.decode(want.Hex)
	if err != nil {
		t.Fatalf("decode: %v", err)
	}
	if got := wire.Encode(back); !bytes.Equal(got, want.Hex) {
		t.Errorf("read back encodes to %x, want %x", got, want.Hex)
	}
}

// from handles entries whose value is read as a J and made into the type called
// name.
func from[J any, T wire.Appender](name string, makeValue func(*testing.T, J) T) vectors.Handler {
	return func(t *testing.T, e vectors.Entry) {
		in := vectors.Decode[struct{ Value json.RawMessage }](t, e.Inputs)
		checkEncoded(t, e, makeValue(t, vectors.Decode[J](t, in.Value)), name)
	}
}

// as handles entries whose value has the JSON form of the Go type T.
func as[T wire.Appender](name string) vectors.Handler {
	return from(name, func(_ *testing.T, v T) T { return v })
}

// of1 handles entries whose value is read as a J and appended by a function.
func of1[J any](name string, append func([]byte, J) []byte) vectors.Handler {
	return from(name, func(_ *testing.T, v J) bound[J] { return bound[J]{v, append} })
}

// number appends a decimal string.
func number(b []byte, n vectors.Uint) []byte { return wire.AppendUint(b, uint64(n)) }

// rawHex appends bytes without a length.
func rawHex(b []byte, v vectors.Hex) []byte { return append(b, v...) }

func amountKey(b []byte, a wire.Amount) []byte { return a.Append(b) }

func appendNumbers(b []byte, v []uint64) []byte { return wire.AppendVecFunc(b, v, wire.AppendUint) }

type seconds struct {
	Secs  vectors.Uint
	Nanos uint32
}

var primitiveEntries = map[string]vectors.Handler{
	"u64":  of1("u64", number),
	"u32":  of1("u32", number),
	"u16":  of1("u16", number),
	"u8":   of1("u8", func(b []byte, n vectors.Uint) []byte { return wire.AppendByte(b, byte(n)) }),
	"bool": of1("bool", wire.AppendBool),
	"unit": of1("Unit", func(b []byte, _ any) []byte { return b }),
	"option-u64": of1("Option<u64>", func(b []byte, n *vectors.Uint) []byte {
		return wire.AppendOption(b, (*wire.Amount)(n))
	}),
	"option-option": of1("Option<Option<u8>>", func(b []byte, v struct{ Some *struct{ Some *byte } }) []byte {
		if v.Some == nil {
			return appendDeepOption(b, nil)
		}
		return appendDeepOption(b, &v.Some.Some)
	}),
	"result": of1("Result<u64,String>", func(b []byte, v struct {
		OK  *vectors.Uint
		Err string
	}) []byte {
		return appendResult(b, result{(*uint64)(v.OK), v.Err})
	}),
	"vec-u8":  of1("Vec<u8>", func(b []byte, v vectors.Hex) []byte { return wire.AppendBytes(b, v) }),
	"vec-u64": of1("Vec<u64>", func(b []byte, v []vectors.Uint) []byte { return wire.AppendVecFunc(b, v, number) }),
	"vec-vec-u8": of1("Vec<Vec<u8>>", func(b []byte, v []wire.HexBytes) []byte {
		return wire.AppendVec(b, v)
	}),
	"vec-option-u16": of1("Vec<Option<u16>>", func(b []byte, v []*vectors.Uint) []byte {
		return wire.AppendVecFunc(b, v, func(b []byte, n *vectors.Uint) []byte {
			return wire.AppendOption(b, (*wire.Amount)(n))
		})
	}),
	"string": of1("String", wire.AppendText),
	"tuple2": of1("(u64,String)", func(b []byte, v [2]string) []byte {
		return wire.AppendText(wire.AppendUint(b, decimal(v[0])), v[1])
	}),
	"tuple3": of1("(u8,u16,bool)", func(b []byte, v [3]any) []byte {
		b = wire.AppendByte(b, byte(decimal(v[0].(string))))
		return wire.AppendBool(wire.AppendUint(b, decimal(v[1].(string))), v[2].(bool))
	}),
	"array-u8-32": of1("Hash", rawHex),
	"array-u16-3": of1("[u16;3]", func(b []byte, v [3]vectors.Uint) []byte {
		return number(number(number(b, v[0]), v[1]), v[2])
	}),
	"map-u16-string":    of1("BTreeMap<u16,String>", appendNames),
	"map-empty":         of1("BTreeMap<u16,String>", appendNames),
	"map-string-string": of1("BTreeMap<String,String>", appendTexts),
	"set-u64": of1("BTreeSet<u64>", func(b []byte, v []vectors.Uint) []byte {
		set := make(map[wire.Amount]wire.Unit)
		for _, n := range v {
			set[wire.Amount(n)] = wire.Unit{}
		}
		return wire.AppendMap(b, set)
	}),
	"duration": from("Duration", func(_ *testing.T, v seconds) wire.Duration {
		return wire.Duration{Secs: uint64(v.Secs), Nanos: v.Nanos}
	}),
	"system-time": from("SystemTime", func(_ *testing.T, v seconds) wire.SystemTime {
		return wire.SystemTime{Secs: uint64(v.Secs), Nanos: v.Nanos}
	}),
	"tiered": of1("Tiered<u64>", func(b []byte, m map[wire.Amount]uint64) []byte {
		return wire.AppendMapFunc(b, m, amountKey, wire.AppendUint)
	}),
	"tiered-multi": of1("TieredMulti<u64>", func(b []byte, m map[wire.Amount][]uint64) []byte {
		return wire.AppendMapFunc(b, m, amountKey, appendNumbers)
	}),
}

var idEntries = map[string]vectors.Handler{
	"amount":      from("Amount", func(_ *testing.T, v struct{ Msats vectors.Uint }) wire.Amount { return wire.Amount(v.Msats) }),
	"amount-unit": of1("AmountUnit", number),
	"peer-id":     from("PeerID", func(_ *testing.T, n vectors.Uint) wire.PeerID { return wire.PeerID(n) }),
	"outpoint": from("OutPoint", func(t *testing.T, v struct {
		Display string
		JSON    wire.OutPoint
	}) wire.OutPoint {
		if v.JSON.String() != v.Display {
			t.Errorf("text %v, want %s", v.JSON, v.Display)
		}
		return v.JSON
	}),
	"transaction-id": as[wire.TxID]("TxID"),
	"outpoint-range": as[wire.OutPointRange]("OutPointRange"),
	"sha256":         as[wire.Hash]("Hash"),
	"hash160":        as[wire.Hash160]("Hash160"),
	"operation-id": from("OperationID", func(t *testing.T, v struct {
		Full  wire.OperationID
		Short string
	}) wire.OperationID {
		if v.Full.Short() != v.Short {
			t.Errorf("short %s, want %s", v.Full.Short(), v.Short)
		}
		return v.Full
	}),
	"federation-id": from("FederationID", func(t *testing.T, v struct {
		ID      wire.FederationID
		Prefix  string
		FakeKey wire.PublicKey `json:"fake_ln_pub_key"`
	}) wire.FederationID {
		if key, err := v.ID.FakeLightningKey(); err != nil || key != v.FakeKey || v.ID.Prefix().String() != v.Prefix {
			t.Errorf("key %v (%v), prefix %v; want %v and %s", key, err, v.ID.Prefix(), v.FakeKey, v.Prefix)
		}
		return v.ID
	}),
	"federation-id-prefix":     as[wire.FederationPrefix]("FederationPrefix"),
	"module-kind":              as[wire.ModuleKind]("ModuleKind"),
	"core-consensus-version":   as[wire.Version]("Version"),
	"module-consensus-version": as[wire.Version]("Version"),
	"peer-url":                 as[wire.PeerURL]("PeerURL"),
	"url": from("SafeURL", func(t *testing.T, v struct {
		From string `json:"parsed_from"`
		Text string `json:"string"`
	}) wire.SafeURL {
		u, err := wire.ParseURL(v.From)
		if err != nil || u.String() != v.Text {
			t.Errorf("url %v (%v), want %s", u, err, v.Text)
		}
		return u
	}),
	"api-announcement": from("SignedAPIAnnouncement", func(t *testing.T, v struct {
		JSON            wire.SignedAPIAnnouncement
		Key             wire.PublicKey `json:"pubkey"`
		Other           wire.PublicKey `json:"other_pubkey"`
		Hash            wire.Hash      `json:"tagged_hash"`
		Valid           bool
		ValidUnderOther bool `json:"valid_under_other"`
	}) wire.SignedAPIAnnouncement {
		a := v.JSON
		if got := a.Announcement.SigningHash(); got != v.Hash {
			t.Errorf("signing hash %v, want %v", got, v.Hash)
		}
		if (a.Verify(v.Key) == nil) != v.Valid || (a.Verify(v.Other) == nil) != v.ValidUnderOther {
			t.Errorf("verified with %v and %v", a.Verify(v.Key), a.Verify(v.Other))
		}
		return a
	}),
}

var keyEntries = map[string]vectors.Handler{
	"secp-pubkey":  as[wire.PublicKey]("PublicKey"),
	"secp-xonly":   of1("XOnlyPublicKey", rawHex),
	"secp-secret":  as[wire.SecretKey]("SecretKey"),
	"secp-keypair": as[wire.SecretKey]("SecretKey"),
	"schnorr": from("Signature", func(t *testing.T, v struct {
		Digest wire.Hash
		PubKey wire.PublicKey
		Sig    wire.Signature
	}) wire.Signature {
		if err := v.PubKey.XOnly().Verify(v.Digest, v.Sig); err != nil {
			t.Error(err)
		}
		v.Digest[0] ^= 1
		if v.PubKey.XOnly().Verify(v.Digest, v.Sig) == nil {
			t.Error("the signature verifies another digest")
		}
		return v.Sig
	}),
	"ecdsa":  of1("ECDSASignature", func(b []byte, v struct{ Compact vectors.Hex }) []byte { return append(b, v.Compact...) }),
	"g1":     of1("G1", func(b []byte, s string) []byte { return append(b, named(s, g1Points)...) }),
	"g2":     of1("G2", func(b []byte, s string) []byte { return append(b, named(s, g2Points)...) }),
	"scalar": of1("Scalar", appendScalar),
}

// Points that entries give by name.
var (
	g1Points = map[string]string{
		"identity":  "c00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
		"generator": "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb",
	}
	g2Points = map[string]string{
		"identity": "c00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000" +
			"000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
		"generator": "93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e" +
			"024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8",
	}
)

// named returns the bytes of s, which is a name or hex.
func named(s string, names map[string]string) []byte {
	if h, ok := names[s]; ok {
		s = h
	}
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

// appendScalar appends a number modulo the group order, or bytes.
func appendScalar(b []byte, v any) []byte {
	if object, ok := v.(map[string]any); ok {
		return append(b, named(object["little_endian"].(string), nil)...)
	}
	order, _ := new(big.Int).SetString("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001", 16)
	n, ok := new(big.Int).SetString(v.(string), 10)
	if !ok {
		panic(v)
	}
	bytes := n.Mod(n, order).FillBytes(make([]byte, 32))
	slices.Reverse(bytes)
	return append(b, bytes...)
}

var bitcoinEntries = map[string]vectors.Handler{
	"btc-amount": of1("BitcoinAmount", func(b []byte, v struct{ Sat vectors.Uint }) []byte { return number(b, v.Sat) }),
	"feerate": of1("Feerate", func(b []byte, v struct {
		Rate vectors.Uint `json:"sats_per_kvb"`
	}) []byte {
		return number(b, v.Rate)
	}),
	"network":        as[wire.Network]("Network"),
	"network-legacy": from("LegacyNetwork", func(_ *testing.T, n wire.Network) wire.LegacyNetwork { return wire.LegacyNetwork(n) }),
	"btc-txid":       from("BitcoinTxID", func(_ *testing.T, v struct{ Display wire.BitcoinTxID }) wire.BitcoinTxID { return v.Display }),
	"btc-outpoint": from("BitcoinOutPoint", func(t *testing.T, s string) wire.BitcoinOutPoint {
		var o wire.BitcoinOutPoint
		id, vout, _ := strings.Cut(s, ":")
		if err := o.TxID.UnmarshalText([]byte(id)); err != nil {
			t.Fatal(err)
		}
		if o.Vout = uint32(decimal(vout)); o.String() != s {
			t.Errorf("text %v, want %s", o, s)
		}
		return o
	}),
	"btc-txout": from("TxOut", func(_ *testing.T, v struct {
		Sat    uint64
		Script vectors.Hex `json:"script_pubkey"`
	}) wire.TxOut {
		return wire.TxOut{Value: v.Sat, Script: wire.Script(v.Script)}
	}),
	"btc-script": from("Script", func(_ *testing.T, v vectors.Hex) wire.Script { return wire.Script(v) }),
	"chain-id":   as[wire.ChainID]("ChainID"),
}

func appendNames(b []byte, m map[uint16]string) []byte {
	return wire.AppendMapFunc(b, m, func(b []byte, n uint16) []byte { return wire.AppendUint(b, uint64(n)) }, wire.AppendText)
}

func appendTexts(b []byte, m map[string]string) []byte {
	return wire.AppendMapFunc(b, m, wire.AppendText, wire.AppendText)
}

func decimal(s string) uint64 {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

func TestEncodingVectors(t *testing.T) {
	handlers := make(map[string]vectors.Handler)
	for _, group := range []map[string]vectors.Handler{primitiveEntries, idEntries, keyEntries, bitcoinEntries} {
		maps.Copy(handlers, group)
	}
	vectors.Run(t, "encoding", handlers, nil)
}
