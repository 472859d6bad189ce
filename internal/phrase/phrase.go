// Package phrase turns codes, numbers, days and amounts into sentences of a
// language. A language is its catalogue files; adding one is adding files.
//
// Takes: message keys with arguments, and values of the domain (reasons, facts, days, money).
// Gives: plain text in English or Chinese, with that language's plural rules, dates and numbers.
// Never: knows a face (no HTML, no terminal), decides anything about a deal, or reads a clock.
package phrase

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"go.yaml.in/yaml/v4"
	"golang.org/x/text/language"
)

//go:embed *.yaml
var files embed.FS

// languages in the order of preference; the first is the fallback.
var languages = []string{"en", "zh"}

var (
	bundle  = load()
	phrases = func() map[string]*Phrase {
		m := map[string]*Phrase{}
		for _, l := range languages {
			m[l] = &Phrase{code: l, loc: i18n.NewLocalizer(bundle, l)}
		}
		return m
	}()
)

func load() *i18n.Bundle {
	b := i18n.NewBundle(language.English)
	for _, l := range languages {
		for _, name := range catalogues(l) {
			messages, err := read(name)
			if err == nil {
				err = b.AddMessages(language.MustParse(l), messages...)
			}
			if err != nil {
				panic(fmt.Errorf("%s: %w", name, err)) // embedded: a fault of the build
			}
		}
	}
	return b
}

// read gives the messages of one file. Groups within groups make keys with
// dots; a group of nothing but plural forms, "other" among them, is a message.
// (The library's own reader would take any group with a key such as "id" or
// "other" for a message, and refuse it.)
func read(name string) ([]*i18n.Message, error) {
	text, err := files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var tree map[string]any
	if err := yaml.Unmarshal(text, &tree); err != nil {
		return nil, err
	}
	var out []*i18n.Message
	var walk func(key string, v any) error
	walk = func(key string, v any) error {
		switch v := v.(type) {
		case string:
			out = append(out, &i18n.Message{ID: key, Other: v})
		case map[string]any:
			if m, ok := plural(key, v); ok {
				out = append(out, m)
				return nil
			}
			for k, sub := range v {
				if err := walk(strings.TrimPrefix(key+"."+k, "."), sub); err != nil {
					return err
				}
			}
		default:
			return fmt.Errorf("%s is neither a message nor a group", key)
		}
		return nil
	}
	err = walk("", tree)
	return out, err
}

func plural(key string, forms map[string]any) (*i18n.Message, bool) {
	m := &i18n.Message{ID: key}
	for form, v := range forms {
		s, ok := v.(string)
		switch {
		case !ok:
			return nil, false
		case form == "zero":
			m.Zero = s
		case form == "one":
			m.One = s
		case form == "two":
			m.Two = s
		case form == "few":
			m.Few = s
		case form == "many":
			m.Many = s
		case form == "other":
			m.Other = s
		default:
			return nil, false
		}
	}
	return m, m.Other != ""
}

// catalogues lists a language's files: en.yaml for what every face says, and
// en.cli.yaml, en.web.yaml for what one of them says.
func catalogues(language string) []string {
	var out []string
	entries, _ := files.ReadDir(".")
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), language+".") {
			out = append(out, e.Name())
		}
	}
	return out
}

// Phrase speaks one language. It is immutable and may be shared.
type Phrase struct {
	code  string
	loc   *i18n.Localizer
	plain bool
}

// programs is English for programs.
var programs = &Phrase{code: languages[0], loc: i18n.NewLocalizer(bundle, languages[0]), plain: true}

// ForPrograms speaks English as answers to programs have it, whoever asks: a
// number is digits and turns no word (10357 cases, 1 cases), and a field, a value
// or a name stands as it was written. Such sentences are part of what a program
// may count on; those for people are said in their language, from the same codes.
func ForPrograms() *Phrase { return programs }

// Languages lists the codes of the languages there are, the fallback first.
func Languages() []string { return slices.Clone(languages) }

// For gives the speaker of a language code such as "zh" or "zh-CN"; English
// for one that is not spoken here.
func For(code string) *Phrase { return phrases[Match(code)] }

// Match gives the code of the spoken language that suits a list of wishes
// best. A wish is a code or an Accept-Language value; earlier wishes weigh
// more, and those that cannot be read are passed over.
func Match(wishes ...string) string {
	if code, ok := match(wishes...); ok {
		return code
	}
	return languages[0]
}

// Speaks reports whether a wish is for a language that is spoken here.
func Speaks(wish string) bool {
	_, ok := match(wish)
	return ok
}

