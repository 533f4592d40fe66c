package devfed_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"satchel/build/devfed"
	"satchel/build/devfed/guardian"
	"satchel/build/devfed/liar"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// lieOnce returns what a guardian answers with a lie.
func lieOnce[T any](t *testing.T, f *devfed.Federation, p *purse, peer wire.PeerID, lie liar.Lie, method string) T {
	t.Helper()
	lying(t, f, peer, lie)
	defer behave(t, f, peer, guardian.Behaviour{State: guardian.On})
	return ask[T](p.sockets[peer], method, nil)
}

func behave(t *testing.T, f *devfed.Federation, peer wire.PeerID, b guardian.Behaviour) {
	t.Helper()
	if err := f.Behave(int(peer), b); err != nil {
		t.Fatal(err)
	}
}

func lying(t *testing.T, f *devfed.Federation, peer wire.PeerID, lie liar.Lie) {
	t.Helper()
	behave(t, f, peer, guardian.Behaviour{State: guardian.On, Lie: lie})
}

// ownAnswers are the methods whose honest answers are not the same for all,
// without the number of a module.
var ownAnswers = map[string]bool{
	"await_output_outcome": true, "await_outputs_outcomes": true,
	"signature_shares": true, "recovery_signature_shares": true, "decryption_key_share": true,
}

func hasOwnAnswers(method string) bool {
	if rest, ok := strings.CutPrefix(method, "module_"); ok {
		_, method, _ = strings.Cut(rest, "_")
	}
	return ownAnswers[method]
}

// special lies are not seen by comparing single answers, or are seen in other
// tests.
var special = map[liar.Lie]bool{
	liar.BackupDropped: true, liar.AccountCancelled: true, liar.BackupOld: true, liar.Replay: true, liar.Silent: true, liar.SilentShares: true, liar.SilentKeyShares: true, liar.HangUp: true,
	liar.Huge: true, liar.Deep: true, liar.Endless: true,
	liar.FrameNoJSON: true, liar.FrameCut: true, liar.FrameEmpty: true, liar.FrameNoResult: true,
	liar.FrameOtherID: true, liar.FrameUnasked: true, liar.FrameTwice: true,
}

// TestEachLieLies asks everything of a guardian before, while and after it tells
// each lie: what the lie is about is answered differently to at least one
// question, everything else as before, and the others do not notice.
func TestEachLieLies(t *testing.T) {
	s := newScene(t)
	honest := map[int]string{}
	for i, q := range s.questions {
		honest[i] = s.answer(1, q)
		if other := s.answer(2, q); !hasOwnAnswers(q.method) && other != honest[i] {
			t.Fatalf("%s: guardians 1 and 2 do not agree: %s, %s", q.method, honest[i], other)
		}
	}
	for _, lie := range liar.All() {
		if special[lie] {
			continue
		}
		t.Run(string(lie), func(t *testing.T) {
			lying(t, s.f, 1, lie)
			lied := map[string]bool{}
			for i, q := range s.questions {
				got := s.answer(1, q)
				if about := lie.About(q.method); about && (got != honest[i] || got == constant[lie]) {
					lied[q.method] = true
				} else if !about && got != honest[i] {
					t.Errorf("%s, which the lie is not about: %.200s, want %.200s", q.method, got, honest[i])
				}
			}
			for _, q := range s.questions {
				if lie.About(q.method) && !lied[q.method] && !(lie == liar.TxAccepts && q.method == "await_transaction") {
					t.Errorf("%s is answered honestly", q.method)
				}
			}
			behave(t, s.f, 1, guardian.Behaviour{State: guardian.On})
			for i, q := range s.questions {
				if got := s.answer(1, q); got != honest[i] {
					t.Errorf("%s after the lie: %.200s, want %.200s", q.method, got, honest[i])
				}
			}
		})
	}
}

// constant has answers that to some questions are honest.
var constant = map[liar.Lie]string{liar.ShapeNull: "null", liar.ShapeTrue: "true", liar.HeightEarly: "null"}

