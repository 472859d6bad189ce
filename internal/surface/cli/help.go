package cli

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// sharedFlags heads the flags that every command has.
const sharedFlags = "Everywhere:"

// mostExamples of a group of commands are shown: one for each command.
const mostExamples = 8

// help prints what a command does and how it is really used, then its arguments
// and flags, and last the flags that every command has.
func (t commandTree) help(options kong.HelpOptions, ctx *kong.Context) error {
	out := ctx.Stdout
	var b bytes.Buffer
	ctx.Stdout = &b
	err := kong.DefaultHelpPrinter(options, ctx)
	ctx.Stdout = out
	if err != nil {
		return err
	}
	head, sections, foot := parts(b.String())
	about, examples := t.use(ctx.Selected())
	fmt.Fprintln(out, head)
	if about != "" {
		fmt.Fprintf(out, "\n%s\n", wrap(about, 78))
	}
	if len(examples) > 0 {
		fmt.Fprintln(out, "\nExamples:")
		for _, e := range examples {
			fmt.Fprintln(out, "  "+e)
		}
	}
	for _, title := range []string{"Arguments:", "Commands:", "Flags:", sharedFlags} {
		if text := sections[title]; text != "" {
			fmt.Fprintf(out, "\n%s\n", text)
		}
	}
	if foot != "" {
		fmt.Fprintf(out, "\n%s\n", foot)
	}
	return nil
}

// parts takes apart what kong prints: the usage with the summary, the sections
// by their titles, and the line at the end.
func parts(text string) (head string, sections map[string]string, foot string) {
	sections = map[string]string{}
	title := ""
	var lines []string
	end := func() {
		block := strings.Trim(strings.Join(lines, "\n"), "\n")
		if title == "" {
			head = block
		} else {
			sections[title] = block
		}
		lines = nil
	}
	for _, line := range strings.Split(text, "\n") {
		switch {
		case strings.HasPrefix(line, "Run \"throughline"):
			foot = line
			continue
		case slices.Contains([]string{"Arguments:", "Commands:", "Flags:", sharedFlags}, line):
			end()
			title = line
		}
		lines = append(lines, line)
	}
	end()
	return head, sections, foot
}

// use says what a command does, and how it is used.
func (t commandTree) use(n *kong.Node) (about string, examples []string) {
	if n == nil {
		return "", []string{
			"throughline demo",
			"throughline import csv export/*.csv --guess",
			"throughline deals",
			"throughline attention",
			"throughline help import csv",
		}
	}
	path := pathOf(n)
	if op, ok := t.ops[path]; ok {
		return op.About, op.Examples
	}
	if own, ok := ownExamples[path]; ok {
		return "", own
	}
	for _, op := range t.order { // a group: each of its commands once
		if op.Words[0] == path && len(op.Words) > 1 && len(op.Examples) > 0 && len(examples) < mostExamples {
			examples = append(examples, op.Examples[0])
		}
	}
	return "", examples
}

var ownExamples = map[string][]string{
	"demo":       {"throughline demo", "throughline demo --seed 7 --db made-up.db"},
	"serve":      {"throughline serve --db throughline.db --listen 127.0.0.1:8080"},
	"version":    {"throughline version", "throughline --version --json"},
	"completion": {"throughline completion bash > /etc/bash_completion.d/throughline"},
}

// plainly rewrites the words by which people ask for help and for the version.
func plainly(args []string) []string {
	switch {
	case len(args) == 0, len(args) == 1 && args[0] == "help":
		return []string{"--help"}
	case args[0] == "help":
		return append(slices.Clone(args[1:]), "--help")
	case args[0] == "--version":
		return append([]string{"version"}, args[1:]...)
	}
	return args
}
