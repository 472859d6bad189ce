package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// mostFaults is how many faults of one kind are told.
const mostFaults = 20

// Check looks whether the file is whole; see store.Ledger.
func (l *Ledger) Check(ctx context.Context) (store.Checked, error) {
	// One transaction, so that a write in between is not mistaken for a fault.
	tx, err := l.read.BeginTx(ctx, nil)
	if err != nil {
		return store.Checked{}, fail("check", l.path, err)
	}
	defer tx.Rollback()
	c := checker{tx: tx}
	err = c.run(ctx)
	slices.Sort(c.Faults)
	return c.Checked, fail("check", l.path, err)
}

// checker collects what is wrong with a ledger.
type checker struct {
	store.Checked
	tx    *sql.Tx
	older map[string]bool // tables that lack columns of this version
}

func (c *checker) fault(format string, args ...any) {
	c.Faults = append(c.Faults, fmt.Sprintf(format, args...))
}

func (c *checker) uncovered(format string, args ...any) {
	c.Uncovered = append(c.Uncovered, fmt.Sprintf(format, args...))
}

// unreadable takes an error for a fault where it says that the file is damaged;
// what was being looked at is then not covered.
func (c *checker) unreadable(ctx context.Context, err error, what string) error {
	if err == nil || ctx.Err() != nil {
		return err
	}
	c.fault("%s cannot be read: %v", what, err)
	c.uncovered("%s: it cannot be read to its end", what)
	return nil
}

func (c *checker) run(ctx context.Context) error {
	err := each(ctx, c.tx, fmt.Sprintf("pragma integrity_check(%d)", mostFaults), nil, func(rows *sql.Rows) error {
		var s string
		err := rows.Scan(&s)
		if err == nil && s != "ok" {
			c.fault("the file is damaged: %s", s)
		}
		return err
	})
	if err := c.unreadable(ctx, err, "the file"); err != nil {
		return err
	}
	if len(c.Faults) > 0 {
		c.uncovered("the rows: a file that is damaged is not read further")
		return nil
	}
	there, err := c.schema(ctx)
	if err := c.unreadable(ctx, err, "the list of tables"); err != nil || there == nil {
		return err
	}
	c.uncovered("space in the file that holds nothing, and the times at which its tables were brought to this version")
	unsealed, err := c.unsealed(ctx, there)
	if err := c.unreadable(ctx, err, "the list of tables without checksums"); err != nil {
		return err
	}
	counts := map[string]map[throughline.Workspace]int64{}
	for _, tbl := range sealedTables {
		switch {
		case !there[tbl.name]:
			continue
		case unsealed[tbl.name]:
			c.uncovered("the checksums of the table %s: its rows were written by an older version, and get theirs when it is opened for writing", tbl.name)
			continue
		case c.older[tbl.name]:
			c.uncovered("the checksums of the table %s: it is of an older version, and is brought to this one when it is opened for writing", tbl.name)
			continue
		}
		counts[tbl.name] = map[throughline.Workspace]int64{}
		if err := c.unreadable(ctx, c.rows(ctx, tbl, counts[tbl.name]), "the table "+tbl.name); err != nil {
			return err
		}
	}
	for _, need := range []*table{dealTable, factTable, summaryTable, headTable, tallyTable} {
		if !there[need.name] {
			c.uncovered("whether summaries say what their facts say: the table %s is missing", need.name)
			return nil
		}
	}
	if len(unsealed)+len(c.older) == 0 {
		if err := c.unreadable(ctx, c.counted(ctx, counts), "the count of rows"); err != nil {
			return err
		}
	}
	return c.ledgers(ctx)
}

