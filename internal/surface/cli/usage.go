package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
)

// usage says what is wrong with a command line, in plain words, and where more
// is said.
func (t commandTree) usage(s Streams, args []string, err error) int {
	var pe *kong.ParseError
	var at *kong.Node
	if errors.As(err, &pe) && pe.Context != nil {
		at = pe.Context.Selected()
	}
	message := t.plain(oneLine(err.Error()), at)
	if slices.Contains(args, "--json") { // whoever reads JSON gets JSON
		var e failure
		e.Error.Kind, e.Error.Op, e.Error.Message = throughline.Invalid, "read command line", message
		_ = json.NewEncoder(s.Out).Encode(e)
		return Usage
	}
	fmt.Fprintf(s.Err, "throughline: %s\n", message)
	path := "throughline"
	if at != nil {
		path = at.FullPath()
	}
	fmt.Fprintf(s.Err, "  %s --help says more\n", path)
	return Usage
}

// failure is an error as a program reads it.
type failure struct {
	Error struct {
		Kind    throughline.Kind `json:"kind"`
		Op      string           `json:"op,omitempty"`
		Subject string           `json:"subject,omitempty"`
		Code    string           `json:"code,omitempty"` // of a refusal; its words are phrase's
		Message string           `json:"message"`
	} `json:"error"`
}

// patterns are what the flag parser says, and what a person would say.
var patterns = []struct {
	said *regexp.Regexp
	say  string
}{
	{regexp.MustCompile(`^missing flags: (.+)$`), "$1 is missing"},
	{regexp.MustCompile(`^(.+) must be one of .* but got "(.*)"$`), `$1: "$2" is none of ENUM`},
	{regexp.MustCompile(`^--([\w-]+) and --([\w-]+) can't be used together$`), "--$1 and --$2 exclude each other; say one of them"},
	{regexp.MustCompile(`^unknown flag (\S+), did you mean "([^"]+)"\?$`), "there is no $1; did you mean $2?"},
	{regexp.MustCompile(`^unknown flag (\S+), did you mean one of (.+)\?$`), "there is no $1; did you mean one of $2?"},
	{regexp.MustCompile(`^unknown flag (\S+)$`), "there is no $1"},
	{regexp.MustCompile(`^(--[\w-]+): (?:missing value|expected .* but got "EOL".*)$`), "$1 needs a value after it"},
	{regexp.MustCompile(`^(--[\w-]+): expected (?:an? )?(?:valid \d+ bit )?u?int(?: value)? but got "([^"]*)".*$`), `$1 is a whole number, not "$2"`},
	{regexp.MustCompile(`^(--[\w-]+): expected (?:an? )?float(?: value)? but got "([^"]*)".*$`), `$1 is a number, not "$2"`},
	{regexp.MustCompile(`^(--[\w-]+): expected bool(?: value)? but got "([^"]*)".*$`), `$1 takes no value, or true or false; not "$2"`},
	{regexp.MustCompile(`^(--[\w-]+): expected "<key>=<value>" but got "([^"]*)".*$`), `$1 is written NAME=VALUE, not "$2"`},
	{regexp.MustCompile(`^(--[\w-]+): expected .* value but got "([^"]*)".*$`), `$1 needs a value, and "$2" is none`},
}

var (
	wanted     = regexp.MustCompile(`^(?:expected|missing positional arguments) "?((?:<[^>]+>|\[[^\]]+\])[^"]*)"?$`)
	oneOf      = regexp.MustCompile(`^expected (?:one of )?".+`)
	unexpected = regexp.MustCompile(`^unexpected argument (.+?)(?:, did you mean (?:one of )?(.+)\?)?$`)
	argument   = regexp.MustCompile(`<([^>]+)>|\[<?([^\]>]+)>?\]`)
)

// plain puts a message of the flag parser into words that speak of the command,
// not of the parser. One that it does not know stays as it is.
func (t commandTree) plain(message string, at *kong.Node) string {
	for _, p := range patterns {
		if !p.said.MatchString(message) {
			continue
		}
		out := p.said.ReplaceAllString(message, p.say)
		return strings.Replace(out, "ENUM", enumOf(message), 1)
	}
	if m := wanted.FindStringSubmatch(message); m != nil {
		var names []string
		for _, a := range argument.FindAllStringSubmatch(m[1], -1) {
			names = append(names, strings.ToUpper(strings.TrimSuffix(a[1]+a[2], " ...")))
		}
		return say(at) + " needs " + strings.Join(names, " and ") + " after it"
	}
	if m := unexpected.FindStringSubmatch(message); m != nil {
		switch {
		case at != nil && len(commandsOf(at)) == 0:
			return fmt.Sprintf("%s has no use for %q", say(at), m[1])
		case m[2] != "":
			near := strings.ReplaceAll(m[2], `"`, "")
			if strings.Contains(near, ",") {
				near = "one of " + near
			}
			return fmt.Sprintf("there is no command %q; did you mean %s?", m[1], near)
		case at == nil:
			if near := t.near(m[1]); near != "" {
				return fmt.Sprintf("there is no command %q; did you mean %s?", m[1], near)
			}
			return fmt.Sprintf("there is no command %q", m[1])
		}
		return fmt.Sprintf(
			"there is no command %q; say one of %s",
			strings.TrimPrefix(say(at), "throughline ")+" "+m[1],
			strings.Join(commandsOf(at), ", "),
		)
	}
	if oneOf.MatchString(message) && at != nil && len(commandsOf(at)) > 0 {
		return fmt.Sprintf("%s needs another word: %s", say(at), strings.Join(commandsOf(at), ", "))
	}
	return message
}

// enumOf gives the allowed words as a person reads them.
func enumOf(message string) string {
	_, rest, _ := strings.Cut(message, " must be one of ")
	list, _, _ := strings.Cut(rest, " but got ")
	var words []string
	for _, w := range strings.Split(list, ",") {
		if w = strings.Trim(w, `"`); w != "" {
			words = append(words, w)
		}
	}
	return strings.Join(words, ", ")
}

func say(at *kong.Node) string {
	if at == nil {
		return "throughline"
	}
	return "throughline " + pathOf(at)
}

// commandsOf names the commands below one.
func commandsOf(n *kong.Node) []string {
	var out []string
	for _, c := range n.Children {
		if c.Type == kong.CommandNode {
			out = append(out, c.Name)
		}
	}
	return out
}

// near finds the command whose first or last word is nearest to a word.
func (t commandTree) near(word string) string {
	words, paths := []string{"demo", "serve", "version", "completion"}, []string{"demo", "serve", "version", "completion"}
	for _, op := range t.order {
		words, paths = append(words, op.Words[len(op.Words)-1]), append(paths, strings.Join(op.Words, " "))
		if len(op.Words) > 1 && !slices.Contains(words, op.Words[0]) {
			words, paths = append(words, op.Words[0]), append(paths, op.Words[0])
		}
	}
	near := diag.Nearest(word, words)
	if near == "" {
		return ""
	}
	return paths[slices.Index(words, near)]
}
