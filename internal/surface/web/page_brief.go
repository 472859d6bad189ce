package web

import (
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/workshop"
)

// briefView is what the vendor of a method is given, as a page to print.
type briefView struct {
	frame
	workshop.Brief
	Back  choice
	Draft string // from which draft it is, where it is from one
	Parts []briefParts
}

// briefParts are the parts of a method that fared alike.
type briefParts struct {
	ID, Heading string
	Rows        []workshop.BriefPart
}

// packBrief is the brief of the playbook in force.
func (s *site) packBrief(v *visit) (component, error) {
	x, err := ask[workshop.Brief](v, operation.BriefPack, &workshop.BriefInput{Pack: v.PathValue("pack")})
	if err != nil {
		return nil, err
	}
	return v.briefPage(x, choice{Word: x.Name, Href: v.link("/playbook/packs/" + x.Pack)}, ""), nil
}

// studioBrief is the brief of a draft, before it is published.
func (s *site) studioBrief(v *visit) (component, error) {
	d, f, err := v.draftOf("/methods")
	if err != nil {
		return nil, err
	}
	own := *v.desk
	own.Book, own.Findings = d.Book, d.Found
	answer, err := operation.BriefPack.Run(v.Context(), &own, &workshop.BriefInput{Pack: v.PathValue("pack")})
	if err != nil {
		return nil, err
	}
	x := answer.(workshop.Brief)
	return v.briefPage(x, choice{Word: v.p.Say("studio.methods"), Href: v.link("/studio/" + d.ID.String() + "/methods")}, v.p.Say("brief.draft", "name", f.Name)), nil
}

func (v *visit) briefPage(x workshop.Brief, back choice, draft string) component {
	p := v.p
	out := briefView{frame: v.frame(p.Say("brief.title", "name", x.Name, "company", x.Company), "playbook"), Brief: x, Back: back, Draft: draft}
	for _, part := range []briefParts{
		{"tied", p.Say("brief.tied"), x.Tied}, {"open", p.Say("brief.open"), x.Open}, {"dropped", p.Say("brief.dropped"), x.Dropped},
		{"questions", p.Say("brief.questions"), x.Questions},
	} {
		if len(part.Rows) > 0 {
			out.Parts = append(out.Parts, part)
		}
	}
	return briefPage(out)
}
