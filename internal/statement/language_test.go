package statement

import "testing"

// TestOtherLanguages: a good milestone in another language passes, and so does
// whatever cannot be read; an English one is held to the checks whoever's name
// stands in it.
func TestOtherLanguages(t *testing.T) {
	l, err := New(Words{})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"采购总监在系统里批准了采购申请。":                                            "",
		"客户的 CFO 把预算写进了年度计划":                                          "",
		"合同由客户法务部签署":                                                  "",
		"三位外科医生按医院的表格给样机打了分":                                          "",
		"报价已提交给客户。":                                                   "L09",
		"我们给客户做了演示":                                                   "L09",
		"El comité aprobó la solicitud en su sistema.":                "",
		"Der Einkauf hat den Antrag im eigenen System genehmigt.":     "",
		"La directrice financière a inscrit le budget dans son plan.": "",
		"Директор по закупкам утвердил заявку.":                       "",
		"購買部長が申請を承認した。":                                               "",
		"Proposal sent":                           "L09",
		"Proposal sent to Müller":                 "L09",
		"Quote sent to the El Paso office":        "L09",
		"Demo done":                               "L09",
		"The head of 采购部 was happy with the demo": "L10",
		"The procurement director of Société Générale approved the purchase request in her own system.": "",
	} {
		got := ""
		for _, f := range l.Lint(Statement{Text: text, Place: Milestone}) {
			if f.Check == "L09" || f.Check == "L10" {
				got = f.Check
				break
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	found := l.Lint(Statement{Text: "报价已提交。客户很满意。", Place: Milestone})
	if len(found) != 3 || found[0].Check != "L02" || found[0].Value != "报价已提交" || found[1].Check != "L04" || found[1].Value != "很满意" || found[2].Check != "L10" {
		t.Errorf("%+v", found)
	}
}
