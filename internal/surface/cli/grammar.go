package cli

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/recording"
)

// ServeFlags are the flags of serve and demo that say where to listen.
type ServeFlags struct {
	Listen string `name:"listen" placeholder:"HOST:PORT" env:"THROUGHLINE_LISTEN" default:"127.0.0.1:8321" help:"Where to listen. Only this machine by default."`
	NoOpen bool   `name:"no-open" env:"THROUGHLINE_NO_OPEN" help:"Do not open the browser."`

	Plans    string `name:"plans" placeholder:"HOST:PORT" env:"THROUGHLINE_PLANS" help:"Where customers reach their plans, and nothing else, so that this address alone may be open to the world."`
	PlansURL string `name:"plans-url" placeholder:"URL" env:"THROUGHLINE_PLANS_URL" help:"The address under which customers reach it, such as https://plans.example.com, for links."`

	SMTP     string `name:"smtp" placeholder:"URL" env:"THROUGHLINE_SMTP" help:"A mail server, such as smtp://name@mail.example.com:587 or smtps://mail.example.com, by which whoever opens a plan that is bound to an e-mail domain gets a code. Its password stands in THROUGHLINE_SMTP_PASSWORD."`
	MailFrom string `name:"mail-from" placeholder:"ADDRESS" env:"THROUGHLINE_MAIL_FROM" help:"From whom those letters are, such as plans@example.com."`

	OpenWrites bool `name:"open-writes" env:"THROUGHLINE_OPEN_WRITES" help:"Let everybody who can reach this address write. Without it, an address other than this machine's only reads until people sign in."`
}

// RunFlags are the flags of a server that others depend on.
type RunFlags struct {
	Host       []string `name:"host" placeholder:"NAME" env:"THROUGHLINE_HOST" help:"A name under which the server is asked, such as sales.example.com; may be repeated. Without it: the address it listens on, and this machine's own."`
	TrustProxy []string `name:"trust-proxy" placeholder:"CIDR" env:"THROUGHLINE_TRUST_PROXY" help:"A proxy whose X-Forwarded-For, -Proto and -Host are believed: its address or network; may be repeated. Nobody's are, unless named."`

	TLSCert string `name:"tls-cert" placeholder:"FILE" env:"THROUGHLINE_TLS_CERT" help:"Speak TLS with this certificate (PEM, with the chain). It is read again when the file changes."`
	TLSKey  string `name:"tls-key" placeholder:"FILE" env:"THROUGHLINE_TLS_KEY" help:"Its key."`

	ACME          []string `name:"acme" placeholder:"NAME" env:"THROUGHLINE_ACME" help:"Speak TLS with a certificate for this name, which an authority gives by ACME; may be repeated. The server has to be reached under it at port 443."`
	ACMEAccept    bool     `name:"acme-accept" env:"THROUGHLINE_ACME_ACCEPT" help:"The authority's terms of service are accepted."`
	ACMEEmail     string   `name:"acme-email" placeholder:"ADDRESS" env:"THROUGHLINE_ACME_EMAIL" help:"Whom the authority writes to."`
	ACMEDirectory string   `name:"acme-directory" placeholder:"URL" env:"THROUGHLINE_ACME_DIRECTORY" help:"Another authority than Let's Encrypt."`
	ACMERoots     string   `name:"acme-roots" placeholder:"FILE" env:"THROUGHLINE_ACME_ROOTS" help:"Who may have signed that authority's own certificate (PEM); without it whom this machine trusts."`
	ACMECache     string   `name:"acme-cache" placeholder:"DIR" env:"THROUGHLINE_ACME_CACHE" help:"Where keys and certificates are kept; without it beside the user's other caches."`

	Metrics     string  `name:"metrics" placeholder:"HOST:PORT" env:"THROUGHLINE_METRICS" help:"Where Prometheus reads /metrics, on an address of its own; nowhere, unless named."`
	Traces      string  `name:"traces" placeholder:"URL" env:"THROUGHLINE_TRACES" help:"A collector to which traces are sent by OTLP over HTTP, such as http://127.0.0.1:4318; to none, unless named."`
	TracesShare float64 `name:"traces-share" placeholder:"PART" env:"THROUGHLINE_TRACES_SHARE" default:"1" help:"Of the traces that begin here so large a part is sent, from 0 to 1. One that a proxy of --trust-proxy began goes as that one says."`

	Log       string        `name:"log" env:"THROUGHLINE_LOG" enum:"text,json" default:"text" help:"Form of the log: text, json."`
	LogLevel  string        `name:"log-level" placeholder:"LEVEL" env:"THROUGHLINE_LOG_LEVEL" enum:"error,warn,info,debug" default:"warn" help:"From which level on: error, warn, info (a line for each request), debug."`
	StopAfter time.Duration `name:"stop-after" placeholder:"TIME" env:"THROUGHLINE_STOP_AFTER" default:"0s" help:"When told to stop, say on /readyz for so long that it will, and go on answering, so that whoever spreads requests sends no more."`
	StopIn    time.Duration `name:"stop-within" placeholder:"TIME" env:"THROUGHLINE_STOP_WITHIN" default:"20s" help:"After that, so long requests may take to end before they are cut off."`
}

