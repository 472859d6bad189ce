package csv

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook/source"
)

// SideKind is what a further table holds a row of.
type SideKind uint8

// The further tables, in the order in which they are read.
const (
	NamesSide      SideKind = iota // names of stages that the deals know by an id, and which of them end a deal
	AccountsSide                   // customers
	PeopleSide                     // people of the customer's
	MembersSide                    // who takes part in which deal
	HistorySide                    // what a deal was, and since when
	ActivitiesSide                 // calls, messages, meetings, tasks
	sideKinds
)

// key is what a kind of table is called in a mapping file.
func (k SideKind) key() string {
	return [...]string{"stage_names", "accounts", "people", "members", "history", "activities"}[k]
}

// Word is the kind as a mapping file calls it.
func (k SideKind) Word() string { return k.key() }

// field is what a column of a further table means.
type field uint8

const (
	fID field = iota
	fDeal
	fDealTitle
	fAccount
	fPerson
	fName
	fFirst
	fLast
	fJob
	fEmail
	fManager
	fRole
	fAt
	fPlanned
	fStage
	fAmount
	fCurrency
	fExpected
	fOwner
	fProperty
	fValue
	fWhat
	fDirection
	fState
	fWon
	fClosed
	fields
)

// fieldTable is how a field is spelt, what it means, and in which tables it stands.
var fieldTable = [fields]struct {
	key, doc string
	in       []SideKind
}{
	fID:        {"id", "the row's own id", []SideKind{NamesSide, AccountsSide, PeopleSide, ActivitiesSide}},
	fDeal:      {"deal", "the deal, by its id", []SideKind{MembersSide, HistorySide, ActivitiesSide}},
	fDealTitle: {"deal_title", "the deal, by its title, where only one is called so", []SideKind{MembersSide, HistorySide, ActivitiesSide}},
	fAccount:   {"account", "the customer; of an activity without a deal, whose one open deal it was about", []SideKind{PeopleSide, ActivitiesSide}},
	fPerson:    {"person", "who of the customer, by id or name", []SideKind{MembersSide, ActivitiesSide}},
	fName:      {"name", "what it is called", []SideKind{NamesSide, AccountsSide, PeopleSide}},
	fFirst:     {"first_name", "where the name stands in two columns", []SideKind{PeopleSide}},
	fLast:      {"last_name", "where the name stands in two columns", []SideKind{PeopleSide}},
	fJob:       {"job_title", "what they are", []SideKind{PeopleSide}},
	fManager:   {"manager", "whom they report to, by the id of their row", []SideKind{PeopleSide}},
	fEmail:     {"email", "their address", []SideKind{PeopleSide}},
	fRole:      {"role", "their role in the deal", []SideKind{MembersSide}},
	fAt:        {"at", "when it happened, or began to hold", []SideKind{MembersSide, HistorySide, ActivitiesSide}},
	fPlanned:   {"planned", "when it is to happen; counts where nothing says when it did", []SideKind{ActivitiesSide}},
	fStage:     {"stage", "the stage that began then", []SideKind{HistorySide}},
	fAmount:    {"amount", "what the deal was worth from then on", []SideKind{HistorySide}},
	fCurrency:  {"currency", "its currency", []SideKind{HistorySide}},
	fExpected:  {"expected", "when an order was expected from then on", []SideKind{HistorySide}},
	fOwner:     {"owner", "who of us had it from then on", []SideKind{HistorySide}},
	fProperty:  {"property", "which field of the deal changed", []SideKind{HistorySide}},
	fValue:     {"value", "to what it changed", []SideKind{HistorySide}},
	fWhat:      {"type", "what it was: call, email, meeting, task", []SideKind{ActivitiesSide}},
	fDirection: {"direction", "whose act it was: incoming, outgoing", []SideKind{ActivitiesSide}},
	fState:     {"state", "whether it was done", []SideKind{ActivitiesSide}},
	fWon:       {"won", "yes where the stage is a success", []SideKind{NamesSide}},
	fClosed:    {"closed", "yes where the stage ends a deal", []SideKind{NamesSide}},
}

// What words of an activity's columns can mean.
var (
	actKinds = []string{"call", "email", "meeting", "task"}
	actSides = []string{"theirs", "ours"}
	actState = []string{"done", "held", "planned", "none"} // held: they gave their time; none: it never was
	property = []string{"stage", "amount", "expected", "owner"}
)

// Side is a further table: its columns, and what its words mean.
type Side struct {
	Kind    SideKind
	File    Ref
	Columns [fields]Ref
	What    string              // of an activity: what every row is, where no column says
	By      deal.Side           // whose act every row is
	Done    bool                // every row has happened: it is a log of calls, not a list of what is to be done
	Means   map[string][]string // a word of type, direction, state or property, folded: what it means in each
	Only    []Only              // rows that count
}

// Only is a column and the value that rows have to have in it.
type Only struct {
	Ref
	Value string
}

