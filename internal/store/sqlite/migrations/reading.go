package migrations

import (
	"fmt"
	"strings"
)

// Views, in the order in which they are made: what other programs read by SQL.
// docs/formats/sql.md says what their columns mean. Columns are only ever added,
// at the end; those that begin with "reading_" are steps on the way and may change.

// View is one, and what it selects.
type View struct{ Name, Select string }

// dialect is what the two databases spell differently.
type dialect struct {
	uuid  func(bytes string) string  // sixteen bytes as people write an id
	time  func(micros string) string // microseconds since 1970 as an instant
	in    func(text, part string) string
	bytes string // compares texts byte by byte
	once  string // has a step worked out once, where that is dear

	// name gives the name that holds of a row of a table by an id in words; join
	// is what has to stand among the tables for it.
	name  func(table, id string) (column, join string)
	lines string // every fact as a row
}

// SQLiteViews gives the views for a file. Facts lie there in bundles, which the
// first of the views takes apart.
func SQLiteViews() []View {
	return views(dialect{
		uuid: sqliteUUID,
		time: sqliteTime,
		in:   func(text, part string) string { return "instr(" + text + ", " + part + ") > 0" },
		once: "materialized ",
		name: func(table, id string) (column, join string) {
			return "n_" + table + ".name", "\n\tleft join (select workspace, " + sqliteUUID("id") + " as id, name from " + newest(table) + ") n_" + table +
				" on n_" + table + ".workspace = e.workspace and n_" + table + ".id = " + id
		},
		lines: unbundled(),
	})
}

// PostgresViews gives the views for PostgreSQL, where every fact is a row.
func PostgresViews() []View {
	return views(dialect{
		uuid:  func(b string) string { return "encode(" + b + ", 'hex')::uuid::text" },
		time:  func(n string) string { return "'epoch'::timestamptz + " + n + " * interval '1 microsecond'" },
		in:    func(text, part string) string { return "strpos(" + text + ", " + part + ") > 0" },
		bytes: ` collate "C"`,
		once:  "not materialized ",
		name: func(table, id string) (column, join string) { // by its key
			return "(select x.name from " + table + " x where x.workspace = e.workspace and x.id = decode(replace(" + id +
				", '-', ''), 'hex') order by x.recorded desc, x.version desc limit 1)", ""
		},
		lines: `select r.workspace, encode(s.deal, 'hex')::uuid::text as deal, r.fact::text as fact, r.batch as written, r.kind,
	r.happened, r.happened_day, r.learned, r.recorded, r.turn, r.author::text as author, r.grade, r.system, r.record, r.body,
	` + sideOf("r") + ` as side, ` + viaOf("r") + ` as via
from fact_row r join summary s on s.workspace = r.workspace and s.seq = r.seq`,
	})
}

func views(d dialect) []View {
	return []View{
		{"reading_line", d.lines},
		{"read_facts", d.facts()},
		{"read_evidence", `select workspace, deal, fact, body ->> 'about' as about, body ->> 'person' as person,
	case kind when 'contradiction' then 1 else 0 end as against, grade, body ->> 'text' as text, happened, happened_day, learned, author, system
from read_facts where taken_back = 0 and kind in ('evidence', 'contradiction')`},
		{"read_people", d.people()},
		{"read_ends", d.ends()},
		{"read_deals", d.deals()},
	}
}

// facts says of each fact whether a correction takes it back. Of a deal's
// corrections the newest is heard first, and one that is itself taken back takes
// nothing back: "back" holds what those heard so far have taken.
func (d dialect) facts() string {
	return `with recursive line as ` + d.once + `(select * from reading_line), corrections as (
	select workspace, deal, fact, body ->> 'of' as takes,
		row_number() over (partition by workspace, deal order by coalesce(happened, learned) desc, learned desc, turn desc, fact desc) as n,
		count(*) over (partition by workspace, deal) as of
	from line where kind = 'correction'
), heard (workspace, deal, n, of, back) as (
	select workspace, deal, n, of, ' ' || takes from corrections where n = 1
	union all
	select c.workspace, c.deal, c.n, c.of, case when ` + d.in("h.back", "c.fact") + ` then h.back else h.back || ' ' || c.takes end
	from heard h join corrections c on c.workspace = h.workspace and c.deal = h.deal and c.n = h.n + 1
)
select l.workspace, l.deal, l.fact, l.written, l.kind, l.happened, l.happened_day, l.learned, l.recorded, l.turn,
	case when l.side = 'us' then l.author end as author, l.grade, l.system, l.record,
	case when h.back is not null and ` + d.in("h.back", "l.fact") + ` then 1 else 0 end as taken_back, l.body,
	l.author as actor, nullif(l.side, '') as side, nullif(l.via, '') as via
from line l left join heard h on h.workspace = l.workspace and h.deal = l.deal and h.n = h.of`
}

