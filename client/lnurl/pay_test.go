package lnurl

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"satchel/client/bolt11"
	"satchel/client/wire"
)

// ask parses a text and asks its service.
func ask(t *testing.T, c Client, text string) (Answer, error) {
	t.Helper()
	link, err := c.Parse(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return c.Ask(t.Context(), link)
}

// What a service of Fedimint (recurringdv2, 0.13) answers.
func TestPay(t *testing.T) {
	s := services{
		"https://recurring.example/pay/fedimintqqq":                   `{"tag":"payRequest","callback":"https://recurring.example/invoice/fedimintqqq","metadata":"[[\"text/plain\",\"Pay to Recurringd\"]]","minSendable":100000,"maxSendable":100000000000}`,
		"https://recurring.example/invoice/fedimintqqq?amount=123456": `{"pr":"` + strings.ToUpper(bill(123456).String()) + `","verify":"https://gateway.example/verify/00"}`,
		"https://gateway.example/verify/00":                           `{"status":"OK","settled":true,"preimage":"` + exampleK1 + `","pr":"lnbc1"}`,
	}
	c := s.client(t)
	answer, err := ask(t, c, encode("https://recurring.example/pay/fedimintqqq"))
	want := &Pay{Domain: "recurring.example", Callback: "https://recurring.example/invoice/fedimintqqq", Min: 100_000, Max: 100_000_000_000, Text: "Pay to Recurringd"}
	if err != nil || !reflect.DeepEqual(answer, Answer(want)) {
		t.Fatalf("answer %+v (%v)", answer, err)
	}
	invoice, err := c.Invoice(t.Context(), *want, 123456, "")
	if err != nil || !reflect.DeepEqual(invoice, Invoice{Invoice: bill(123456), Verify: "https://gateway.example/verify/00"}) {
		t.Fatalf("invoice %+v (%v)", invoice, err)
	}
	settlement, err := c.Verify(t.Context(), invoice.Verify)
	if key := unhexKey(t, exampleK1); err != nil || !settlement.Settled || string(settlement.Preimage) != string(key[:]) {
		t.Errorf("settlement %+v (%v)", settlement, err)
	}
}

// payAnswer is a usable answer with one part of it exchanged.
func payAnswer(old, new string) string {
	return strings.Replace(`{"tag":"payRequest","callback":"https://b.example/cb","minSendable":1000,"maxSendable":2000,"commentAllowed":9,"metadata":"[[\"text/plain\",\"x\"]]"}`, old, new, 1)
}

func TestPayAnswers(t *testing.T) {
	long := strings.Repeat("ä", MaxLongText+1)
	change := func(f func(*Pay)) *Pay {
		p := &Pay{Domain: "a.example", Callback: "https://b.example/cb", Min: 1000, Max: 2000, Text: "x", MaxComment: 9}
		f(p)
		return p
	}
	metadata := func(entries string) string {
		return payAnswer(`[[\"text/plain\",\"x\"]]`, strings.ReplaceAll(entries, `"`, `\"`))
	}
	for name, c := range map[string]struct {
		answer string
		want   *Pay
		err    error
	}{
		"usual":                  {payAnswer("", ""), change(func(*Pay) {}), nil},
		"unknown members":        {payAnswer("{", `{"nostrPubkey":{},"allowsNostr":true,`), change(func(*Pay) {}), nil},
		"no comments":            {payAnswer(`"commentAllowed":9,`, ""), change(func(p *Pay) { p.MaxComment = 0 }), nil},
		"any comment":            {payAnswer(`:9,`, ":1e99,"), change(func(p *Pay) { p.MaxComment = MaxComment }), nil},
		"odd comment":            {payAnswer(`:9,`, ":true,"), change(func(p *Pay) { p.MaxComment = 0 }), nil},
		"less than no comment":   {payAnswer(`:9,`, ":-1,"), change(func(p *Pay) { p.MaxComment = 0 }), nil},
		"amounts of a Python":    {payAnswer("1000,", "1000.0,"), change(func(*Pay) {}), nil},
		"amounts in a string":    {payAnswer("1000,", `"1000",`), change(func(*Pay) {}), nil},
		"without a limit":        {payAnswer("2000,", "1e+30,"), change(func(p *Pay) { p.Max = maxMsat }), nil},
		"above all bitcoin":      {payAnswer("2000,", "18446744073709551615,"), change(func(p *Pay) { p.Max = maxMsat }), nil},
		"from nothing":           {payAnswer("1000,", "0,"), change(func(p *Pay) { p.Min = 1 }), nil},
		"callback with fragment": {payAnswer("/cb", "/cb?x=y#z"), change(func(p *Pay) { p.Callback = "https://b.example/cb?x=y" }), nil},
		"all metadata": {
			metadata(`[["text/long-desc","a\\nb"],["image/png;base64","iVBO"],["text/plain","y\\u202ez"],["text/identifier","u@a.example"],[],["x"],["x",{}],[1,2],["text/plain",3]]`),
			change(func(p *Pay) { p.Text, p.LongText, p.Identifier = "yz", "a\nb", "u@a.example" }), nil,
		},
		"long texts": {
			metadata(`[["text/plain","` + long + `"],["text/long-desc","` + long + `"],["text/email","` + long + `"]]`),
			change(func(p *Pay) {
				p.Text, p.LongText, p.Identifier = long[:2*MaxText], long[:2*MaxLongText], long[:2*MaxText]
			}), nil,
		},
		"no metadata":        {payAnswer("metadata", "data"), nil, ErrAnswer},
		"metadata not text":  {payAnswer(`"[[\"text/plain\",\"x\"]]"`, `[["text/plain","x"]]`), nil, ErrAnswer},
		"metadata not lists": {metadata(`["text/plain","x"]`), nil, ErrAnswer},
		"metadata no JSON":   {metadata(`[["text/plain"`), nil, ErrAnswer},
		"no text":            {metadata(`[["text/long-desc","x"]]`), nil, ErrAnswer},
		"no minimum":         {payAnswer("minSendable", "min"), nil, ErrAnswer},
		"no maximum":         {payAnswer("maxSendable", "max"), nil, ErrAnswer},
		"negative minimum":   {payAnswer("1000,", "-1,"), nil, ErrAnswer},
		"fraction":           {payAnswer("1000,", "1000.5,"), nil, ErrAnswer},
		"minimum of words":   {payAnswer("1000,", `"much",`), nil, ErrAnswer},
		"crossed amounts":    {payAnswer("1000,", "2001,"), nil, ErrAnswer},
		"nothing at most":    {strings.Replace(payAnswer("2000,", "0,"), "1000,", "0,", 1), nil, ErrAnswer},
		"no callback":        {payAnswer("callback", "back"), nil, ErrMalformed},
		"relative callback":  {payAnswer("https://b.example", ""), nil, ErrMalformed},
		"private callback":   {payAnswer("b.example", "192.168.0.1"), nil, ErrPrivate},
		"insecure callback":  {payAnswer("https:", "http:"), nil, ErrInsecure},
		"onion callback":     {payAnswer("b.example", "b.onion"), nil, ErrOnion},
		"no tag":             {payAnswer("tag", "gat"), nil, ErrAnswer},
		"channel":            {payAnswer("payRequest", "channelRequest"), nil, ErrUnsupported},
		"a list":             {"[]", nil, ErrAnswer},
		"nothing":            {"", nil, ErrAnswer},
		"a page":             {"<!DOCTYPE html>", nil, ErrAnswer},
		"half an answer":     {payAnswer("", "")[:50], nil, ErrAnswer},
		"two answers":        {payAnswer("", "") + "{}", nil, ErrAnswer},
		"deep":               {strings.Repeat("[", 20000), nil, ErrAnswer},
		"too much":           {payAnswer("{", "{"+strings.Repeat(" ", MaxBody)), nil, ErrAnswer},
	} {
		answer, err := ask(t, services{"https://a.example/": c.answer}.client(t), encode("https://a.example/"))
		if c.err != nil {
			if !errors.Is(err, c.err) || len(err.Error()) > 600 {
				t.Errorf("%s: %+v (%.700v), want %v", name, answer, err, c.err)
			}
		} else if err != nil || !reflect.DeepEqual(answer, Answer(c.want)) {
			t.Errorf("%s: %+v (%v), want %+v", name, answer, err, c.want)
		}
	}
}

func TestServiceError(t *testing.T) {
	for said, want := range map[string]string{
		`{"status":"ERROR","reason":"no such user"}`:                               "no such user",
		`{"status":"error","reason":"\u001b[31m` + strings.Repeat("a", 1e4) + `"}`: "[31m" + strings.Repeat("a", MaxText-4),
		`{"status":"ERROR"}`:                              "",
		`{"status":"ERROR","reason":{"code":1}}`:          "",
		payAnswer("{", `{"status":"ERROR","reason":"x",`): "x",
	} {
		_, err := ask(t, services{"https://a.example/": said}.client(t), "lnurlp://a.example/")
		var refusal *ServiceError
		if !errors.As(err, &refusal) || refusal.Domain != "a.example" || refusal.Reason != want {
			t.Errorf("%.80s: %v, want %q", said, err, want)
		}
	}
}

func TestTheTagIsThatOfTheLink(t *testing.T) {
	c := services{"https://a.example/": payAnswer("", "")}.client(t)
	if answer, err := ask(t, c, "lnurlw://a.example/"); !errors.Is(err, ErrAnswer) {
		t.Errorf("a link to withdraw asks for money: %+v (%v)", answer, err)
	}
	if _, err := ask(t, c, "lnurlp://a.example/"); err != nil {
		t.Error(err)
	}
}

func TestUnreachable(t *testing.T) {
	_, err := ask(t, services{}.client(t), "a@b.example")
	if !errors.Is(err, ErrUnreachable) || !errors.Is(err, errNowhere) || !strings.Contains(err.Error(), "b.example") {
		t.Errorf("error %v", err)
	}
}

func TestInvoice(t *testing.T) {
	p := Pay{Domain: "a.example", Callback: "https://b.example/cb", Min: 1000, Max: 2000, MaxComment: 5}
	pr := `"pr":"` + bill(1000).String() + `"`
	for name, c := range map[string]struct {
		amount  wire.Amount
		comment string
		answer  string
		want    Invoice
		err     error
	}{
		"usual":              {1000, "", `{` + pr + `,"routes":[]}`, Invoice{Invoice: bill(1000)}, nil},
		"other members":      {2000, "", `{"pr":"` + bill(2000).String() + `","status":"OK","verify":null,"successAction":null,"disposable":false}`, Invoice{Invoice: bill(2000)}, nil},
		"message":            {1000, "", `{` + pr + `,"successAction":{"tag":"message","message":"Thanks\u0000!"}}`, Invoice{Invoice: bill(1000), Success: &Success{Text: "Thanks!"}}, nil},
		"url":                {1000, "", `{` + pr + `,"successAction":{"tag":"url","description":"Ticket","url":"https://B.example:8443/t?a=b"}}`, Invoice{Invoice: bill(1000), Success: &Success{Text: "Ticket", URL: "https://b.example:8443/t?a=b"}}, nil},
		"private verify":     {1000, "", `{` + pr + `,"verify":"https://10.0.0.1/"}`, Invoice{Invoice: bill(1000)}, nil},
		"too little":         {999, "", "", Invoice{}, ErrAmount},
		"too much":           {2001, "", "", Invoice{}, ErrAmount},
		"long comment":       {1000, "123456", "", Invoice{}, ErrComment},
		"refused":            {1000, "", `{"status":"ERROR","reason":"x"}`, Invoice{}, &ServiceError{"b.example", "x"}},
		"no invoice":         {1000, "", `{"routes":[]}`, Invoice{}, ErrAnswer},
		"null invoice":       {1000, "", `{"pr":null}`, Invoice{}, ErrAnswer},
		"not an invoice":     {1000, "", `{"pr":"bc1qexample"}`, Invoice{}, ErrAnswer},
		"mistyped":           {1000, "", `{"pr":"x` + bill(1000).String() + `"}`, Invoice{}, ErrAnswer},
		"more than asked":    {1000, "", `{"pr":"` + bill(1001).String() + `"}`, Invoice{}, ErrAnswer},
		"less than asked":    {1000, "", `{"pr":"` + bill(999).String() + `"}`, Invoice{}, ErrAnswer},
		"of any amount":      {1000, "", `{"pr":"` + bill(0).String() + `"}`, Invoice{}, ErrAnswer},
		"an LNURL":           {1000, "", `{"pr":"` + exampleLNURL + `"}`, Invoice{}, ErrAnswer},
		"endless invoice":    {1000, "", `{"pr":"lnbc1` + strings.Repeat("q", bolt11.MaxLength) + `"}`, Invoice{}, ErrAnswer},
		"unknown action":     {1000, "", `{` + pr + `,"successAction":{"tag":"dance"}}`, Invoice{}, ErrUnsupported},
		"action of no kind":  {1000, "", `{` + pr + `,"successAction":{}}`, Invoice{}, ErrUnsupported},
		"action in a string": {1000, "", `{` + pr + `,"successAction":"{}"}`, Invoice{}, ErrAnswer},
		"script":             {1000, "", `{` + pr + `,"successAction":{"tag":"url","url":"javascript://b.example/%0aalert(1)"}}`, Invoice{}, ErrInsecure},
		"page of another":    {1000, "", `{` + pr + `,"successAction":{"tag":"url","url":"https://c.example/"}}`, Invoice{}, ErrAnswer},
		"private page":       {1000, "", `{` + pr + `,"successAction":{"tag":"url","url":"https://10.0.0.1/"}}`, Invoice{}, ErrPrivate},
		"no url":             {1000, "", `{` + pr + `,"successAction":{"tag":"url"}}`, Invoice{}, ErrMalformed},
		"no ciphertext":      {1000, "", `{` + pr + `,"successAction":{"tag":"aes","iv":"ICEiIyQlJicoKSorLC0uLw=="}}`, Invoice{}, ErrAnswer},
		"no iv":              {1000, "", `{` + pr + `,"successAction":{"tag":"aes","ciphertext":"Vnpge4EB/sb5A9MuxoQ7yQ=="}}`, Invoice{}, ErrAnswer},
		"odd ciphertext":     {1000, "", `{` + pr + `,"successAction":{"tag":"aes","iv":"ICEiIyQlJicoKSorLC0uLw==","ciphertext":"AAAA"}}`, Invoice{}, ErrAnswer},
		"endless ciphertext": {1000, "", `{` + pr + `,"successAction":{"tag":"aes","iv":"ICEiIyQlJicoKSorLC0uLw==","ciphertext":"` + strings.Repeat("A", 4160) + `"}}`, Invoice{}, ErrAnswer},
	} {
		invoice, err := services{"https://b.example/cb?amount=": c.answer}.client(t).Invoice(t.Context(), p, c.amount, c.comment)
		var refusal *ServiceError
		switch {
		case errors.As(c.err, &refusal):
			if err == nil || err.Error() != refusal.Error() {
				t.Errorf("%s: %v, want %v", name, err, refusal)
			}
		case !errors.Is(err, c.err) || !reflect.DeepEqual(invoice, c.want):
			t.Errorf("%s: %+v (%v), want %+v (%v)", name, invoice, err, c.want, c.err)
		}
	}
	if _, err := (services{}).client(t).Invoice(t.Context(), Pay{Callback: "https://10.0.0.1/", Max: 2}, 1, ""); !errors.Is(err, ErrPrivate) {
		t.Errorf("callback that was private all along: %v", err)
	}
	if _, err := (services{}).client(t).Invoice(t.Context(), Pay{Max: 2}, 0, ""); !errors.Is(err, ErrAmount) {
		t.Errorf("invoice of nothing: %v", err)
	}
}

// What is asked, to the letter.
func TestQueries(t *testing.T) {
	var asked string
	c := Client{Fetch: func(_ context.Context, url string) (int, []byte, error) {
		asked = url
		return 200, []byte(`{"status":"OK","pr":"` + bill(1000).String() + `"}`), nil
	}}
	p := Pay{Callback: "https://b.example/cb", Min: 1, Max: maxMsat, MaxComment: 20}
	for _, test := range []struct{ callback, comment, want string }{
		{"https://b.example/cb", "", "https://b.example/cb?amount=1000"},
		{"https://b.example", "", "https://b.example/?amount=1000"},
		{"https://b.example/cb?x=y&amount=1", "", "https://b.example/cb?x=y&amount=1&amount=1000"},
		{"https://b.example/cb#x", "", "https://b.example/cb?amount=1000"},
		{"https://b.example/cb", "a&b=c d+ü%\n#", "https://b.example/cb?amount=1000&comment=a%26b%3Dc%20d%2B%C3%BC%25%0A%23"},
	} {
		p.Callback = test.callback
		if _, err := c.Invoice(t.Context(), p, 1000, test.comment); err != nil || asked != test.want {
			t.Errorf("asked %s (%v), want %s", asked, err, test.want)
		}
		if got := parameter(asked, "comment"); got != test.comment {
			t.Errorf("comment %q is read as %q", test.comment, got)
		}
	}
	w := Withdraw{Callback: "https://b.example/w?id=1", K1: "a&b", Min: 1000, Max: 1000}
	if err := c.Redeem(t.Context(), w, bill(1000)); err != nil || asked != "https://b.example/w?id=1&k1=a%26b&pr="+bill(1000).String() {
		t.Errorf("asked %s (%v)", asked, err)
	}
	p.Callback, p.MaxComment = "https://b.example/cb", MaxComment
	if _, err := c.Invoice(t.Context(), p, 1000, strings.Repeat("\U0001f600", MaxComment)); err != nil {
		t.Errorf("the longest comment: %v", err)
	}
}

func TestVerify(t *testing.T) {
	for said, want := range map[string]Settlement{
		`{"status":"OK","settled":false,"preimage":null,"pr":"lnbc1"}`: {},
		`{"settled":true,"preimage":null}`:                             {Settled: true},
		`{"settled":true,"preimage":"00"}`:                             {Settled: true},
		`{"settled":true,"preimage":"` + exampleK1 + `00"}`:            {Settled: true},
		`{"settled":"true"}`:                                           {},
		`{}`:                                                           {},
	} {
		got, err := services{"https://a.example/": said}.client(t).Verify(t.Context(), "https://a.example/")
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v (%v)", said, got, err)
		}
	}
	for url, want := range map[string]error{"https://10.0.0.1/": ErrPrivate, "": ErrMalformed, "https://a.example/": new(ServiceError)} {
		_, err := services{"https://a.example/": `{"status":"ERROR","reason":"Not found"}`}.client(t).Verify(t.Context(), url)
		if refusal := new(ServiceError); !errors.Is(err, want) && !(errors.As(want, &refusal) && errors.As(err, &refusal)) {
			t.Errorf("%q: %v, want %v", url, err, want)
		}
	}
}

