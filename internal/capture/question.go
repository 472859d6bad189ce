package capture

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/language/english"
	"github.com/throughline/throughline/internal/playbook"
)

// wording is one text of the playbook, as words with weights: a question, what
// counts as evidence for it, a milestone's statement.
type wording struct {
	about     throughline.Address
	serves    []throughline.Address // of a milestone: its phase and step
	milestone bool
	size      float64 // sum of its weights
	words     int
}

type posting struct {
	text int
}

// overlap is an inverted index of the playbook's own words.
type overlap struct {
	texts  []wording
	byWord map[string][]posting
	weight map[string]float64
}

var stopWords = english.Set(`the a an of to for with from in on at by is are was were be been it its this that these those and or but not no we our
		us they their them he she his her i you your what which who whom how when why where do does did has have had can could
		will would should must may might than then there here as if so into over under about per each any all some most such own
		more other out up down off only just very before after between while during one two three monday tuesday wednesday
		thursday friday saturday sunday january february march april june july august september october november december`)

// words gives the words by which a text is compared: stems, parts of
// hyphenated words, and pairs of Chinese characters.
func (lx *lexicon) words(s string, from, to int, toks []english.Token) []string {
	var out []string
	add := func(w string) {
		if len(w) > 1 && !stopWords[w] && len(out) < 400 {
			out = append(out, w)
		}
	}
	for _, t := range toks {
		if t.Mark || stopWords[t.Text] {
			continue
		}
		if strings.Contains(t.Text, "-") {
			for _, p := range strings.Split(t.Text, "-") {
				if !stopWords[p] {
					add(english.Stem(p))
				}
			}
			continue
		}
		add(t.Stem)
	}
	prev := rune(0)
	for i := from; i < to; {
		r, size := utf8.DecodeRuneInString(s[i:to])
		if unicode.Is(unicode.Han, r) {
			if prev != 0 {
				add(string([]rune{prev, r}))
			}
			prev = r
		} else {
			prev = 0
		}
		i += size
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (lx *lexicon) overlap(book *playbook.Playbook) *overlap {
	o := &overlap{byWord: map[string][]posting{}, weight: map[string]float64{}}
	also := map[string][]string{}
	for _, v := range book.Vocabulary {
		key := strings.ToLower(v.Canonical)
		also[key] = append(also[key], v.Also...)
	}
	add := func(w wording, t playbook.Text) {
		for _, lang := range languages(t) {
			s := clip(t[lang], 2000)
			for name, others := range also { // what others call our words counts as ours
				if strings.Contains(strings.ToLower(t[lang]), name) {
					slices.Sort(others)
					s += " " + strings.Join(others, " ")
				}
			}
			words := lx.words(s, 0, len(s), english.Tokens(s, 0, len(s)))
			if len(words) == 0 {
				continue
			}
			one := w
			one.words = len(words)
			o.texts = append(o.texts, one)
			for _, x := range words {
				o.byWord[x] = append(o.byWord[x], posting{len(o.texts) - 1})
			}
		}
	}
	for _, q := range book.Journey.Phases {
		w := wording{about: q.Phase.Address()}
		add(w, q.Name.Text)
		add(w, q.Ask.Text)
		for _, v := range q.Sub {
			add(w, v.Text)
		}
		for _, v := range q.Evidence {
			add(w, v.Text)
		}
	}
	for _, track := range []throughline.Track{throughline.Contracting, throughline.Change} {
		for _, s := range book.Tracks[track] {
			w := wording{about: s.Step.Address()}
			add(w, s.Name.Text)
			add(w, s.Ask.Text)
			add(w, s.Evidence.Text)
		}
	}
	for _, p := range book.Processes {
		for _, m := range p.Milestones {
			w := wording{about: m.Addr, milestone: true}
			if m.Serves.Known() {
				w.serves = append(w.serves, m.Serves.Address())
			} else if s, ok := book.Stage(m.Stage); ok && s.Serves.Known() {
				w.serves = append(w.serves, s.Serves.Address())
			}
			if a := m.Step.Address(); a != "" {
				w.serves = append(w.serves, a)
			}
			add(w, m.Name.Text)
		}
	}
	for x, ps := range o.byWord {
		o.weight[x] = math.Log(1 + float64(len(o.texts))/float64(len(ps)))
	}
	for x, ps := range o.byWord {
		for _, p := range ps {
			o.texts[p.text].size += o.weight[x]
		}
	}
	return o
}

func languages(t playbook.Text) []string {
	out := make([]string, 0, len(t))
	for l := range t {
		out = append(out, l)
	}
	slices.Sort(out)
	return out
}

// place is a question, step or milestone with how well it fits.
type place struct {
	about  throughline.Address
	score  float64
	words  string // the words that spoke most for it
	weight float64
	listed float64 // the part of the score that the lists gave
}

// learnedWeight is how much the learned model counts beside the lists: what it
// is sure of weighs more than one strong phrase and less than two.
const learnedWeight = 4.0

// guess is below what share a belief that no list shares is a mere guess.
const guess = 0.2

// believe asks the model about a sentence.
func (q *reading) believe(s *said) {
	m := q.model()
	s.features = q.lx.features(q.text, s.start, s.end, s.toks, s.hits, func(at int) bool {
		if i, ok := slices.BinarySearchFunc(s.toks, at, func(t english.Token, at int) int { return cmp.Compare(t.Start, at) }); ok &&
			m.stranger(s.toks[i]) {
			return true
		}
		return slices.ContainsFunc(s.people, func(m mention) bool { return m.byName && m.start <= at && at < m.end })
	})
	s.belief = m.of(s.features)
}

// surest gives the label of other than a place that the model believes most,
// and how sure it is; and how much of its belief the places have together.
func (q *reading) surest(s *said) (label int, sure, places float64) {
	m := q.model()
	label = -1
	for l, p := range s.belief {
		if m.address[l] != "" {
			places += p
		} else if p > sure {
			label, sure = l, p
		}
	}
	return label, sure, places
}

// inside is what is left of a phrase that is part of a longer one elsewhere.
const inside = 0.4

// ownWords is how much the playbook's own words count beside the lists.
const ownWords = 3.0

// places ranks where a sentence belongs, best first, and the milestone whose
// statement it repeats, if one.
func (q *reading) places(s *said) (ranked []place, milestone place) {
	r := &ranking{reading: q, s: s, score: map[throughline.Address]*place{}}
	r.listed()
	milestone = r.ownWords()
	for _, p := range r.score {
		p.listed = p.score
	}
	r.learned()
	for _, p := range r.score {
		if ph, ok := p.about.Phase(); ok && ph == q.note.Frontier {
			p.score += 0.25
		}
		if q.known[p.about] {
			ranked = append(ranked, *p)
		}
	}
	slices.SortFunc(ranked, func(a, b place) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.about, b.about)) })
	return ranked, milestone
}

