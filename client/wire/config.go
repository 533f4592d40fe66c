package wire

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// ErrFederationID is that a config is not of the federation it should be of.
var ErrFederationID = errors.New("config is of another federation")

// A PeerURL says where a guardian is and what it calls itself.
type PeerURL struct {
	URL  SafeURL `json:"url"`
	Name string  `json:"name"`
}

// Append appends the consensus form.
func (p PeerURL) Append(b []byte) []byte { return AppendText(p.URL.Append(b), p.Name) }

// Decode reads the consensus form.
func (p *PeerURL) Decode(d *Decoder) {
	p.URL.Decode(d)
	p.Name = d.Text()
}

// UnmarshalJSON reads {"url":url,"name":string}.
func (p *PeerURL) UnmarshalJSON(data []byte) error {
	return readObject(data, "guardian", field{"url", &p.URL, false}, field{"name", &p.Name, false})
}

// A ModuleConfig is the config of one module instance. Its body is decoded by
// those who know the kind: Decode[MintConfig](m.Config.Body).
type ModuleConfig struct {
	Kind    ModuleKind
	Version Version
	// Config has the number of the instance and the body.
	Config DynConfig
}

// Append appends the consensus form.
func (m ModuleConfig) Append(b []byte) []byte {
	return m.Config.Append(m.Version.Append(m.Kind.Append(b)))
}

// Decode reads the consensus form.
func (m *ModuleConfig) Decode(d *Decoder) {
	m.Kind.Decode(d)
	m.Version.Decode(d)
	m.Config.Decode(d)
}

// MarshalJSON returns {"kind":string,"version":version,"config":hex}.
func (m ModuleConfig) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Kind    ModuleKind `json:"kind"`
		Version Version    `json:"version"`
		Config  string     `json:"config"`
	}{m.Kind, m.Version, EncodeHex(m.Config)})
}

// UnmarshalJSON reads {"kind":string,"version":version,"config":hex}.
func (m *ModuleConfig) UnmarshalJSON(data []byte) error {
	var config string
	err := readObject(data, "module config",
		field{"kind", &m.Kind, false}, field{"version", &m.Version, false}, field{"config", &config, false})
	if err == nil {
		m.Config, err = DecodeHex[DynConfig](config)
	}
	return err
}

// A ClientConfig is what a client must know of a federation.
type ClientConfig struct {
	Guardians map[PeerID]PeerURL `json:"api_endpoints"`
	// BroadcastKeys sign sessions, announcements and metadata. Federations set
	// up with fedimint 0.3 have none, which is nil.
	BroadcastKeys map[PeerID]PublicKey `json:"broadcast_public_keys"`
	Version       Version              `json:"consensus_version"`
	// Meta has what the guardians say of the federation, such as
	// "federation_name"; see MetaText.
	Meta    map[string]string         `json:"meta"`
	Modules map[ModuleID]ModuleConfig `json:"modules"`
}

// Append appends the consensus form.
func (c ClientConfig) Append(b []byte) []byte { return AppendMap(c.appendGlobal(b), c.Modules) }

// appendGlobal appends all but the modules.
func (c ClientConfig) appendGlobal(b []byte) []byte {
	b = AppendMap(b, c.Guardians)
	if c.BroadcastKeys == nil {
		b = append(b, 0)
	} else {
		b = AppendMap(append(b, 1), c.BroadcastKeys)
	}
	return AppendMapFunc(c.Version.Append(b), c.Meta, AppendText, AppendText)
}

// Decode reads the consensus form. The number of an instance, which stands
// there twice, must be the same both times.
func (c *ClientConfig) Decode(d *Decoder) {
	c.Guardians = ReadMap[PeerID, PeerURL](d)
	if d.Bool() {
		c.BroadcastKeys = ReadMap[PeerID, PublicKey](d)
	}
	c.Version.Decode(d)
	c.Meta = ReadMapFunc(d, (*Decoder).Text, (*Decoder).Text)
	c.Modules = ReadMap[ModuleID, ModuleConfig](d)
	if err := c.checkModules(); err != nil {
		d.Fail("%v", err)
	}
}