// TestShareLies checks that each forged share is what its name says: well formed
// or not, and never valid.
func TestShareLies(t *testing.T) {
	s := newScene(t)
	for lie, want := range map[liar.Lie]string{
		liar.ShareRandom: "bad", liar.ShareIdentity: "bad", liar.ShareWrongTier: "bad", liar.ShareOtherGuardian: "bad", liar.ShareOtherNote: "bad",
		liar.ShareOffCurve: "malformed", liar.ShareOffSubgroup: "malformed", liar.ShareOneBad: "good, bad",
	} {
		if !strings.Contains(want, ", ") {
			want += ", " + want
		}
		lying(t, s.f, 3, lie)
		list := ask[[]*wire.Serde](s.p.sockets[3], "await_outputs_outcomes", outPoints(s.transfer, 0, 2))
		var got []string
		for i, encoded := range list {
			outcome := decode[wire.DynOutcome](t, *encoded)
			got = append(got, s.p.judge(3, s.requests[i], decode[wire.MintOutcome](t, outcome.Body).Share))
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: shares are %v, want %s", lie, got, want)
		}
		blinds := []wire.G1{s.ofOthers[0].blind, s.ofOthers[1].blind}
		for method, params := range map[string]any{"signature_shares": outPoints(s.others, 0, 2), "recovery_signature_shares": blinds} {
			got = nil
			for i, share := range ask[[]wire.G1](s.p.sockets[3], s.second.method(method), params) {
				got = append(got, s.second.judge(3, s.ofOthers[i], share))
			}
			if strings.Join(got, ", ") != want {
				t.Errorf("%s: %s are %v, want %s", lie, method, got, want)
			}
		}
	}
	for lie, want := range map[liar.Lie]int{liar.ShareNone: 0, liar.ShareFewer: 1, liar.ShareMore: 3} {
		lying(t, s.f, 3, lie)
		if shares := ask[[]wire.G1](s.p.sockets[3], s.second.method("signature_shares"), outPoints(s.others, 0, 2)); len(shares) != want {
			t.Errorf("%s: %d shares, want %d", lie, len(shares), want)
		}
	}
}

func (p *purse) judge(peer wire.PeerID, r request, share wire.G1) string {
	p.t.Helper()
	parsed, err := tbs.ParseSignatureShare(share)
	if err != nil {
		return "malformed"
	}
	blind, err := tbs.ParseBlindedMessage(r.blind)
	if err != nil {
		p.t.Fatal(err)
	}
	key, err := tbs.ParsePublicKeyShare(p.mint.PeerKeys[peer][r.amount])
	if err != nil {
		p.t.Fatal(err)
	}
	if tbs.VerifyShare(blind, parsed, key) {
		return "good"
	}
	return "bad"
}

// TestSessionLiesDoNotVerify checks that no lie about a session passes for a
// signed one, and that announcements and metadata of others do not either.
func TestSessionLiesDoNotVerify(t *testing.T) {
	s := newScene(t)
	for _, lie := range []liar.Lie{liar.SessionForged, liar.SessionEmptied, liar.SessionDropped, liar.SessionUnsigned, liar.SessionSelfmade, liar.SessionMissigned, liar.SessionOther} {
		lying(t, s.f, 0, lie)
		status := decode[wire.SessionStatusV2](t, ask[wire.SerdeBase64](s.p.sockets[0], "signed_session_status", 1))
		if err := status.Signed().Verify(1, s.p.config.BroadcastKeys); !errors.Is(err, wire.ErrSignature) {
			t.Errorf("%s: the session verifies: %v", lie, err)
		}
	}
	lying(t, s.f, 0, liar.AnnouncementForged)
	for peer, a := range ask[map[wire.PeerID]wire.SignedAPIAnnouncement](s.p.sockets[0], "api_announcements", nil) {
		if a.Verify(s.p.config.BroadcastKeys[peer]) == nil {
			t.Errorf("the forged announcement of guardian %d verifies", peer)
		}
	}
	lying(t, s.f, 0, liar.MetadataForged)
	for peer, m := range ask[map[wire.PeerID]wire.SignedGuardianMetadata](s.p.sockets[0], "guardian_metadata", nil) {
		if m.Verify(s.p.config.BroadcastKeys[peer], 1<<40) == nil {
			t.Errorf("the forged metadata of guardian %d verify", peer)
		}
	}
	lying(t, s.f, 0, liar.AnnouncementMoved)
	own := ask[map[wire.PeerID]wire.SignedAPIAnnouncement](s.p.sockets[0], "api_announcements", nil)[0]
	if err := own.Verify(s.p.config.BroadcastKeys[0]); err != nil || own.Announcement.URL == s.p.config.Guardians[0].URL {
		t.Errorf("the guardian's own announcement is %+v (%v)", own, err)
	}
}