// latest orders facts so that the one which holds comes first.
const latest = "partition by workspace, deal order by coalesce(happened, learned) desc, learned desc, turn desc"

// holding gives of each deal what the fact says which holds, of some kinds.
func (d dialect) holding(from, where string, values ...string) string {
	var order []string
	for _, v := range values {
		order = append(order, "coalesce("+v+", '')"+d.bytes+" desc")
	}
	return "select *, row_number() over (" + latest + ", " + strings.Join(order, ", ") + ") as rank from " + from + " where taken_back = 0 and " + where
}

func (d dialect) ends() string { return d.endsOf("read_facts") }

func (d dialect) endsOf(from string) string {
	said := func(name string) string { return "case kind when 'ended' then body ->> '" + name + "' end" }
	return `select workspace, deal, fact, case kind when 'resumed' then 'open' else body ->> 'outcome' end as outcome, body ->> 'cause' as cause,
	body ->> 'foreign' as foreign_word, body ->> 'text' as text, body ->> 'until' as until, body ->> 'trigger' as wakes, body ->> 'person' as person,
	happened, happened_day, learned, author, case rank when 1 then 1 else 0 end as holds
from (` + d.holding(from, "kind in ('ended', 'resumed')", said("outcome"), said("cause"), said("foreign"), said("until"), said("text")) + `) e`
}

// newest are the versions that hold of a table's people or accounts.
func newest(table string) string {
	return "(select * from (select *, row_number() over (partition by workspace, id order by recorded desc, version desc) as rank from " +
		table + ") v where v.rank = 1)"
}

func (d dialect) people() string {
	same := "(select c.same from contact c where c.workspace = p.workspace and c.id = p.id order by c.version desc limit 1)"
	account := "(select a.name from account a where a.workspace = p.workspace and a.id = p.account order by a.recorded desc, a.version desc limit 1)"
	return `select p.workspace, ` + d.uuid("p.id") + ` as person, p.ours, p.name, p.title, p.email,
	` + d.uuid("p.account") + ` as account, ` + account + ` as account_name, ` + d.time("p.erased") + ` as erased, ` + d.uuid(same) + ` as told_as
from ` + newest("person") + ` p`
}

func (d dialect) deals() string {
	part := func(name, where string, values ...string) string {
		return name + " as (select * from (" + d.holding("live", where, values...) + ") h where rank = 1)"
	}
	account, joinAccount := d.name("account", "c.body ->> 'account'")
	owner, joinOwner := d.name("person", "o.body ->> 'owner'")
	return `with live as materialized (select * from read_facts where taken_back = 0), every as (
	select workspace, deal, count(*) as facts, max(coalesce(happened, learned)) as newest,
		min(case kind when 'opened' then happened end) as opened
	from live where kind not in ('correction', 'person_merged') group by workspace, deal
), ` + strings.Join([]string{
		part("title", "kind in ('opened', 'described') and body ->> 'title' <> ''", "body ->> 'title'"),
		part("customer", "kind in ('opened', 'described') and body ->> 'account' is not null", "body ->> 'account'"),
		part("owner", "(kind = 'owner_changed' or kind = 'opened' and body ->> 'owner' is not null)", "body ->> 'owner'"),
		part("stage", "kind = 'stage_moved'", "body ->> 'foreign'", "body ->> 'stage'"),
		"amount as (select * from (select *, row_number() over (" + latest + ", cast(body -> 'amount' ->> 'cents' as bigint) desc, " +
			"coalesce(body -> 'amount' ->> 'currency', '')" + d.bytes + " desc) as rank from live where kind = 'amount_changed') h where rank = 1)",
		part("planned", "kind = 'close_date_moved'", "body ->> 'to'"),
		"finish as (" + d.endsOf("live") + ")",
	}, ", ") + `
select e.workspace, e.deal, t.body ->> 'title' as title, c.body ->> 'account' as account,
	` + account + ` as account_name, o.body ->> 'owner' as owner, ` + owner + ` as owner_name,
	e.opened, s.body ->> 'stage' as stage, s.body ->> 'foreign' as stage_word,
	cast(a.body -> 'amount' ->> 'cents' as bigint) / 100.0 as amount, a.body -> 'amount' ->> 'currency' as currency,
	nullif(p.body ->> 'to', '') as close_date, coalesce(x.outcome, 'open') as outcome, case when x.outcome <> 'open' then x.happened end as ended,
	e.newest, e.facts
from every e
	left join title t on t.workspace = e.workspace and t.deal = e.deal
	left join customer c on c.workspace = e.workspace and c.deal = e.deal
	left join owner o on o.workspace = e.workspace and o.deal = e.deal
	left join stage s on s.workspace = e.workspace and s.deal = e.deal
	left join amount a on a.workspace = e.workspace and a.deal = e.deal
	left join planned p on p.workspace = e.workspace and p.deal = e.deal
	left join finish x on x.workspace = e.workspace and x.deal = e.deal and x.holds = 1` + joinAccount + joinOwner
}

