package capture

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// farthest is how far apart two words or signs may stand that are taken together.
const farthest = 5

// stringFeatures are runs of one to three words, signs of Chinese and telling
// marks, as they stand ("g:"); and patterns ("s:"): of English the parts of
// words and how two near each other begin, of Chinese two signs with others
// between them and four in a row.
func stringFeatures(out []feature, s string, from, to int, named func(int) bool) []feature {
	r := &run{out: out, seen: map[string]bool{}, han: hasHan(s[from:to])}
	push := r.push
	push("^", from, from)
	wasX := false
	for i := from; i < to; {
		end := stringEnd(s, i, to)
		if end == i {
			_, size := utf8.DecodeRuneInString(s[i:to])
			i += size
			continue
		}
		w := strings.ToLower(s[i:end])
		if named(i) {
			w = "x"
		}
		if x := w == "x" || w == "y"; !x || !wasX {
			if x {
				w = "x"
			}
			push(w, i, end)
			wasX = x
		}
		i = end
	}
	push("$", to, to)
	return r.out
}

// run is a sentence as a row of words and signs.
type run struct {
	out  []feature
	seen map[string]bool
	han  bool
	last []gram
}

type gram struct {
	text, begins string
	at           int
}

func (r *run) add(name string, start, end int) {
	if !r.seen[name] {
		r.seen[name] = true
		r.out = append(r.out, feature{name, start, end})
	}
}

// push takes the next word or sign, with what it makes with those before it.
func (r *run) push(w string, start, end int) {
	begins := w
	if letters := []rune(w); len(letters) > 5 {
		begins = string(letters[:5])
	}
	r.last = append(r.last, gram{w, begins, start})
	n := len(r.last)
	name := ""
	for k := 1; k <= min(3, n); k++ {
		if name = r.last[n-k].text + " " + name; k == 1 {
			name = w
		}
		r.add("g:"+name, r.last[n-k].at, end)
	}
	if !r.han {
		for k := 2; k <= min(farthest+1, n); k++ {
			r.add("s:"+r.last[n-k].begins+"_"+begins, r.last[n-k].at, end)
		}
		r.parts(w, start, end)
		return
	}
	for k := 3; k <= min(farthest+1, n); k++ {
		r.add("s:"+r.last[n-k].text+"_"+w, r.last[n-k].at, end)
	}
	if n >= 4 {
		r.add("s:"+r.last[n-4].text+r.last[n-3].text+r.last[n-2].text+w, r.last[n-4].at, end)
	}
}

// parts are the runs of three to five letters of a word with its ends marked:
// they hold where it is bent, joined or misspelt.
func (r *run) parts(w string, start, end int) {
	if len(w) < 4 {
		return
	}
	letters := []rune("<" + w + ">")
	for k := 3; k <= 5; k++ {
		for i := 0; i+k <= len(letters); i++ {
			r.add("s:"+string(letters[i:i+k]), start, end)
		}
	}
}

// stringEnd gives where the word, the number or the sign ends that begins at i,
// and i where none does.
func stringEnd(s string, i, to int) int {
	r, size := utf8.DecodeRuneInString(s[i:to])
	switch {
	case unicode.Is(unicode.Han, r), strings.ContainsRune("?？!:：\"“", r):
		return i + size
	case !unicode.IsLetter(r) && !unicode.IsDigit(r):
		return i
	}
	letters := unicode.IsLetter(r)
	j := i
	for j < to {
		r, size := utf8.DecodeRuneInString(s[j:to])
		if unicode.Is(unicode.Han, r) || !(letters && (unicode.IsLetter(r) || r == '\'') || !letters && unicode.IsDigit(r)) {
			break
		}
		j += size
	}
	return j
}
