package salesforce

import (
	"maps"
	"slices"
	"strings"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/csv"
	"github.com/throughline/throughline/internal/intake/spelling"
)

// kinds says what the columns hold that are read, beside dates and amounts.
var kinds = map[string]spelling.Kind{
	"id": spelling.ID, "opportunityid": spelling.ID, "accountid": spelling.ID, "ownerid": spelling.ID, "contactid": spelling.ID, "whatid": spelling.ID,
	"whoid": spelling.ID, "reportstoid": spelling.ID, "masterrecordid": spelling.ID, "mergedinto": spelling.ID, "mergedintoc": spelling.ID, "mergedintoid": spelling.ID,
	"name": spelling.Name, "accountname": spelling.Name, "ownername": spelling.Name, "firstname": spelling.Name, "lastname": spelling.Name,
	"title": spelling.Name, "email": spelling.Name,
	"stagename": spelling.Word, "lossreasonc": spelling.Word, "closedlostreasonc": spelling.Word, "lostreasonc": spelling.Word, "lossreason": spelling.Word,
	"closedlostreason": spelling.Word,
	"role":             spelling.Word, "status": spelling.Word, "calltype": spelling.Word, "tasksubtype": spelling.Word, "currencyisocode": spelling.Word,
	"isclosed": spelling.Word, "iswon": spelling.Word, "isdeleted": spelling.Word, "fivetrandeleted": spelling.Word,
	"type": spelling.Category, "industry": spelling.Category, "leadsource": spelling.Category, "billingcountry": spelling.Category,
	"numberofemployees": spelling.Category, "recordtypeid": spelling.Category,
}

// needed are the columns without whose cell a row says something else, or nothing.
var needed = map[string]bool{
	"id":              true,
	"opportunityid":   true,
	"name":            true,
	"stagename":       true,
	"isclosed":        true,
	"iswon":           true,
	"isdeleted":       true,
	"fivetrandeleted": true,
}

// readable is a column that is read, and what it holds.
type readable struct {
	col    int
	name   string // folded
	header string
	kind   spelling.Kind
}

// know notes which columns are read.
func (t *table) know(header []string) {
	t.reads = t.reads[:0]
	for _, name := range slices.Sorted(maps.Keys(t.col)) {
		i := t.col[name]
		k, ok := kinds[name]
		if _, further := t.attributes[name]; !ok && further {
			k, ok = spelling.Category, true
		}
		if _, date := t.dates[i]; date {
			k, ok = spelling.Day, true
		}
		if _, amount := t.amounts[i]; amount {
			k, ok = spelling.Number, true
		}
		if ok {
			t.reads = append(t.reads, readable{i, name, header[i], k})
		}
	}
}

// clean empties the cells that say nothing by a word and those that are
// damaged, writes ids of 15 signs with 18, and says what it did. It gives a
// rejection where a damaged cell cannot be done without.
func (t *table) clean(in *csv.Table, row *intake.Row, s *Source, notes *intake.Notes) *intake.Rejection {
	damaged := in.Flaw() == csv.ZeroByte
	t.row, t.notes = row, notes
	for _, r := range t.reads {
		v := t.cells[r.col]
		if v == "" {
			continue
		}
		if damaged && strings.IndexByte(v, 0) >= 0 {
			if needed[r.name] && (r.name != "name" || t.object == opportunityObject) {
				return in.RejectDamage(r.col)
			}
			t.cells[r.col] = ""
			notes.Say("damaged-cell", row, r.header, "", func() diag.Finding { return csv.Damaged(r.header) })
			continue
		}
		switch r.kind {
		case spelling.Day, spelling.Number:
			continue // told where they are read
		case spelling.ID:
			if len(v) == 15 {
				t.cells[r.col] = spelling.LongID(v)
				continue
			}
		}
		if spelling.Nothing(v, r.kind) && !(r.kind == spelling.Word && s.means(v)) {
			t.cells[r.col] = ""
			t.nothing(r.header, v)
		}
	}
	return nil
}

// nothing says that a cell was read as empty.
func (t *table) nothing(header, value string) {
	value = strings.TrimSpace(value)
	t.notes.Say("says-nothing", t.row, header, value, func() diag.Finding { return csv.SaysNothing(header, value) })
}

// means reports whether the playbook's mapping knows a word, which outweighs
// that it could say nothing.
func (s *Source) means(word string) bool {
	_, _, ok := intake.StageMeaning(s.book, word)
	return ok
}