func match(wishes ...string) (string, bool) {
	for _, w := range wishes {
		if !strings.ContainsAny(w, ",;") { // LANG=zh_CN.UTF-8
			w, _, _ = strings.Cut(strings.ReplaceAll(w, "_", "-"), ".")
		}
		want, _, err := language.ParseAcceptLanguage(w)
		if err != nil || len(want) == 0 {
			continue
		}
		for _, tag := range want {
			if base, _ := tag.Base(); slices.Contains(languages, base.String()) {
				return base.String(), true
			}
		}
	}
	return "", false
}

// Code is the language's code, for an HTML lang attribute or a file name.
func (p *Phrase) Code() string { return p.code }

// Say gives the message of a key. Arguments are pairs of a name and a value.
// An int called "n" also chooses the plural form; the message sees it as {{.n}}
// (1,234) and {{.w}} (in words up to ten); so does a tenth, as 1.5. A key without a message comes back
// between brackets, so that it shows; a test keeps that from happening.
func (p *Phrase) Say(key string, pairs ...any) string {
	var data map[string]any
	config := i18n.LocalizeConfig{MessageID: key}
	if len(pairs) > 0 {
		data = make(map[string]any, len(pairs)/2+1)
		for i := 0; i+1 < len(pairs); i += 2 {
			name, _ := pairs[i].(string)
			switch v := pairs[i+1].(type) {
			case int:
				if name == "n" && !p.plain {
					config.PluralCount = v
				}
				if name == "n" {
					data["w"] = p.Word(v)
				}
				data[name] = p.Number(v)
			case tenth:
				if name == "n" {
					config.PluralCount = v.String()
				}
				data[name] = v.String()
			case string:
				data[name] = v
				if !p.plain {
					data[name] = apart(v)
				}
			default:
				data[name] = v
			}
		}
	}
	config.TemplateData = data
	s, err := p.loc.Localize(&config)
	if err != nil && s == "" {
		return "[" + key + "]"
	}
	return s
}

// Words that somebody wrote from right to left stand within a sentence of ours
// between these two, so that neither turns the other about (UAX 9).
const (
	firstStrong = "\u2068" // the direction of the first letter holds until
	endIsolate  = "\u2069"
)

// apart sets a value apart from the sentence it stands in, where it has letters
// that are written from right to left.
func apart(s string) string {
	if !strings.ContainsFunc(s, rightToLeft) || strings.HasPrefix(s, firstStrong) && strings.HasSuffix(s, endIsolate) {
		return s
	}
	return firstStrong + s + endIsolate
}

func rightToLeft(r rune) bool {
	return r >= 0x590 && r <= 0x8ff || r >= 0xfb1d && r <= 0xfdff || r >= 0xfe70 && r <= 0xfefc || r >= 0x10800 && r <= 0x10fff ||
		r >= 0x1e800 && r <= 0x1efff
}

// Together gives a sentence without the marks by which Say sets words apart,
// for what is written on.
func Together(s string) string {
	return strings.NewReplacer(firstStrong, "", endIsolate, "").Replace(s)
}

// Has reports whether there is a message for the key.
func (p *Phrase) Has(key string) bool {
	return !strings.HasPrefix(p.Say(key), "[")
}

// Attribute names what a company records of its deals: in the reader's language
// where the name is a usual one, else as the company writes it.
func (p *Phrase) Attribute(name string) string {
	if p.plain {
		return name
	}
	if key := "attribute." + name; p.Has(key) {
		return p.Say(key)
	}
	return plainName(name)
}

// AttributeValue gives a value in words where it is one of ours, else as it is.
func (p *Phrase) AttributeValue(name, value string) string {
	if p.plain {
		return value
	}
	if key := "attribute_value." + name + "_" + value; p.Has(key) {
		return p.Say(key)
	}
	return value
}

// plainName gives the name of a field as a person would write it:
// deal_size and dealSize become "deal size".
func plainName(name string) string {
	var b strings.Builder
	before := ' '
	for _, r := range name {
		switch {
		case r == '_' || r == '-' || unicode.IsSpace(r):
			r = ' '
		case unicode.IsUpper(r) && unicode.IsLower(before):
			b.WriteByte(' ')
			r = unicode.ToLower(r)
		}
		if r != ' ' || before != ' ' {
			b.WriteRune(r)
		}
		before = r
	}
	return strings.TrimSpace(b.String())
}

// Word gives a small number as a word, larger ones in digits.
func (p *Phrase) Word(n int) string {
	if n >= 0 && n <= 10 {
		return p.Say(fmt.Sprintf("number.%d", n))
	}
	return p.Number(n)
}

// List joins items as a sentence does: "a, b and c".
func (p *Phrase) List(items []string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return items[0]
	}
	last := len(items) - 1
	return strings.Join(items[:last], p.Say("list.comma")) + p.Say("list.and") + items[last]
}

// Initial gives s with its first letter in upper case, where the script has cases.
func Initial(s string) string {
	for i, r := range s {
		return strings.ToUpper(s[:i+len(string(r))]) + s[i+len(string(r)):]
	}
	return s
}