func sqliteUUID(b string) string {
	h := "lower(hex(" + b + "))"
	var parts []string
	for _, p := range [][2]int{{1, 8}, {9, 4}, {13, 4}, {17, 4}, {21, 12}} {
		parts = append(parts, fmt.Sprintf("substr(%s, %d, %d)", h, p[0], p[1]))
	}
	return "case when " + b + " is not null then " + strings.Join(parts, " || '-' || ") + " end"
}

// sqliteTime writes an instant in UTC, to the microsecond, so that texts sort as
// the instants do.
func sqliteTime(n string) string {
	second := "((" + n + ") - ((" + n + ") % 1000000 + 1000000) % 1000000) / 1000000"
	return "case when " + n + " is not null then strftime('%Y-%m-%d %H:%M:%S', " + second + ", 'unixepoch') || " +
		"printf('.%06d', ((" + n + ") % 1000000 + 1000000) % 1000000) end"
}

// The words for what deal.Actor.Mark numbers.
var (
	sides = []string{"", "us", "customer"}
	ways  = []string{"", "page", "command", "rest", "plan", "import", "note", "model", "job"}
)

// named gives the word for a number, nothing where there is none.
func named(number string, words []string) string {
	var b strings.Builder
	b.WriteString("case " + number)
	for i, w := range words {
		fmt.Fprintf(&b, " when %d then '%s'", i, w)
	}
	b.WriteString(" end")
	return b.String()
}

// sideOf and viaOf tell who acted where a row says it, else as deal.Unmarked does.
func sideOf(row string) string {
	return strings.ReplaceAll("coalesce(e.side, case when e.author is not null or e.system in ('person', 'document', 'message') then 'us' "+
		"when e.system = 'plan' then 'customer' else '' end)", "e.", row+".")
}

func viaOf(row string) string {
	return strings.ReplaceAll("coalesce(e.via, case when e.author is not null or e.system in ('', 'person', 'document', 'message') then '' "+
		"when e.system = 'plan' then 'plan' when e.system = 'playbook' then 'job' else 'import' end)", "e.", row+".")
}

// A bundle is a version byte and then each fact as a length and an entry
// (store.Bundle). SQLite has no function that gives a byte of a blob; its
// digits are looked up.

// digit is one of a text of hexadecimal digits, counted from 1.
func digit(hex string, at int) string {
	return fmt.Sprintf("(instr('0123456789ABCDEF', substr(%s, %d, 1)) - 1)", hex, at)
}

// width is how many bytes the number takes that a text of digits begins with.
func width(hex string, most int) string {
	var b strings.Builder
	b.WriteString("(case")
	for n := range most {
		fmt.Fprintf(&b, " when substr(%s, %d, 1) < '8' then %d", hex, 2*n+1, n+1)
	}
	b.WriteString(" end)")
	return b.String()
}

// number is that number: seven bits of each byte, the lowest first.
func number(hex string, most int) string {
	var b strings.Builder
	b.WriteString("(case")
	sum := ""
	for n := range most {
		if n > 0 {
			sum += " + "
		}
		sum += fmt.Sprintf("(((%s * 16 + %s) & 127) << %d)", digit(hex, 2*n+1), digit(hex, 2*n+2), 7*n)
		fmt.Fprintf(&b, " when substr(%s, %d, 1) < '8' then %s", hex, 2*n+1, sum)
	}
	b.WriteString(" end)")
	return b.String()
}

// signed is a number whose lowest bit is its sign.
func signed(n string) string {
	return "(case when " + n + " & 1 then -(" + n + " >> 1) - 1 else " + n + " >> 1 end)"
}

