//go:build unix

package page_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"satchel/build/browser"
	"satchel/build/devfed"
)

// code returns a picture of the QR code on the screen, on a white ground.
func (v *visit) code() image.Image {
	v.t.Helper()
	v.Metrics(500, 3000, 1, false) // so that nothing stands before it
	v.Wait(`document.querySelector(".qr path") !== null`)
	var box struct{ X, Y, Width, Height float64 }
	v.Eval(`(() => { const r = document.querySelector(".qr").getBoundingClientRect(); return {x: r.x, y: r.y, width: r.width, height: r.height}; })()`, &box)
	var shot struct{ Data string }
	v.Call("Page.captureScreenshot", map[string]any{"format": "png",
		"clip": map[string]any{"x": box.X, "y": box.Y, "width": box.Width, "height": box.Height, "scale": 1}}, &shot)
	data, err := base64.StdEncoding.DecodeString(shot.Data)
	if err != nil {
		v.t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		v.t.Fatal(err)
	}
	return img
}

// film writes a film of a picture, as Chromium's camera for tests shows it.
func film(t *testing.T, picture image.Image, file string) {
	t.Helper()
	const width, height = 640, 480
	frame := image.NewGray(image.Rect(0, 0, width, height))
	draw.Draw(frame, frame.Rect, image.White, image.Point{}, draw.Src)
	b := picture.Bounds()
	at := image.Pt((width-b.Dx())/2, (height-b.Dy())/2)
	for y := range b.Dy() {
		for x := range b.Dx() {
			frame.Set(at.X+x, at.Y+y, color.GrayModel.Convert(picture.At(b.Min.X+x, b.Min.Y+y)))
		}
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "YUV4MPEG2 W%d H%d F10:1 Ip A1:1 C420\n", width, height)
	for range 10 {
		out.WriteString("FRAME\n")
		out.Write(frame.Pix)
		out.WriteString(strings.Repeat("\x80", width*height/2)) // no color
	}
	if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestScan shows the QR codes of one wallet to another: of an invitation to its
// camera, and of e-cash as a picture.
func TestScan(t *testing.T) {
	d := start(t, devfed.Options{NoFees: true})
	giver := visitor(t, browser.Start(t), d, "/#"+d.Federation.Invite().String())
	giver.press("button", "Join")
	giver.press("button", "Get e-cash")
	giver.received()
	giver.visit("#/federation/" + d.Federation.ID().String())
	folder := t.TempDir()
	invite, ecash := filepath.Join(folder, "invite.y4m"), filepath.Join(folder, "ecash.png")
	film(t, giver.code(), invite)

	giver.visit("#/send")
	giver.enter("Amount", "777")
	giver.press("button", "Send 777 sat")
	giver.sees("Not yet taken")
	var file bytes.Buffer
	if err := png.Encode(&file, giver.code()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(ecash, file.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}

	b := browser.Start(t, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", "--use-file-for-fake-video-capture="+invite)
	taker := visitor(t, b, d, "/")
	taker.press("button", "Scan")
	taker.press("button", "Join")
	taker.sees("Nothing yet")
	taker.press("button", "Receive")
	taker.pick(ecash)
	taker.press("button", "Receive 777 sat")
	taker.received()

	taker.visit("#/receive")
	taker.pick(filepath.Join(folder, "invite.y4m"))
	taker.sees("There is no QR code in this picture")
}

// pick chooses a file as the picture to open.
func (v *visit) pick(file string) {
	v.t.Helper()
	v.Wait(`document.querySelector("input[type=file]") !== null`)
	var doc struct{ Root struct{ NodeID int } }
	v.Call("DOM.getDocument", nil, &doc)
	var input struct{ NodeID int }
	v.Call("DOM.querySelector", map[string]any{"nodeId": doc.Root.NodeID, "selector": "input[type=file]"}, &input)
	v.Call("DOM.setFileInputFiles", map[string]any{"files": []string{file}, "nodeId": input.NodeID}, nil)
}

// TestScanWithoutCamera offers other ways in where there is no camera, and does
// not show what it would see.
func TestScanWithoutCamera(t *testing.T) {
	const none = `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("none", "NotFoundError"));`
	v := withFakeCore(t, browser.Start(t), fields{"subscribe_wallet": fakeWallet(), "subscribe_operations": []fields{}}, none)
	v.visit("#/scan")
	v.sees("No camera was found")
	v.Wait(`!document.querySelector(".camera").checkVisibility()`)
	v.Wait(v.finding("button", "Picture") + " !== undefined")
	if v.offers("Scan") {
		t.Error("the camera that is not there is offered")
	}
	v.look("scan-none")
}
