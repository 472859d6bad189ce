// Package eventcsv reads and writes event logs as tables: one row an event.
//
// Takes: bytes of a CSV file (comma, semicolon, tab or bar), gzipped or not.
// Gives: an eventlog.Log and findings with positions; every row that can be placed is read.
// Never: guesses between two readings without saying so, or keeps the file in memory.
//
// Which columns hold the case, the activity and the time is given or guessed
// from their names. Columns whose name begins with "case:" are attributes of
// the case, all others of the event. An empty field is missing, "" in quotes
// is an empty text. Types are taken from the first piece of the file; a value
// that comes later and does not fit is kept and reported.
package eventcsv