// unbundled takes the bundles of a file apart: first into entries, then each
// entry part by part, "p" being how far it was read. Each step is a query over
// the one before it, with a condition and a limit that say nothing: SQLite then
// works each value out once, and does not put its words wherever it is used.
func unbundled() string {
	const few, long = 5, 10 // the most bytes of a length, and of an instant
	next := "w.at + " + width("w.h", few) + " + " + number("w.h", few)
	const here = "\n\tfrom walk w join fact f on f.workspace = w.workspace and f.seq = w.seq and f.first = w.first where length(w.h) > 0"
	walk := "walk (workspace, seq, first, at, h) as (\n\tselect workspace, seq, first, 2, hex(substr(bundle, 2, 5)) from fact\n\tunion all\n\t" +
		"select w.workspace, w.seq, w.first, " + next + ", hex(substr(f.bundle, " + next + ", 5))" + here + "\n)"
	steps := []string{walk, "s1 as (select w.workspace, w.seq, f.batch, hex(substr(f.bundle, 1, 1)) >= '03' as marked, substr(f.bundle, w.at + " + width("w.h", few) + ", " + number("w.h", few) +
		") as c" + here + " limit -1)"}
	step := func(columns string) {
		n := len(steps)
		steps = append(steps, fmt.Sprintf("s%d as (select *, %s from s%d where workspace is not null limit -1)", n, columns, n-1))
	}
	step("hex(substr(c, 17, 1)) as f, hex(substr(c, 18, 10)) as h1")
	step(digit("f", 1) + " as flags, " + digit("f", 2) + " as low, " + number("h1", long) + " as u1, 18 + " + width("h1", long) + " as p1")
	step(signed("u1") + " as learned, case when flags & 1 then hex(substr(c, p1, 10)) end as h2")
	step(number("h2", long) + " as u2, p1 + coalesce(" + width("h2", long) + ", 0) as p2")
	step("learned + " + signed("u2") + " as happened, case when flags & 2 then hex(substr(c, p2, 10)) end as h3")
	step(number("h3", long) + " as u3, p2 + coalesce(" + width("h3", long) + ", 0) as p3")
	step("learned + " + signed("u3") + " as recorded, case when flags & 4 then substr(c, p3, 16) end as author, " +
		"p3 + case when flags & 4 then 16 else 0 end as p4")
	step("case when marked and low & 8 then hex(substr(c, p4, 1)) end as who, p4 + case when marked and low & 8 then 1 else 0 end as p4b")
	step("case when flags & 8 then hex(substr(c, p4b, 7)) end as h4")
	step("coalesce(" + number("h4", few) + ", 0) as turn, coalesce(" + width("h4", few) + ", 0) as w4")
	step("case when flags & 8 then substr(h4, 2 * w4 + 1, 2) else '00' end as m, p4b + w4 + case when flags & 8 then 2 else 0 end as p5")
	at := "p5"
	for _, name := range []string{"kind", "system", "record", "body"} {
		step("hex(substr(c, " + at + ", 5)) as h_" + name)
		step(at + " + " + width("h_"+name, few) + " as b_" + name + ", " + number("h_"+name, few) + " as n_" + name)
		step(fmt.Sprintf("cast(substr(c, b_%[1]s, n_%[1]s) as text) as %[1]s, b_%[1]s + n_%[1]s as e_%[1]s", name))
		at = "e_" + name
	}
	step(digit("m", 1) + " * 16 + " + digit("m", 2) + " as mark, case when marked then low & 7 else low end as grade")
	step("case when marked then coalesce(" + named(digit("who", 1), sides) + ", case when author is null then '' else 'us' end) end as side, " +
		"case when marked then coalesce(" + named(digit("who", 2), ways) + ", '') end as via")
	day := "case when e.happened is not null and e.mark > 0 then substr(" + sqliteTime("e.happened + (e.mark - 16) * 3600000000") + ", 1, 10) end"
	from := fmt.Sprintf("s%d", len(steps)-1)
	return "with recursive " + strings.Join(steps, ",\n") +
		"\nselect e.workspace, " + sqliteUUID("s.deal") + " as deal, " + sqliteUUID("substr(e.c, 1, 16)") + " as fact, e.batch as written, e.kind,\n\t" +
		sqliteTime("e.happened") + " as happened, " + day + " as happened_day, " + sqliteTime("e.learned") + " as learned, " +
		sqliteTime("e.recorded") + " as recorded, e.turn, " + sqliteUUID("e.author") + " as author, e.grade, e.system, e.record, e.body,\n\t" +
		sideOf("e") + " as side, " + viaOf("e") + " as via\nfrom " + from +
		" e join summary s on s.workspace = e.workspace and s.seq = e.seq"
}
