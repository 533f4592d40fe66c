package fsm

import "strings"

// Name returns the machine's name.
func (m *Machine) Name() string { return m.name }

// Steps returns the names of the steps, the first one first.
func (m *Machine) Steps() []string {
	steps := make([]string, len(m.nodes))
	for i, n := range m.nodes {
		steps[i] = n.name
	}
	return steps
}

// Edges returns every (from, event, to) in the order of declaration: what a
// diagram shows and tests must cover.
func (m *Machine) Edges() [][3]string {
	var edges [][3]string
	for _, n := range m.nodes {
		for _, e := range n.edges {
			for _, to := range e.to {
				edges = append(edges, [3]string{n.name, e.event, to})
			}
		}
	}
	return edges
}

// Mermaid returns the machine as a Mermaid state diagram.
func (m *Machine) Mermaid() string {
	id := func(step string) string {
		return strings.NewReplacer(" ", "_", "-", "_", "/", "_").Replace(step)
	}
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	for _, n := range m.nodes {
		if id(n.name) != n.name {
			b.WriteString("    state \"" + n.name + "\" as " + id(n.name) + "\n")
		}
	}
	b.WriteString("    [*] --> " + id(m.nodes[0].name) + "\n")
	for _, e := range m.Edges() {
		b.WriteString("    " + id(e[0]) + " --> " + id(e[2]) + ": " + e[1] + "\n")
	}
	for _, n := range m.nodes {
		if n.final() {
			b.WriteString("    " + id(n.name) + " --> [*]\n")
		}
	}
	return b.String()
}
