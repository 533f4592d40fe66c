package page

import "net/http"

// missingPage is shown to a person who follows a link that leads nowhere. It has an
// empty icon, or browsers ask for favicon.ico.
const missingPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>No such page</title>
<link rel="icon" href="data:,">
<p>There is no page at this address. <a href="/">Open the wallet</a>
`

// missing answers a request for a file that is not there: with a page where a
// person would see it, with a line of text where a script asks.
func missing(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Vary", "Sec-Fetch-Mode")
	if r.Header.Get("Sec-Fetch-Mode") != "navigate" {
		http.Error(w, "no such file", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", kinds[".html"])
	w.Header().Set("Cache-Control", askAgain)
	w.WriteHeader(http.StatusNotFound)
	if r.Method == http.MethodGet {
		w.Write([]byte(missingPage)) // an error is the browser's affair, which has gone
	}
}
