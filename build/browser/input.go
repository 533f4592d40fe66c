//go:build unix

package browser

import (
	"fmt"
	"strconv"
)

// center returns the middle of an element after scrolling it into view, or
// throws if a click there would not reach it.
const center = `(selector => {
	const e = document.querySelector(selector);
	if (!e) throw new Error("no such element");
	e.scrollIntoView({block: "center", inline: "center", behavior: "instant"});
	const box = e.getBoundingClientRect();
	const x = box.x + box.width / 2, y = box.y + box.height / 2;
	const hit = document.elementFromPoint(x, y);
	if (!hit || !e.contains(hit)) throw new Error("covered by " + (hit ? hit.outerHTML.slice(0, 100) : "nothing"));
	return {x, y};
})`

// Click clicks with the mouse on the middle of the first element that matches
// the CSS selector. It fails when the element is not there, or is covered.
func (p *Page) Click(selector string) {
	p.b.t.Helper()
	var at struct{ X, Y float64 }
	p.Eval(center+"("+strconv.Quote(selector)+")", &at)
	for _, event := range []string{"mouseMoved", "mousePressed", "mouseReleased"} {
		params := map[string]any{"type": event, "x": at.X, "y": at.Y}
		if event != "mouseMoved" {
			params["button"], params["clickCount"] = "left", 1
		}
		p.Call("Input.dispatchMouseEvent", params, nil)
	}
}

// Type enters text into the element that has the focus, all at once, as an
// input method or a paste does.
func (p *Page) Type(text string) {
	p.b.t.Helper()
	p.Call("Input.insertText", map[string]any{"text": text}, nil)
}

// keys are the keys that do something else than to write a letter: their code
// and the text that they enter.
var keys = map[string]struct {
	code int
	text string
}{
	"Backspace": {8, ""}, "Tab": {9, ""}, "Enter": {13, "\r"}, "Escape": {27, ""},
	"PageUp": {33, ""}, "PageDown": {34, ""}, "End": {35, ""}, "Home": {36, ""},
	"ArrowLeft": {37, ""}, "ArrowUp": {38, ""}, "ArrowRight": {39, ""}, "ArrowDown": {40, ""},
	"Delete": {46, ""},
}

// Press presses and releases keys: a name of the keyboard events' "key" field
// such as "Enter", or a single letter or digit.
func (p *Page) Press(names ...string) {
	p.b.t.Helper()
	for _, name := range names {
		params, err := keystroke(name)
		if err != nil {
			p.b.t.Fatal(err)
		}
		for _, event := range []string{"keyDown", "keyUp"} {
			params["type"] = event
			p.Call("Input.dispatchKeyEvent", params, nil)
		}
	}
}

func keystroke(name string) (map[string]any, error) {
	if key, ok := keys[name]; ok {
		params := map[string]any{"key": name, "code": name, "windowsVirtualKeyCode": key.code}
		if key.text != "" {
			params["text"] = key.text
		}
		return params, nil
	}
	if len(name) != 1 || name[0] < ' ' || name[0] > '~' {
		return nil, fmt.Errorf("no key %q", name)
	}
	return map[string]any{"key": name, "text": name}, nil
}
