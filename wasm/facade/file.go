package facade

import (
	"encoding/base64"
	"fmt"
	"time"

	"satchel/client/archive"
	"satchel/client/wire"
)

// A FileView is what stands in a wallet's file.
type FileView struct {
	Made        int64                `json:"made_ms"`
	Federations []FileFederationView `json:"federations"`
	Operations  int                  `json:"operations"`
	Omitted     int                  `json:"omitted,omitempty"` // old operations that the file had no room for
	Unread      int                  `json:"unread,omitempty"`  // federations and operations that cannot be read, or could not when it was made
}

// A FileFederationView is a federation of a wallet's file. The name comes from
// outside.
type FileFederationView struct {
	ID      wire.FederationID `json:"id"`
	Name    string            `json:"name"`
	Invite  wire.InviteCode   `json:"invite_code"`
	Balance wire.Amount       `json:"balance_msat"` // when the file was written

	// Unknown is that the balance was not known then, nor everything that was done:
	// Balance is of an earlier file, or 0.
	Unknown bool `json:"unknown,omitempty"`
}

// A SavedView is a wallet's file that was made, and what it tells.
type SavedView struct {
	File string   `json:"file"` // base64
	Name string   `json:"name"`
	View FileView `json:"view"`
}

func exportWallet(c *call, p struct {
	Passphrase string `json:"passphrase"`
}) (v SavedView, err error) {
	w, err := c.get(c.ctx)
	if err != nil {
		return v, err
	}
	a, err := w.Export(c.ctx)
	if err != nil {
		return v, err
	}
	file, err := archive.Seal(a, p.Passphrase, c.platform.Random)
	if err != nil {
		return v, err
	}
	v.File, v.View = base64.StdEncoding.EncodeToString(file), fileView(a)
	v.Name = fmt.Sprintf("satchel-%s.age", c.platform.Now().Format(time.DateOnly))
	return v, nil
}

type fileParams struct {
	File       string `json:"file"` // base64
	Passphrase string `json:"passphrase"`
}

func (p fileParams) open() (archive.Archive, error) {
	file, err := base64.StdEncoding.DecodeString(p.File)
	if err != nil {
		return archive.Archive{}, fail(InvalidInput, "file: %v", err)
	}
	return archive.Open(file, p.Passphrase)
}

func fileView(a archive.Archive) FileView {
	return FileView{Made: a.Made, Operations: len(a.History), Omitted: a.Omitted, Unread: a.Unread, Federations: fileFederationViews(a.Federations)}
}

func fileFederationViews(all []archive.Federation) []FileFederationView {
	views := make([]FileFederationView, len(all))
	for i, f := range all {
		views[i] = FileFederationView{f.ID, f.Name, f.Invite, f.Balance, f.Unknown}
	}
	return views
}

func readExport(_ *call, p fileParams) (FileView, error) {
	a, err := p.open()
	if err != nil {
		return FileView{}, err
	}
	return fileView(a), nil
}

func importWallet(c *call, p fileParams) (FileView, error) {
	a, err := p.open()
	if err != nil {
		return FileView{}, err
	}
	w, err := c.get(c.ctx)
	if err == nil {
		err = w.Import(c.ctx, a)
	}
	return fileView(a), err
}

// An ArchivedView is an operation of the history that came with a file: it is
// looked at only.
type ArchivedView struct {
	ID       opID        `json:"operation_id"`
	Title    string      `json:"title"`
	State    string      `json:"state"`
	Amount   wire.Amount `json:"amount_msat"`
	Fee      wire.Amount `json:"fee_msat"`
	Change   int64       `json:"change_msat"`
	Outgoing bool        `json:"outgoing"`
	Began    int64       `json:"began_ms"`
}

func listArchived(c *call, p struct {
	federationParams
	Before   int64 `json:"before"`    // ms
	BeforeID opID  `json:"before_id"` // of those of that time
	Limit    int   `json:"limit"`
}) ([]ArchivedView, error) {
	w, err := c.get(c.ctx)
	if err != nil {
		return nil, err
	}
	id, err := w.Named(p.Federation)
	if err != nil {
		return nil, err
	}
	if p.Limit <= 0 {
		p.Limit = operationPage
	}
	entries, err := w.Archived(c.ctx, id, archive.Entry{Began: p.Before, ID: wire.OperationID(p.BeforeID)}, p.Limit)
	list := []ArchivedView{}
	for _, e := range entries {
		list = append(list, ArchivedView{opID(e.ID), e.Title, e.State, e.Amount, e.Fee, e.Change, e.Outgoing, e.Began})
	}
	return list, err
}
