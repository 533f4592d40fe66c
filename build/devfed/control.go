package devfed

import (
	"net/http"
	"strconv"
	"time"

	"satchel/build/devfed/faucet"
	"satchel/build/devfed/guardian"
	"satchel/build/devfed/liar"
	"satchel/client/wire"
)

// handler serves everything that is on the port. Beside guardians and faucet
// there is, for tests and for people who want to see what a wallet does when
// guardians fail:
//
//	GET  /faucet/guardian/<i>                             ->  {"state":"on","delay_ms":0,"lie":""}
//	POST /faucet/guardian/<i> {"state":"off"}             ->  the same, as it is now
//	POST /faucet/guardian/<i> {"state":"slow","delay_ms":n}
//	POST /faucet/guardian/<i> {"lie":"share-random"}
//	POST /faucet/session                                  ->  {"session_count":n}
//	GET  /faucet/blocks                                   ->  {"block_count":n}
//	POST /faucet/blocks {"count":n}                       ->  the same, after so many more blocks
//	GET  /faucet/clock                                    ->  {"unix_time":seconds}
//	POST /faucet/clock {"seconds":n}                      ->  the same, after so much more time
//	GET  /faucet/lies                                     ->  {"<lie>":"what the guardian does",…}
//
// What a POST does not name stays as it is. Pages of other sites can do none of
// this: browsers say where a request comes from, and a site whose name leads to
// this machine is not answered, see [onlyFor].
func (f *Federation) handler() http.Handler {
	tools := http.NewServeMux()
	f.Faucet.Handle(tools, faucetPath)
	tools.HandleFunc("GET "+faucetPath+"/guardian/{i}", f.getGuardian)
	tools.HandleFunc("POST "+faucetPath+"/guardian/{i}", f.postGuardian)
	tools.HandleFunc("POST "+faucetPath+"/session", f.postSession)
	f.handleMoves(tools, faucetPath)
	tools.HandleFunc("GET "+faucetPath+"/lies", getLies)
	if f.options.Tools != nil {
		tools.Handle(faucetPath+"/", f.options.Tools)
	}

	mux := http.NewServeMux()
	mux.Handle("/", f.options.Handler)
	mux.Handle(faucetPath+"/", http.NewCrossOriginProtection().Handler(tools))
	for i, g := range f.guardians {
		mux.Handle(guardianPath(wire.PeerID(i)), g)
	}
	return onlyFor(f.Address(), mux)
}

// A behaviour is the JSON of a guardian.Behaviour. Members that are nil are left
// as they are.
type behaviour struct {
	State *guardian.State `json:"state"`
	Delay *uint32         `json:"delay_ms"`
	Lie   *liar.Lie       `json:"lie"`
}

func (f *Federation) pathGuardian(r *http.Request) (*guardian.Guardian, error) {
	i, err := strconv.Atoi(r.PathValue("i"))
	if err != nil || i < 0 || i >= len(f.guardians) {
		return nil, &faucet.Error{Code: faucet.CodeNoGuardian, Message: "there is no guardian " + strconv.Quote(r.PathValue("i"))}
	}
	return f.guardians[i], nil
}

func (f *Federation) getGuardian(w http.ResponseWriter, r *http.Request) {
	g, err := f.pathGuardian(r)
	if err != nil {
		faucet.Reply(w, nil, err)
		return
	}
	replyBehaviour(w, g)
}

func (f *Federation) postGuardian(w http.ResponseWriter, r *http.Request) {
	g, err := f.pathGuardian(r)
	if err == nil {
		err = change(g, r)
	}
	if err != nil {
		faucet.Reply(w, nil, err)
		return
	}
	replyBehaviour(w, g)
}

func change(g *guardian.Guardian, r *http.Request) error {
	var wanted behaviour
	err := faucet.Read(r, &wanted)
	if err == nil {
		b := g.Behaviour()
		if wanted.State != nil {
			b.State = *wanted.State
		}
		if wanted.Delay != nil {
			b.Delay = time.Duration(*wanted.Delay) * time.Millisecond
		}
		if wanted.Lie != nil {
			b.Lie = *wanted.Lie
		}
		err = g.Behave(b)
	}
	if err != nil {
		return &faucet.Error{Code: faucet.CodeBadRequest, Message: err.Error()}
	}
	return nil
}

func replyBehaviour(w http.ResponseWriter, g *guardian.Guardian) {
	b := g.Behaviour()
	delay := uint32(b.Delay / time.Millisecond)
	faucet.Reply(w, behaviour{&b.State, &delay, &b.Lie}, nil)
}

func (f *Federation) postSession(w http.ResponseWriter, r *http.Request) {
	count, err := f.CloseSession(r.Context())
	faucet.Reply(w, map[string]uint64{"session_count": count}, err)
}

func getLies(w http.ResponseWriter, _ *http.Request) {
	lies := make(map[liar.Lie]string)
	for _, lie := range liar.All() {
		lies[lie] = lie.What()
	}
	faucet.Reply(w, lies, nil)
}
