package english

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"
)

//go:embed forms.yaml
var formsYAML []byte

// Form says which forms of a verb a word can be; a word may be several.
type Form uint8

// The forms.
const (
	Base       Form = 1 << iota // sign
	Third                       // signs
	Past                        // signed, wrote
	Participle                  // signed, written
	Gerund                      // signing
)

// Verb is what a word can be as a verb.
type Verb struct {
	Plain string // "sign"
	Form  Form
}

// tables are the shipped lists, made ready.
type tables struct {
	verbs map[string]Verb // by any form
	stems map[string]string
}

var shipped = sync.OnceValue(func() *tables {
	t, err := readForms(formsYAML)
	if err != nil {
		panic(err) // the embedded lists are broken, which the tests would show
	}
	return t
})

func readForms(text []byte) (*tables, error) {
	var f struct {
		Irregular string `yaml:"irregular"`
		Verbs     string `yaml:"verbs"`
		Stems     string `yaml:"stems"`
	}
	if err := yaml.Load(text, &f, yaml.WithKnownFields()); err != nil {
		return nil, fmt.Errorf("read the forms of words: %w", err)
	}
	t := &tables{verbs: make(map[string]Verb, 8192), stems: map[string]string{}}
	for _, entry := range strings.Fields(f.Stems) {
		base, forms, _ := strings.Cut(entry, ":")
		for _, form := range append(strings.Split(forms, ","), base) {
			t.stems[form] = strings.TrimSuffix(base, "e")
		}
	}
	add := func(w, plain string, form Form) {
		if v, ok := t.verbs[w]; ok && v.Plain != plain {
			return // "saw" is of see, which comes first
		}
		t.verbs[w] = Verb{plain, t.verbs[w].Form | form}
	}
	for _, entry := range strings.Fields(f.Irregular) {
		plain, forms, ok := strings.Cut(entry, ":")
		past, participle, two := strings.Cut(forms, ",")
		if !ok || !two {
			return nil, fmt.Errorf("read the forms of words: %q is no verb:past,participle", entry)
		}
		add(past, plain, Past)
		add(participle, plain, Participle)
		add(plain, plain, Base)
		add(ThirdPerson(plain), plain, Third)
		add(Ing(plain), plain, Gerund)
	}
	for _, plain := range strings.Fields(f.Verbs) {
		add(plain, plain, Base)
		add(ThirdPerson(plain), plain, Third)
		add(PastOf(plain), plain, Past|Participle)
		add(Ing(plain), plain, Gerund)
	}
	for _, w := range strings.Fields("am is are was were") {
		t.verbs[w] = Verb{"be", Third}
	}
	return t, nil
}

// VerbOf says which verb a word in lower case is a form of. A word of no list
// that ends in -ed is taken for a past form.
func VerbOf(w string) (Verb, bool) {
	if v, ok := shipped().verbs[w]; ok {
		return v, true
	}
	if i := strings.LastIndexByte(w, '-'); i > 0 {
		switch w[:i] {
		case "re", "co", "pre", "un", "over", "out":
			v, ok := VerbOf(w[i+1:])
			v.Plain = w[:i+1] + v.Plain
			return v, ok
		}
		return Verb{}, false
	}
	if len(w) > 4 && strings.HasSuffix(w, "ed") && !strings.HasSuffix(w, "eed") {
		return Verb{strings.TrimSuffix(w, "ed"), Past | Participle}, true
	}
	return Verb{}, false
}

// Stem takes endings off; it only has to bring forms of one word together.
func Stem(w string) string {
	stems := shipped().stems
	if s, ok := stems[w]; ok {
		return s
	}
	n := len(w)
	switch {
	case n > 4 && strings.HasSuffix(w, "ies"), n > 4 && strings.HasSuffix(w, "ied"):
		return w[:n-3] + "y"
	case n > 4 && strings.HasSuffix(w, "eed"):
		w = w[:n-1]
	case n > 4 && strings.HasSuffix(w, "sses"):
		w = w[:n-2]
	case n > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us") && !strings.HasSuffix(w, "is"):
		w = w[:n-1]
	case n > 4 && strings.HasSuffix(w, "ed") && hasVowel(w[:n-2]):
		w = undouble(w[:n-2])
	case n > 5 && strings.HasSuffix(w, "ing") && hasVowel(w[:n-3]):
		w = undouble(w[:n-3])
	}
	if len(w) > 3 {
		if strings.HasSuffix(w, "ee") {
			return w[:len(w)-1]
		}
		w = strings.TrimSuffix(w, "e")
	}
	if s, ok := stems[w]; ok {
		return s
	}
	return w
}

