package capture

import (
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/language/english"
)

// apartFrom are the groups of files whose sentences other hands wrote than all
// that is left when they are left out.
var apartFrom = [][]string{
	{"sentences_en.txt", "sentences_zh.txt"},
	{"sentences2_en.txt", "sentences2_zh.txt"},
	{"testdata/signs_en.txt", "testdata/signs_zh.txt"},
}

// How it is learned what the views count: in how many orders the models are
// learned for it, and by how many steps of which length, with how much of the
// last. Scores are some tens, so steps are short.
const (
	weighOrders = 2
	weighRounds = 100
	weighStep   = 0.05
	momentum    = 0.9
)

// TestViewsCountAsLearned learns how much each view counts, a language at a
// time, from what models say to sentences of hands that they have learned
// nothing of. It takes a minute of two processors, so it is run on demand:
// LEARN=1 go test ./internal/capture -run TestViewsCountAsLearned
func TestViewsCountAsLearned(t *testing.T) {
	if os.Getenv("LEARN") == "" {
		t.Skip("learns models three times; LEARN=1 runs it")
	}
	lx, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	all, err := lx.signSamples()
	if err != nil {
		t.Fatal(err)
	}
	var unmets [2][]unmet // English, Chinese
	for _, files := range apartFrom {
		var rest, held []signed
		for _, s := range all {
			if slices.Contains(files, s.from) {
				held = append(held, s)
			} else {
				rest = append(rest, s)
			}
		}
		models := trainKinds(rest, weighOrders)
		for i := range held {
			at := 0
			if strings.HasSuffix(held[i].from, "_zh.txt") {
				at = 1
			}
			unmets[at] = append(unmets[at], lx.unmet(models, &held[i]))
		}
	}
	english, chinese := weigh(unmets[0]), weigh(unmets[1])
	for i := range views {
		v := &views[i]
		t.Logf("%s: %.3f in English, %.3f in Chinese", v.name, english[i], chinese[i])
		if math.Abs(english[i]-v.counts) > 0.02 || math.Abs(chinese[i]-v.countsChinese) > 0.02 {
			t.Errorf("%s counts %g and %g, and learned were %.3f and %.3f", v.name, v.counts, v.countsChinese, english[i], chinese[i])
		}
	}
}

// unmet is a sentence as models see it that have not met it.
type unmet struct {
	scores [len(views)][]float64
	rules  []float64 // what the rules add to each label
	wanted []float64 // the share of each label
	weight float64
}

// unmet gives what models say to a sentence that they have not met.
func (lx *lexicon) unmet(models [len(views)]*fitted, s *signed) unmet {
	labels := models[0].labels
	u := unmet{rules: make([]float64, len(labels)), wanted: make([]float64, len(labels)), weight: s.weight}
	for i, m := range models {
		u.scores[i] = m.scores(views[i].seen(s.has))
	}
	toks := english.Tokens(s.text, 0, len(s.text))
	stranger := lx.strangers(s.text, 0, len(s.text), toks)
	cs := clauses(s.text, 0, len(s.text), toks, func(i int) bool { return stranger(toks[i].Start) })
	manner := mannerOf(lx, s.text, cs, lx.find(s.text, 0, len(s.text), toks), strings.ContainsAny(s.text, "XY"))
	for l, label := range labels {
		for i := range rules {
			if rules[i].kind == kindOfSense(label) && rules[i].when(manner) {
				u.rules[l] += math.Log(rules[i].times)
			}
		}
		switch { // the best of several answers counts as two
		case label == s.kind:
			u.wanted[l] = 2 / float64(2+len(s.also))
		case slices.Contains(s.also, label):
			u.wanted[l] = 1 / float64(2+len(s.also))
		}
	}
	return u
}

// weigh is a multinomial logistic regression over the scores of the views, with
// what the rules add standing fixed: steps down the slope, with some of the
// last step in each. What each label would need besides is not learned: it
// differs from hand to hand, and read those of another hand worse.
func weigh(all []unmet) (counts [len(views)]float64) {
	whole := 0.0
	for i := range all {
		whole += all[i].weight
	}
	for i := range counts {
		counts[i] = 1.5 / float64(len(counts))
	}
	var last [len(views)]float64
	p := make([]float64, len(all[0].wanted))
	for range weighRounds {
		var slope [len(views)]float64
		for k := range all {
			u := &all[k]
			copy(p, u.rules)
			for i, c := range counts {
				for l, x := range u.scores[i] {
					p[l] += c * x
				}
			}
			softmax(p)
			for i := range slope {
				for l, x := range u.scores[i] {
					slope[i] += (p[l] - u.wanted[l]) * x * u.weight / whole
				}
			}
		}
		for i := range counts {
			last[i] = momentum*last[i] - weighStep*slope[i]
			counts[i] += last[i]
		}
	}
	return counts
}

// TestViewsAreWeighedByLanguage holds that what is believed is what the views
// say, each counted by the language of the sentence.
func TestViewsAreWeighedByLanguage(t *testing.T) {
	fs := []feature{{name: "sign/a"}, {name: "c:b"}, {name: "g:c"}, {name: "s:d"}}
	m := &senses{}
	for i := range m.kind { // each view is sure of a label of its own, by one feature that only it sees
		f := &fitted{each: true, index: map[string]int{fs[i].name: 0}, bias: make([]float64, len(views)), weight: make([]float64, len(views))}
		f.weight[i] = 10
		for l := range views {
			f.labels = append(f.labels, string(rune('a'+l)))
		}
		m.kind[i] = f
	}
	for _, han := range []bool{false, true} {
		got := m.believed(fs, han)
		var want []float64
		for i := range views {
			counts := views[i].counts
			if han {
				counts = views[i].countsChinese
			}
			want = append(want, counts*10*norm(len(views[i].seen(fs))))
		}
		softmax(want)
		for l := range want {
			if math.Abs(got[l]-want[l]) > 1e-9 {
				t.Errorf("Chinese %v: label %d is believed %.4f, want %.4f", han, l, got[l], want[l])
			}
		}
	}
}
