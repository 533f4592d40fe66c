package page

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
)

// The icon, a satchel, is drawn on a square of 512 units.
const canvas = 512

var (
	leather = color.NRGBA{0x8f, 0x4a, 0x1d, 0xff}
	cream   = color.NRGBA{0xfb, 0xf3, 0xea, 0xff}
	flap    = color.NRGBA{0xf0, 0xd3, 0xb8, 0xff}
)

// A shape is a rectangle with round corners, or a ring if it has a hole.
type shape struct {
	x, y, w, h, r float64
	hole          float64 // radius of a round hole in the middle
	fill          color.NRGBA
}

// bag is drawn from back to front.
var bag = []shape{
	{186, 96, 140, 140, 70, 44, cream},
	{112, 172, 288, 236, 44, 0, cream},
	{112, 172, 288, 124, 44, 0, flap},
	{232, 262, 48, 64, 16, 0, leather},
}

// icons returns the icon in every form that browsers and phones ask for.
func icons() (map[string][]byte, error) {
	rounded := append([]shape{{0, 0, canvas, canvas, 116, 0, leather}}, bag...)
	full := append([]shape{{0, 0, canvas, canvas, 0, 0, leather}}, shrunk(bag, 0.84)...) // phones cut the corners
	files := map[string][]byte{"icon.svg": drawSVG(rounded)}
	for _, i := range []struct {
		name   string
		shapes []shape
		size   int
	}{
		{"icon-192.png", rounded, 192},
		{"icon-512.png", rounded, 512},
		{"icon-maskable-512.png", full, 512},
		{"icon-apple-180.png", full, 180},
	} {
		content, err := drawPNG(i.shapes, i.size)
		if err != nil {
			return nil, err
		}
		files[i.name] = content
	}
	return files, nil
}

// shrunk scales shapes about the middle.
func shrunk(shapes []shape, by float64) []shape {
	small := make([]shape, len(shapes))
	for i, s := range shapes {
		off := canvas / 2 * (1 - by)
		small[i] = shape{s.x*by + off, s.y*by + off, s.w * by, s.h * by, s.r * by, s.hole * by, s.fill}
	}
	return small
}

func drawSVG(shapes []shape) []byte {
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d">`, canvas, canvas)
	for _, s := range shapes {
		fill := fmt.Sprintf("#%02x%02x%02x", s.fill.R, s.fill.G, s.fill.B)
		if s.hole == 0 {
			fmt.Fprintf(&out, `<rect x="%g" y="%g" width="%g" height="%g" rx="%g" fill="%s"/>`, s.x, s.y, s.w, s.h, s.r, fill)
			continue
		}
		fmt.Fprintf(&out, `<circle cx="%g" cy="%g" r="%g" fill="none" stroke="%s" stroke-width="%g"/>`,
			s.x+s.w/2, s.y+s.h/2, (s.r+s.hole)/2, fill, s.r-s.hole)
	}
	out.WriteString("</svg>\n")
	return []byte(out.String())
}

// drawPNG draws shapes with 4 by 4 samples for each pixel.
func drawPNG(shapes []shape, size int) ([]byte, error) {
	const grid = 4
	unit := float64(canvas) / float64(size*grid)
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			var sum [4]float64
			for i := range grid * grid {
				c := colorAt(shapes, (float64(x*grid+i%grid)+0.5)*unit, (float64(y*grid+i/grid)+0.5)*unit)
				for j, v := range []uint8{c.R, c.G, c.B} {
					sum[j] += float64(v) * float64(c.A) / 255
				}
				sum[3] += float64(c.A)
			}
			img.SetNRGBA(x, y, mean(sum, grid*grid))
		}
	}
	var out bytes.Buffer
	err := png.Encode(&out, img)
	return out.Bytes(), err
}

// mean returns the mean of n colors, of which the sums are given.
func mean(sum [4]float64, n float64) color.NRGBA {
	if sum[3] == 0 {
		return color.NRGBA{}
	}
	part := func(v float64) uint8 { return uint8(math.Round(v * 255 / sum[3])) }
	return color.NRGBA{part(sum[0]), part(sum[1]), part(sum[2]), uint8(math.Round(sum[3] / n))}
}

func colorAt(shapes []shape, x, y float64) (c color.NRGBA) {
	for _, s := range shapes {
		if s.contains(x, y) {
			c = s.fill
		}
	}
	return c
}

func (s shape) contains(x, y float64) bool {
	dx := math.Abs(x-s.x-s.w/2) - s.w/2
	dy := math.Abs(y-s.y-s.h/2) - s.h/2
	if s.hole > 0 && math.Hypot(dx+s.w/2, dy+s.h/2) < s.hole {
		return false
	}
	cx, cy := math.Max(dx+s.r, 0), math.Max(dy+s.r, 0)
	return dx <= 0 && dy <= 0 && math.Hypot(cx, cy) <= s.r
}