// Irregular reports whether the lists of stems know a word.
func Irregular(w string) bool { return shipped().stems[w] != "" }

func hasVowel(w string) bool { return strings.ContainsAny(w, "aeiouy") }

func undouble(w string) string {
	n := len(w)
	if n > 3 && w[n-1] == w[n-2] && !strings.ContainsRune("lsz", rune(w[n-1])) {
		return w[:n-1]
	}
	return w
}

// Plural gives the plural of a noun.
func Plural(w string) string {
	switch {
	case strings.HasSuffix(w, "woman"), strings.HasSuffix(w, "man"):
		return w[:len(w)-2] + "en"
	case w == "person":
		return "persons"
	case w == "criterion":
		return "criteria"
	case strings.HasSuffix(w, "y") && !vowel(w, len(w)-2):
		return w[:len(w)-1] + "ies"
	case strings.HasSuffix(w, "s"), strings.HasSuffix(w, "x"), strings.HasSuffix(w, "ch"), strings.HasSuffix(w, "sh"):
		return w + "es"
	}
	return w + "s"
}

// ThirdPerson gives the form of a verb that he and she take.
func ThirdPerson(w string) string {
	switch {
	case w == "have":
		return "has"
	case w == "be":
		return "is"
	case w == "do", w == "go":
		return w + "es"
	case strings.HasSuffix(w, "y") && !vowel(w, len(w)-2):
		return w[:len(w)-1] + "ies"
	case strings.HasSuffix(w, "s"),
		strings.HasSuffix(w, "x"),
		strings.HasSuffix(w, "z"),
		strings.HasSuffix(w, "ch"),
		strings.HasSuffix(w, "sh"),
		strings.HasSuffix(w, "o"):
		return w + "es"
	}
	return w + "s"
}

// doubled are verbs of more than one syllable that double their last letter.
var doubled = []string{"commit", "submit", "admit", "refer", "transfer", "defer", "permit", "control", "cancel", "label", "equip",
	"format", "rerun", "swap", "enrol", "prefer", "signal", "model", "occur", "program", "travel"}

// PastOf gives the past form of a regular verb.
func PastOf(w string) string {
	n := len(w)
	switch {
	case strings.HasSuffix(w, "e"):
		return w + "d"
	case strings.HasSuffix(w, "y") && !vowel(w, n-2):
		return w[:n-1] + "ied"
	case doubles(w):
		return w + w[n-1:] + "ed"
	}
	return w + "ed"
}

// Ing gives the form of a verb that ends in -ing.
func Ing(w string) string {
	n := len(w)
	switch {
	case w == "be":
		return "being"
	case strings.HasSuffix(w, "ie"):
		return w[:n-2] + "ying"
	case n > 2 && strings.HasSuffix(w, "e") && !strings.HasSuffix(w, "ee") && !strings.HasSuffix(w, "oe"):
		return w[:n-1] + "ing"
	case doubles(w):
		return w + w[n-1:] + "ing"
	}
	return w + "ing"
}

func doubles(w string) bool {
	n := len(w)
	return slices.Contains(doubled, w) ||
		n >= 3 && n <= 4 && !vowel(w, n-1) && vowel(w, n-2) && !vowel(w, n-3) && !strings.ContainsRune("wxy", rune(w[n-1])) && syllables(w) == 1
}

func syllables(w string) int {
	n, in := 0, false
	for i := range w {
		v := vowel(w, i) || w[i] == 'y'
		if v && !in {
			n++
		}
		in = v
	}
	return n
}

func vowel(w string, i int) bool { return i >= 0 && strings.IndexByte("aeiou", w[i]) >= 0 }
