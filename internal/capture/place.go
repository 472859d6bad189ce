package capture

import (
	"slices"
	"strings"

	"github.com/throughline/throughline"
)

// about says which question, step or milestone a sentence belongs to.
func (q *reading) about(s *said, p *Proposal, ranked []place, milestone place, person *mention) bool {
	ranked, ok := q.somewhere(s, p, ranked, person)
	if !ok {
		return false
	}
	top := ranked[0]
	p.About = top.about
	// what was not done, or would be if, is our reading; that something does not
	// work is what P1 is about
	if no := s.negated + s.doubt; no != "" && p.Kind == Evidence && (top.about != throughline.Notice.Address() || s.doubt != "") {
		p.Grade = throughline.E1
		p.because(PartGrade, no)
	}
	p.because(PartAbout, top.words)
	q.step(s, p, ranked)
	if milestone.about != "" && p.Grade >= throughline.E3 && (p.Kind == Evidence || p.Kind == Step) {
		ranked = append([]place{{about: p.About}}, ranked...)
		p.Kind, p.About, p.State = Milestone, milestone.about, ""
		p.because(PartAbout, s.raw)
	}
	p.Others = q.others(p.About, ranked)
	if a, ok := p.About.Phase(); ok && a == throughline.Align && p.Kind == Evidence && s.has("against/agree") && p.Grade >= throughline.E2 {
		yes := true
		p.Agrees = &yes
	}
	return true
}

// enough is the score from which words point somewhere.
const enough = 1.5

// somewhere gives the places with the one that stands first: where nothing
// points anywhere, the question that is open. It reports false where there is
// nothing worth a look.
func (q *reading) somewhere(s *said, p *Proposal, ranked []place, person *mention) ([]place, bool) {
	if p.Agrees != nil && !*p.Agrees || p.Kind == Contradiction && q.disputed(s) { // about the problem itself
		ranked = before(ranked, throughline.Align.Address(), enough)
	}
	if len(ranked) > 0 && ranked[0].score >= enough {
		return ranked, true
	}
	if !q.worth(s, p, person) && (len(ranked) == 0 || !(s.acted || s.spoke) && !q.surely(s)) {
		return ranked, false
	}
	f := q.note.Frontier.Address()
	if p.Kind == Contradiction && len(ranked) == 0 {
		f = throughline.Align.Address()
	}
	if f == "" || !q.known[f] {
		f = throughline.Notice.Address()
	}
	if len(ranked) == 0 || ranked[0].about != f && ranked[0].score < 1 {
		ranked = before(ranked, f, 0)
	}
	return ranked, true
}

// disputed reports whether a sentence tells of people who do not agree.
func (q *reading) disputed(s *said) bool {
	return q.apart(s) || hasAny(strings.ToLower(s.raw), "argu", "disagree", "at odds", "争", "吵", "各说各的", "统一")
}

// worth reports whether what points anywhere at all is worth a look: only where
// somebody of theirs said or did something, or where we hope.
func (q *reading) worth(s *said, p *Proposal, person *mention) bool {
	if person != nil && (s.spoke || s.acted || s.doer.thinks) || s.acted && p.Grade >= throughline.E3 {
		return true
	}
	return s.has("cue/hope") || p.Kind == Contradiction
}

// before puts a place before the others.
func before(ranked []place, a throughline.Address, score float64) []place {
	return append([]place{{about: a, score: score}}, slices.DeleteFunc(ranked, func(x place) bool { return x.about == a })...)
}

// step makes what is about a step of a track a step, where the words are sure
// of it; a track is not guessed at: else the best question stands.
func (q *reading) step(s *said, p *Proposal, ranked []place) {
	top := ranked[0]
	if _, step := top.about.Step(); !step || p.Kind != Evidence {
		return
	}
	if top.score >= 2.5 && top.weight >= 3 {
		p.Kind = Step
		p.State = q.state(s, p)
		if k := top.about.Last(); p.State == throughline.StepDone && p.Grade == throughline.E1 && !s.us && !s.has("cue/hope", "cue/not_evidence") &&
			(k == "k6" || k == "k7" || k == "k8") {
			p.Grade = throughline.E3 // a number, a signature and an order can be seen
		}
		return
	}
	for _, x := range ranked[1:] {
		if _, phase := x.about.Phase(); phase && x.score >= top.score-1.5 {
			p.About = x.about
			return
		}
	}
}