// TestConfigLies checks which of them the federation id shows.
func TestConfigLies(t *testing.T) {
	s := newScene(t)
	for lie, shown := range map[liar.Lie]bool{
		liar.ConfigOtherFederation: true, liar.ConfigOtherKeys: false, liar.ConfigOtherMintKeys: false, liar.ConfigOtherMeta: false,
		liar.ConfigFewerModules: false, liar.ConfigMoreModules: false, liar.ConfigNoFees: false,
	} {
		config := lieOnce[wire.ClientConfig](t, s.f, s.p, 2, lie, "client_config")
		if err := config.CheckFederationID(s.f.ID()); (err != nil) != shown {
			t.Errorf("%s: %v", lie, err)
		}
	}
}

// TestAcceptedWithoutBeing has a guardian accept what it has not passed on.
func TestAcceptedWithoutBeing(t *testing.T) {
	s := newScene(t)
	tx := s.p.transaction(s.p.draw(s.f, 1024), nil)
	lying(t, s.f, 1, liar.TxAccepts)
	liarSocket := s.p.sockets[1]
	if text := s.p.verdict(tx, liarSocket.must("submit_transaction", wire.SerdeOf(tx))); text != "" {
		t.Error(text)
	}
	if got := ask[wire.TxID](liarSocket, "await_transaction", tx.TxID()); got != tx.TxID() {
		t.Errorf("awaited %v", got)
	}
	honest := s.p.sockets[0]
	honest.send("await_transaction", tx.TxID())
	if id := honest.send("session_count", nil); honest.receive().ID != id {
		t.Error("the transaction was accepted")
	}
	// And the other way round: refused although it was passed on.
	lying(t, s.f, 1, liar.TxRejects)
	if text := s.p.verdict(tx, liarSocket.must("submit_transaction", wire.SerdeOf(tx))); text != strings.Replace(textSpent, "1-", fmt.Sprint(s.p.id, "-"), 1) {
		t.Errorf("refused with %q", text)
	}
	if got := honest.receive(); string(got.Result) != `"`+tx.TxID().String()+`"` {
		t.Errorf("the honest guardian says %+v", got)
	}
}

func TestDroppedBackup(t *testing.T) {
	s := newScene(t)
	lying(t, s.f, 1, liar.BackupDropped)
	key := newKey()
	s.p.sockets[1].must("backup", backupRequest(t, key, []byte{1}, wire.SystemTime{Secs: 1}))
	if got := string(s.p.sockets[1].must("recover", key.PublicKey())); got != "null" {
		t.Errorf("the backup was kept: %s", got)
	}
}

// TestOldBackup gives a guardian two backups, of which it keeps the first.
func TestOldBackup(t *testing.T) {
	s := newScene(t)
	lying(t, s.f, 1, liar.BackupOld)
	key := newKey()
	for _, n := range []byte{1, 2, 3} {
		s.p.sockets[1].must("backup", backupRequest(t, key, []byte{n}, wire.SystemTime{Secs: uint64(n)}))
	}
	if got, want := string(s.p.sockets[1].must("recover", key.PublicKey())), `{"timestamp":{"secs_since_epoch":1,"nanos_since_epoch":0},"data":"01"}`; got != want {
		t.Errorf("the guardian has %s, want %s", got, want)
	}
}

func TestReplay(t *testing.T) {
	s := newScene(t)
	lying(t, s.f, 1, liar.Replay)
	socket := s.p.sockets[1]
	first := string(socket.must("session_status", 0))
	if second := string(socket.must("session_status", 1)); second != first {
		t.Errorf("got %s, want the answer about session 0 again", second)
	}
	behave(t, s.f, 1, guardian.Behaviour{State: guardian.On})
	if honest := string(socket.must("session_status", 1)); honest == first {
		t.Error("sessions 0 and 1 are alike")
	}
}

// TestFrameLies has the frames of each lie about frames.
func TestFrameLies(t *testing.T) {
	f := start(t, devfed.Options{Guardians: 1})
	url := f.Config().Guardians[0].URL.Full()
	const honest = `{"jsonrpc":"2.0","id":0,"result":"ConsensusIsRunning"}`
	for lie, want := range map[liar.Lie][]string{
		liar.FrameNoJSON:   {"\x00\xff{}}"},
		liar.FrameCut:      {honest[:len(honest)/2]},
		liar.FrameEmpty:    {""},
		liar.FrameNoResult: {`{"jsonrpc":"2.0","id":0}`},
		liar.FrameOtherID:  {`{"jsonrpc":"2.0","id":1,"result":"ConsensusIsRunning"}`},
		liar.FrameUnasked:  {`{"jsonrpc":"2.0","id":4294967295,"result":"unasked"}`, honest},
		liar.FrameTwice:    {honest, `{"jsonrpc":"2.0","id":0,"result":null}`},
	} {
		lying(t, f, 0, lie)
		socket := dial(t, url)
		socket.send("setup_status", nil)
		for _, frame := range want {
			if got := socket.read(); got != frame {
				t.Errorf("%s: got %q, want %q", lie, got, frame)
			}
		}
	}
}

