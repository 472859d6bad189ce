package web_test

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var token = regexp.MustCompile(`--([a-z-]+):\s*(#[0-9a-fA-F]{6})\b`)

// tokens reads the colours of the light scheme, and the dark ones over them.
func tokens(t *testing.T) (light, dark map[string]string) {
	t.Helper()
	text, err := os.ReadFile("../kit/token.css")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(text), "@media")
	if len(parts) != 3 {
		t.Fatalf("token.css has %d schemes, not light, dark and print", len(parts))
	}
	light, dark = map[string]string{}, map[string]string{}
	for _, m := range token.FindAllStringSubmatch(parts[0], -1) {
		light[m[1]], dark[m[1]] = m[2], ""
	}
	for _, m := range token.FindAllStringSubmatch(parts[1], -1) {
		dark[m[1]] = m[2]
	}
	return light, dark
}

// contrast is the ratio of WCAG 2.2: (L1 + 0.05) / (L2 + 0.05).
func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

func luminance(hex string) float64 {
	part := func(i int) float64 {
		v, _ := strconv.ParseUint(hex[i:i+2], 16, 8)
		c := float64(v) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(1) + 0.7152*part(3) + 0.0722*part(5)
}

// TestContrast: text reaches 4.5 to 1 on every ground it stands on, marks that
// mean something 3 to 1, in both schemes.
func TestContrast(t *testing.T) {
	if c := contrast("#000000", "#ffffff"); c != 21 {
		t.Fatalf("black on white is %v to 1", c)
	}
	light, dark := tokens(t)
	pairs := []struct {
		least  float64
		ink    []string
		ground []string
	}{
		{4.5, []string{"ink"}, []string{"paper", "card", "shade", "hover", "accent-soft", "warning-soft"}},
		{4.5, []string{"mute"}, []string{"paper", "card", "shade", "hover"}},
		{4.5, []string{"accent"}, []string{"paper", "card", "shade", "hover", "accent-soft"}},
		{4.5, []string{"warning"}, []string{"paper", "card", "shade", "hover", "warning-soft"}},
		{3, []string{"ring", "accent", "warning", "focus"}, []string{"card", "shade", "paper"}},
		{3, []string{"part-rival", "part-none-line"}, []string{"card"}},
		{3, []string{"card"}, []string{"accent"}}, // the tick
	}
	for name, scheme := range map[string]map[string]string{"light": light, "dark": dark} {
		for _, p := range pairs {
			for _, ink := range p.ink {
				for _, ground := range p.ground {
					a, b := scheme[ink], scheme[ground]
					if a == "" || b == "" {
						t.Errorf("%s: %s or %s is not set", name, ink, ground)
						continue
					}
					if c := contrast(a, b); c < p.least {
						t.Errorf("%s: %s %s on %s %s is %.2f to 1, less than %.1f", name, ink, a, ground, b, c, p.least)
					}
				}
			}
		}
	}
}

// TestTokensAreSet: every token that the style sheets use is set.
func TestTokensAreSet(t *testing.T) {
	set := map[string]bool{}
	text, err := os.ReadFile("../kit/token.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`--([a-z-]+):`).FindAllStringSubmatch(string(text), -1) {
		set[m[1]] = true
	}
	for _, file := range []string{"static/page.css", "static/part.css", "../road/road.css"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`var\(--([a-z-]+)\)`).FindAllStringSubmatch(string(text), -1) {
			if !set[m[1]] {
				t.Errorf("%s uses --%s, which token.css does not set", file, m[1])
			}
		}
	}
}