func TestWithdraw(t *testing.T) {
	const said = `{"tag":"withdrawRequest","callback":"https://b.example/w","k1":"one","defaultDescription":"Gift\u202e","minWithdrawable":1000,"maxWithdrawable":1002,"balanceCheck":"https://10.0.0.1/"}`
	at := func(amount wire.Amount) string { return "https://b.example/w?k1=one&pr=" + bill(amount).String() }
	s := services{
		"https://a.example/": said,
		at(1000):             `{"status":"OK"}`,
		at(1001):             `{"status":"ERROR","reason":"already withdrawn"}`,
		at(1002):             `{}`,
	}
	c := s.client(t)
	answer, err := ask(t, c, encode("https://a.example/"))
	want := &Withdraw{Domain: "a.example", Callback: "https://b.example/w", K1: "one", Min: 1000, Max: 1002, Description: "Gift"}
	if err != nil || !reflect.DeepEqual(answer, Answer(want)) {
		t.Fatalf("answer %+v (%v)", answer, err)
	}
	if err := c.Redeem(t.Context(), *want, bill(1000)); err != nil {
		t.Error(err)
	}
	var refusal *ServiceError
	if err := c.Redeem(t.Context(), *want, bill(1001)); !errors.As(err, &refusal) || refusal.Reason != "already withdrawn" {
		t.Errorf("taken: %v", err)
	}
	if err := c.Redeem(t.Context(), *want, bill(1002)); !errors.Is(err, ErrAnswer) {
		t.Errorf("odd answer: %v", err)
	}
	for _, amount := range []wire.Amount{0, 999, 1003} {
		if err := c.Redeem(t.Context(), *want, bill(amount)); !errors.Is(err, ErrAmount) {
			t.Errorf("withdrew %v: %v", amount, err)
		}
	}
	if err := c.Redeem(t.Context(), Withdraw{Callback: "http://10.0.0.1/", Max: 9}, bill(9)); !errors.Is(err, ErrPrivate) {
		t.Errorf("private: %v", err)
	}
	for old, bad := range map[string]struct {
		new string
		err error
	}{
		`"one"`: {`""`, ErrAnswer}, "one": {strings.Repeat("a", maxK1+1), ErrAnswer}, "b.example": {"10.0.0.1", ErrPrivate}, `"maxWithdrawable":1002`: {`"maxWithdrawable":999`, ErrAnswer},
	} {
		s["https://a.example/"] = strings.Replace(said, old, bad.new, 1)
		if answer, err := ask(t, c, "lnurlw://a.example/"); !errors.Is(err, bad.err) {
			t.Errorf("%s for %s: %+v (%v)", bad.new, old, answer, err)
		}
	}
}
