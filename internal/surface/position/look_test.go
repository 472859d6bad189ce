package position

import (
	"fmt"
	"os"
	"testing"
)

func sample(lang string) Map {
	zh := lang == "zh"
	say := func(en, cn string) string {
		if zh {
			return cn
		}
		return en
	}
	m := Map{ID: "m", Title: "t", Desc: "d",
		Stances: [5]string{say("against it", "反对"), say("has doubts", "有疑虑"), say("neutral", "中立"), say("leans towards it", "倾向支持"), say("for it", "支持")},
		Levels:  [3]string{say("who decides", "做决定的人"), say("who shapes it", "影响决定的人"), say("who lives with it", "受其影响的人")},
		Untold:  say("nobody has told us", "没有人告诉过我们"), Empty: say("Nobody of theirs is known here yet.", "这里还不知道客户方有谁。"),
		Legend: Legend{say("sees the same problem", "看到同样的问题"), say("describes another problem", "描述的是另一个问题"), say("has not said", "尚未表态"), say("formally asked, can say no", "正式参与审查，可以否决"), say("nobody in this role yet", "此角色尚无人")}}
	add := func(name, note string, l Level, no, known bool, s int, a Agreement) {
		m.People = append(m.People, Person{Name: name, Note: note, Label: name, Level: l, SaysNo: no, Known: known, Stance: s, Agreed: a, Href: "#x"})
	}
	add(say("Maria Oduya", "王晓梅"), say("sponsor", "发起人"), Decides, false, true, 1, Agrees)
	add(say("Jonas Lindqvist-Ferreira", "欧阳建国"), say("decides the budget", "决定预算"), Decides, false, true, 0, Unstated)
	add(say("Priya Raman", "李娜"), say("leads the change", "推动变革"), Shapes, false, true, 2, Agrees)
	add(say("Tom Becker", "赵强"), say("checks (security)", "审查（安全）"), Shapes, true, true, -1, Differs)
	add("محمد عبد الرحمن", say("owns the problem", "问题负责人"), Shapes, false, true, 0, Agrees)
	add(say("Elena Petrova", "孙丽"), say("buyer of record", "采购经办"), Shapes, true, false, 0, Unstated)
	add(say("Sam Wu", "吴三"), say("will use it", "使用者"), Lives, false, true, -2, Differs)
	add(say("Ana Costa", "钱多"), say("will use it", "使用者"), Lives, false, true, 1, Unstated)
	add("שרה כהן", say("was for it, 4 months ago", "四个月前支持"), Lives, false, false, 0, Agrees)
	m.Seats = []Seat{{Name: say("sets the rules", "制定规则"), Label: "x", Level: Decides, Href: "#s"}}
	return m
}

func many(n int) Map {
	m := sample("en")
	m.People = nil
	for i := range n {
		m.People = append(m.People, Person{Name: fmt.Sprintf("Person Number %d", i+1), Note: "will use it", Label: "x", Level: Level(i % 3), Known: i%5 != 0, Stance: i%7%5 - 2, Agreed: Agreement(i % 3), SaysNo: i%8 == 0, Href: "#x"})
	}
	return m
}

// TestLook writes pages to look at into the folder LOOK, in the page's own
// colours: LOOK=/tmp go test -run Look, then open them, wide and narrow.
func TestLook(t *testing.T) {
	dir := os.Getenv("LOOK")
	if dir == "" {
		t.Skip()
	}
	token, err := os.ReadFile("../kit/token.css")
	if err != nil {
		t.Fatal(err)
	}
	page := func(name string, ms ...string) {
		s := "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'><style>" + string(token) + CSS + "body{margin:0;background:var(--paper);color:var(--ink);font-family:var(--type)} .c{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:20px;margin:16px auto;max-width:1100px} </style>"
		for _, m := range ms {
			s += "<div class='c position-box'>" + m + "</div>"
		}
		if err := os.WriteFile(dir+"/"+name+".html", []byte(s), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	empty := sample("en")
	empty.People, empty.Seats = nil, empty.Seats[:1]
	for _, l := range []string{"en", "zh"} {
		page("pos-"+l, sample(l).Large()+sample(l).Down())
	}
	page("pos-many", many(40).Large()+many(40).Down(), empty.Large()+empty.Down())
}
