package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/blend"
	"github.com/throughline/throughline/internal/usage"
)

// How the pages are used is counted by the day: which page, of which class of
// deal, and for how many seconds somebody was at it. Neither who it was, nor which
// deal, nor the hour is noted anywhere (docs/methods/use.md).

// used counts that a page was opened or a form sent.
func (v *visit) used() {
	method, path, _ := strings.Cut(v.Pattern, " ")
	if path == "" || v.Header.Get(renewHeader) != "" || v.Header.Get("Sec-Purpose") != "" || v.status >= http.StatusBadRequest {
		return // nobody opened it: it brought itself up to date, or a browser fetched it in case; or it is no page of ours
	}
	kind := usage.Page
	if method == http.MethodPost {
		kind = usage.Form
	}
	v.count(kind, strings.TrimSuffix(path, "{$}"), 1)
	if v.class != "" {
		v.count(usage.Deal, string(v.class), 1)
	}
}

func (v *visit) count(kind, what string, n int64) {
	v.desk.Uses.Add(v.desk.Today(), kind, what, n)
}

// countPrompts counts the packs whose prompts stand on the page before a call.
func (v *visit) countPrompts(a blend.Advice) {
	seen := map[string]bool{}
	for _, q := range a.Prompts {
		if q.Pack != "" && !seen[q.Pack] && v.Header.Get(renewHeader) == "" {
			seen[q.Pack] = true
			v.count(usage.Prompt, q.Pack, 1)
		}
	}
}

// useOf is what a page sends with the seconds that somebody was at it: the class
// of its deal, "other" where it is of none, "" where nothing is counted.
func (v *visit) useOf() string {
	switch {
	case !v.desk.Uses.Counts():
		return ""
	case v.class != "":
		return string(v.class)
	}
	return otherPages
}

const otherPages = "other"

// mostSeconds is how long somebody is at a page between two messages of it.
const mostSeconds = 900

// postUse takes the seconds that somebody was at a page. It answers nothing.
func (s *site) postUse(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 200)
	class := r.PostFormValue("of")
	if class == otherPages {
		class = ""
	}
	n, err := strconv.Atoi(r.PostFormValue("seconds"))
	if err != nil || n < 1 || n > mostSeconds || class != "" && !slices.Contains(throughline.Classes(), throughline.Class(class)) {
		http.Error(w, "that is no use of a page", http.StatusBadRequest)
		return
	}
	d := s.options.Desk(r, "")
	d.Uses.Add(d.Today(), usage.Seconds, class, int64(n))
	w.WriteHeader(http.StatusNoContent)
}
