package facade

import (
	"maps"
	"strings"
	"time"

	"satchel/client"
	"satchel/client/secret"
	"satchel/client/wire"
)

type mnemonic struct {
	Mnemonic []string `json:"mnemonic"`
}

func generateMnemonic(c *call, _ nothing) (mnemonic, error) {
	w, err := c.get(c.ctx)
	if err != nil {
		return mnemonic{}, err
	}
	words, err := w.MakeWords(c.ctx)
	if err != nil {
		return mnemonic{}, err
	}
	return mnemonic{words.List()}, nil
}

func setMnemonic(c *call, p struct {
	Words []string `json:"words"`
}) (map[string]bool, error) {
	words, err := secret.ParseWords(strings.Join(p.Words, " "))
	if err != nil {
		return nil, fail(InvalidInput, "%v", err)
	}
	w, err := c.get(c.ctx)
	if err != nil {
		return nil, err
	}
	return map[string]bool{"success": true}, w.SetWords(c.ctx, words)
}

func getMnemonic(c *call, _ nothing) (mnemonic, error) {
	w, err := c.get(c.ctx)
	if err != nil {
		return mnemonic{}, err
	}
	words, err := w.Words()
	if err != nil {
		return mnemonic{}, err
	}
	return mnemonic{words.List()}, nil
}

func hasMnemonic(c *call, _ nothing) (bool, error) {
	w, err := c.get(c.ctx)
	if err != nil {
		return false, err
	}
	return w.HasWords(), nil
}

type inviteParams struct {
	Invite string `json:"invite_code"`
}

func (p inviteParams) parse() (wire.InviteCode, error) {
	code, err := wire.ParseInviteCode(strings.TrimSpace(p.Invite))
	if err != nil {
		return code, fail(InvalidInput, "invite code: %v", err)
	}
	return code, nil
}

func parseInvite(_ *call, p inviteParams) (map[string]any, error) {
	code, err := p.parse()
	if err != nil {
		return nil, err
	}
	return map[string]any{"url": firstURL(code), "federation_id": code.FederationID()}, nil
}

// firstURL returns the address of the first guardian that the code names.
func firstURL(code wire.InviteCode) wire.SafeURL {
	var first wire.SafeURL
	least := -1
	for peer, url := range code.Guardians() {
		if least < 0 || int(peer) < least {
			first, least = url, int(peer)
		}
	}
	return first
}

func previewFederation(c *call, p inviteParams) (map[string]any, error) {
	v, err := c.preview(p)
	if err != nil {
		return nil, err
	}
	config, err := v.Config.ReadableJSON()
	if err != nil {
		return nil, err
	}
	return map[string]any{"config": raw(config), "federation_id": v.ID}, nil
}

// previewed is a preview that joining may use, for a while.
type previewed struct {
	preview *client.Preview
	at      time.Time
}

// previewFor is for how long a preview may be used.
const previewFor = 10 * time.Minute

// preview asks the federation what it is, and remembers that for joining it.
func (c *call) preview(p inviteParams) (*client.Preview, error) {
	code, err := p.parse()
	if err != nil {
		return nil, err
	}
	w, err := c.get(c.ctx)
	if err != nil {
		return nil, err
	}
	v, err := w.Preview(c.ctx, code)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forgetPreviews()
	c.previews[code.String()] = previewed{v, time.Now()}
	return v, nil
}

// forgetPreviews forgets those that may not be used any more.
func (f *Facade) forgetPreviews() {
	maps.DeleteFunc(f.previews, func(_ string, p previewed) bool { return time.Since(p.at) > previewFor })
}

// previewed returns what preview remembered, or asks.
func (c *call) previewed(p inviteParams) (*client.Preview, error) {
	code, err := p.parse()
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	c.forgetPreviews()
	known := c.previews[code.String()]
	c.mu.Unlock()
	if known.preview != nil {
		return known.preview, nil
	}
	return c.preview(p)
}

func (c *call) join(p inviteParams, name string, d secret.Derivation, restore bool) (*client.Client, error) {
	w, err := c.get(c.ctx)
	if err != nil {
		return nil, err
	}
	v, err := c.previewed(p)
	if err != nil {
		return nil, err
	}
	return w.Join(c.ctx, v, name, d, restore)
}

func joinFederation(c *call, p struct {
	inviteParams
	Recover    bool   `json:"force_recover"`
	Name       string `json:"client_name"`
	Derivation string `json:"derivation"`
}) (any, error) {
	d := secret.Double
	switch p.Derivation {
	case "", "double":
	case "single":
		d = secret.Single
	default:
		return nil, fail(InvalidInput, "derivation %q is neither double nor single", p.Derivation)
	}
	_, err := c.join(p.inviteParams, p.Name, d, p.Recover)
	return nil, err
}

type clientParams struct {
	Name string `json:"client_name"`
}

func openClient(c *call, p clientParams) (any, error) {
	_, err := c.client(p.Name)
	return nil, err
}

// client returns the client of the federation of that name or id.
func (c *call) client(name string) (*client.Client, error) {
	w, err := c.get(c.ctx)
	if err != nil {
		return nil, err
	}
	id, err := w.Named(name)
	if err != nil {
		return nil, err
	}
	return w.Client(id)
}

type notesParams struct {
	Notes string `json:"oob_notes"`
}

func (p notesParams) parse() (wire.OOBNotes, error) {
	notes, err := wire.ParseOOBNotes(strings.TrimSpace(p.Notes))
	if err != nil {
		return notes, fail(InvalidInput, "e-cash: %v", err)
	}
	return notes, nil
}

func parseNotes(_ *call, p notesParams) (map[string]any, error) {
	notes, err := p.parse()
	if err != nil {
		return nil, err
	}
	total, err := notes.Notes().Total()
	if err != nil {
		return nil, err
	}
	counts := map[wire.Amount]int{}
	for amount := range notes.Notes().All() {
		counts[amount]++
	}
	v := map[string]any{"total_amount": total, "federation_id_prefix": notes.Prefix(), "note_counts": counts}
	if code := notes.Invite(); code != nil {
		v["federation_id"], v["invite_code"] = code.FederationID(), code
	}
	return v, nil
}
