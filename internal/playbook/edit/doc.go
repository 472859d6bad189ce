// Package edit changes a playbook's files as a careful person would: the words
// that are meant, and nothing else. Comments, blank lines and the order of what
// was not touched stay as they stand.
//
// Takes: the files of a playbook by path, and a change: words, an order, a pack, a rule.
// Gives: the files with that change.
// Never: judges what is written (compile and lint do), writes to a disk, or leaves a file that says something else than before and the change.
package edit