// TestEndlessLies reads answers that are too long, too deep, or the end.
func TestEndlessLies(t *testing.T) {
	f := start(t, devfed.Options{Guardians: 1})
	url := f.Config().Guardians[0].URL.Full()
	begin := func(lie liar.Lie) *socket {
		lying(t, f, 0, lie)
		socket := dial(t, url)
		socket.conn.SetReadLimit(-1)
		socket.send("setup_status", nil)
		return socket
	}
	huge := decodeJSON[struct{ Result string }](t, []byte(begin(liar.Huge).read()))
	if len(huge.Result) != 12<<20 {
		t.Errorf("the huge answer has %d bytes", len(huge.Result))
	}
	deep := begin(liar.Deep).read()
	if !strings.Contains(deep, strings.Repeat("[", 1_000_000)+strings.Repeat("]", 1_000_000)+"}") {
		t.Errorf("the deep answer is %.60q", deep)
	}
	_, endless, err := begin(liar.Endless).conn.Reader(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.CopyN(io.Discard, endless, 64<<20); err != nil {
		t.Errorf("the endless answer ended after %d bytes: %v", n, err)
	}
	gone := begin(liar.HangUp)
	if _, _, err := gone.conn.Read(t.Context()); err == nil {
		t.Error("the guardian did not hang up")
	}
}

// TestOffAndSlow switches a guardian off, on and slow.
func TestOffAndSlow(t *testing.T) {
	f := start(t, devfed.Options{})
	p := open(t, f)
	url := f.Config().Guardians[3].URL.Full()
	p.sockets[3].send("await_transaction", wire.TxID{})
	behave(t, f, 3, guardian.Behaviour{State: guardian.Off})
	if _, _, err := p.sockets[3].conn.Read(t.Context()); err == nil {
		t.Error("a connection outlived its guardian")
	}
	if _, response, err := websocket.Dial(t.Context(), url, nil); err == nil || response == nil || response.StatusCode != 503 {
		t.Errorf("a guardian that is off: %v, %v", response, err)
	}
	if status, body := httpDo(t, "POST", f.FaucetURL()+"/guardian/3", `{"state":"slow","delay_ms":3600000}`); status != 200 || body != `{"state":"slow","delay_ms":3600000,"lie":""}` {
		t.Errorf("%d %s", status, body)
	}
	if _, body := httpDo(t, "POST", f.FaucetURL()+"/guardian/3", `{"state":"on","lie":"fail-server"}`); body != `{"state":"on","delay_ms":3600000,"lie":"fail-server"}` {
		t.Errorf("%s", body)
	}
	if _, err := dial(t, url).call("setup_status", nil); err == nil || err.Error() != "500 something broke" {
		t.Errorf("a guardian that fails: %v", err)
	}
	httpDo(t, "POST", f.FaucetURL()+"/guardian/3", `{"lie":""}`)
	if _, body := httpDo(t, "GET", f.FaucetURL()+"/guardian/3", ""); body != `{"state":"on","delay_ms":3600000,"lie":""}` {
		t.Errorf("%s", body)
	}
	const delay = 30 * time.Millisecond
	behave(t, f, 3, guardian.Behaviour{State: guardian.Slow, Delay: delay})
	slow, asked := dial(t, url), time.Now()
	slow.must("setup_status", nil)
	if waited := time.Since(asked); waited < delay {
		t.Errorf("the slow answer came after %v", waited)
	}
	_, lies := httpDo(t, "GET", f.FaucetURL()+"/lies", "")
	if got := decodeJSON[map[liar.Lie]string](t, []byte(lies)); len(got) != len(liar.All()) {
		t.Errorf("%d lies are listed of %d", len(got), len(liar.All()))
	}
	if err := f.Behave(0, guardian.Behaviour{}); err == nil {
		t.Error("a guardian in no state")
	}
}
