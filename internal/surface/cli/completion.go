package cli

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// completion prints a script that knows every command and flag of this build.
// It is a table of words, so that completing never starts the program.
func (c *command) completion(root *kong.Node, shell string) error {
	table := map[string][]string{}
	var order []string
	var walk func(n *kong.Node, path string)
	walk = func(n *kong.Node, path string) {
		var words []string
		for _, child := range n.Children {
			if child.Type == kong.CommandNode {
				words = append(words, child.Name)
			}
		}
		for _, group := range n.AllFlags(true) {
			for _, f := range group {
				words = append(words, "--"+f.Name)
			}
		}
		table[path] = words
		order = append(order, path)
		for _, child := range n.Children {
			walk(child, strings.TrimSpace(path+" "+child.Name))
		}
	}
	walk(root, "")
	switch shell {
	case "fish":
		for _, path := range order {
			for _, w := range table[path] {
				seen := ""
				for _, word := range strings.Fields(path) {
					seen += "__fish_seen_subcommand_from " + word + "; and "
				}
				if flag, ok := strings.CutPrefix(w, "--"); ok {
					fmt.Fprintf(c.Out, "complete -c throughline -n '%strue' -l %s\n", seen, flag)
				} else {
					fmt.Fprintf(c.Out, "complete -c throughline -n '%strue' -a %s\n", seen, w)
				}
			}
		}
		return nil
	case "zsh":
		fmt.Fprintln(c.Out, "#compdef throughline\nautoload -U +X bashcompinit && bashcompinit")
	}
	fmt.Fprint(
		c.Out,
		"_throughline() {\n  local path=\"\" w i\n  for ((i = 1; i < COMP_CWORD; i++)); do\n    w=\"${COMP_WORDS[i]}\"\n    case \"$path|$w\" in\n",
	)
	for _, path := range order {
		if path == "" {
			continue
		}
		words := strings.Fields(path)
		parent := strings.Join(words[:len(words)-1], " ")
		fmt.Fprintf(c.Out, "      %q) path=%q ;;\n", parent+"|"+words[len(words)-1], path)
	}
	fmt.Fprint(c.Out, "    esac\n  done\n  case \"$path\" in\n")
	for _, path := range order {
		fmt.Fprintf(c.Out, "    %q) w=%q ;;\n", path, strings.Join(table[path], " "))
	}
	fmt.Fprint(c.Out, "  esac\n  COMPREPLY=($(compgen -W \"$w\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"+
		"  [ ${#COMPREPLY[@]} -eq 0 ] && COMPREPLY=($(compgen -f -- \"${COMP_WORDS[COMP_CWORD]}\"))\n}\ncomplete -o filenames -F _throughline throughline\n")
	return nil
}
