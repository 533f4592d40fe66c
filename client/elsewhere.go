package client

import (
	"context"
	"encoding/json"
	"time"

	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// A Device is a wallet that has the words: this one or another.
type Device [16]byte

// An Elsewhere is another device that has the words.
type Elsewhere struct {
	Device    Device
	At        time.Time // when it made a backup, by its clock; zero if it does not tell
	Dismissed bool      // the person knows

	// Backup is the hash of the backup: that of a wallet of another make has
	// nothing else that tells it from the one before.
	Backup wire.Hash
}

// Append appends the form in which it is kept.
func (e Elsewhere) Append(b []byte) []byte {
	b = wire.AppendUint(append(b, e.Device[:]...), uint64(max(0, e.At.UnixMilli())))
	return e.Backup.Append(wire.AppendBool(b, e.Dismissed))
}

// Decode reads that form.
func (e *Elsewhere) Decode(d *wire.Decoder) {
	d.Fixed(e.Device[:])
	e.At, e.Dismissed = time.UnixMilli(int64(d.Uint64())), d.Bool()
	e.Backup.Decode(d)
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
	e.Backup = wire.HashOf(b)
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

// notice takes note of a backup of another device, unless it is known.
func (c *Client) notice(ctx context.Context, e Elsewhere) error {
	return c.Update(ctx, func(tx *fsm.Tx) error {
		known, ok := c.Elsewhere(&tx.Reader)
		if e.Device != c.setup.Device && (!ok || known.Device != e.Device || known.At.Before(e.At) || e.Device == Device{} && known.Backup != e.Backup) {
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