// UnmarshalJSON reads the answer of client_config.
func (c *ClientConfig) UnmarshalJSON(data []byte) error {
	*c = ClientConfig{}
	var meta map[string]*string
	err := readObject(data, "config",
		field{"api_endpoints", &c.Guardians, false},
		field{"broadcast_public_keys", &c.BroadcastKeys, true},
		field{"consensus_version", &c.Version, false},
		field{"meta", &meta, false},
		field{"modules", &c.Modules, false})
	if err != nil {
		return err
	}
	c.Meta = make(map[string]string, len(meta))
	for key, value := range meta {
		if value == nil {
			return fmt.Errorf("config: meta %.40q is null", key)
		}
		c.Meta[key] = *value
	}
	return c.checkModules()
}

func (c *ClientConfig) checkModules() error {
	for id, m := range c.Modules {
		if m.Config.Module != id {
			return fmt.Errorf("module %d has the config of module %d", id, m.Config.Module)
		}
	}
	return nil
}

// FederationID returns the hash of the guardians' urls and names, which is the
// id of the federation.
func (c ClientConfig) FederationID() FederationID {
	return FederationID(HashOf(appendFunc(func(b []byte) []byte { return AppendMap(b, c.Guardians) })))
}

// appendFunc is an Appender made of a function.
type appendFunc func([]byte) []byte

func (f appendFunc) Append(b []byte) []byte { return f(b) }

// CheckFederationID returns an error that wraps ErrFederationID unless the
// config is of the federation id. It authenticates the guardians; keys, meta
// and modules need a threshold of them to say the same.
func (c ClientConfig) CheckFederationID(id FederationID) error {
	if got := c.FederationID(); got != id {
		return fmt.Errorf("%w: %v, want %v", ErrFederationID, got, id)
	}
	return nil
}

// EqualGlobal reports whether two configs differ at most in their modules.
func (c ClientConfig) EqualGlobal(other ClientConfig) bool {
	return string(c.appendGlobal(nil)) == string(other.appendGlobal(nil))
}

// ModulesOf returns the numbers of the instances of a kind, ascending.
func (c ClientConfig) ModulesOf(kind ModuleKind) []ModuleID {
	var ids []ModuleID
	for _, id := range Keys(c.Modules) {
		if c.Modules[id].Kind == kind {
			ids = append(ids, id)
		}
	}
	return ids
}

// Kinds returns the kind of each instance, for TransactionError.Text.
func (c ClientConfig) Kinds() map[ModuleID]ModuleKind {
	kinds := make(map[ModuleID]ModuleKind, len(c.Modules))
	for id, m := range c.Modules {
		kinds[id] = m.Kind
	}
	return kinds
}

// MetaText returns a value of Meta as a text. Some federations wrote texts as
// JSON strings, some as they are: what is a JSON string is read as one.
func (c ClientConfig) MetaText(key string) (text string, ok bool) {
	value, ok := c.Meta[key]
	if strings.HasPrefix(strings.TrimLeft(value, " \t\r\n"), `"`) && json.Unmarshal([]byte(value), &text) == nil {
		return text, ok
	}
	return value, ok
}

// ReadableJSON returns the config as client_config_json and the reference's
// preview show it, with the configs of modules as objects. A module that this
// package does not know is {"kind":string,"unknown_module_hex":hex}.
func (c ClientConfig) ReadableJSON() ([]byte, error) {
	modules := make(map[ModuleID]json.RawMessage, len(c.Modules))
	for id, m := range c.Modules {
		object, err := readableModule(m)
		if err != nil {
			return nil, err
		}
		modules[id] = object
	}
	type global struct {
		Guardians     map[PeerID]PeerURL   `json:"api_endpoints"`
		BroadcastKeys map[PeerID]PublicKey `json:"broadcast_public_keys"`
		Version       Version              `json:"consensus_version"`
		Meta          map[string]string    `json:"meta"`
	}
	return json.Marshal(struct {
		Global  global                       `json:"global"`
		Modules map[ModuleID]json.RawMessage `json:"modules"`
	}{global{c.Guardians, c.BroadcastKeys, c.Version, c.Meta}, modules})
}

func readableModule(m ModuleConfig) (json.RawMessage, error) {
	object, err := readableConfig(m.Kind, m.Config.Body)
	if err != nil {
		object, err = json.Marshal(map[string]string{"unknown_module_hex": hex.EncodeToString(Encode(m.Config))})
	}
	if err != nil {
		return nil, err
	}
	members := make(map[string]json.RawMessage)
	if err := json.Unmarshal(object, &members); err != nil {
		return nil, err
	}
	if members["kind"], err = json.Marshal(m.Kind); err != nil {
		return nil, err
	}
	return json.Marshal(members)
}
