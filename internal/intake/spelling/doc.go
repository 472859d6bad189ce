// Package spelling reads what one cell, or one typed word, says: an instant, an
// amount of money, or nothing.
//
// Takes: the text as somebody or some program wrote it, and what is known of its column.
// Gives: an instant or money with what it leaves open, or the fault, with a way out.
// Never: takes a day or an amount for granted that the text does not say, or reads a clock.
package spelling