// Act is a column of the deals that holds the day of their last act of some kind.
type Act struct {
	Ref
	What string
	By   deal.Side
}

// sideFields declare the further tables of a mapping file.
func sideFields() (out []source.Field) {
	column := source.Line()
	docs := [sideKinds]string{
		"names of stages that the deals know by an id",
		"customers, where the deals know them by an id",
		"people of the customers",
		"who takes part in which deal",
		"what deals were, and since when",
		"calls, messages, meetings and tasks",
	}
	for k := range sideKinds {
		of := []source.Field{{Key: "file", Shape: column, Required: true, Doc: "which file it is", Example: "file: " + k.key() + ".csv"}}
		for _, f := range fieldTable {
			if slices.Contains(f.in, k) {
				of = append(of, source.Field{Key: f.key, Shape: column, Doc: f.doc})
			}
		}
		of = append(
			of,
			source.Field{Key: "only", Shape: source.Keyed([]string(nil), column), Doc: "rows that count: for a column, the value it has to have"},
		)
		switch k {
		case ActivitiesSide:
			of = append(
				of,
				source.Field{Key: "what", Shape: source.OneOf(actKinds), Doc: "what every row is, where no column says"},
				source.Field{Key: "by", Shape: source.OneOf(actSides), Doc: "whose act every row is, where no column says"},
				source.Field{Key: "done", Shape: source.OneOf([]string{"yes"}), Doc: "every row has happened"},
				source.Field{
					Key:   "means",
					Shape: source.Keyed([]string(nil), wordOrWords(slices.Concat(actKinds, actSides, actState))),
					Doc:   "what words of its columns mean, beyond those that are known",
				},
			)
		case HistorySide:
			of = append(
				of,
				source.Field{Key: "means", Shape: source.Keyed([]string(nil), wordOrWords(property)), Doc: "which field of ours a property is"},
			)
		}
		out = append(out, source.Field{Key: k.key(), Shape: source.ListOf(source.Record(of...), 0), Doc: docs[k]})
	}
	return out
}

// actsField declares the columns of the deals that hold days of acts.
func actsField() source.Field {
	return source.Field{Key: "acts", Shape: source.ListOf(source.Record(
		source.Field{
			Key:      "column",
			Shape:    source.Line(),
			Required: true,
			Doc:      "the column that holds its day",
			Example:  "column: Last email received",
		},
		source.Field{Key: "what", Shape: source.OneOf(actKinds), Required: true, Doc: "what it was", Example: "what: email"},
		source.Field{
			Key:   "by",
			Shape: source.OneOf(actSides),
			Doc:   "whose act it was",
		},
	), 0), Doc: "columns that hold the day of the last act of some kind"}
}

func sideOf(word string) deal.Side {
	switch word {
	case "theirs":
		return deal.Customer
	case "ours":
		return deal.Us
	}
	return deal.UnknownSide
}

func sideWord(s deal.Side) string {
	switch s {
	case deal.Customer:
		return "theirs"
	case deal.Us:
		return "ours"
	}
	return ""
}

// readSides reads the further tables of a mapping file.
func readSides(n *source.Node, ref func(*source.Node) Ref, bad func(at diag.Range, message, hint string)) (out []Side) {
	for k := range sideKinds {
		for _, t := range n.Get(k.key()).Items() {
			s := Side{
				Kind: k,
				File: ref(t.Get("file")),
				What: t.Get("what").String(),
				By:   sideOf(t.Get("by").String()),
				Done: t.Get("done").String() == "yes",
			}
			for f := range fields {
				if v := t.Get(fieldTable[f].key); v != nil && slices.Contains(fieldTable[f].in, k) {
					s.Columns[f] = ref(v)
				}
			}
			for _, p := range t.Get("means").Pairs() {
				set(&s.Means, foldHead(p.Key), wordsOf(p.Value))
			}
			for _, p := range t.Get("only").Pairs() {
				s.Only = append(s.Only, Only{Ref{Name: p.Key, At: p.Value.At}, p.Value.String()})
			}
			if lacks := s.lacks(); lacks != "" {
				bad(s.File.At, fmt.Sprintf("%s lacks %s", k.key(), lacks), "say which column it is")
				continue
			}
			out = append(out, s)
		}
	}
	return out
}

// lacks says what a table cannot do without, "" where it has all.
func (s *Side) lacks() string {
	has := func(fs ...field) bool {
		return slices.ContainsFunc(fs, func(f field) bool { return s.Columns[f].Name != "" })
	}
	switch s.Kind {
	case NamesSide:
		if !has(fID) || !has(fName, fWon, fClosed, fState) {
			return "id and name"
		}
	case AccountsSide:
		if !has(fID) || !has(fName) {
			return "id and name"
		}
	case PeopleSide:
		if !has(fID, fName, fLast, fEmail) {
			return "id or name"
		}
	case MembersSide:
		if !has(fDeal, fDealTitle) || !has(fPerson) {
			return "deal and person"
		}
	case HistorySide:
		if !has(fDeal, fDealTitle) || !has(fAt) {
			return "deal and at"
		}
		if !has(fStage, fAmount, fExpected, fOwner) && !(has(fProperty) && has(fValue)) {
			return "stage, amount, expected or owner"
		}
	case ActivitiesSide:
		if !has(fDeal, fDealTitle, fAccount) {
			return "deal"
		}
		if !has(fAt, fPlanned) {
			return "at"
		}
	}
	return ""
}