// SignFlags are the flags of how people of ours sign in.
type SignFlags struct {
	OIDCIssuer     string        `name:"oidc-issuer" placeholder:"URL" env:"THROUGHLINE_OIDC_ISSUER" help:"Let people sign in with this identity provider, by OpenID Connect: its address, such as https://login.example.com/realms/sales."`
	OIDCClient     string        `name:"oidc-client" placeholder:"ID" env:"THROUGHLINE_OIDC_CLIENT" help:"What this server is called there. The provider sends people back to /sign-in/back."`
	OIDCSecretFile string        `name:"oidc-secret-file" placeholder:"FILE" env:"THROUGHLINE_OIDC_SECRET_FILE" help:"A file with the client's secret; or the secret stands in THROUGHLINE_OIDC_SECRET. Without one PKCE alone is used."`
	OIDCName       string        `name:"oidc-name" placeholder:"NAME" env:"THROUGHLINE_OIDC_NAME" help:"What people call the provider, for the button; its host, unless named."`
	OIDCScope      []string      `name:"oidc-scope" placeholder:"WORD" env:"THROUGHLINE_OIDC_SCOPE" help:"What it is asked for; may be repeated. openid, profile and email, unless named."`
	OIDCGroups     string        `name:"oidc-groups" placeholder:"CLAIM" env:"THROUGHLINE_OIDC_GROUPS" default:"groups" help:"The claim that holds somebody's groups; dots lead deeper (realm_access.roles)."`
	OIDCRole       []string      `name:"oidc-role" placeholder:"GROUP=ROLE" env:"THROUGHLINE_OIDC_ROLE" help:"The role that a group gives; may be repeated, the highest counts. Whoever is in none of them has no access, from their next signing in on; at once where a directory keeps the group by SCIM."`
	OIDCTeam       []string      `name:"oidc-team" placeholder:"GROUP=TEAM" env:"THROUGHLINE_OIDC_TEAM" help:"The team that a group gives; may be repeated. Whoever is in such a group belongs to the team, whoever is not does no longer, from their next signing in on. It is made when somebody first belongs to it."`
	OIDCDomain     []string      `name:"oidc-domain" placeholder:"NAME" env:"THROUGHLINE_OIDC_DOMAIN" help:"Only addresses of this e-mail domain come in by the provider; may be repeated."`
	OIDCNew        string        `name:"oidc-new" placeholder:"ROLE" env:"THROUGHLINE_OIDC_NEW" help:"Add somebody who is not known when they first sign in, as this role; groups: as their groups say. Without it only those come in who were invited."`
	OIDCTrustEmail bool          `name:"oidc-trust-email" env:"THROUGHLINE_OIDC_TRUST_EMAIL" help:"Take an address for verified where the provider says nothing of it. Only where people cannot write their address there themselves."`
	OIDCSession    time.Duration `name:"oidc-session" placeholder:"TIME" env:"THROUGHLINE_OIDC_SESSION" default:"12h" help:"How long such a session holds; then groups are asked for again."`
	Passwords      string        `name:"passwords" env:"THROUGHLINE_PASSWORDS" enum:"all,admins" default:"all" help:"Who may still sign in by a password where there is a provider: all, admins (who always may)."`
	FactorKey      string        `name:"factor-key" placeholder:"FILE" env:"THROUGHLINE_FACTOR_KEY" help:"The file with the key by which secrets of second factors are sealed: 32 random bytes as base64. Without it one is made beside a database that is a file."`
}