// ranking gathers what speaks for each place.
type ranking struct {
	*reading
	s     *said
	score map[throughline.Address]*place
}

func (r *ranking) at(a throughline.Address) *place {
	p := r.score[a]
	if p == nil {
		p = &place{about: a}
		r.score[a] = p
	}
	return p
}

// listed counts the phrases of the lists.
func (r *ranking) listed() {
	lx := r.lx
	taken := map[throughline.Address][]hit{}
	hits := slices.Clone(r.s.hits)
	slices.SortStableFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(b.end-b.start, a.end-a.start))
	})
	for _, h := range hits {
		a := lx.address(h.group)
		if a == "" ||
			slices.ContainsFunc(taken[a], func(o hit) bool { return h.start < o.end && o.start < h.end }) { // part of a longer phrase that counted
			continue
		}
		taken[a] = append(taken[a], h)
		p, weight := r.at(a), h.weight
		if slices.ContainsFunc(
			hits,
			func(o hit) bool { return lx.holds(o, h) },
		) { // "ahead of" in "ahead of the others": the longer phrase knows better
			weight *= inside
		}
		if a.Last() == "k8" && lx.aims(r.s.toks, h.tok) { // "the steps until the order is out" are the road, not the order
			weight *= inside
		}
		p.score += weight
		if weight > p.weight {
			p.weight, p.words = weight, r.text[h.start:h.end]
		}
	}
}

// holds reports whether a longer phrase for another place holds a shorter one.
func (lx *lexicon) holds(o, h hit) bool {
	return o.start <= h.start && h.end <= o.end && o.end-o.start > h.end-h.start && o.group != h.group && o.weight >= h.weight &&
		lx.address(o.group) != ""
}

// ownWords counts the playbook's own words, and gives the milestone whose
// statement is repeated, if one is.
func (r *ranking) ownWords() (milestone place) {
	o := r.own
	shared := map[int]float64{}
	count := map[int]int{}
	for _, x := range r.s.words {
		for _, p := range o.byWord[x] {
			shared[p.text] += o.weight[x]
			count[p.text]++
		}
	}
	best := map[throughline.Address]float64{}
	for i, w := range shared {
		t := o.texts[i]
		part, full := w/t.size, min(1, float64(count[i])/3)
		if !t.milestone {
			best[t.about] = max(best[t.about], part*full)
			continue
		}
		if count[i] >= 3 && part >= 0.5 && (part > milestone.score || part == milestone.score && t.about < milestone.about) {
			milestone = place{about: t.about, score: part}
		}
		for _, a := range t.serves {
			best[a] = max(best[a], part*full*0.8)
		}
	}
	for a, w := range best {
		if w >= 0.2 {
			r.at(a).score += ownWords * w
		}
	}
	return milestone
}

// learned adds what the model believes; the root lets a place that is only
// likely come among the four.
func (r *ranking) learned() {
	m := r.model()
	for l, a := range m.address {
		w := learnedWeight * math.Sqrt(r.s.belief[l])
		if a == "" || r.s.belief[l] < 0.01 {
			continue
		}
		p := r.at(a)
		if p.listed == 0 && r.s.belief[l] < guess {
			p.score += min(w, 0.9) // too little to stand before the open question
			continue
		}
		p.score += w
		if w > p.weight {
			if from, to := m.why(r.s.features, l); to > from {
				p.weight, p.words = w, r.text[from:to]
			}
		}
	}
}

// aims reports whether words before a token make it something to come to.
func (lx *lexicon) aims(toks []english.Token, at int) bool {
	for i := max(0, at-2); i < at; i++ {
		switch toks[i].Text {
		case "until", "till", "before", "to":
			return true
		}
	}
	return false
}

// address gives the question or step that a group of phrases speaks for.
func (lx *lexicon) address(g group) throughline.Address {
	name, ok := strings.CutPrefix(lx.groups[g], "place/")
	if !ok {
		return ""
	}
	if p, ok := throughline.ParsePhase(name); ok {
		return p.Address()
	}
	if s, ok := throughline.ParseStep(name); ok {
		return s.Address()
	}
	return ""
}
