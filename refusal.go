package throughline

import "fmt"

// Refusal is why something that was asked for is not done, as a value: each
// face words it in its reader's language, by the code and its arguments.
type Refusal struct {
	Code     string // what of it stands behind "refused." among the words: "ahead"
	Args     []any  // names and values in turn
	Sentence string // in English, for programs and logs
}

// Error gives the English sentence.
func (r *Refusal) Error() string { return r.Sentence }

// Refuse makes a refusal. The sentence is a format of the values among the
// arguments, which are names and values in turn.
func Refuse(code, sentence string, args ...any) error {
	values := make([]any, 0, len(args)/2)
	for i := 1; i < len(args); i += 2 {
		values = append(values, args[i])
	}
	if len(values) > 0 {
		sentence = fmt.Sprintf(sentence, values...)
	}
	return &Refusal{code, args, sentence}
}