// JobFlags are the flags of what a server does by itself.
type JobFlags struct {
	BackupTo   string   `name:"backup-to" placeholder:"DIR" type:"path" env:"THROUGHLINE_BACKUP_TO" help:"Copy the database into this folder once a day, whichever of several servers does it: a file, also of a PostgreSQL database, that admin restore reads."`
	BackupAt   string   `name:"backup-at" placeholder:"TIME" env:"THROUGHLINE_BACKUP_AT" default:"02:30" help:"From which time of the company's day on."`
	BackupKeep int      `name:"backup-keep" placeholder:"N" env:"THROUGHLINE_BACKUP_KEEP" default:"14" help:"How many of these copies stay; 0 for all. Nothing else in the folder is removed."`
	BackupFor  []string `name:"backup-for" placeholder:"KEY" env:"THROUGHLINE_BACKUP_FOR" help:"Encrypt them for whoever has the private key to this public one (age1…); may be repeated."`
}

// Serving is all that serve is told.
type Serving struct {
	ServeFlags
	RunFlags
	SignFlags
	JobFlags
}

type serveCommand struct {
	Serving
}

type demoCommand struct {
	ServeFlags
	Seed    uint64 `name:"seed" placeholder:"N" default:"1" help:"Another seed makes another company."`
	NoServe bool   `name:"no-serve" help:"Make the company, print its numbers and stop: no links to plans are made, which serving writes to the database at each start."`
}

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// commandTree is the grammar as kong reads it: a struct made at run time, with a
// field for each operation, nested as its words are, and the few commands that
// are no operation.
type commandTree struct {
	root  any
	ops   map[string]operation.Operation // by command path: "import csv"
	order []operation.Operation
}

var groups = map[string]string{
	"record":   "Add what is known to a deal; nothing is ever changed in place",
	"private":  "What you keep to yourself about a deal",
	"import":   "Bring in what other systems know",
	"playbook": "The playbook: journey, process, methods",
	"admin":    "Look after the database",
	"mine":     "Read the history",
	"export":   "Take a history elsewhere",
	"forecast": "Which end, when, and how sure",
}

// grammar makes the tree of a list of operations.
func grammar(ops []operation.Operation) commandTree {
	t := commandTree{ops: map[string]operation.Operation{}}
	field := func(name string, typ reflect.Type, tag string) reflect.StructField {
		return reflect.StructField{Name: "C_" + strings.ReplaceAll(name, "-", "_"), Type: typ, Tag: reflect.StructTag(tag)}
	}
	command := func(name, help string) string { return fmt.Sprintf(`cmd:"" name:%q help:%q`, name, help) }
	fields := []reflect.StructField{
		{Name: "Globals", Type: reflect.TypeFor[globals](), Anonymous: true, Tag: `embed:"" group:"shared"`},
		field("demo", reflect.TypeFor[demoCommand](), command("demo", "A made-up company, ready to look at in the browser")),
		field("serve", reflect.TypeFor[serveCommand](), command("serve", "The server: pages and REST")),
	}
	fields[0].Name, fields[0].Anonymous = "G", false
	var order []string
	nested := map[string][]reflect.StructField{}
	for _, op := range ops {
		t.ops[strings.Join(op.Words, " ")] = op
		t.order = append(t.order, op)
		last := op.Words[len(op.Words)-1]
		f := field(last, op.Input(), command(last, op.Summary))
		if len(op.Words) == 1 {
			fields = append(fields, f)
			continue
		}
		head := op.Words[0]
		if !slices.Contains(order, head) {
			order = append(order, head)
		}
		nested[head] = append(nested[head], f)
	}
	for _, head := range order {
		fields = append(fields, field(head, reflect.StructOf(nested[head]), command(head, groups[head])))
	}
	fields = append(fields, field("version", reflect.TypeFor[versionCommand](), command("version", "Which version of the program this is")))
	fields = append(
		fields,
		field("completion", reflect.TypeFor[completionCommand](), command("completion", "Print a completion script for your shell")),
	)
	t.root = reflect.New(reflect.StructOf(fields)).Interface()
	return t
}

