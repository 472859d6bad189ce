package capture

import (
	"bytes"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/language/english"
)

// What the reader learns kinds and signs from: lines written for it, and the
// open two thirds of the fresh sentences (docs/methods/capture.md).

// signed is a sentence with what it says: a kind of the model, and what more is
// known of it: "lost_inhouse", "new_veto", "-1".
type signed struct {
	kind, more string
	has        []feature
	weight     float64
	from       string   // the file it stands in
	also       []string // other kinds it may be
	text       string
}

// How much an example counts that was written for its place, and how often the
// models go over theirs. Chosen by cross-validation.
const (
	placeExample = 0.3
	settled      = 4.0 // a note of the older sets, whose reading is settled
	natural      = 3.0 // a sentence that was written as sellers write
	trades       = 1.0 // a sentence of the many trades
	senseRounds  = 20
	senseShrink  = 0.01
)

// sentenceFiles hold sentences of sellers of many trades, each with what it says.
var sentenceFiles = []string{"sentences_en.txt", "sentences_zh.txt", "sentences2_en.txt", "sentences2_zh.txt"}

// signSamples reads everything that kinds are learned from.
func (lx *lexicon) signSamples() ([]signed, error) {
	var out []signed
	for _, file := range []string{"signs_en.txt", "signs_zh.txt", "examples_en.txt", "examples_zh.txt", "notes_en.txt", "notes_zh.txt"} {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		list, err := examples(string(text))
		if err != nil {
			return nil, err
		}
		old := len(list)
		if at := strings.Index(string(text), "# Notes of the first five sets"); at > 0 {
			before, err := examples(string(text[:at]))
			if err != nil {
				return nil, err
			}
			old = len(before)
		}
		for i, e := range list {
			if s, ok := signOf(e); ok {
				switch {
				case strings.HasPrefix(file, "examples") && i < old:
					s.weight = placeExample
				case strings.HasPrefix(file, "examples"):
					s.weight = settled
				case strings.HasPrefix(file, "notes"):
					s.weight = natural
				}
				s.has, s.from, s.text = lx.senseOf(e.text), file, e.text
				out = append(out, s)
			}
		}
	}
	for _, file := range append(slices.Clone(sentenceFiles), "testdata/signs_en.txt", "testdata/signs_zh.txt") {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, one := range openSigns(string(text)) {
			one.has, one.from = lx.senseOf(one.text), file
			if slices.Contains(sentenceFiles, file) {
				one.weight = trades
			}
			out = append(out, one)
		}
	}
	return out, nil
}

// signOf gives the kind of an example by its label and its mark.
func signOf(e example) (signed, bool) {
	name, more, _ := strings.Cut(e.label, " ")
	s := signed{kind: name, more: more, weight: 1}
	switch {
	case e.sign == "?":
		return s, false
	case e.sign == "!":
		s.kind = "against"
	case e.sign == ">":
		s.kind = "promise"
	case e.sign == "=":
		s.kind = "won"
	case placeAddress(name) != "":
		s.kind, s.weight = "evidence", placeExample
	case name == "contradiction":
		s.kind = "against"
	case name == "left", name == "joined":
		s.kind, s.more = "event", name
	case name == "stance":
		s.kind = "stance" + strings.TrimRight(more, "12")
		if more == "1" || more == "2" {
			s.kind = "stance+"
		}
		if more == "0" {
			s.kind = "stance0"
		}
	}
	return s, true
}

// openKinds are the kinds of the fresh sentences that have another name here.
var openEvents = map[string]string{"freeze": "reorganisation", "reorganisation": "reorganisation", "veto": "new_veto", "alternative": "new_alternative", "legal": "procurement_entered",
	"scope": "scope_changed", "date_moved": "date_moved_by_customer", "left": "left", "joined": "joined"}

