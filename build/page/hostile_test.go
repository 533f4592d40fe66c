//go:build unix

package page_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"satchel/build/browser"
	"satchel/build/demo"
	"satchel/build/devfed"
)

// scripts would call boom if a browser ran them.
var scripts = []string{
	`<script>boom()</script>`, `<img src=x onerror=boom()>`, `<svg onload=boom()>`, `<svg/onload=boom()>`,
	`<iframe srcdoc="<script>parent.boom()</script>">`, `<iframe src="javascript:parent.boom()">`,
	`<a href="javascript:boom()">x</a>`, `javascript:boom()`, `JaVaScRiPt:boom()`, `data:text/html,<script>boom()</script>`,
	`<body onload=boom()>`, `<input autofocus onfocus=boom()>`, `<details open ontoggle=boom()>`, `<video src=x onerror=boom()>`,
	`<object data="javascript:boom()">`, `<embed src="javascript:boom()">`, `<math href="javascript:boom()">x</math>`,
	`<style>@import"javascript:boom()"</style>`, `<link rel=stylesheet href="data:text/css,*{display:none}">`,
	`<meta http-equiv=refresh content="0;javascript:boom()">`, `<form action="javascript:boom()"><button>`, `<base href="//example.invalid/">`,
	`{{constructor.constructor('boom()')()}}`, `${boom()}`, `<template><script>boom()</script></template>`,
}

// wrappers try to get out of where a text is put.
var wrappers = []string{
	`%s`, `"%s`, `'%s`, `">%s`, `'>%s`, `</p>%s`, `</bdi>%s`, `</textarea>%s`, `</title>%s`, `</style>%s`, `</script>%s`, `-->%s`,
	`<!--%s-->`, `]]>%s`, "`%s", `\"%s`, `\u003c%s`, `&lt;%s`, "\u202e%s", "\x00%s",
}

// corpus has every script in every wrapper: 500 strings.
func corpus() (all []string) {
	for _, script := range scripts {
		for _, wrapper := range wrappers {
			all = append(all, fmt.Sprintf(wrapper, script))
		}
	}
	return all
}

// watch notices what a text has done to the page, before anything of it runs.
const watch = `
	window.harm = [];
	window.boom = () => harm.push("a script ran");
	addEventListener("securitypolicyviolation", e => harm.push("CSP: " + e.violatedDirective + " " + e.blockedURI), true);
`

// strange is what is on the page that the page does not put there.
const strange = `[...document.querySelectorAll("script:not([src^='/assets/']), iframe, img, object, embed, style, base, math, template, body [onload], body [onerror], body [style], a[href^='javascript' i]")].map(e => e.outerHTML)`

// unharmed checks that what the page shows is still the page.
func (v *visit) unharmed(text string) {
	v.t.Helper()
	var harm []string
	v.Eval("[...harm, ..."+strange+"]", &harm)
	if len(harm) > 0 {
		v.t.Errorf("%.200q: %q", text, harm)
	}
	v.checkWidth(fmt.Sprintf("%.200q", text))
}

func hostileVisitor(t *testing.T, b *browser.Browser, d *demo.Demo) *visit {
	v := visitor(t, b, d, "/")
	v.Call("Page.addScriptToEvaluateOnNewDocument", map[string]any{"source": watch}, nil)
	v.Metrics(360, 740, 1, true)
	v.Go(home(d))
	var found []string
	v.Eval(`document.body.append(document.createElement("iframe")), `+strange, &found)
	if len(found) != 1 {
		t.Fatalf("of what is strange on a page it finds %q", found)
	}
	v.Go(home(d))
	return v
}

// TestHostileMessages has a federation say everything of the corpus.
func TestHostileMessages(t *testing.T) {
	d := start(t, devfed.Options{Guardians: 1})
	v := hostileVisitor(t, browser.Start(t), d)
	v.visit("#" + d.Federation.Invite().String())
	v.press("button", "Join")
	v.sees("Nothing yet")
	all := corpus()
	if len(all) != 500 {
		t.Fatalf("the corpus has %d strings", len(all))
	}
	messages := append(together(all), strings.Repeat("long ", 200_000), strings.Repeat("W", 1<<20), "a"+strings.Repeat("\u0301", 1<<16))
	for i, message := range messages {
		mark := fmt.Sprintf("mark-%d ", i)
		text, err := json.Marshal(map[string]string{"welcome_message": mark + message})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Federation.SetMeta(t.Context(), text); err != nil {
			t.Fatal(err)
		}
		v.visit("#/settings")
		v.sees("Version")
		v.visit("#/federation/" + d.Federation.ID().String())
		v.sees(mark)
		v.unharmed(message)
	}
}

// together puts strings into texts that are shown whole.
func together(all []string) (texts []string) {
	const shown = 350
	text := ""
	for _, s := range all {
		if len(text)+len(s) > shown {
			texts, text = append(texts, text), ""
		}
		text += s + " "
	}
	return append(texts, text)
}

// TestHostileNames previews and joins federations with hostile names, and looks
// at every screen that names them.
func TestHostileNames(t *testing.T) {
	names := append([]string{}, scripts...)
	names = append(names, "\u202egnorts\u202c", "\u2066\u2067\u202e", strings.Repeat("\u0301", 3000), strings.Repeat("W", 20_000), "\x00\x07", "")
	b := browser.Start(t)
	d := start(t, devfed.Options{Guardians: 1, Name: names[1]})
	v := hostileVisitor(t, b, d)
	for _, name := range names {
		other, err := demo.Serve(t.Context(), bundle(t), devfed.Options{Guardians: 1, Name: name})
		if err != nil {
			t.Fatal(err)
		}
		v.preview(other)
		v.unharmed(name)
		if err := other.Federation.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, joined := range []*demo.Demo{d, start(t, devfed.Options{Guardians: 1, Name: names[0]})} {
		v.preview(joined)
		v.press("button", "Join")
		v.sees("Nothing yet")
	}
	v.press("button", "Get e-cash")
	v.received()
	for _, path := range []string{"#/", "#/send", "#/history", "#/settings", "#/federation/" + d.Federation.ID().String()} {
		v.visit(path)
		v.Wait(`document.querySelector("main").innerText.length > 20`)
		v.unharmed(path)
	}
	v.sees(names[1])
}

// preview opens an invitation, from another screen.
func (v *visit) preview(d *demo.Demo) {
	v.t.Helper()
	v.visit("#/settings")
	v.sees("Version")
	v.visit("#" + d.Federation.Invite().String())
	v.sees("One guardian decides alone")
}
