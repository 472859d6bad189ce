package capture

import (
	"strings"

	"github.com/throughline/throughline/internal/language"
)

// told is how what tells a sentence's kind reads it: as it stands or, where the
// customer writes ("we have approved it"), as we would say it of them ("they
// have approved it"), since that is how what is learned from is written.
type told struct {
	text     string // the sentence alone where it is put otherwise, else the note
	from, to int
	back     []int // the place in the note of each byte, where it is put otherwise
	clauses  []language.Clause
	hits     []hit
}

// ofThem is what somebody of theirs says of themselves, as we would say it.
var ofThem = []struct{ says, put string }{
	{"we", "they"}, {"our", "their"}, {"ours", "theirs"}, {"us", "them"}, {"ourselves", "themselves"},
	{"我们", "他们"}, {"咱们", "他们"}, {"我司", "他们"}, {"我方", "他们"}, {"敝司", "他们"},
}

// ofThemPut puts a sentence of theirs as we would say it, with the place of each
// byte in the note. It reports false where nothing is to be put otherwise.
func ofThemPut(s string, from, to int) (out string, back []int, changed bool) {
	var b strings.Builder
	for i := from; i < to; {
		took := false
		for _, w := range ofThem {
			if len(w.says) <= to-i && strings.EqualFold(s[i:i+len(w.says)], w.says) && wordStands(s, from, to, i, i+len(w.says)) {
				b.WriteString(w.put)
				for range len(w.put) {
					back = append(back, i)
				}
				i, took, changed = i+len(w.says), true, true
				break
			}
		}
		if !took {
			b.WriteByte(s[i])
			back = append(back, i)
			i++
		}
	}
	return b.String(), append(back, to), changed
}

// wordStands reports whether no letter of the same script goes on before or after.
func wordStands(s string, from, to, start, end int) bool {
	letter := func(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
	if !letter(s[start]) {
		return true // Chinese words have no gaps
	}
	return (start == from || !letter(s[start-1])) && (end == to || !letter(s[end]))
}
