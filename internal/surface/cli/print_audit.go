package cli

import (
	"encoding/csv"
	"strconv"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/plan"
)

// printAudit prints lines of the audit: as a person reads them, as a table for
// spreadsheets, or the head alone.
func (c *command) printAudit(v caretaking.Audit) error {
	switch v.Form {
	case "head":
		c.say("%s\n", v.Head)
		return nil
	case "csv":
		return c.auditTable(v)
	}
	if len(v.Lines) == 0 {
		c.say("%s\n", c.words.Say("audit.none"))
		return nil
	}
	w := c.words
	t := sheet{head: []string{"#", w.Say("audit.at"), w.Say("audit.who"), w.Say("audit.did"), w.Say("audit.about"), w.Say("audit.outcome")}, right: map[int]bool{0: true}}
	for _, l := range v.Lines {
		t.rows = append(t.rows, []string{strconv.FormatInt(l.N, 10), l.At.Format("2006-01-02 15:04"), auditName(l.Name, l.Person), l.Did + detail(l.Detail),
			auditName(l.Called, l.Object), w.Say("audit." + l.Outcome)})
	}
	if err := c.printSheet(c.Out, t); err != nil {
		return err
	}
	if v.Next != "" && !c.Quiet {
		c.say("%s\n", c.words.Say("audit.more", "n", strconv.FormatInt(v.Lines[len(v.Lines)-1].N, 10)))
	}
	return nil
}

func detail(word string) string {
	if word == "" {
		return ""
	}
	return " (" + word + ")"
}

// auditName is a name, else the id, else nothing.
func auditName[T interface {
	~[16]byte
	String() string
}](name string, id T) string {
	switch {
	case name != "":
		return clean(name)
	case id == *new(T):
		return ""
	}
	return id.String()
}

func (c *command) auditTable(v caretaking.Audit) error {
	out := csv.NewWriter(c.Out)
	if err := out.Write([]string{"n", "at", "person", "name", "via", "did", "about", "object", "called", "detail", "outcome", "hash"}); err != nil {
		return err
	}
	for _, l := range v.Lines {
		row := []string{strconv.FormatInt(l.N, 10), l.At.UTC().Format(time.RFC3339), auditID(throughline.ID(l.Person)), plan.Harmless(l.Name), l.Via, l.Did, l.About, auditID(l.Object),
			plan.Harmless(l.Called), l.Detail, l.Outcome, l.Hash}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func auditID(id throughline.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}
