package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/workshop"
)

// remarksPath is the page of what people said of the playbook, sayPath that on
// which one says something.
const (
	remarksPath = "/playbook/remarks"
	sayPath     = "/playbook/say"
)

// remarkPages adds what people say of the playbook.
func (s *site) remarkPages(mux *http.ServeMux) {
	mux.Handle("GET "+remarksPath, s.page(s.remarks))
	mux.Handle("GET "+sayPath, s.page(s.say))
	mux.Handle("POST "+sayPath, s.post(s.postSay))
	mux.Handle("POST "+remarksPath+"/{number}/answer", s.post(s.postAnswer))
	mux.Handle("POST "+remarksPath+"/{number}/back", s.post(s.postUnsay))
}

// remarksView is what was said of the playbook, and what was answered.
type remarksView struct {
	frame
	Lede    string
	Back    string // how many were taken back
	Only    []choice
	Groups  []remarkGroup
	Answers bool // whoever looks may answer
}

// remarkGroup is what was said of one element.
type remarkGroup struct {
	ID, Kind, Name, Href string
	Remarks              []remarkView
}

type remarkView struct {
	Number, Text, By string
	Answers          []repliedView
	Mine             bool
}

type repliedView struct{ Text, By string }

// sayingView is the one line about an element.
type sayingView struct {
	frame
	About, Kind, Name, Then string
	Quick                   []string // lines that are said with one tap
	Remarks                 []remarkView
}

// says reports whether whoever looks may say something of the playbook: today,
// where they may write remarks.
func (v *visit) says() bool { return v.asOf.IsZero() && v.desk.May(member.Remarks, true) }

// sayOf is where something is said of an element, and where that leads back to;
// "" where whoever looks may not.
func (v *visit) sayOf(a throughline.Address, then string) string {
	if a == "" || !v.says() {
		return ""
	}
	return sayPath + "?about=" + string(a) + "&then=" + url.QueryEscape(then) // an address has nothing that a query would escape
}

func (s *site) remarks(v *visit) (component, error) {
	in := workshop.RemarksInput{About: v.query.Get("about"), Open: v.query.Get("open") != ""}
	found, err := ask[workshop.Remarks](v, operation.ListRemarks, &in)
	if err != nil {
		return nil, err
	}
	p := v.p
	out := remarksView{frame: v.frame(p.Say("remark.title"), "playbook"), Answers: v.asOf.IsZero() && v.desk.May(member.Playbook, true)}
	switch {
	case len(found.Remarks) == 0 && in == (workshop.RemarksInput{}):
		out.Lede = p.Say("remark.none")
	case found.Open == 0:
		out.Lede = p.Say("remark.all_answered")
	default:
		out.Lede = p.Say("remark.open", "n", found.Open)
	}
	if found.Back > 0 {
		out.Back = p.Say("remark.back", "n", found.Back)
	}
	out.Only = []choice{
		{Word: p.Say("remark.only_all"), Href: v.link(remarksPath, "about", in.About), Here: !in.Open},
		{Word: p.Say("remark.only_open"), Href: v.link(remarksPath, "about", in.About, "open", "yes"), Here: in.Open},
	}
	at := map[throughline.Address]int{}
	for _, r := range found.Remarks {
		i, ok := at[r.About]
		if !ok {
			i = len(out.Groups)
			at[r.About] = i
			out.Groups = append(out.Groups, v.remarkGroup(r))
		}
		out.Groups[i].Remarks = append(out.Groups[i].Remarks, v.remarkView(r))
	}
	return remarksPage(out), nil
}

func (v *visit) remarkGroup(r workshop.Remark) remarkGroup {
	out := remarkGroup{ID: remarkAnchor(r.About), Kind: v.elementKind(r.About), Name: r.Element.In(v.p.Code())}
	if out.Name == "" {
		out.Name = string(r.About)
	}
	if r.Gone {
		out.Kind = v.p.Say("remark.gone", "kind", out.Kind)
	} else {
		out.Href = v.elementHref(r.About)
	}
	return out
}

func (v *visit) remarkView(r workshop.Remark) remarkView {
	out := remarkView{Number: strconv.Itoa(r.Number), Text: r.Text, By: v.byOn(r.Name, throughline.DayOf(r.At, v.zone())), Mine: r.By == v.desk.Author && v.says()}
	for _, a := range r.Answers {
		out.Answers = append(out.Answers, repliedView{a.Text, v.byOn(a.Name, throughline.DayOf(a.At, v.zone()))})
	}
	return out
}

