package lint

import (
	"fmt"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
)

// Whether each deal finds its process.
var choiceChecks = []Check{
	{"R01", "never-chosen", diag.Warning, "a process no deal can come to", (*pass).neverChosen},
	{"R02", "nobody-s-deals", diag.Warning, "deals that no rule takes", (*pass).noDefault},
}

// open reports whether a process is for every deal. A rule that did not
// compile has been reported already, and is neither.
func openToAll(pr playbook.Process) bool {
	return pr.When.CEL == "" || pr.When.Tree.Op == "true"
}

func (s *pass) neverChosen() {
	first := -1
	rules := map[string]int{}
	for i, pr := range s.book.Processes {
		switch spelt := pr.When.Tree.String(); {
		case openToAll(pr) && first < 0:
			first = i
		case openToAll(pr):
			s.say(
				pr.Name.At,
				processAddress(pr),
				fmt.Sprintf(
					"%q and %q are both for every deal, so the second is never chosen",
					english(s.book.Processes[first].Name),
					english(pr.Name),
				),
				"say under `when:` which deals it is for, such as when: region == 'federal'",
			)
		case pr.When.Tree.Op == "":
		default:
			if j, twice := rules[spelt]; twice {
				s.say(
					pr.When.At,
					processAddress(pr),
					fmt.Sprintf("the rule is that of %q, which comes first, so this process is never chosen", english(s.book.Processes[j].Name)),
					"change one of the rules, or merge the processes",
				)
			} else {
				rules[spelt] = i
			}
		}
	}
}

func (s *pass) noDefault() {
	for _, pr := range s.book.Processes {
		if openToAll(pr) || pr.When.Tree.Op == "" {
			return
		}
	}
	if len(s.book.Processes) > 0 {
		pr := s.book.Processes[0]
		s.say(
			pr.When.At,
			processAddress(pr),
			"every process has a rule, so some deals are nobody's and go to the first",
			"leave one process without `when:`",
		)
	}
}
