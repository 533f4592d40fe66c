package fsm

// ForgetRuleA makes transitions commit whether or not the machine still stands
// where the await began. It is a mistake to be found.
func (x *Executor) ForgetRuleA() { x.forgetRuleA = true }

// DriveTwice gives every machine that is under way a second driver, as a second
// tab without a fence would.
func (x *Executor) DriveTwice() {
	x.mu.Lock()
	defer x.mu.Unlock()
	twins := map[uint64]*driver{}
	for id, d := range x.drivers {
		twins[^id] = newDriver(x, d.rec, d.node)
	}
	for id, d := range twins {
		x.drivers[id] = d
	}
}
