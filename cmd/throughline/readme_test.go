package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheReadmeShowsARealFinding runs the README's example and compares what is printed.
func TestTheReadmeShowsARealFinding(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(readme), "```console\n$ throughline ")
	block, _, ok2 := strings.Cut(rest, "```")
	if !ok || !ok2 {
		t.Fatal("the README has no console example")
	}
	line, want, _ := strings.Cut(block, "\n")
	var got bytes.Buffer
	c := program(t, strings.Fields(line)...)
	c.Dir = t.TempDir()
	c.Stderr = &got
	text := "Proposal sent\nThe sponsor presented our proposal to the steering group, whose minutes record the questions raised\n"
	if err := os.WriteFile(filepath.Join(c.Dir, "milestones.txt"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	_ = c.Run() // exits with 1: there are findings
	if got.String() != want {
		t.Errorf("the README shows\n%s\nthe program prints\n%s", want, got.String())
	}
}
