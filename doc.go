// Package throughline holds the words every room shares: phases, tracks,
// grades, buying classes, end states, roles, addresses, money, days, ids and errors.
//
// Takes: nothing but the standard library.
// Gives: small types whose values are the field's standard terms (GLOSSARY.md),
// spelt the same in YAML, URL, command line, database and message.
// Never: does I/O, reads a clock, or knows a room of the house.
package throughline
