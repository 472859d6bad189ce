// Package csv reads deals from files of separated values, as any CRM can
// export them, by a mapping that says which column means what.
//
// Takes: files, a Mapping (written by a person, or proposed by Guess), and the playbook's mapping of foreign words.
// Gives: an intake.Source; a fast Scanner, dates and amounts for other doors; a proposal with its reasons.
// Never: holds a file in memory, reads an ambiguous date silently, or writes anything.
package csv
