package capture

import "testing"

// A letter is somebody's initial, or the name of a rival at the end of a sentence.
func TestALetterMayEndASentence(t *testing.T) {
	for note, want := range map[string]int{
		"They went with Competitor X. They will send us the list by Friday.": 2,
		"They chose Plan B. The board signed it.":                            2,
		"A. Ruiz signed the order today.":                                    1,
		"Spoke to W. He about the audit.":                                    1,
		"The order went to Miller Inc. Their buyer signed it.":               2,
	} {
		q := &reading{text: note}
		var out []sentence
		q.cut(&out, 0, len(note), sentence{})
		if len(out) != want {
			t.Errorf("%q is %d sentences, not %d", note, len(out), want)
		}
	}
}
