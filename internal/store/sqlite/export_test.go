package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// MakeOld makes at path a database as the program of an older version of the
// tables made them, holding what the one at from does.
func MakeOld(ctx context.Context, path, from string, version int64) error {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	p, err := provider(db)
	if err != nil {
		return err
	}
	if _, err := p.UpTo(ctx, version); err != nil {
		return err
	}
	todo := []string{fmt.Sprintf("pragma application_id = %d", applicationID), "pragma journal_mode = wal", "attach '" + from + "' as newer"}
	names := map[string][]string{}
	rows, err := db.QueryContext(ctx, "select m.name, c.name from sqlite_master m, pragma_table_info(m.name) c where m.type = 'table' and m.name not like 'sqlite_%' and m.name not like 'goose_%'")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			return err
		}
		names[table] = append(names[table], column)
	}
	for table, columns := range names {
		list := strings.Join(columns, ", ")
		todo = append(todo, "insert into main."+table+" ("+list+") select "+list+" from newer."+table)
	}
	for _, q := range todo {
		if _, err := db.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("%s: %w", q, err)
		}
	}
	if version < 5 {
		return nil // before checksums
	}
	return oldSums(ctx, db, names)
}

// oldSums gives the rows of tables that had fewer columns the checksums they had.
func oldSums(ctx context.Context, db *sql.DB, names map[string][]string) error {
	for _, now := range sealedTables {
		if _, ok := names[now.Name]; !ok {
			continue
		}
		was := *now.Table
		old := table{Table: &was}
		old.Columns = nil
		for _, c := range now.Columns {
			if slices.Contains(names[now.Name], c) {
				old.Columns = append(old.Columns, c)
			}
		}
		if len(old.Columns) == len(now.Columns) {
			continue
		}
		old.Later = 0
		var work [][]any
		err := each(ctx, db, "select "+columnsOf(&old)+", sum from "+old.Name, nil, func(rows *sql.Rows) error {
			values, _, err := scanRow(rows, &old)
			work = append(work, append([]any{sumOf(&old, values...)}, values[:old.Key]...))
			return err
		})
		if err != nil {
			return err
		}
		for _, w := range work {
			if _, err := db.ExecContext(ctx, "update "+old.Name+" set sum = ? where "+strings.Join(old.Columns[:old.Key], " = ? and ")+" = ?", w...); err != nil {
				return err
			}
		}
	}
	_, err := db.ExecContext(ctx, "delete from unsealed")
	return err
}

// SealedColumns lists the columns of each table whose rows carry checksums.
func SealedColumns() map[string][]string {
	out := map[string][]string{}
	for _, t := range sealedTables {
		out[t.Name] = append(append([]string{}, t.Columns...), "sum")
	}
	return out
}

// Ways gives, for each question that was asked of the open ledger through prepared
// queries, how the database goes about it.
func Ways(ctx context.Context, l *Ledger) (map[string]string, error) {
	out := map[string]string{}
	var failed error
	l.base.asks.Range(func(query, _ any) bool {
		q := query.(string)
		args := make([]any, strings.Count(q, "?"))
		var plan []string
		failed = each(ctx, l.base.read, "explain query plan "+q, args, func(rows *sql.Rows) error {
			var id, parent, unused int64
			var detail string
			err := rows.Scan(&id, &parent, &unused, &detail)
			plan = append(plan, detail)
			return err
		})
		out[q] = strings.Join(plan, "; ")
		return failed == nil
	})
	return out, failed
}
