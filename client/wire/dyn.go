package wire

// A Dyn is a value of a module: the number of the instance and the consensus
// form of a type of its kind. The core carries it without looking inside.
// Consensus form: id, length, body. Nothing tells the kind; the config does.
type Dyn struct {
	Module ModuleID
	Body   []byte
}

// DynOf returns v as a value of a module instance.
func DynOf(module ModuleID, v Appender) Dyn { return Dyn{module, Encode(v)} }

// Append appends the consensus form.
func (v Dyn) Append(b []byte) []byte { return AppendBytes(v.Module.Append(b), v.Body) }

// Decode reads the consensus form.
func (v *Dyn) Decode(d *Decoder) {
	v.Module.Decode(d)
	v.Body = d.Bytes()
}

// A DynInput is an input of a transaction.
type DynInput struct{ Dyn }

// A DynOutput is an output of a transaction.
type DynOutput struct{ Dyn }

// A DynOutcome is what a guardian made of an output.
type DynOutcome struct{ Dyn }

// A DynConsensusItem is something a guardian wants the others to agree on.
type DynConsensusItem struct{ Dyn }

// A DynInputError says why an input is refused.
type DynInputError struct{ Dyn }

// A DynOutputError says why an output is refused.
type DynOutputError struct{ Dyn }

// A DynConfig is the config of a module as clients get it.
type DynConfig struct{ Dyn }
