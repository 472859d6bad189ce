// Package leak finds attributes that were not known on the first day: filled,
// blanked, overwritten or counted on until a case ended, or at its end.
//
// Takes: cases with their days, ends and steps, and attributes as codes or numbers.
// Gives: for each attribute that gives itself away, a reason as a code, with the cases behind it and an English sentence.
// Never: reads a log, leaves anything out by itself, or judges an attribute by its name.
//
// Tests, figures and limits stand in docs/methods/leaks.md.
package leak
