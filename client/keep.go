package client

import (
	"context"
	"encoding/binary"
	"encoding/json"
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
// from the words. It tells whoever restores the words that they are in use, and
// spares him the oldest part of the federation's history. It also tells two
// devices with the same words of each other: each writes who it is.

// A Saver is a module that puts something into backups.
type Saver interface {
	// Save returns the module's part. session is how many sessions there were
	// before the map was read.
	Save(r *kv.Reader, session uint64) (wire.Appender, error)
}

// A Device is a wallet that has the words: this one or another.
type Device [16]byte

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

// An Elsewhere is another device that has the words.
type Elsewhere struct {
	Device    Device
	At        time.Time // when it made a backup, by its clock; zero if it does not tell
	Dismissed bool      // the person knows
}

// Append appends the form in which it is kept.
func (e Elsewhere) Append(b []byte) []byte {
	b = wire.AppendUint(append(b, e.Device[:]...), uint64(max(0, e.At.UnixMilli())))
	return wire.AppendBool(b, e.Dismissed)
}

// Decode reads that form.
func (e *Elsewhere) Decode(d *wire.Decoder) {
	d.Fixed(e.Device[:])
	e.At, e.Dismissed = time.UnixMilli(int64(d.Uint64())), d.Bool()
}

// A marker is what this wallet writes into the metadata of its backups. Other
// wallets write other things there.
type marker struct {
	Satchel *struct {
		Device string `json:"device"` // hex
		AtMs   int64  `json:"at_ms"`
	} `json:"satchel"`
}

// whose tells who has made a backup. The device is zero for a wallet of another
// make.
func whose(b wire.ClientBackup) (e Elsewhere) {
	var m marker
	if json.Unmarshal(b.Metadata, &m) != nil || m.Satchel == nil {
		return e
	}
	var device wire.HexBytes
	if device.UnmarshalText([]byte(m.Satchel.Device)) == nil && len(device) == len(e.Device) {
		e.Device = Device(device)
		e.At = time.UnixMilli(m.Satchel.AtMs)
	}
	return e
}

func (c *Client) metadata(at time.Time) []byte {
	text, err := json.Marshal(map[string]any{"satchel": map[string]any{
		"device": wire.HexBytes(c.setup.Device[:]), "at_ms": at.UnixMilli(),
	}})
	if err != nil {
		panic("client: " + err.Error())
	}
	return text
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
var errBusy = errors.New("client: a backup now would miss what is on its way")

// BackUp has the guardians keep a backup of what is there now, and finds out
// whether another device has done so since.
func (c *Client) BackUp(ctx context.Context) error {
	keys := backup.NewKeys(c.setup.Secret)
	before, found, err := c.findBackup(ctx, keys)
	if err != nil {
		return err
	}
	if found {
		if err := c.notice(ctx, whose(before)); err != nil {
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
	if last := whose(before).At; !at.After(last) { // guardians keep what is later only, and one clock is behind the other
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

// notice takes note of another device, of which it was not known yet.
func (c *Client) notice(ctx context.Context, e Elsewhere) error {
	return c.Update(ctx, func(tx *fsm.Tx) error {
		known, ok := c.Elsewhere(&tx.Reader)
		if e.Device != c.setup.Device && (!ok || known.Device != e.Device || known.At.Before(e.At)) {
			tx.Put(elsewhere, wire.Encode(e))
		}
		return nil
	})
}

// Elsewhere tells of another device that has the words.
func (c *Client) Elsewhere(r *kv.Reader) (e Elsewhere, ok bool) {
	v, ok := r.Get(elsewhere)
	if !ok {
		return e, false
	}
	e, err := wire.Decode[Elsewhere](v)
	return e, err == nil
}

// DismissElsewhere notes that the person knows of the other device. He is told
// again when it makes another backup.
func (c *Client) DismissElsewhere(ctx context.Context) error {
	return c.Update(ctx, func(tx *fsm.Tx) error {
		if e, ok := c.Elsewhere(&tx.Reader); ok {
			e.Dismissed = true
			tx.Put(elsewhere, wire.Encode(e))
		}
		return nil
	})
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

// atRest reports whether nothing is on its way that a backup would miss.
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
