package client

import (
	"context"
	"encoding/binary"
	"errors"
	"time"

	"satchel/client/backup"
	"satchel/client/guardians"
	"satchel/client/recovery"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// The guardians keep an encrypted backup of each wallet, under an id that follows
// from the words. It tells whoever restores the words that they are in use, and it
// tells two devices with the same words of each other: each writes who it is.
//
// Where guardians list what they have issued, as they do since 0.11, that is all:
// the list is read from its beginning. Where they do not, the sessions are read
// that were not over when the backup was made, and its notes are claimed with what
// is found there; then all sessions are read. So a backup brings most back sooner,
// and nothing depends on its having everything: it may be that of a wallet which
// leaves things out, or does not know of another device.

// A Saver is a module that puts something into backups.
type Saver interface {
	// Save returns the module's part: all that is not to be found in the sessions
	// that were not over yet. session is how many were over before the map was
	// read.
	Save(r *kv.Reader, session uint64) (wire.Appender, error)
}

// Keys of a federation's store.
const (
	backedUp  = "c/backup"    // a keptBackup
	elsewhere = "c/elsewhere" // an Elsewhere
)

// keptBackup is what is known of the backup that the guardians have.
type keptBackup struct {
	At     time.Time // wall clock
	Events uint64    // how many there had been
}

func (k keptBackup) Append(b []byte) []byte {
	return wire.AppendUint(wire.AppendUint(b, uint64(max(0, k.At.UnixMilli()))), k.Events)
}

func (k *keptBackup) Decode(d *wire.Decoder) {
	k.At, k.Events = time.UnixMilli(int64(d.Uint64())), d.Uint64()
}

// backupLinger is how long to wait for the answers of more guardians than are
// needed: one may have an older backup than another.
const backupLinger = 500 * time.Millisecond

// findBackup returns the newest backup that guardians have under keys.
func (c *Client) findBackup(ctx context.Context, keys backup.Keys) (wire.ClientBackup, bool, error) {
	q := guardians.Question{Method: "recover", Params: keys.ID(), Linger: backupLinger}
	answers, err := guardians.Ask(ctx, c.circle, q, guardians.JSON[*wire.ClientBackupSnapshot], guardians.Threshold[*wire.ClientBackupSnapshot]())
	if err != nil {
		return wire.ClientBackup{}, false, err
	}
	var all []*wire.ClientBackupSnapshot
	for _, s := range answers {
		all = append(all, s)
	}
	newest, ok := keys.Newest(all)
	return newest, ok, nil
}

// errBusy says that a backup is to be made when less is on its way.
var errBusy = errors.New("client: a backup now would not last")

// BackUp has the guardians keep a backup of what is there now, and finds out
// whether another device has done so since.
func (c *Client) BackUp(ctx context.Context) error {
	keys := backup.NewKeys(c.setup.Secret)
	before, found, err := c.findBackup(ctx, keys)
	if err != nil {
		return err
	}
	who := whose(before)
	if found {
		if err := c.notice(ctx, who); err != nil {
			return err
		}
	}
	sessions, err := recovery.Count(ctx, c.circle, "session_count")
	if err != nil {
		return err
	}
	r := c.x.Snapshot()
	b, err := c.save(r, sessions)
	if err != nil {
		return err
	}
	if found {
		b = backup.Fit(b, &before)
	}
	at := c.Now()
	if last := who.At; !at.After(last) { // guardians keep what is later only, and one clock is behind the other
		at = last.Add(time.Millisecond)
	}
	b.Metadata = c.metadata(at)
	payload, err := keys.Seal(b, c.setup.Random)
	if err != nil {
		return err
	}
	q := guardians.Question{Method: "backup", Params: keys.Sign(payload, wire.TimeOf(at))}
	if _, err := guardians.Ask(ctx, c.circle, q, guardians.JSON[*struct{}], guardians.Threshold[*struct{}]()); err != nil {
		return err
	}
	return c.Update(ctx, func(tx *fsm.Tx) error {
		tx.Put(backedUp, wire.Encode(keptBackup{at, logged(r)}))
		return nil
	})
}

// save puts together what modules save.
func (c *Client) save(r *kv.Reader, sessions uint64) (wire.ClientBackup, error) {
	b := wire.ClientBackup{SessionCount: sessions, Modules: map[wire.ModuleID]wire.DynModuleBackup{}}
	for id, m := range c.modules {
		s, ok := m.(Saver)
		if !ok {
			continue
		}
		part, err := s.Save(r, sessions)
		if err != nil {
			return b, err
		}
		if part != nil {
			b.Modules[id] = wire.DynModuleBackup{Dyn: wire.DynOf(id, part)}
		}
	}
	return b, nil
}

// BackedUp tells when the guardians were given the last backup, and whether
// nothing has happened since.
func (c *Client) BackedUp(r *kv.Reader) (at time.Time, current bool) {
	v, ok := r.Get(backedUp)
	if !ok {
		return at, logged(r) == 0
	}
	k, err := wire.Decode[keptBackup](v)
	if err != nil {
		return at, false
	}
	return k.At, k.Events == logged(r)
}

// logged is how many events there have been.
func logged(r *kv.Reader) uint64 {
	v, ok := r.Get(eventNext)
	if !ok {
		return 0
	}
	return binary.BigEndian.Uint64(v)
}

// When backups are made: not before it has been quiet for a while, and not so
// often.
const (
	backupAfter = 10 * time.Second
	backupEvery = 10 * time.Minute
)

// keepBackup makes backups after changes that matter, until ctx ends.
func (c *Client) keepBackup(ctx context.Context) {
	for pause := backupAfter; ; {
		_, err := fsm.Await(ctx, c.x, eventNext, func(r *kv.Reader) (bool, bool) {
			_, current := c.BackedUp(r)
			return true, !current
		})
		if err != nil || !sleep(ctx, pause) {
			return
		}
		err = errBusy
		if c.atRest() {
			err = c.BackUp(ctx)
		}
		switch {
		case err == nil:
			pause = backupEvery
		case errors.Is(err, errBusy):
			pause = backupAfter
		default:
			pause = min(2*max(pause, backupAfter), backupEvery)
		}
	}
}

// atRest reports whether nothing is on its way. A backup misses nothing that is;
// but it would soon have to be made again.
func (c *Client) atRest() bool {
	for _, rec := range c.x.Active() {
		if rec.Step != "given" {
			return false
		}
	}
	return true
}

func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
