package capture

import (
	"slices"
	"strings"

	"github.com/throughline/throughline"
)

// about says which question, step or milestone a sentence belongs to.
func (q *reading) about(s *said, p *Proposal, ranked []place, milestone place, person *mention) bool {
	const enough = 1.5
	if p.Agrees != nil && !*p.Agrees || p.Kind == Contradiction && (q.apart(s) || hasAny(strings.ToLower(s.raw), "argu", "disagree", "at odds", "争", "吵", "各说各的", "统一")) { // about the problem itself
		align := throughline.Align.Address()
		ranked = append([]place{{about: align, score: enough}}, slices.DeleteFunc(ranked, func(x place) bool { return x.about == align })...)
	}
	if len(ranked) == 0 || ranked[0].score < enough {
		// nothing in it points anywhere: it is worth a look only where somebody
		// of theirs said or did something, or where we hope
		named := person != nil && (s.spoke || s.acted || s.doer.thinks) || s.acted && p.Grade >= throughline.E3
		if !named && !s.has("cue/hope") && p.Kind != Contradiction && len(ranked) == 0 {
			return false
		}
		if !named && !s.has("cue/hope") && p.Kind != Contradiction && !(s.acted || s.spoke) && !q.surely(s) {
			return false
		}
		f := q.note.Frontier.Address()
		if p.Kind == Contradiction && len(ranked) == 0 {
			f = throughline.Align.Address()
		}
		if f == "" || !q.known[f] {
			f = throughline.Notice.Address()
		}
		if len(ranked) == 0 || ranked[0].about != f && ranked[0].score < 1 {
			ranked = append([]place{{about: f}}, slices.DeleteFunc(ranked, func(x place) bool { return x.about == f })...)
		}
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
	if _, step := top.about.Step(); step && p.Kind == Evidence {
		if top.score >= 2.5 && top.weight >= 3 {
			p.Kind = Step
			p.State = q.state(s, p)
			if k := top.about.Last(); p.State == throughline.StepDone && p.Grade == throughline.E1 && !s.us && !s.has("cue/hope", "cue/not_evidence") && (k == "k6" || k == "k7" || k == "k8") {
				p.Grade = throughline.E3 // a number, a signature and an order can be seen
			}
		} else { // a track is not guessed at: the first question stands
			for _, x := range ranked[1:] {
				if _, phase := x.about.Phase(); phase && x.score >= top.score-1.5 {
					p.About = x.about
					break
				}
			}
		}
	}
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
