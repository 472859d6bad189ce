package operation

import (
	"github.com/throughline/throughline/internal/learning"
)

const exportAbout = "Without a LOG it writes the deals of the database as mining sees them: a case a deal, an event for each stage, milestone, " +
	"answer, step, push and end. With one or several it writes those, so that any form becomes any other. --where and --outcome choose " +
	"cases. What stands at PATH already is only replaced with --force; the file is there whole or not at all."

// ExportCSV is `throughline export csv`.
var ExportCSV = define(Operation{
	Words: []string{"export", "csv"}, Summary: "Write a history as a table, one row an event",
	About:    "A name ending in .gz is packed. " + exportAbout,
	Examples: []string{"throughline export csv deals.csv", "throughline export csv events.csv.gz log.xes.gz --where region=north"},
	Effect:   Reads, Long: true, Permission: MayRead, NeedsStore: true,
}, learns(learning.ExportCSV))

// ExportXES is `throughline export xes`.
var ExportXES = define(Operation{
	Words: []string{"export", "xes"}, Summary: "Write a history as XES (IEEE 1849)",
	About:    "A name ending in .gz is packed. " + exportAbout,
	Examples: []string{"throughline export xes deals.xes.gz", "throughline export xes log.xes events.csv --case order --activity step --time at"},
	Effect:   Reads, Long: true, Permission: MayRead, NeedsStore: true,
}, learns(learning.ExportXES))

// ExportParquet is `throughline export parquet`.
var ExportParquet = define(Operation{
	Words: []string{"export", "parquet"}, Summary: "Write a history as Parquet, one row an event",
	About:    exportAbout,
	Examples: []string{"throughline export parquet deals.parquet", "throughline export parquet log.parquet log.xes.gz --json"},
	Effect:   Reads, Long: true, Permission: MayRead, NeedsStore: true,
}, learns(learning.ExportParquet))

// ExportOCEL is `throughline export ocel`.
var ExportOCEL = define(Operation{
	Words: []string{"export", "ocel"}, Summary: "Write a history as OCEL 2.0",
	About: "The name says the form: .json and .jsonocel, .xml and .xmlocel, .sqlite and .db. Cases become objects of one type (--as; deal for the database). " +
		"An object-centric LOG goes over whole, with all its types, unless --object-type makes cases of one of them. " + exportAbout,
	Examples: []string{"throughline export ocel deals.jsonocel", "throughline export ocel log.sqlite log.xes.gz --as order"},
	Effect:   Reads, Long: true, Permission: MayRead, NeedsStore: true,
}, learns(learning.ExportOCEL))