// schema holds the tables and indexes against those that this program makes,
// and says which tables are there; nil where they are of an older version.
func (c *checker) schema(ctx context.Context) (there map[string]bool, err error) {
	var version int64
	if err := c.tx.QueryRowContext(ctx, "select coalesce(max(version_id), 0) from goose_db_version where is_applied").Scan(&version); err != nil {
		return nil, err
	}
	want, err := made(ctx, version)
	if err != nil {
		return nil, err
	}
	have, err := objects(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	there = map[string]bool{}
	for o, how := range have {
		there[o.name] = there[o.name] || o.kind == "table"
		if wanted, ok := want[o]; !ok {
			c.fault("there is a %s %s that is not ours", o.kind, o.name)
		} else if how != wanted {
			c.fault("the %s %s is not made as this program makes it", o.kind, o.name)
		}
	}
	for o := range want {
		if _, ok := have[o]; !ok {
			c.fault("the %s %s is missing", o.kind, o.name)
		}
	}
	if err := c.compare(ctx, there); err != nil {
		return nil, err
	}
	var applied, distinct int
	if err := c.tx.QueryRowContext(ctx, "select count(*), count(distinct version_id) from goose_db_version where is_applied = 1 and version_id between 0 and ?", version).Scan(&applied, &distinct); err != nil {
		return nil, err
	}
	if int64(applied) != version+1 || applied != distinct {
		c.fault("the list of versions does not say how the tables came to version %d", version)
	}
	return there, nil
}

// compare notes which tables lack columns, as those of an older version do.
func (c *checker) compare(ctx context.Context, there map[string]bool) error {
	c.older = map[string]bool{}
	for _, tbl := range sealedTables {
		var n int
		names := make([]any, len(tbl.columns))
		for i, name := range tbl.columns {
			names[i] = name
		}
		query := "select count(*) from pragma_table_info(?) where name in " + places(1, len(names))
		if err := c.tx.QueryRowContext(ctx, query, append([]any{tbl.name}, names...)...).Scan(&n); err != nil {
			return err
		}
		if there[tbl.name] && n < len(names) {
			c.older[tbl.name] = true
		}
	}
	return nil
}

// object is a table, an index, or anything else that a database may hold.
type object struct{ kind, name string }

// schemas are what the tables of each version look like, made once.
var schemas sync.Map // from version to map[object]string

// made gives the tables and indexes that this program makes for a version.
func made(ctx context.Context, version int64) (map[object]string, error) {
	if known, ok := schemas.Load(version); ok {
		return known.(map[object]string), nil
	}
	fresh, err := sql.Open("sqlite", "file::memory:")
	if err != nil {
		return nil, err
	}
	defer fresh.Close()
	fresh.SetMaxOpenConns(1)
	p, err := provider(fresh)
	if err != nil {
		return nil, err
	}
	if _, err := p.UpTo(ctx, version); err != nil {
		return nil, err
	}
	out, err := objects(ctx, fresh)
	if err == nil {
		schemas.Store(version, out)
	}
	return out, err
}

func objects(ctx context.Context, q querier) (map[object]string, error) {
	out := map[object]string{}
	err := each(ctx, q, "select type, name, tbl_name, coalesce(sql, '') from sqlite_master", nil, func(rows *sql.Rows) error {
		var o object
		var table, made string
		err := rows.Scan(&o.kind, &o.name, &table, &made)
		out[o] = table + "\x00" + made
		return err
	})
	return out, err
}

// unsealed names the tables whose rows have no checksums yet.
func (c *checker) unsealed(ctx context.Context, there map[string]bool) (map[string]bool, error) {
	out := map[string]bool{}
	if !there["unsealed"] { // of a version before checksums
		for _, t := range sealedTables {
			out[t.name] = there[t.name]
		}
		return out, nil
	}
	err := each(ctx, c.tx, "select name from unsealed", nil, func(rows *sql.Rows) error {
		var s string
		err := rows.Scan(&s)
		if !slices.ContainsFunc(sealedTables, func(t *table) bool { return t.name == s }) {
			c.fault("%q is in the list of tables without checksums, and is none", s)
		} else {
			out[s] = true
		}
		return err
	})
	return out, err
}

// rows holds each row of a table against its checksum, and what is worked out
// from a row's other values against those.
func (c *checker) rows(ctx context.Context, tbl *table, counts map[throughline.Workspace]int64) error {
	wrong := 0
	tell := func(key []any, why string) {
		if wrong++; wrong <= mostFaults {
			c.fault("a row of the table %s (%s) %s", tbl.name, spelt(key), why)
		}
	}
	query := "select " + columnsOf(tbl) + ", sum from " + tbl.name
	err := each(ctx, c.tx, query, nil, func(rows *sql.Rows) error {
		values, sum, err := scanRow(rows, tbl)
		if err != nil {
			return err
		}
		c.Rows++
		if ws, ok := values[0].(int64); ok {
			counts[throughline.Workspace(ws)]++
		}
		switch {
		case !sum.Valid:
			tell(values[:tbl.key], "has no checksum")
		case sum.Int64 != sumOf(tbl, values...):
			tell(values[:tbl.key], "is not what was written: its checksum differs")
		default:
			if why := derived(tbl, values); why != "" {
				tell(values[:tbl.key], why)
			}
		}
		return nil
	})
	if wrong > mostFaults {
		c.fault("and %d more rows of the table %s", wrong-mostFaults, tbl.name)
	}
	return err
}

// derived says what is wrong with values that follow from others of their row.
func derived(tbl *table, values []any) string {
	switch tbl {
	case accountTable:
		name, _ := values[4].(string)
		if folded, _ := values[5].(string); folded != store.Folded(name) {
			return "is found by another name than it has"
		}
	case factTable:
		bundle, _ := values[5].([]byte)
		ids, err := store.BundleIDs(nil, bundle)
		if err != nil || len(ids) == 0 {
			return fmt.Sprintf("holds facts that cannot be read: %v", err)
		}
		first, _ := values[2].([]byte)
		last, _ := values[3].([]byte)
		if n, _ := values[4].(int64); int(n) != len(ids) || !bytes.Equal(first, ids[0][:]) || !bytes.Equal(last, ids[len(ids)-1][:]) {
			return "does not say which facts it holds"
		}
	}
	return ""
}

// spelt writes a key for a person to look it up by.
func spelt(key []any) string {
	out := ""
	for i, v := range key {
		if i > 0 {
			out += ", "
		}
		if b, ok := v.([]byte); ok && len(b) == 16 {
			v = throughline.ID(b).String()
		}
		out += fmt.Sprintf("%v", v)
	}
	return out
}

// counted holds how many rows there are against what the tallies say.
func (c *checker) counted(ctx context.Context, counts map[string]map[throughline.Workspace]int64) error {
	all, err := workspaces(ctx, c.tx)
	if err != nil {
		return err
	}
	for _, ws := range all {
		y, err := tallyOf(ctx, c.tx, ws)
		if err != nil {
			return err
		}
		for _, x := range []struct {
			tbl  *table
			says int64
		}{{dealTable, y.seq}, {summaryTable, y.seq}, {headTable, y.seq}, {factTable, y.bundles}, {personTable, y.people}, {accountTable, y.accounts},
			{recordTable, y.records}, {importTable, y.imports}, {forecastTable, y.forecasts}, {playbookTable, y.playbooks}, {formTable, y.forms}, {settingTable, y.settings}, {writtenTable, y.written}, {tallyTable, 1}} {
			if n := counts[x.tbl.name][ws]; n != x.says {
				c.fault("the table %s has %d rows of workspace %d; the count says %d", x.tbl.name, n, ws, x.says)
			}
		}
	}
	return nil
}

// ledgers holds every deal's row against the fold of its facts, workspace by workspace.
func (c *checker) ledgers(ctx context.Context) error {
	all, err := workspaces(ctx, c.tx)
	if err := c.unreadable(ctx, err, "the list of workspaces"); err != nil {
		return err
	}
	for _, ws := range all {
		if err := c.unreadable(ctx, c.ledger(ctx, ws), "the ledger"); err != nil {
			return err
		}
	}
	return nil
}

// ledger is ledgers for one workspace.
func (c *checker) ledger(ctx context.Context, ws throughline.Workspace) error {
	deals, facts, rows, wrong := 0, 0, 0, 0
	err := c.tx.QueryRowContext(ctx, "select max((select count(*) from deal where workspace = $1), (select count(*) from summary where workspace = $1))", int64(ws)).Scan(&rows)
	if err != nil {
		return err
	}
	seen := 0
	var id throughline.DealID
	err = allFacts(ctx, c.tx, ws, func(fs []deal.Fact, _ error) bool {
		id = fs[0].Deal
		seen++
		facts += len(fs)
		want, _ := fold(id, fs)
		deals += alive(want.Facts > 0)
		if wrong++; wrong > mostFaults {
			return true
		}
		if why := c.deal(ctx, ws, id, len(fs), want); why != "" {
			c.fault("%s", why)
		} else {
			wrong--
		}
		return true
	})
	if err != nil {
		if id.IsZero() {
			return err
		}
		c.fault("the facts after deal %s cannot be read: %v", id, err)
		c.uncovered("the summaries of the deals after %s", id)
		return ctx.Err()
	}
	if seen != rows {
		c.fault("%d deals have facts and %d have summaries", seen, rows)
	}
	var said struct{ deals, facts int }
	err = c.tx.QueryRowContext(ctx, "select deals, facts from tally where workspace = $1", int64(ws)).Scan(&said.deals, &said.facts)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	if said.deals != deals || said.facts != facts {
		c.fault("there are %d deals and %d facts; the count says %d and %d", deals, facts, said.deals, said.facts)
	}
	return err
}

// deal says what is wrong with the rows of one deal, whose facts give want.
func (c *checker) deal(ctx context.Context, ws throughline.Workspace, id throughline.DealID, held int, want deal.Summary) string {
	var kept, counted int
	var title string
	var account, summary, attributes, head []byte
	err := c.tx.QueryRowContext(ctx, "select s.kept, s.counted, s.summary, s.attributes, h.head, d.title, d.account from deal d join summary s on s.workspace = d.workspace and s.seq = d.seq left join head h on h.workspace = d.workspace and h.seq = d.seq where d.workspace = $1 and d.deal = $2 and s.deal = d.deal",
		int64(ws), id[:]).Scan(&kept, &counted, &summary, &attributes, &head, &title, &account)
	var have deal.Summary
	if err == nil {
		have, err = decodeSummary(summary, attributes)
	}
	var owner []byte
	if want.Account.Set() {
		owner = want.Account.Value[:]
	}
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Sprintf("deal %s has facts and no summary", id)
	case errors.Is(err, deal.ErrSummaryVersion):
		return "" // read by folding anew
	case err != nil:
		return fmt.Sprintf("deal %s: %v", id, err)
	case kept != held || counted != want.Facts:
		return fmt.Sprintf("deal %s has %d facts, of which %d count; its row says %d and %d", id, held, want.Facts, kept, counted)
	case !reflect.DeepEqual(have, want):
		return fmt.Sprintf("the summary of deal %s does not say what its facts say", id)
	case !bytes.Equal(head, want.EncodeHead(nil)):
		return fmt.Sprintf("the head of the summary of deal %s is not its beginning", id)
	case title != store.Folded(want.Title.Value) || !bytes.Equal(account, owner):
		return fmt.Sprintf("deal %s is found by another title or account than it has", id)
	}
	return ""
}
