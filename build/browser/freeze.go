//go:build unix

package browser

// Freeze stops the page's workers in the middle of whatever they do, as a
// browser may do with a tab that nobody looks at: they keep their locks and say
// nothing. Thaw lets them go on.
func (p *Page) Freeze() {
	p.b.t.Helper()
	p.onWorkers("Debugger.enable", "Debugger.pause")
}

// Thaw ends what Freeze began.
func (p *Page) Thaw() {
	p.b.t.Helper()
	p.onWorkers("Debugger.disable")
}

func (p *Page) onWorkers(methods ...string) {
	p.b.t.Helper()
	ctx, cancel := limited()
	defer cancel()
	found := false
	for _, t := range p.b.running.Targets() {
		if t.Parent != p.target {
			continue
		}
		found = true
		for _, method := range methods {
			if err := t.Call(ctx, method, nil, nil); err != nil {
				p.b.t.Fatalf("%s: %v", method, err)
			}
		}
	}
	if !found {
		p.b.t.Fatal("the page has no workers")
	}
}
