package howmany

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/throughline/throughline/internal/classifier"
	"github.com/throughline/throughline/internal/diag"
)

// Checks of a table of offers and markets.
const (
	CheckTable = "offers-table"
	CheckValue = "offers-value"
)

// mostCells bounds a table; a company that sells more kinds of things to more
// kinds of customers counts them in groups.
const mostCells = 500

var headings = map[string]string{"offer": "offer", "market": "market", "deals": "deals", "public": "public",
	"产品": "offer", "方案": "offer", "市场": "market", "客户群": "market", "每年笔数": "deals", "公开招标": "public"}

// Read reads a table, its first line the headings: offer, market, deals (a
// year), public (yes or no), and the classifier's factors. Everything wrong is
// a finding with its place; lines that can be read are given all the same.
func Read(file string, text []byte) ([]Cell, diag.Findings) {
	var found diag.Findings
	say := func(line, column int, check, message, hint string) {
		p := diag.Pos{Line: line, Column: max(column, 1)}
		found = append(
			found,
			diag.Finding{Check: check, Severity: diag.Error, Message: message, Hint: hint, Range: diag.Range{File: file, Begin: p, End: p}},
		)
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !utf8.Valid(text) {
		say(1, 1, CheckTable, "the file is not UTF-8", "save it as UTF-8")
		return nil, found
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	if first, _, _ := bytes.Cut(text, []byte("\n")); bytes.Count(first, []byte(";")) > bytes.Count(first, []byte(",")) {
		r.Comma = ';'
	} else if bytes.Contains(first, []byte("\t")) {
		r.Comma = '\t'
	}
	head, err := r.Read()
	if err != nil {
		say(1, 1, CheckTable, "the file holds no table", "the first line names the columns: offer,market,deals,"+factorNames())
		return nil, found
	}
	columns := make([]string, len(head))
	for i, h := range head {
		name := strings.ToLower(strings.TrimSpace(h))
		if known, ok := headings[name]; ok {
			columns[i] = known
		} else if isFactor(name) {
			columns[i] = name
		} else {
			line, column := r.FieldPos(i)
			say(line, column, CheckTable, fmt.Sprintf("%q is no column of this table", h), "offer, market, deals, public, or a factor: "+factorNames())
		}
	}
	for _, needed := range []string{"offer", "market"} {
		if !slices.Contains(columns, needed) {
			say(1, 1, CheckTable, "the table has no column "+needed, "one line is one offer to one market")
			return nil, found
		}
	}
	var out []Cell
	for {
		row, err := r.Read()
		if err == io.EOF {
			return out, found
		}
		if err != nil {
			say(lineOf(err), 1, CheckTable, "this line cannot be read: "+err.Error(), "quotes come in pairs")
			return out, found
		}
		if len(out) == mostCells {
			line, _ := r.FieldPos(0)
			say(
				line,
				1,
				CheckTable,
				fmt.Sprintf("only the first %d lines are read", mostCells),
				"put offers and markets that are bought alike into one line",
			)
			return out, found
		}
		c := Cell{Answers: map[string]int{}}
		for i, value := range row {
			if i < len(columns) && columns[i] != "" {
				if why := c.set(columns[i], strings.TrimSpace(value)); why != "" {
					line, column := r.FieldPos(i)
					say(line, column, CheckValue, fmt.Sprintf("%s: %q %s", columns[i], value, why), "leave it empty where it is not known")
				}
			}
		}
		if c.Offer != "" || c.Market != "" {
			out = append(out, c)
		}
	}
}

// set takes one value; it says why where it cannot.
func (c *Cell) set(column, value string) (why string) {
	switch {
	case value == "":
	case column == "offer":
		c.Offer = value
	case column == "market":
		c.Market = value
	case column == "public":
		switch strings.ToLower(value) {
		case "yes", "y", "true", "1", "是":
			c.Public = true
		case "no", "n", "false", "0", "否":
		default:
			return "is neither yes nor no"
		}
	case column == "deals":
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 {
			return "is no number of deals"
		}
		c.Deals = n
	default:
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 || n > 2 {
			return "is none of 0, 1 and 2"
		}
		c.Answers[column] = n
	}
	return ""
}

func isFactor(name string) bool {
	return slices.ContainsFunc(classifier.Factors(), func(f classifier.FactorInfo) bool { return string(f.Factor) == name })
}

func factorNames() string {
	var out []string
	for _, f := range Asked() {
		out = append(out, string(f))
	}
	return strings.Join(out, ",")
}

func lineOf(err error) int {
	if e, ok := err.(*csv.ParseError); ok {
		return e.Line
	}
	return 1
}
