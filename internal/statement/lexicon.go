package statement

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	words "github.com/throughline/throughline/internal/language/english"
)

//go:embed lexicon.yaml
var lexiconYAML []byte

// Words are lists that a playbook may add to the shipped ones: nouns in the
// singular, verbs in the base form, "write:wrote,written" for an irregular one.
type Words struct {
	Actors []string `yaml:"actors" json:"actors,omitempty"` // may act for the customer: branch, ward, programme office
	Things []string `yaml:"things" json:"things,omitempty"` // do nothing themselves
	Acts   []string `yaml:"acts" json:"acts,omitempty"`     // can be seen to have been done
	Weak   []string `yaml:"weak" json:"weak,omitempty"`     // cannot
}

// kind is what a word can be; a word may be several things at once.
type kind uint16

const (
	actor kind = 1 << iota
	plural
	general
	noActor
	thing
	record
	past       // a finite past form, also the participle of regular verbs
	participle // a participle that is no past form: written, given
	present    // third person: signs, names
	base       // sign, name
	act
	soft
	weak
	patient
	vague
)

const patientAlways kind = 1 << 15

// lexicon maps a lower-case word to what it can be.
type lexicon struct {
	words     map[string]kind
	proof     string
	irregular map[string]string // base form -> "past,participle", so that lists may name the base form alone
}

type lexiconFile struct {
	Actors          string `yaml:"actors"`
	NoActor         string `yaml:"no_actor"`
	Things          string `yaml:"things"`
	Records         string `yaml:"records"`
	Acts            string `yaml:"acts"`
	IrregularActs   string `yaml:"irregular_acts"`
	Soft            string `yaml:"soft"`
	Weak            string `yaml:"weak"`
	IrregularWeak   string `yaml:"irregular_weak"`
	Vague           string `yaml:"vague"`
	IrregularVague  string `yaml:"irregular_vague"`
	Patient         string `yaml:"patient"`
	PatientAlways   string `yaml:"patient_always"`
	GeneralSubjects string `yaml:"general"`
	Proof           string `yaml:"proof"`
}

func readLexicon(text []byte, extra Words) (*lexicon, error) {
	var f lexiconFile
	if err := yaml.Load(text, &f, yaml.WithKnownFields()); err != nil {
		return nil, fmt.Errorf("read word lists: %w", err)
	}
	l := &lexicon{words: make(map[string]kind, 4096), proof: f.Proof, irregular: map[string]string{}}
	nouns := func(list []string, k kind) {
		for _, w := range list {
			w = strings.ToLower(w)
			l.words[w] |= k
			l.words[words.Plural(w)] |= k | plural
		}
	}
	verbs := func(list []string, k kind) {
		for _, w := range list {
			l.verb(strings.ToLower(w), k)
		}
	}
	nouns(strings.Fields(f.Things), thing)
	nouns(strings.Fields(f.Records), record)
	nouns(strings.Fields(f.Actors), actor)
	for _, w := range []string{"staff", "people", "personnel", "police", "management"} { // take a plural verb
		l.words[w] |= actor | plural
	}
	nouns(strings.Fields(f.NoActor), noActor)
	nouns(strings.Fields(f.GeneralSubjects), general)
	verbs(strings.Fields(f.IrregularWeak), weak)
	verbs(strings.Fields(f.IrregularActs), act)
	verbs(strings.Fields(f.IrregularVague), vague)
	verbs(strings.Fields(f.Vague), vague)
	verbs(strings.Fields(f.Weak), weak)
	verbs(strings.Fields(f.Acts), act)
	verbs(strings.Fields(f.Soft), act|soft)
	verbs(strings.Fields(f.Patient), patient)
	verbs(strings.Fields(f.PatientAlways), patient|patientAlways)
	nouns(extra.Actors, actor)
	nouns(extra.Things, thing)
	verbs(extra.Acts, act)
	verbs(extra.Weak, weak)
	for _, w := range slices.Sorted(maps.Keys(l.words)) {
		// what a company calls its own actor is one, whatever else the word means
		if slices.ContainsFunc(extra.Actors, func(a string) bool { return strings.EqualFold(a, w) }) {
			l.words[w] &^= thing | noActor
		}
	}
	return l, nil
}

// verb adds the forms of a verb given as "write:wrote,written" or "sign".
func (l *lexicon) verb(entry string, k kind) {
	w, forms, irregular := strings.Cut(entry, ":")
	if irregular {
		p, pp, _ := strings.Cut(forms, ",")
		l.irregular[w] = forms
		l.form(w, p, pp, k)
		return
	}
	if forms, ok := l.irregular[w]; ok {
		p, pp, _ := strings.Cut(forms, ",")
		l.form(w, p, pp, k)
		return
	}
	p := words.PastOf(w)
	l.form(w, p, p, k)
}

func (l *lexicon) form(w, p, pp string, k kind) {
	l.words[w] |= base | k
	l.words[words.ThirdPerson(w)] |= present | k
	l.words[p] |= past | k
	if pp != "" && pp != p {
		l.words[pp] |= participle | k
	}
}

// of says what a word can be. Words in no list are judged by their ending:
// -er, -or, -ist, -ian and -ant mostly name persons, -ed mostly ends a past.
func (l *lexicon) of(w string) kind {
	if k, ok := l.words[w]; ok {
		return k
	}
	if i := strings.LastIndexByte(w, '-'); i > 0 { // vice-dean, co-owner
		if k, ok := l.words[w[i+1:]]; ok {
			return k
		}
		if pre := w[:i]; pre == "re" || pre == "co" || pre == "pre" || pre == "un" {
			return l.of(w[i+1:])
		}
		w = w[i+1:]
	}
	if rest, ok := strings.CutPrefix(w, "re"); ok && len(rest) > 3 {
		if k, ok := l.words[rest]; ok && k&act != 0 && k&past != 0 { // remeasured, reissued
			return k
		}
	}
	if len(w) > 4 && strings.HasSuffix(w, "ed") && !strings.HasSuffix(w, "eed") {
		return past
	}
	one, k := w, actor
	if s, ok := strings.CutSuffix(w, "s"); ok && len(s) > 4 {
		one, k = s, actor|plural
	}
	if len(one) > 4 {
		for _, end := range []string{"er", "or", "ist", "ian", "man", "woman", "men", "ees", "ee"} {
			if strings.HasSuffix(one, end) {
				return k
			}
		}
	}
	return 0
}
