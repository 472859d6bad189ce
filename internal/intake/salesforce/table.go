package salesforce

import (
	"slices"
	"strings"

	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/csv"
	"github.com/throughline/throughline/internal/intake/spelling"
)

// object is a Salesforce object that is read.
type object uint8

const (
	unknownObject object = iota
	accountObject
	userObject
	contactObject
	historyObject
	validityObject // opportunities with the time from which a row held, as warehouses keep them
	opportunityObject
	roleObject
	taskObject
	eventObject
	objects
)

func (o object) String() string {
	return [...]string{"", "Account", "User", "Contact", "OpportunityHistory", "OpportunityHistory", "Opportunity", "OpportunityContactRole", "Task",
		"Event"}[o]
}

// table is a file of one object.
type table struct {
	file    intake.File
	object  object
	dialect csv.Dialect
	col     map[string]int // by folded header
	dates   map[int]*spelling.DateColumn
	amounts map[int]*spelling.AmountColumn
	cells   []string

	attributes map[string]string // folded header -> name of an attribute that was asked for
	reads      []readable

	row   *intake.Row // of the cells
	notes *intake.Notes
}

// fold makes one spelling of API names and warehouse column names:
// "StageName", "stage_name" and "Stage Name" are the same.
func fold(header string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		}
		return -1
	}, header)
}

// recognise tells the object by its columns; the file's name decides only
// between objects whose columns could be either's.
func recognise(name string, header []string) (object, map[string]int) {
	col := map[string]int{}
	for i, h := range header {
		f := fold(h)
		if _, ok := col[f]; !ok && f != "" {
			col[f] = i
		}
	}
	has := func(name string) bool { _, ok := col[name]; return ok }
	file := fold(name)
	for _, s := range signatures {
		if len(s.any) > 0 && !slices.ContainsFunc(s.any, has) || s.without != "" && has(s.without) || !strings.Contains(file, s.file) {
			continue
		}
		if !slices.ContainsFunc(s.all, func(name string) bool { return !has(name) }) {
			return s.object, col
		}
	}
	return unknownObject, col
}

// signature is what the columns of an object look like.
type signature struct {
	object  object
	all     []string // columns that it has
	any     []string // of which it has one, where they are named
	without string   // that it has not
	file    string   // that the file's name has in it
}

// eventTimes are what an event has and a task has not.
var eventTimes = []string{"startdatetime", "activitydatetime", "enddatetime"}

// signatures are looked through in turn: the first that holds is it.
var signatures = []signature{
	{object: historyObject, all: []string{"opportunityid", "stagename", "createddate"}},
	{object: validityObject, all: []string{"id", "stagename", "fivetranstart"}},
	{object: opportunityObject, all: []string{"id", "stagename"}},
	{object: roleObject, all: []string{"opportunityid", "contactid"}},
	{object: taskObject, all: []string{"id", "whatid", "tasksubtype"}, any: eventTimes, without: "iscallcompleted", file: "task"},
	{object: eventObject, all: []string{"id", "whatid"}, any: eventTimes, without: "iscallcompleted"},
	{object: taskObject, all: []string{"id", "whatid"}, any: []string{"status", "priority", "tasksubtype", "isclosed"}},
	{object: userObject, all: []string{"id"}, any: []string{"username", "profileid", "userroleid"}},
	{object: contactObject, all: []string{"id", "lastname"}},
	{object: contactObject, all: []string{"id", "email", "accountid"}},
	{object: contactObject, all: []string{"id", "name"}, file: "contact"},
	{object: userObject, all: []string{"id", "name"}, file: "user"},
	{object: accountObject, all: []string{"id", "name"}, file: "account"},
	{object: accountObject, all: []string{"id", "name"}, any: []string{"industry", "billingcountry", "numberofemployees"}},
}

// dateColumns are those whose values are read, by object. Those after the
// empty name may lie ahead and say nothing of how far the export reaches.
var dateColumns = [objects][]string{
	accountObject:     {},
	historyObject:     {"createddate", "systemmodstamp", "", "closedate"},
	validityObject:    {"lastmodifieddate", "fivetranstart", "", "closedate"},
	opportunityObject: {"createddate", "lastmodifieddate", "systemmodstamp", "", "closedate"},
	roleObject:        {"createddate", "systemmodstamp"},
	taskObject:        {"createddate", "completeddatetime", "lastmodifieddate", "", "activitydate"},
	eventObject:       {"createddate", "lastmodifieddate", "", "activitydatetime", "startdatetime", "activitydate"},
}

// get gives a cell by the folded name of its column, "" where there is none.
func (t *table) get(name string) string {
	if i, ok := t.col[name]; ok && i < len(t.cells) {
		return strings.TrimSpace(t.cells[i])
	}
	return ""
}

// flag reads a check box; said is false where the export has no such column.
func (t *table) flag(name string) (on, said bool) {
	switch strings.ToLower(t.get(name)) {
	case "true", "1", "yes":
		return true, true
	case "false", "0", "no":
		return false, true
	}
	return false, false
}

// deleted reports whether the row is in Salesforce's recycle bin, gone at the
// source of a warehouse, or merged into another record.
func (t *table) deleted() bool {
	for _, name := range []string{"isdeleted", "fivetrandeleted"} {
		if on, _ := t.flag(name); on {
			active, said := t.flag("fivetranactive")
			return active || !said || t.object != validityObject
		}
	}
	return t.object == opportunityObject && t.master() != ""
}

// master gives the record that this one was merged into, "" where it was not.
func (t *table) master() string {
	for _, name := range []string{"masterrecordid", "mergedinto", "mergedintoc", "mergedintoid"} {
		if v := t.get(name); v != "" && v != t.get("id") && !spelling.Nothing(v, spelling.ID) {
			return v
		}
	}
	return ""
}

// custom ends the API names of fields that a company has made itself.
const custom = "__c"

// texts are fields that hold what people wrote to each other, which is not read.
var texts = map[string]bool{"description": true, "nextstep": true}

// column gives the folded header of a field that was asked for, with or
// without the end of a custom one.
func (t *table) column(field string) (string, bool) {
	f := fold(field)
	if _, ok := t.col[f]; ok {
		return f, true
	}
	_, ok := t.col[f+"c"]
	return f + "c", ok
}

// describe notes which of the fields that were asked for stand in this table.
// An attribute is called like its field, in small letters and without the end of a custom one.
func (t *table) describe(fields []string) {
	t.attributes = map[string]string{}
	for _, field := range fields {
		if c, ok := t.column(field); ok && !texts[c] {
			t.attributes[c] = strings.TrimSuffix(strings.ToLower(field), custom)
		}
	}
}

// further adds the attributes that were asked for.
func (t *table) further(to map[string]string) {
	for c, name := range t.attributes {
		if v := t.get(c); v != "" {
			to[name] = v
		}
	}
}
