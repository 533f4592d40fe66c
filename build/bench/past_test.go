//go:build unix

package bench

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"os"
	"path/filepath"
	"testing"

	"satchel/build/devfed"
	"satchel/build/devfed/faucet"
	"satchel/client/secret"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// The life of the wallet that is recovered: in each session it gets some notes,
// and spends those that it got a while ago.
const (
	perSession = 5
	keeps      = 60 // sessions whose notes are not spent
	tiersUsed  = 10 // from 1024 msat on
)

// A past is a federation on disk in which a wallet has had such a life. Nobody
// but the wallet has e-cash.
type past struct {
	kind    wire.ModuleKind
	words   secret.Words
	options devfed.Options
	stages  map[int]string // folders of it, by how many sessions there had been
}

// live makes a past with these stages, the last of which is the whole. The notes
// are issued as if the wallet had asked for them, which takes less time than to
// have it ask.
func live(b *testing.B, kind wire.ModuleKind, o devfed.Options, stages ...int) *past {
	b.Helper()
	words, err := secret.ParseWords("legal winner thank year wave sausage worth useful legal winner thank yellow")
	if err != nil {
		b.Fatal(err)
	}
	o.Modules = []wire.ModuleKind{wire.KindMeta, kind}
	o.Session = -1 // ends when we say so
	o.Data = b.TempDir()
	p := &past{kind: kind, words: words, options: o, stages: map[int]string{}}
	fed, err := devfed.Start(b.Context(), o)
	if err != nil {
		b.Fatal(err)
	}
	defer fed.Close()
	l := newLife(b, fed, p)
	for session := range stages[len(stages)-1] {
		l.session(session)
		for _, stage := range stages {
			if stage == session+1 {
				p.stages[stage] = duplicate(b, o.Data)
			}
		}
	}
	return p
}

// duplicate copies a folder of files.
func duplicate(b *testing.B, folder string) string {
	b.Helper()
	to := filepath.Join(b.TempDir(), "federation")
	if err := os.CopyFS(to, os.DirFS(folder)); err != nil {
		b.Fatal(err)
	}
	return to
}

// start starts the federation as it was at a stage.
func (p *past) start(b *testing.B, stage int) *devfed.Federation {
	b.Helper()
	o := p.options
	o.Data = duplicate(b, p.stages[stage])
	fed, err := devfed.Start(b.Context(), o)
	if err != nil {
		b.Fatal(err)
	}
	return fed
}

// A life is that of a wallet whose keys are derived here.
type life struct {
	b      *testing.B
	fed    *devfed.Federation
	kind   wire.ModuleKind
	id     wire.ModuleID
	module secret.Secret
	scheme tbs.Scheme
	next   map[wire.Amount]uint64 // indices
	made   [][]faucet.Keys        // by session
	signed [][]wire.G1
	tweak  wire.MintTweak
}

func newLife(b *testing.B, fed *devfed.Federation, p *past) *life {
	id := fed.Config().ModulesOf(p.kind)[0]
	l := &life{
		b: b, fed: fed, kind: p.kind, id: id, scheme: tbs.V1(), next: map[wire.Amount]uint64{},
		module: secret.Double.Client(p.words.Root(), fed.ID()).Module(uint16(id)),
	}
	if p.kind == wire.KindMintV2 {
		l.scheme = tbs.V2()
	}
	return l
}

// session issues notes in a session of their own, in which older ones are spent.
func (l *life) session(n int) {
	l.b.Helper()
	var outputs []wire.DynOutput
	var all []faucet.Keys
	if l.kind == wire.KindMintV2 {
		l.findTweak()
	}
	for i := range perSession {
		keys, output := l.note(1 << (10 + (n*perSession+i)%tiersUsed))
		all, outputs = append(all, keys), append(outputs, wire.DynOutput{Dyn: wire.DynOf(l.id, output)})
	}
	l.made = append(l.made, all)
	_, err := l.fed.Issue(l.b.Context(), outputs...)
	if err == nil && n >= keeps {
		err = l.spend(n - keeps)
	}
	if err == nil {
		_, err = l.fed.CloseSession(l.b.Context())
	}
	if err != nil {
		l.b.Fatal(err)
	}
}

// note derives a note, the next of its amount, and what asks for it.
func (l *life) note(amount wire.Amount) (keys faucet.Keys, output wire.Appender) {
	denomination := wire.Denomination(bits.TrailingZeros64(uint64(amount)))
	if l.kind == wire.KindMintV2 {
		s := l.module.Child(uint64(denomination)).Tweak(l.tweak[:])
		keys = faucet.Keys{Amount: amount, Spend: s.SecpKey(), Blinding: s.BLSScalar()}
	} else {
		s := l.module.Child(0).Child(l.next[amount]).Child(uint64(amount))
		keys = faucet.Keys{Amount: amount, Spend: s.Child(0).SecpKey(), Blinding: s.Child(1).BLSScalar()}
		l.next[amount]++
	}
	blind, err := l.scheme.Blind(keys.Spend.PublicKey(), keys.Blinding)
	if err != nil {
		l.b.Fatal(err)
	}
	if l.kind == wire.KindMintV2 {
		return keys, wire.MintV2Output{Denomination: denomination, BlindNonce: blind, Tweak: l.tweak}
	}
	return keys, wire.MintOutput{Amount: amount, BlindNonce: blind}
}

// findTweak finds the next tweak that is one of the wallet's. Notes of a session
// share it, which no wallet does and which makes no difference to one that
// recovers.
func (l *life) findTweak() {
	filter := l.module.RandomBytes(32)
	for count := binary.BigEndian.Uint64(l.tweak[:]) + 1; ; count++ {
		binary.BigEndian.PutUint64(l.tweak[:], count)
		sum := sha256.Sum256(append(l.tweak[:16:16], filter...))
		if sum[0] == 0 && sum[1] == 0 {
			return
		}
	}
}

// spend spends the notes of a session.
func (l *life) spend(session int) (err error) {
	if session == len(l.signed) {
		var all []faucet.Keys // of many sessions: so they are checked faster
		for _, made := range l.made[session:] {
			all = append(all, made...)
		}
		signatures, err := l.fed.Faucet.Sign(l.kind, all)
		if err != nil {
			return err
		}
		for ; len(signatures) > 0; signatures = signatures[perSession:] {
			l.signed = append(l.signed, signatures[:perSession])
		}
	}
	if l.kind == wire.KindMintV2 {
		_, err = l.fed.Faucet.RedeemV2(l.b.Context(), l.second(session))
	} else {
		_, err = l.fed.Faucet.Redeem(l.b.Context(), l.first(session))
	}
	return err
}

func (l *life) first(session int) wire.OOBNotes {
	notes := wire.MintNotes{}
	for i, k := range l.made[session] {
		notes[k.Amount] = append(notes[k.Amount], wire.MintSpendableNote{Signature: l.signed[session][i], SpendKey: k.Spend})
	}
	return wire.NewOOBNotes(l.fed.ID().Prefix(), notes)
}

func (l *life) second(session int) wire.ECash {
	var notes []wire.MintV2SpendableNote
	for i, k := range l.made[session] {
		d := wire.Denomination(bits.TrailingZeros64(uint64(k.Amount)))
		notes = append(notes, wire.MintV2SpendableNote{Denomination: d, SpendKey: k.Spend, Signature: l.signed[session][i]})
	}
	return wire.NewECash(l.fed.ID(), notes, wire.Bitcoin)
}

// list returns the words as verbs take them.
func (p *past) list() []string { return p.words.List() }
