package cli

import (
	"slices"
	"strings"

	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/surface/flowmap"
)

// mapPicture gives a process map as a file of its own, in the form asked for;
// "" where it is to be printed as text.
func (c *command) mapPicture(v learning.ProcessMap) string {
	if v.Format != "svg" && v.Format != "dot" {
		return ""
	}
	w := c.words
	words := flowmap.Words{
		ID: "map", Alone: true, Title: w.Say("mine.map_title"), Start: w.Say("mine.start"), End: w.Say("mine.end"),
		Desc: w.Say("mine.map_desc", "n", v.Map.Cases, "of", strings.Join(v.Of, ", "),
			"activities", v.Map.Hidden.Activities, "steps", v.Map.Hidden.Edges),
		Name:  v.Word,
		Cases: w.Number,
		Days:  c.dayText,
	}
	if slices.Equal(v.Of, []string{"ledger"}) { // a log's own words stay as they are
		words.Name = func(activity string) string { return phrase.Initial(v.Word(activity)) }
	}
	if v.Compare {
		words.Title = w.Say("mine.map_compare")
		words.Shares = func(here, there float64) string { return w.Percent(here) + " : " + w.Percent(there) }
	}
	m := flowmap.Of(v.Map, words)
	if v.Format == "dot" {
		return m.DOT()
	}
	return m.Large() + "\n"
}