// writeSides writes the further tables.
func writeSides(sides []Side, line func(indent int, text, why string)) {
	for k := range sideKinds {
		first := true
		for _, s := range sides {
			if s.Kind != k {
				continue
			}
			if first {
				line(0, k.key()+":", "")
				first = false
			}
			line(2, "- file: "+scalar(s.File.Name), s.File.Why)
			for f := range fields {
				if c := s.Columns[f]; c.Name != "" {
					line(4, fieldTable[f].key+": "+scalar(c.Name), c.Why)
				}
			}
			if s.What != "" {
				line(4, "what: "+s.What, "")
			}
			if by := sideWord(s.By); by != "" {
				line(4, "by: "+by, "")
			}
			if s.Done {
				line(4, "done: \"yes\"", "")
			}
			if len(s.Only) > 0 {
				line(4, "only:", "")
				for _, o := range s.Only {
					line(6, scalar(o.Name)+": "+scalar(o.Value), "")
				}
			}
			if len(s.Means) > 0 {
				line(4, "means:", "")
				for _, w := range slices.Sorted(maps.Keys(s.Means)) {
					line(6, scalar(w)+": ["+strings.Join(s.Means[w], ", ")+"]", "")
				}
			}
		}
	}
}

func wordOrWords(words []string) *source.Shape {
	return source.Either(source.OneOf(words), source.ListOf(source.OneOf(words), 1))
}

func wordsOf(n *source.Node) (out []string) {
	if !n.IsList() {
		return []string{n.String()}
	}
	for _, i := range n.Items() {
		out = append(out, i.String())
	}
	return out
}

// mean gives what a word of a column means among some meanings, "" where
// nobody says.
func (s *Side) mean(word string, among []string) string {
	f := foldHead(word)
	for _, m := range s.Means[f] {
		if slices.Contains(among, m) {
			return m
		}
	}
	for _, m := range among {
		if slices.Contains(actWords[m], f) {
			return m
		}
	}
	return ""
}

// actWords are words of activities that need not be said, folded.
var actWords = map[string][]string{
	"call": strings.Split(
		"call,phone call,phonecall,phone,telephone,logged call,电话,通话,anruf,telefonat,telefonanruf,llamada,appel,appel telephonique,звонок,ligacao,chamada",
		",",
	),
	"email": strings.Split(
		"email,e mail,mail,incoming email,outgoing email,logged email,邮件,电子邮件,correo,correo electronico,courriel,письмо,эл письмо",
		",",
	),
	"meeting": strings.Split(
		"meeting,appointment,event,lunch,demo,visit,logged meeting,会议,拜访,约会,termin,besprechung,treffen,besuch,reunion,cita,visita,rendez vous,встреча,reuniao",
		",",
	),
	"task": strings.Split("task,to do,todo,deadline,follow up,任务,待办,aufgabe,tarea,tache,задача,tarefa", ","),
	"theirs": strings.Split(
		"inbound,incoming,received,in,incoming email,received email,呼入,收到,eingehend,entrante,entrant,входящий,входящее,recebida,recebido,missed",
		",",
	),
	"ours": strings.Split(
		"outbound,outgoing,sent,out,outgoing email,sent email,forwarded email,呼出,发出,ausgehend,saliente,sortant,исходящий,исходящее,enviada,enviado",
		",",
	),
	"done": strings.Split(
		"completed,complete,done,closed,finished,yes,true,1,y,sent,已完成,完成,erledigt,abgeschlossen,ja,completada,completado,si,sim,terminee,termine,oui,завершена,завершено,выполнено,да,concluida,concluido,是",
		",",
	),
	"held": strings.Split("held,attended,showed,took place,occurred", ","),
	"planned": strings.Split(
		"open,planned,scheduled,not started,in progress,no,false,0,n,pending,todo,未完成,进行中,offen,geplant,nein,abierta,pendiente,planificada,nao,non,prevue,нет,запланировано,否",
		",",
	),
	"none": strings.Split(
		"canceled,cancelled,no show,noshow,no answer,rescheduled,deleted,已取消,abgesagt,cancelada,cancelado,annulee,annule,отменено,отменена",
		",",
	),
	"stage":    strings.Split("dealstage,stage,stage id,stage name,stagename,sales stage,deal stage,hs deal stage", ","),
	"amount":   strings.Split("amount,value,expected revenue,estimated value", ","),
	"expected": strings.Split("closedate,close date,expected close date,closing date,date deadline,expected closing", ","),
	"owner":    strings.Split("hubspot owner id,owner,owner id,user id,assigned by id", ","),
}