// openSigns reads the fresh sentences: a line each, parted by tabs, the best of
// several answers first.
func openSigns(text string) []signed {
	first := func(s string) string { s, _, _ = strings.Cut(s, "|"); return s }
	var out []signed
	for _, line := range strings.Split(text, "\n") {
		f := strings.Split(line, "\t")
		if len(f) < 6 || strings.HasPrefix(line, "#") {
			continue
		}
		kinds, signs := strings.Split(f[1], "|"), strings.Split(f[2], "|")
		one := signed{kind: kinds[0], weight: natural, text: corpusNames.Replace(f[0])}
		switch one.kind {
		case "stance":
			one.kind += signs[0]
		case "loss":
			one.more = strings.ReplaceAll(first(f[5]), ":", " ")
		case "event":
			one.more = openEvents[first(f[5])]
		}
		for i, k := range kinds {
			if k == "stance" {
				k += signs[min(i, len(signs)-1)]
			}
			if k != one.kind {
				one.also = append(one.also, k)
			}
		}
		out = append(out, one)
	}
	return out
}

// corpusNames hides who is named in the fresh sentences: nothing is learned about a person.
var corpusNames = strings.NewReplacer("Ana Ruiz", "X", "Ana", "X", "Marc", "X", "Helen", "X", "Tom", "X", "Priya", "X", "Olsen", "X", "Lopez", "X", "lopez", "X", "Becker", "X", "becker", "X",
	"周总", "X", "李敏", "X", "赵磊", "X", "王强", "X", "陈静", "X", "李总", "X", "马主任", "X", "老钱", "X", "小冯", "X", "冯工", "X", "marc", "X", "gwen", "X", "Gwen", "X", "Sister Imelda", "X", "sr imelda", "X", "Lindqvist", "X", "Dunne", "X", "Petra", "X", "Hassan", "X", "Okafor", "X", "Sandra Vogel", "X")

// trainKinds makes the models of kinds, going over the samples in so many orders.
func trainKinds(all []signed, turns int) (out [len(views)]*fitted) {
	for i := range views {
		v := &views[i]
		seen := make([]sample, len(all))
		for k, s := range all {
			seen[k] = sample{s.kind, featureNames(v.seen(s.has)), s.weight}
		}
		out[i] = fitEach(seen, v.least, v.hardness, turns)
	}
	return out
}

// trainSenses makes every model of kinds and of what more is known of them; those
// of kinds go over the samples in so many orders.
func trainSenses(all []signed, turns int) *senses {
	part := func(kind string) []sample {
		var out []sample
		for _, s := range all {
			if strings.HasPrefix(s.kind, kind) && s.more != "" {
				out = append(out, sample{s.more, featureNames(s.has), 1})
			}
		}
		return out
	}
	out := &senses{end: fit(part("loss"), senseRounds, senseShrink), event: fit(part("event"), senseRounds, senseShrink), stance: fit(part("stance"), senseRounds, senseShrink)}
	out.kind = trainKinds(all, turns)
	return out
}

// senseOf gives the features of a text in which people are X and Y already.
func (lx *lexicon) senseOf(s string) []feature {
	toks := english.Tokens(s, 0, len(s))
	anybody := func(i int) bool { return toks[i].Text == "x" || toks[i].Text == "y" }
	stranger := lx.strangers(s, 0, len(s), toks)
	return lx.senseFeatures(s, 0, len(s), toks, lx.find(s, 0, len(s), toks), clauses(s, 0, len(s), toks, func(i int) bool { return anybody(i) || stranger(toks[i].Start) }), stranger, strings.ContainsAny(s, "XY"))
}

// TestSensesAreThoseOfTheExamples learns again what senses.bin holds. After a
// change of the examples, the lists or the features: UPDATE=1 go test
// ./internal/capture -run TestSensesAreThoseOfTheExamples
func TestSensesAreThoseOfTheExamples(t *testing.T) {
	lx, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	all, err := lx.signSamples()
	if err != nil {
		t.Fatal(err)
	}
	written, err := files("examples_en.txt", "examples_zh.txt")
	if err != nil {
		t.Fatal(err)
	}
	others, words, err := lx.placeSamples()
	if err != nil {
		t.Fatal(err)
	}
	m := trainSenses(all, len(orders))
	places := lx.train(written, others, words)
	m.place, m.words = places.fitted, slices.Sorted(maps.Keys(places.words))
	got := writeSenses(m)
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile("senses.bin", got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile("senses.bin")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, have) {
		t.Error("senses.bin is not what the examples teach; write it anew with UPDATE=1 go test ./internal/capture -run TestSensesAreThoseOfTheExamples")
	}
}
