package cli

import "github.com/throughline/throughline/internal/recording"

// printMerged says who is told as whom now, or no longer.
func (c *command) printMerged(v recording.MergedPeople) error {
	key := "cli.people_one"
	if v.Apart {
		key = "cli.people_two"
	}
	c.say("%s\n", c.words.Say(key, "other", v.Name, "who", v.IntoName, "n", len(v.Deals)))
	return nil
}