// byOn says who and on which day.
func (v *visit) byOn(name string, day throughline.Day) string {
	if name == "" {
		name = v.p.Say("remark.somebody")
	}
	return v.p.Say("remark.by", "who", name, "day", v.p.DayNear(day, v.day()))
}

// elementKind says what an address names.
func (v *visit) elementKind(a throughline.Address) string {
	return v.p.Say("remark.kind_" + a.Kind())
}

// elementHref is where an element of the playbook in force is shown.
func (v *visit) elementHref(a throughline.Address) string {
	if pack, ok := a.Pack(); ok {
		return v.link("/playbook/packs/" + pack)
	}
	at := mark2anchor(a)
	if k := a.Kind(); k == "process" || k == "stage" { // a stage stands under the questions of its process
		at = "#process-" + strings.Split(string(a), "/")[1]
	}
	return v.link("/playbook") + at
}

// remarkAnchor is the place of an element on the page of remarks.
func remarkAnchor(a throughline.Address) string {
	return "r-" + strings.ReplaceAll(string(a), "/", "-")
}

func (s *site) say(v *visit) (component, error) {
	if !v.desk.Allows(operation.SayRemark) { // before what is asked for is looked at
		return nil, throughline.Fail("say of the playbook", throughline.Denied, "", nil)
	}
	about := v.query.Get("about")
	found, err := ask[workshop.Remarks](v, operation.ListRemarks, &workshop.RemarksInput{About: about})
	if err != nil {
		return nil, err
	}
	p := v.p
	e, err := ask[workshop.RemarkAbout](v, operation.NameElement, &workshop.RemarksInput{About: about})
	if err != nil {
		return nil, err
	}
	out := sayingView{frame: v.frame(p.Say("remark.say_title"), "playbook"), About: string(e.About), Kind: v.elementKind(e.About), Name: e.Element.In(p.Code()),
		Then: v.query.Get("then"), Quick: []string{p.Say("remark.quick_never"), p.Say("remark.quick_early"), p.Say("remark.quick_works")}}
	for _, r := range found.Remarks {
		out.Remarks = append(out.Remarks, v.remarkView(r))
	}
	return sayPage(out), nil
}

func (s *site) postSay(v *visit) (string, error) {
	text := v.text("text")
	if quick := v.text("quick"); quick != "" {
		text = quick
	}
	r, err := ask[workshop.Remark](v, operation.SayRemark, &workshop.RemarkInput{About: v.text("about"), Text: text})
	if err != nil {
		return "", err
	}
	v.tell(said{What: "remark", N: r.Number})
	return v.then(remarksPath), nil
}

func (v *visit) remarkNumber() int {
	n, err := strconv.Atoi(v.PathValue("number"))
	if err != nil {
		return 0
	}
	return n
}

func (s *site) postAnswer(v *visit) (string, error) {
	r, err := ask[workshop.Remark](v, operation.AnswerRemark, &workshop.AnswerInput{RemarkPick: workshop.RemarkPick{Number: v.remarkNumber()}, Text: v.text("text")})
	if err != nil {
		return "", err
	}
	v.tell(said{What: "remark_answered"})
	return v.then(remarksPath + "#" + remarkAnchor(r.About)), nil
}

func (s *site) postUnsay(v *visit) (string, error) {
	if _, err := ask[workshop.Remark](v, operation.UnsayRemark, &workshop.RemarkPick{Number: v.remarkNumber()}); err != nil {
		return "", err
	}
	v.tell(said{What: "remark_back"})
	return v.then(remarksPath), nil
}

// heard gives, of an element, where something is said of it and how many remarks
// stand, in words.
type heard func(throughline.Address) (say, said string)

// heardOf reads what was said of the playbook once, for a page of many elements.
func (v *visit) heardOf() (heard, error) {
	all, err := ask[workshop.Remarks](v, operation.ListRemarks, &workshop.RemarksInput{})
	if err != nil {
		return nil, err
	}
	n := map[throughline.Address]int{}
	for _, r := range all.Remarks {
		n[r.About]++
	}
	here := v.URL.Path
	return func(a throughline.Address) (say, said string) {
		if n[a] > 0 {
			said = v.p.Say("remark.count", "n", n[a])
		}
		say = v.sayOf(a, here+mark2anchor(a))
		if say == "" && said != "" { // whoever may only look reads them
			say = v.link(remarksPath) + "#" + remarkAnchor(a)
		}
		return say, said
	}, nil
}
