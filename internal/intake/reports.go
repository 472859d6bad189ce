package intake

import (
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/store"
)

// manager holds whom somebody of a customer's reports to, until a deal of theirs is
// read. What would close a circle is told, with who is in it, and left out.
func (t *Translator) manager(r *Person, n *Notes) {
	if r.Manager == "" || r.Ours || len(t.managers) >= mostManagers {
		return
	}
	line, at := []string{r.Foreign}, r.Manager
	for ; at != "" && at != r.Foreign; at = t.managers[at] {
		line = append(line, at)
	}
	if at == r.Foreign {
		circle := strings.Join(append(line, at), " → ")
		n.Say("reports-circle", &r.Row, "manager", circle, func() diag.Finding {
			return diag.Finding{Message: "who reports to whom is a circle: " + circle,
				Hint: "the last line of it is left out; correct it in the other system and import again, or say it on the person's page"}
		})
		return
	}
	if t.managers == nil {
		t.managers = map[string]string{}
	}
	t.managers[strings.Clone(r.Foreign)] = strings.Clone(r.Manager)
}

// reports says in a deal of somebody's whom they report to. An export says it once for
// each whom: what one of ours said since is not undone by the same export again. That
// the other system says nothing is no end.
func (t *Translator) reports(r *Member, st *standing, who throughline.PersonID, g *Ground, n *Notes) {
	foreign := t.managers[r.Person]
	if foreign == "" || st.summary.Outcome() != throughline.StillOpen { // a deal that has ended hears nothing new
		return
	}
	k, ok := g.people.get(foreign)
	if !ok || k.v.Ours {
		n.Say("reports-unknown", &r.Row, "manager", foreign, func() diag.Finding {
			return diag.Finding{Severity: diag.Hint, Message: "somebody reports to " + foreign + ", who is not among the people imported",
				Hint: "export the people with them and import again"}
		})
		return
	}
	to := throughline.PersonID(k.id)
	for _, p := range []throughline.PersonID{who, store.ToldAs(who, g.same)} {
		if l := st.summary.People[p].Reports; l.Set() && (l.Value == to || l.Value == store.ToldAs(to, g.same)) {
			return
		}
	}
	id := throughline.FactID(t.keyed(time.Unix(0, 0).UTC(), r.Deal, string(deal.KindReportsTo), r.Person, foreign))
	t.put(g, st, &r.Row, id, time.Time{}, t.orHorizon(time.Time{}), 0, deal.ReportsTo{Person: who, To: to})
}
