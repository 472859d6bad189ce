package web_test

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/chromedp"
)

var update = flag.Bool("update", false, "write the golden files of the pages anew")

// silentRoles are nodes that a screen reader says nothing of: their children are
// read in their place.
var silentRoles = map[string]bool{"": true, "none": true, "generic": true, "paragraph": true, "InlineTextBox": true, "LineBreak": true, "LabelText": true,
	"RootWebArea": true, "StaticText": true, "DescriptionList": true, "emphasis": true, "strong": true, "ListMarker": true, "time": true, "mark": true, "code": true,
	"SvgRoot": true, "Legend": true, "superscript": true, "subscript": true, "sectionheader": true, "sectionfooter": true, "rowgroup": true, "MenuListPopup": true,
	"Pre": true, "blockquote": true}

// roleWords are the roles that the browser calls otherwise than people do.
var roleWords = map[string]string{"DisclosureTriangle": "disclosure", "DisclosureTriangleGrouped": "disclosure", "Date": "date", "DescriptionListTerm": "term", "DescriptionListDetail": "definition"}

// heard is a page as a screen reader reads it from top to bottom: a line for
// each thing that is said, with its role, its name and its state, and further
// in what stands within it.
func heard(t *testing.T, ctx context.Context) string {
	t.Helper()
	tree, err := chromedp.Call(ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil {
		t.Fatal(err)
	}
	r := hearing{nodes: map[accessibility.NodeID]*accessibility.Node{}, marks: map[accessibility.NodeID]string{}}
	for _, n := range tree.Nodes {
		r.nodes[n.NodeID] = n
	}
	for _, n := range tree.Nodes {
		if role := value(n.Role); role == "link" && n.BackendDOMNodeID != 0 {
			was, err := chromedp.Call(ctx, dom.DescribeNode, dom.DescribeNodeParams{BackendNodeID: n.BackendDOMNodeID})
			if err != nil {
				t.Fatal(err)
			}
			for a := was.Node.Attributes; len(a) > 1; a = a[2:] {
				switch a[0] {
				case "aria-current":
					r.marks[n.NodeID] += ", current"
				case "lang":
					r.marks[n.NodeID] += ", in " + a[1]
				}
			}
		}
	}
	if len(tree.Nodes) > 0 {
		r.read(tree.Nodes[0], 0, "")
	}
	r.flush()
	return r.out.String()
}

type hearing struct {
	nodes map[accessibility.NodeID]*accessibility.Node
	out   strings.Builder
	words []string                        // text that goes on
	at    int                             // how far in that text stands
	label bool                            // it is the label of what comes next, which is called by it
	marks map[accessibility.NodeID]string // what only the document knows: which link is this page, which is in another language
}

func value(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	var s any
	if json.Unmarshal(v.Value, &s) != nil || s == nil {
		return ""
	}
	return strings.Join(strings.Fields(fmt.Sprint(s)), " ")
}

func (r *hearing) flush() {
	if said := strings.Join(r.words, " "); said != "" {
		fmt.Fprintf(&r.out, "%s%s\n", strings.Repeat("  ", r.at), said)
	}
	r.words = nil
}

// read says a node and what stands in it; under is the name of what it stands
// in, which is not said twice.
func (r *hearing) read(n *accessibility.Node, depth int, under string) {
	role, name := value(n.Role), value(n.Name)
	silent := n.Ignored || silentRoles[role]
	if role == "StaticText" && !n.Ignored {
		if name != "" && !r.label && !strings.Contains(under, name) {
			if len(r.words) > 0 && r.at != depth {
				r.flush()
			}
			r.at, r.words = depth, append(r.words, name)
		}
		return
	}
	if !silent {
		r.flush()
		fmt.Fprintf(&r.out, "%s[%s%s]", strings.Repeat("  ", depth), cmp.Or(roleWords[role], role), r.state(n))
		if name != "" {
			r.out.WriteString(" " + name)
		}
		if v := value(n.Value); v != "" && v != name {
			r.out.WriteString(" = " + v)
		}
		if d := value(n.Description); d != "" && d != name {
			r.out.WriteString(" (" + d + ")")
		}
		r.out.WriteString("\n")
		depth++
		under = cmp.Or(name, under)
		switch role {
		case "image", "img", "textbox", "combobox", "MenuListPopup", "Date", "searchbox", "option":
			return // said whole
		case "main", "navigation", "region", "banner", "contentinfo", "list", "table", "form", "complementary", "group", "search", "article", "figure":
			under = ""
		}
	} else if !n.Ignored && (role == "paragraph") {
		r.flush()
	}
	was := r.label
	r.label = r.label || role == "LabelText"
	defer func() { r.label = was }()
	for _, id := range n.ChildIDs {
		if c := r.nodes[id]; c != nil {
			r.read(c, depth, under)
		}
	}
	if !silent || role == "paragraph" {
		r.flush()
	}
}

func (r *hearing) state(n *accessibility.Node) string {
	out := r.marks[n.NodeID]
	for _, p := range n.Properties {
		switch v := value(p.Value); p.Name {
		case accessibility.PropertyNameLevel:
			if value(n.Role) == "heading" {
				out += " " + v
			}
		case accessibility.PropertyNameExpanded:
			out += map[string]string{"true": ", open", "false": ", closed"}[v]
		case accessibility.PropertyNameChecked:
			out += map[string]string{"true": ", checked", "false": ", not checked"}[v]
		case accessibility.PropertyNameRequired, accessibility.PropertyNameDisabled, accessibility.PropertyNameInvalid, accessibility.PropertyNameSelected:
			if v == "true" {
				out += ", " + string(p.Name)
			}
		}
	}
	return out
}

// TestReadAloud holds what a screen reader says of Today and of a deal, in both
// languages, as text. A change of the words is looked at in the difference and
// written with -update.
func TestReadAloud(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	s := stocked(t)
	ctx, url := surfing(t, s)
	deal := s.complexDeals(t, 1)[0]
	for name, path := range map[string]string{"today": "/", "deal": deal} {
		for _, lang := range []string{"en", "zh"} {
			t.Run(name+"-"+lang, func(t *testing.T) {
				look{1280, "light", lang}.open(t, ctx, url+path)
				got := heard(t, ctx)
				file := filepath.Join("testdata", "aloud", name+"-"+lang+".txt")
				if *update {
					if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if d := differs(string(want), got); d != "" {
					t.Errorf("it is read otherwise than %s says (-update writes it anew, after a look): %s", file, d)
				}
			})
		}
	}
}

// differs gives the first line in which two texts differ.
func differs(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		a, b := "", ""
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			return fmt.Sprintf("line %d: %q was %q", i+1, b, a)
		}
	}
	return ""
}
