// Package xes reads and writes event logs in XES (IEEE 1849), plain and gzipped.
//
// Takes: bytes of an XES file.
// Gives: an eventlog.Log and findings with positions; a file that is wrong in a place is read as far as sense goes.
// Never: follows a DOCTYPE, an external entity or a link, expands anything but the five
// predefined entities and character references, or keeps the file in memory.
//
// The file is cut behind </trace> into pieces that both cores read at the same
// time. A cut that turns out to lie inside a comment or a CDATA section is
// noticed by the piece before it, which then is read again together with its successor.
package xes
