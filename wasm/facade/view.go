package facade

import (
	"context"
	"sort"
	"time"

	"satchel/client"
	"satchel/client/guardians"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// A WalletView is the whole wallet at a glance.
type WalletView struct {
	Words       bool             `json:"words"` // whether it has any
	Balance     wire.Amount      `json:"balance_msat"`
	Federations []FederationView `json:"federations"`

	// Damaged are federations whose entry cannot be read. Joining them again
	// brings them back.
	Damaged []wire.FederationID `json:"damaged,omitempty"`

	// Invited are federations that came with a file and were not joined since.
	Invited []FileFederationView `json:"invited,omitempty"`
}

// A FederationView is one federation. Its name and everything in Meta come from
// outside.
type FederationView struct {
	ID        wire.FederationID `json:"id"`
	Name      string            `json:"name"`
	Balance   wire.Amount       `json:"balance_msat"`
	Pending   int               `json:"pending"` // operations on their way
	Guardians []GuardianView    `json:"guardians"`
	Threshold int               `json:"threshold"` // how many guardians are needed
	Modules   []ModuleView      `json:"modules"`
	Notes     []NoteView        `json:"notes"` // greatest first
	Aside     wire.Amount       `json:"aside_msat"`
	Meta      map[string]string `json:"meta"`
	Stuck     []StuckView       `json:"stuck,omitempty"`
	Damaged   int               `json:"damaged,omitempty"`   // stored entries that cannot be read
	InMemory  int               `json:"in_memory"`           // operations whose steps are held in memory
	Restoring bool              `json:"restoring,omitempty"` // money is being found again with the words
	Backup    BackupView        `json:"backup"`              // at the guardians
	Elsewhere *ElsewhereView    `json:"elsewhere,omitempty"` // another device that has the words
	Movable   wire.Amount       `json:"movable_msat"`        // older e-cash that can be moved to newer
	Error     string            `json:"error,omitempty"`     // why it cannot be used now
	Code      Code              `json:"code,omitempty"`
}

// A GuardianView is the health of a guardian.
type GuardianView struct {
	Peer          wire.PeerID        `json:"peer"`
	Name          string             `json:"name"`
	URL           wire.SafeURL       `json:"url"`
	State         string             `json:"state"` // idle, connecting, up, down, unsupported
	Since         int64              `json:"since_ms"`
	Latency       int64              `json:"latency_ms,omitempty"`
	Version       string             `json:"version,omitempty"`
	Error         string             `json:"error,omitempty"`
	Misbehaviours []MisbehaviourView `json:"misbehaviours,omitempty"`
}

// A MisbehaviourView is something no honest guardian does.
type MisbehaviourView struct {
	Method string `json:"method"`
	What   string `json:"what"`
	When   int64  `json:"when_ms"`
	Count  int    `json:"count"`
}

// A ModuleView is a module of the federation, and whether this wallet can use it.
type ModuleView struct {
	ID     wire.ModuleID   `json:"id"`
	Kind   wire.ModuleKind `json:"kind"`
	Usable bool            `json:"usable"`
}

// A NoteView says how many notes of an amount there are.
type NoteView struct {
	Kind   wire.ModuleKind `json:"kind"` // mint or mintv2
	Amount wire.Amount     `json:"amount_msat"`
	Count  int             `json:"count"`
}

// A StuckView is a machine that cannot run.
type StuckView struct {
	Op      opID   `json:"operation_id"`
	Machine string `json:"machine"`
	Step    string `json:"step"`
	Error   string `json:"error"`
}

func guardianViews(all []guardians.Health) []GuardianView {
	views := make([]GuardianView, len(all))
	for i, h := range all {
		v := GuardianView{
			Peer: h.Peer, Name: h.Name, URL: h.URL, State: h.State.String(),
			Since: h.Since.UnixMilli(), Latency: h.Latency.Milliseconds(), Version: h.Version,
		}
		if h.LastError != nil && h.State != guardians.Up {
			v.Error = h.LastError.Error()
		}
		for _, m := range h.Misbehaviours {
			v.Misbehaviours = append(v.Misbehaviours, MisbehaviourView{m.Method, m.What, m.When.UnixMilli(), m.Count})
		}
		views[i] = v
	}
	return views
}

func walletView(w *client.Wallet) (WalletView, error) {
	v := WalletView{Words: w.HasWords(), Federations: []FederationView{}, Damaged: w.Damaged()}
	for m, err := range w.Memberships() {
		if err != nil {
			return v, err
		}
		c, err := w.Client(m.ID)
		f := federationView(m, c, err)
		v.Balance += f.Balance
		v.Federations = append(v.Federations, f)
	}
	invited, err := w.Invited()
	v.Invited = fileFederationViews(invited)
	return v, err
}

func federationView(m client.Membership, c *client.Client, err error) FederationView {
	v := FederationView{ID: m.ID, Name: federationName(m.Config), Meta: m.Config.Meta, Notes: []NoteView{}, Guardians: []GuardianView{}, Modules: []ModuleView{}}
	if err != nil {
		v.Error, v.Code = err.Error(), codeOf(err)
		return v
	}
	r := c.Executor().Snapshot()
	v.Balance = c.Balance(r)
	v.Guardians, v.Threshold = guardianViews(c.Guardians().Health()), c.Guardians().Threshold()
	v.Modules = moduleViews(m.Config, c)
	v.Pending = len(pending(c))
	v.Restoring = c.Searching(r)
	v.Backup = backupView(c, r)
	v.Movable = movable(c, r)
	if e, ok := c.Elsewhere(r); ok && !e.Dismissed {
		v.Elsewhere = &ElsewhereView{Ours: e.Device != client.Device{}, At: e.At.UnixMilli()}
	}
	v.Damaged = len(c.Executor().Damaged())
	v.InMemory = inMemory(c)
	for _, p := range purses(c) {
		v.Aside += p.Aside(r)
		for n := range p.Counts(r) {
			v.Notes = append(v.Notes, NoteView{p.Kind(), n.Amount, n.Count})
		}
	}
	for _, rec := range c.Executor().Stuck() {
		v.Stuck = append(v.Stuck, StuckView{opID(rec.Op), rec.Machine, rec.Step, rec.Err.Error()})
	}
	return v
}

// A BackupView says how new the backup is that the guardians have.
type BackupView struct {
	At      int64 `json:"at_ms,omitempty"` // 0 if there is none
	Current bool  `json:"current"`         // whether nothing has happened since
}

func backupView(c *client.Client, r *kv.Reader) (v BackupView) {
	at, current := c.BackedUp(r)
	if v.Current = current; !at.IsZero() {
		v.At = at.UnixMilli()
	}
	return v
}

// An ElsewhereView is another device that has the words.
type ElsewhereView struct {
	Ours bool  `json:"ours"`            // a wallet of this make
	At   int64 `json:"at_ms,omitempty"` // when it was last seen, by its clock
}

// movable is the face value of notes that could be moved to newer e-cash, in msat.
func movable(c *client.Client, r *kv.Reader) (sum wire.Amount) {
	for i, p := range purses(c) {
		if i > 0 {
			sum += p.Balance(r)
		}
	}
	return sum
}

func inMemory(c *client.Client) int {
	ops := map[fsm.OpID]bool{}
	for rec := range c.Executor().All(c.Executor().Snapshot()) {
		ops[rec.Op] = true
	}
	return len(ops)
}

func federationName(config wire.ClientConfig) string {
	name, _ := config.MetaText("federation_name")
	return name
}

func moduleViews(config wire.ClientConfig, c *client.Client) []ModuleView {
	views := []ModuleView{}
	for id := range config.Kinds() {
		kind := config.Modules[id].Kind
		views = append(views, ModuleView{id, kind, c != nil && c.Module(kind) != nil})
	}
	sort.Slice(views, func(i, j int) bool { return views[i].ID < views[j].ID })
	return views
}

// pending are the operations that are on their way: something of theirs runs
// that does not wait for a person: to take e-cash, or to pay an invoice.
func pending(c *client.Client) map[fsm.OpID]bool {
	ops := map[fsm.OpID]bool{}
	for _, rec := range c.Executor().Active() {
		if rec.Step != "given" && rec.Step != "pending" {
			ops[rec.Op] = true
		}
	}
	return ops
}

// An OperationView is what an operation has come to.
type OperationView struct {
	Federation wire.FederationID `json:"federation"`
	ID         opID              `json:"operation_id"`
	Number     uint64            `json:"number"`
	Kind       wire.ModuleKind   `json:"kind"`  // the module that began it
	Title      string            `json:"title"` // receive, send
	State      client.State      `json:"state"`
	Requested  wire.Amount       `json:"requested_msat"`
	Amount     wire.Amount       `json:"amount_msat"` // what it has come to
	Fee        wire.Amount       `json:"fee_msat"`
	Change     int64             `json:"change_msat"` // of the balance, in the end
	Gone       wire.Amount       `json:"gone_msat"`   // that somebody else had spent
	Aside      wire.Amount       `json:"aside_msat"`  // that was put aside
	Outgoing   bool              `json:"outgoing"`
	ComingBack bool              `json:"coming_back,omitempty"` // e-cash that is being taken back
	InFlight   wire.Amount       `json:"in_flight_msat"`
	HandedOut  wire.Amount       `json:"handed_out_msat"`
	Why        string            `json:"why,omitempty"` // the federation's words, from outside
	Final      bool              `json:"final"`
	Began      int64             `json:"began_ms"`

	// Progress is how far a restore has come: from, read, end (numbers) and
	// sessions, whether they are sessions and not items.
	Progress map[string]any `json:"progress,omitempty"`

	// Details are those of a lightning payment: invoice, gateway, preimage.
	Details map[string]any `json:"details,omitempty"`
}

func (c *call) operationView(ctx context.Context, cl *client.Client, op client.Operation) (OperationView, error) {
	s, err := cl.Summary(ctx, op)
	if err != nil {
		return OperationView{}, err
	}
	details, progress := details(s)
	return OperationView{
		Federation: cl.FederationID(), ID: opID(op.ID), Number: op.Number, Kind: op.Kind,
		Title: s.Title, State: s.State, Requested: s.Requested, Amount: s.Amount, Fee: s.Fee,
		Change: s.Change, Gone: s.Gone, Aside: s.Aside, Outgoing: s.Outgoing, ComingBack: s.ComingBack,
		InFlight: s.InFlight, HandedOut: s.HandedOut, Why: s.Why, Final: s.Final, Began: op.Began.UnixMilli(),
		Progress: progress, Details: details,
	}, nil
}

// An OperationDetail is an operation with everything that is known of it.
type OperationDetail struct {
	OperationView
	Notes     string         `json:"notes,omitempty"`      // e-cash that was handed out, as text
	TakeBack  bool           `json:"take_back"`            // whether it can be called back
	Returns   int64          `json:"returns_ms,omitempty"` // when it comes back by itself
	Machines  []MachineView  `json:"machines"`
	Guardians []GuardianView `json:"guardians"`
	Threshold int            `json:"threshold"`
}

// over reports whether nothing of it will ever change. What the operation has
// come to may be known before its last machine has learnt it.
func (d *OperationDetail) over() bool {
	for _, m := range d.Machines {
		if !m.Final {
			return false
		}
	}
	return d.Final
}

// A MachineView is a machine as a diagram, and where it stands.
type MachineView struct {
	ID      uint64      `json:"id"`
	Name    string      `json:"name"`
	Steps   []string    `json:"steps"`
	Edges   [][3]string `json:"edges"` // from, event, to
	Visited []VisitView `json:"visited"`
	Current string      `json:"current"`
	Final   bool        `json:"final"`
	Waits   []WaitView  `json:"waits,omitempty"`
	Stuck   string      `json:"stuck,omitempty"`
}

// A VisitView is a step that was entered, by which edge and when.
type VisitView struct {
	Step  string `json:"step"`
	Event string `json:"event,omitempty"`
	At    int64  `json:"at_ms"`
}

// A WaitView is what an edge of the current step is doing.
type WaitView struct {
	Event    string `json:"event"`
	Since    int64  `json:"since_ms"`
	Attempts int    `json:"attempts,omitempty"`
	Error    string `json:"error,omitempty"`
	Next     int64  `json:"next_ms,omitempty"`
}

func machineViews(x *fsm.Executor, steps []fsm.Record) []MachineView {
	views := []MachineView{}
	at := map[uint64]int{}
	for _, rec := range steps {
		i, ok := at[rec.ID]
		if !ok {
			i = len(views)
			at[rec.ID] = i
			v := MachineView{ID: rec.ID, Name: rec.Machine, Steps: []string{}, Edges: [][3]string{}}
			if m := x.Machine(rec.Machine); m != nil {
				v.Steps, v.Edges = m.Steps(), m.Edges()
			}
			views = append(views, v)
		}
		v := &views[i]
		v.Visited = append(v.Visited, VisitView{rec.Step, rec.Event, rec.At.UnixMilli()})
		v.Current, v.Final = rec.Step, rec.Final
	}
	for i := range views {
		for _, w := range x.Waits(views[i].ID) {
			views[i].Waits = append(views[i].Waits, waitView(w))
		}
	}
	for _, rec := range x.Stuck() {
		if i, ok := at[rec.ID]; ok {
			views[i].Stuck = rec.Err.Error()
		}
	}
	return views
}

func waitView(w fsm.Wait) WaitView {
	v := WaitView{Event: w.Event, Since: w.Since.UnixMilli(), Attempts: w.Attempts}
	if w.Err != nil {
		v.Error = w.Err.Error()
	}
	if !w.Next.Equal(time.Time{}) {
		v.Next = w.Next.UnixMilli()
	}
	return v
}
