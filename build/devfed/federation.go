package devfed

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/guardian"
	"satchel/build/devfed/meta"
	"satchel/client/wire"
)

// ID returns the federation's id.
func (f *Federation) ID() wire.FederationID { return f.config.FederationID() }

// Config returns what clients get as config. It must not be changed.
func (f *Federation) Config() wire.ClientConfig { return f.config }

// Invite returns a code with so many guardians that one of them is honest.
func (f *Federation) Invite() wire.InviteCode {
	urls := make(map[wire.PeerID]wire.SafeURL)
	for peer, guardian := range f.config.Guardians {
		urls[peer] = guardian.URL
	}
	code, err := wire.NewInviteCode(f.ID(), urls, nil)
	if err != nil {
		panic(fmt.Sprintf("devfed: no invite code for %v: %v", urls, err))
	}
	return code
}

// Address returns host and port.
func (f *Federation) Address() string { return f.record.Address }

// FaucetURL returns the http url below which the faucet is, without a slash at
// the end.
func (f *Federation) FaucetURL() string { return "http://" + f.Address() + faucetPath }

// Guardians returns the guardians by number.
func (f *Federation) Guardians() []*guardian.Guardian { return f.guardians }

// Behave changes how guardian i behaves.
func (f *Federation) Behave(i int, b guardian.Behaviour) error { return f.guardians[i].Behave(b) }

// Audit says where all value is, counted note by note. It panics if value was
// made or lost.
func (f *Federation) Audit() consensus.Audit { return f.ledger.Audit() }

// Issue accepts a transaction without inputs, whose outputs nobody pays for, and
// returns its id. With it a test makes e-cash that a wallet finds when it
// recovers: the outputs are those that the wallet would have made. It waits
// while too few guardians are on. What it issues is in the audit.
func (f *Federation) Issue(ctx context.Context, outputs ...wire.DynOutput) (wire.TxID, error) {
	var nonce [8]byte
	rand.Read(nonce[:])
	return f.ledger.Issue(ctx, outputs, nonce)
}

// CloseSession ends the running session and returns how many are complete.
func (f *Federation) CloseSession(ctx context.Context) (uint64, error) {
	return f.ledger.CloseSession(ctx)
}

// Waiting returns how many transactions and other items wait for their turn in
// the order, as they do while too few guardians are on.
func (f *Federation) Waiting() int { return f.ledger.Waiting() }

// SetMeta makes value, the text of a JSON object, what the meta module says. The
// guardians that are on propose it, which takes a threshold of them.
func (f *Federation) SetMeta(ctx context.Context, value []byte) error {
	if err := checkMeta(value); err != nil {
		return err
	}
	ids := f.config.ModulesOf(wire.KindMeta)
	if len(ids) == 0 {
		return fmt.Errorf("this federation has no module %q", wire.KindMeta)
	}
	var on []wire.PeerID
	for _, peer := range slices.Sorted(maps.Keys(f.config.Guardians)) {
		if f.ledger.Online(peer) {
			on = append(on, peer)
		}
	}
	return meta.Propose(ctx, f.ledger, ids[0], on, value)
}

func checkMeta(value []byte) error {
	var object map[string]json.RawMessage
	err := json.Unmarshal(value, &object)
	if err == nil && object == nil {
		err = errors.New("it is null")
	}
	if err != nil {
		return fmt.Errorf("meta value %.60q is no JSON object: %w", value, err)
	}
	return nil
}

func defaultMeta(name string) []byte {
	value, err := json.Marshal(map[string]string{
		"federation_name": name,
		"welcome_message": "This is a demo. Its e-cash is free and worth nothing, and its guardians are one program.",
	})
	if err != nil {
		panic(fmt.Sprintf("devfed: %v", err))
	}
	return value
}

// Ended is closed when the federation has ended, for whatever reason.
func (f *Federation) Ended() <-chan struct{} { return f.ended }

// Close ends the federation. It returns what went wrong, now or before.
func (f *Federation) Close() error {
	f.stop(context.Canceled)
	<-f.ended
	return f.err
}
