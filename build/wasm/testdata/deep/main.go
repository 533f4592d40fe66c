// Command deep moves and walks a deep stack, with a collection at every depth,
// and prints who called whom, and where.
package main

import (
	"fmt"
	"runtime"
)

func main() {
	held := deep(2000)
	fmt.Println(*held)
	defer func() {
		fmt.Println(recover())
		where(3)
	}()
	panics(nil)
}

// deep has a pointer that only the stack holds.
func deep(n int) *int {
	sum := new(int)
	*sum = n
	if n%100 == 0 {
		runtime.GC()
	}
	if n > 0 {
		*sum += *deep(n - 1)
	}
	return sum
}

func panics(p *int) int { return *p }

func where(n int) {
	callers := make([]uintptr, 10)
	frames := runtime.CallersFrames(callers[:runtime.Callers(1, callers)])
	for f, more := frames.Next(); more; f, more = frames.Next() {
		if n--; f.Function == "main.main" || n >= 0 {
			fmt.Println(f.Function, f.File == "", f.Line)
		}
	}
}
