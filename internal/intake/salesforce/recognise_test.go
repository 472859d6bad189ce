package salesforce

import "testing"

// TestRecognise: an object is told by its columns, whatever the file is called,
// and by the file's name only where the columns could be either's.
func TestRecognise(t *testing.T) {
	for _, c := range []struct {
		file   string
		header []string
		want   object
	}{
		{"a.csv", []string{"OpportunityId", "StageName", "CreatedDate", "Id"}, historyObject},
		{"a.csv", []string{"Id", "StageName", "_fivetran_start"}, validityObject},
		{"a.csv", []string{"Id", "StageName", "Amount"}, opportunityObject},
		{"a.csv", []string{"Id", "OpportunityId", "ContactId", "Role"}, roleObject},
		{"a.csv", []string{"Id", "WhatId", "StartDateTime"}, eventObject},
		{"a.csv", []string{"Id", "WhatId", "EndDateTime", "TaskSubtype"}, eventObject},
		{"Task.csv", []string{"Id", "WhatId", "ActivityDateTime", "TaskSubtype"}, taskObject},
		{"a.csv", []string{"Id", "WhatId", "StartDateTime", "IsCallCompleted", "Status"}, taskObject},
		{"a.csv", []string{"Id", "WhatId", "Priority"}, taskObject},
		{"Event.csv", []string{"Id", "WhatId"}, unknownObject},
		{"a.csv", []string{"Id", "Username"}, userObject},
		{"a.csv", []string{"Id", "UserRoleId"}, userObject},
		{"a.csv", []string{"Id", "LastName"}, contactObject},
		{"a.csv", []string{"Id", "Email", "AccountId"}, contactObject},
		{"Contact.csv", []string{"Id", "Name"}, contactObject},
		{"User.csv", []string{"Id", "Name"}, userObject},
		{"Account.csv", []string{"Id", "Name"}, accountObject},
		{"a.csv", []string{"Id", "Name", "Industry"}, accountObject},
		{"a.csv", []string{"Id", "Name"}, unknownObject},
		{"Opportunity.csv", []string{"Name"}, unknownObject},
	} {
		got, col := recognise(c.file, c.header)
		if got != c.want {
			t.Errorf("%s with %q is taken for %q", c.file, c.header, got)
		}
		for i, h := range c.header {
			if at, ok := col[fold(h)]; !ok || at != i {
				t.Errorf("%s: column %q is at %d, found %t", c.file, h, at, ok)
			}
		}
	}
}

// TestTheFirstOfTwoColumnsIsIt: a report may hold a column twice.
func TestTheFirstOfTwoColumnsIsIt(t *testing.T) {
	if _, col := recognise("a.csv", []string{"Id", "Stage Name", "StageName"}); col["stagename"] != 1 {
		t.Errorf("the stage is read from column %d", col["stagename"])
	}
}
