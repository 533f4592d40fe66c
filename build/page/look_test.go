//go:build unix

package page_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"flag"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"satchel/build/page"
)

var shots = flag.String("shots", "", "folder for pictures of every screen in every state")

// axeSource is the accessibility checker.
var axeSource = sync.OnceValues(func() (string, error) {
	root, err := page.Root(context.Background())
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(filepath.Join(root, "node_modules", "axe-core", "axe.min.js"))
	return string(text), err
})

// sizes are a phone, a tablet and a desk, in CSS pixels, and a phone that shows
// what others have to scroll to.
var sizes = []struct {
	name          string
	width, height int
	phone         bool
}{
	{"phone", 360, 740, true},
	{"long", 360, 2000, true},
	{"tablet", 768, 1024, true},
	{"desk", 1440, 900, false},
}

// look has the accessibility checker look at the screen as it is, light and
// dark, checks that nothing is wider than a phone, and takes pictures if somebody
// wants them.
func (v *visit) look(name string) {
	v.t.Helper()
	for _, scheme := range []string{"light", "dark"} {
		v.scheme(scheme)
		for _, size := range sizes {
			if size.name != "phone" && *shots == "" {
				continue
			}
			v.Metrics(size.width, size.height, 1, size.phone)
			if *shots != "" {
				v.shoot(filepath.Join(*shots, fmt.Sprintf("%s-%s-%s.png", name, size.name, scheme)))
			}
			if size.name == "phone" {
				v.checkWidth(name)
				v.checkPlaces(name)
				for _, fault := range v.axe() {
					v.t.Errorf("%s, %s: %s", name, scheme, fault)
				}
			}
		}
	}
	v.scheme("light")
	v.Metrics(360, 740, 1, true)
}

func (v *visit) scheme(scheme string) {
	v.t.Helper()
	v.Call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{
		{"name": "prefers-color-scheme", "value": scheme},
		{"name": "prefers-reduced-motion", "value": "reduce"},
	}}, nil)
}

// shoot takes a picture of the whole page.
func (v *visit) shoot(file string) {
	v.t.Helper()
	var shot struct{ Data string }
	v.Call("Page.captureScreenshot", map[string]any{"format": "png"}, &shot)
	data, err := base64.StdEncoding.DecodeString(shot.Data)
	if err == nil {
		err = os.WriteFile(file, data, 0o644)
	}
	if err != nil {
		v.t.Fatal(err)
	}
}

// portrait takes a picture as on a phone, from the first element on that matches
// the selector.
func (v *visit) portrait(name, from string) {
	v.t.Helper()
	if *shots == "" {
		return
	}
	v.Metrics(360, 740, 2, true)
	v.Eval(fmt.Sprintf(`document.querySelector(%q).scrollIntoView({behavior: "instant"}), document.activeElement.blur()`, from), nil)
	v.shoot(filepath.Join(*shots, "portrait-"+name+".png"))
	v.Metrics(360, 740, 1, true)
}

// gallery puts portraits beside each other: the picture that README shows.
func gallery(t *testing.T, names ...string) {
	t.Helper()
	if *shots == "" {
		return
	}
	const width, height, gap = 720, 1480, 40
	all := image.NewRGBA(image.Rect(0, 0, len(names)*(width+gap)-gap, height))
	for i, name := range names {
		file, err := os.Open(filepath.Join(*shots, "portrait-"+name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(file)
		file.Close()
		if err != nil {
			t.Fatal(err)
		}
		at := image.Pt(i*(width+gap), 0)
		draw.Draw(all, picture.Bounds().Add(at), picture, image.Point{}, draw.Src)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, all); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*shots, "picture.png"), out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (v *visit) checkWidth(name string) {
	v.t.Helper()
	var width int
	v.Eval("document.documentElement.scrollWidth", &width)
	if width > 360 {
		v.t.Errorf("%s is %d pixels wide on a phone of 360", name, width)
	}
}

// checkPlaces checks that QR codes are in the middle of what they are in, on a
// phone, a tablet and a desk, and that there is room on the smallest phone.
func (v *visit) checkPlaces(name string) {
	v.t.Helper()
	for _, width := range []int{320, 360, 720, 1440} {
		v.Metrics(width, 740, 1, width < 720)
		var off []float64
		v.Eval(`[...document.querySelectorAll(".qr")].map(e => {
			const code = e.getBoundingClientRect(), card = e.closest(".card").getBoundingClientRect();
			return code.left < card.left ? Infinity : Math.abs((code.left - card.left) - (card.right - code.right));
		}).filter(off => !(off <= 1))`, &off)
		if len(off) > 0 {
			v.t.Errorf("%s: at a width of %d a QR code is %v pixels off the middle", name, width, off)
		}
	}
	v.Metrics(320, 568, 1, true)
	var width int
	var broken []string
	v.Eval("document.documentElement.scrollWidth", &width)
	v.Eval(`[...document.querySelectorAll(".pair button")].filter(e => e.scrollWidth > e.clientWidth || e.offsetHeight > 60).map(e => e.innerText)`, &broken)
	if width > 320 || len(broken) > 0 {
		v.t.Errorf("%s is %d pixels wide on a phone of 320, where %q have no room", name, width, broken)
	}
	v.Metrics(360, 740, 1, true)
}

// axe returns what the accessibility checker finds fault with.
func (v *visit) axe() (list []string) {
	v.t.Helper()
	source, err := axeSource()
	if err != nil {
		v.t.Fatal(err)
	}
	var loaded bool
	v.Eval("'axe' in window", &loaded)
	if !loaded {
		v.Eval(source+";true", nil)
	}
	var found []struct {
		ID, Help string
		Nodes    []string
	}
	v.Eval(`axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v =>
		({ID: v.id, Help: v.help, Nodes: v.nodes.map(n => n.html.slice(0, 200) + " " + n.failureSummary)})))`, &found)
	for _, f := range found {
		list = append(list, fmt.Sprintf("%s: %s\n\t%s", f.ID, f.Help, strings.Join(f.Nodes, "\n\t")))
	}
	return list
}
