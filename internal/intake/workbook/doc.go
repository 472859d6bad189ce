// Package workbook reads an Excel workbook (.xlsx) as the tables it holds.
//
// Takes: the bytes of a workbook, from a file or memory.
// Gives: its visible sheets, each as the text of a CSV: one line for each row of the sheet, so that lines and rows have one number; days as 2026-02-23.
// Never: follows a link, runs a formula, expands an entity, unpacks onto the disk, or holds more of a hostile file than its bounds say.
package workbook
