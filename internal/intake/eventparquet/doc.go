// Package eventparquet reads and writes event logs as Parquet tables: one row an event.
//
// Takes: a Parquet file with flat columns.
// Gives: an eventlog.Log and findings; a damaged file is refused, not guessed at.
// Never: reads nested or repeated columns (it says which it left out), or more than a page of a column at once.
//
// Columns are named as in package eventcsv; their types come from the file.
package eventparquet