func (t commandTree) globals() globals {
	return reflect.ValueOf(t.root).Elem().FieldByName("G").Interface().(globals)
}

func (t commandTree) options(s Streams, exit func(int)) []kong.Option {
	return []kong.Option{
		kong.Name("throughline"),
		kong.Description("One line from a customer's problem to the customer's result, with the purchase as only a part of it."),
		kong.Writers(s.Out, s.Err),
		kong.Exit(exit),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: false}),
		kong.Help(t.help),
		kong.TypeMapper(reflect.TypeFor[deal.Stop](), spelt(recording.ReadStop)),
		kong.TypeMapper(reflect.TypeFor[recording.MoveInput](), spelt(recording.ReadMove)),
		kong.ExplicitGroups([]kong.Group{{Key: "shared", Title: sharedFlags}}),
	}
}

// spelt makes what JSON says in fields of one line of the command line.
func spelt[T any](read func(line string) T) kong.MapperFunc {
	return func(at *kong.DecodeContext, into reflect.Value) error {
		var line string
		if err := at.Scan.PopValueInto("words", &line); err != nil {
			return err
		}
		into.Set(reflect.ValueOf(read(line)))
		return nil
	}
}

// pathOf gives the words of a command: "import csv".
func pathOf(n *kong.Node) string {
	var words []string
	for ; n != nil && n.Parent != nil; n = n.Parent {
		if n.Type == kong.CommandNode {
			words = append(words, n.Name)
		}
	}
	slices.Reverse(words)
	return strings.Join(words, " ")
}

func (t commandTree) run(ctx context.Context, c *command, parsed *kong.Context) error {
	n := parsed.Selected()
	target := n.Target
	if target.Kind() != reflect.Pointer {
		target = target.Addr()
	}
	switch in := target.Interface().(type) {
	case *demoCommand:
		return c.demo(ctx, *in, given(parsed))
	case *serveCommand:
		return c.serve(ctx, *in)
	case *versionCommand:
		return c.version()
	case *completionCommand:
		return c.completion(parsed.Model.Node, in.Shell)
	default:
		if j, ok := in.(interface{ JSONDefaults(func(string) bool) }); ok && c.JSON {
			j.JSONDefaults(given(parsed))
		}
		return c.operate(ctx, t.ops[pathOf(n)], in)
	}
}

// given tells whether a flag stands on the command line.
func given(parsed *kong.Context) func(string) bool {
	return func(name string) bool {
		return slices.ContainsFunc(parsed.Path, func(p *kong.Path) bool { return p.Flag != nil && p.Flag.Name == name })
	}
}

func wrap(s string, width int) string {
	var b strings.Builder
	n := 0
	for _, w := range strings.Fields(s) {
		if n > 0 && n+1+len(w) > width {
			b.WriteByte('\n')
			n = 0
		} else if n > 0 {
			b.WriteByte(' ')
			n++
		}
		b.WriteString(w)
		n += len(w)
	}
	return b.String()
}
