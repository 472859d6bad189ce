package directory_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/throughline/throughline/internal/directory"
)

func person() directory.User {
	return directory.User{UserName: "Ann@example.com", External: "00u1", Display: `Ann "A" Bergmann`, Given: "Ann", Family: "Bergmann", Email: "Ann@example.com", Active: true}
}

func spelled(t *testing.T, r map[string]any) map[string]any {
	t.Helper()
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestFiltersAsProvidersSendThem: which hold for one person, and which cannot be read.
func TestFiltersAsProvidersSendThem(t *testing.T) {
	ann := person().Resource(directory.Known{ID: "0194"}, nil)
	for text, want := range map[string]bool{
		``:                                                      true,
		`userName eq "ann@EXAMPLE.com"`:                         true,
		`userName Eq "ann@example.com"`:                         true,
		`UserName eq "bo@example.com"`:                          false,
		`externalId eq "00u1"`:                                  true,
		`externalId eq "00U1"`:                                  false,
		`id eq "0194"`:                                          true,
		`displayName eq "Ann \"A\" Bergmann"`:                   true,
		`displayName eq "\u0041nn \"a\" bergmann"`:              true,
		`displayName sw "ann"`:                                  true,
		`displayName co "A\" b"`:                                true,
		`displayName ew "x"`:                                    false,
		`active eq true`:                                        true,
		`active eq "True"`:                                      true,
		`active eq false`:                                       false,
		`active ne false`:                                       true,
		`emails eq "ann@example.com"`:                           true,
		`emails.value eq "ann@example.com"`:                     true,
		`emails[type eq "work"].value eq "ann@example.com"`:     true,
		`emails[type eq "home"].value eq "ann@example.com"`:     false,
		`emails[type eq "work" and value eq "ANN@example.com"]`: true,
		`urn:ietf:params:scim:schemas:core:2.0:User:userName sw "ann"`: true,
		`userName eq "x" or externalId eq "00u1"`:                      true,
		`userName eq "x" or externalId eq "00u1" and active eq false`:  false,
		`(userName eq "x" or externalId eq "00u1") and active eq true`: true,
		`not (userName eq "x")`:                                        true,
		`name.familyName pr and not (name.formatted pr)`:               true,
		`name.formatted eq null`:                                       true,
		`  userName   eq   "ann@example.com"  AND active eq true `:     true,
	} {
		f, err := directory.FilterUsers(text)
		if err != nil || f.Holds(ann) != want || f.Holds(spelled(t, ann)) != want {
			t.Errorf("%s: %v, %v", text, !want, err)
		}
	}
	for _, text := range []string{`userName`, `userName eq`, `userName eq ann`, `userName eq 'ann'`, `userName gt "a"`, `password eq "x"`, `userName eq "x`, `userName eq "x" and`,
		`userName eq "x" userName eq "y"`, `(userName eq "x"`, `userName eq "x")`, `emails[type eq "work"`, `emails[type eq "work"].colour eq "x"`, `emails[value.type eq "x"]`,
		`userName eq "\x"`, `active co true`, `urn:other:User:userName eq "x"`, strings.Repeat("(", 40) + `active eq true` + strings.Repeat(")", 40),
		strings.Repeat(`active eq true or `, 80) + `active eq true`, `userName eq "` + strings.Repeat("x", 5000) + `"`, "members[value eq \"x\"]", "userName eq \"\x00\""} {
		_, err := directory.FilterUsers(text)
		if p, is := directory.ProblemOf(err); !is || p.Status != 400 || p.Type != directory.InvalidFilter {
			t.Errorf("%.60s was read: %v", text, err)
		}
	}
	group := directory.Group{Name: "Sales", External: "3f2a"}.Resource(directory.Known{ID: "g"}, []directory.Reference{{ID: "a", Name: "Ann"}, {ID: "b", Name: "Bo"}})
	for text, want := range map[string]bool{`displayName eq "sales"`: true, `id eq "g" and members eq "b"`: true, `members.value eq "c"`: false, `members[value eq "a"]`: true,
		`externalId eq "3F2A"`: false} {
		if f, err := directory.FilterGroups(text); err != nil || f.Holds(group) != want {
			t.Errorf("%s: %v, %v", text, !want, err)
		}
	}
}

func anybody(id string) bool { return id != "gone" }

func patch(operations string) []byte {
	return []byte(`{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[` + operations + `]}`)
}

// TestPatchesOfPeople, as Entra ID and Okta send them, and as nobody should.
func TestPatchesOfPeople(t *testing.T) {
	same := func(*directory.User) {}
	for operations, change := range map[string]func(*directory.User){
		`{"op":"Replace","path":"active","value":"False"}`:                                                              func(u *directory.User) { u.Active = false },
		`{"op":"replace","value":{"active":false}}`:                                                                     func(u *directory.User) { u.Active = false },
		`{"op":"Add","path":"Active","value":false},{"op":"add","path":"active","value":"true"}`:                        same,
		`{"op":"Replace","path":"emails[type eq \"work\"].value","value":"bo@example.com"}`:                             func(u *directory.User) { u.Email = "bo@example.com" },
		`{"op":"Replace","path":"emails[type eq \"home\"].value","value":"bo@example.com"}`:                             same,
		`{"op":"replace","path":"emails","value":[{"value":"a@x.de"},{"value":"b@x.de","primary":true}]}`:               func(u *directory.User) { u.Email = "b@x.de" },
		`{"op":"remove","path":"emails[type eq \"work\"]"}`:                                                             func(u *directory.User) { u.Email = "" },
		`{"op":"Replace","path":"name.familyName","value":"Berg"}`:                                                      func(u *directory.User) { u.Family = "Berg" },
		`{"op":"replace","value":{"name.familyName":"Berg","NAME":{"GivenName":"An"}}}`:                                 func(u *directory.User) { u.Family, u.Given = "Berg", "An" },
		`{"op":"remove","path":"name"}`:                                                                                 func(u *directory.User) { u.Given, u.Family = "", "" },
		`{"op":"remove","path":"displayName"}`:                                                                          func(u *directory.User) { u.Display = "" },
		`{"op":"replace","value":{"id":"x","schemas":[],"userName":"ann@x.de","groups":[]}}`:                            func(u *directory.User) { u.UserName = "ann@x.de" },
		`{"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"Sales"}`:   same,
		`{"op":"add","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"1"}}}}`: same,
		`{"op":"add","value":{"urn:ietf:params:scim:schemas:core:2.0:User":{"externalId":"7"}}}`:                        func(u *directory.User) { u.External = "7" },
		`{"op":"Add","path":"phoneNumbers[type eq \"work\"].value","value":"1"}`:                                        same,
		`{"op":"Add","path":"title","value":"Head"}`:                                                                    same,
	} {
		want := person()
		change(&want)
		if got, err := directory.PatchUser(person(), patch(operations)); err != nil || got != want {
			t.Errorf("%s: %+v, %v", operations, got, err)
		}
	}
	for operations, kind := range map[string]string{
		``:                              directory.InvalidSyntax,
		`{"op":"move","path":"active"}`: directory.InvalidSyntax,
		`{"op":"remove"}`:               directory.NoTarget,
		`{"op":"replace","value":true}`: directory.InvalidValue,
		`{"op":"replace","path":"active","value":"perhaps"}`:                                      directory.InvalidValue,
		`{"op":"replace","path":"userName","value":7}`:                                            directory.InvalidValue,
		`{"op":"replace","path":"userName","value":" "}`:                                          directory.InvalidValue,
		`{"op":"replace","path":"displayName","value":"a\nb"}`:                                    directory.InvalidValue,
		`{"op":"remove","path":"userName"}`:                                                       directory.Mutability,
		`{"op":"remove","path":"active"}`:                                                         directory.Mutability,
		`{"op":"replace","path":"id","value":"x"}`:                                                directory.Mutability,
		`{"op":"replace","path":"groups","value":[]}`:                                             directory.Mutability,
		`{"op":"replace","path":"emails[type eq","value":"x"}`:                                    directory.InvalidPath,
		`{"op":"replace","path":"emails[]","value":"x"}`:                                          directory.InvalidPath,
		`{"op":"replace","path":"emails[colour eq \"x\"]","value":"x"}`:                           directory.InvalidFilter,
		`{"op":"replace","path":"user name","value":"x"}`:                                         directory.InvalidPath,
		`{"op":"replace","path":7,"value":"x"}`:                                                   directory.InvalidPath,
		`7`:                                                                                       directory.InvalidSyntax,
		`{"op":"replace","OP":"remove","path":"name"}`:                                            directory.InvalidSyntax,
		`{"op":"replace","value":{"active":true,"Active":false}}`:                                 directory.InvalidSyntax,
		`{"op":"replace","path":"active","value":false},{"op":"replace","path":"id","value":"x"}`: directory.Mutability,
	} {
		_, err := directory.PatchUser(person(), patch(operations))
		if p, is := directory.ProblemOf(err); !is || p.Type != kind || p.Status != 400 {
			t.Errorf("%s: %v, want %s", operations, err, kind)
		}
	}
}

// TestPatchesOfGroups: members in and out, in each of the ways in which that is sent.
func TestPatchesOfGroups(t *testing.T) {
	for operations, want := range map[string][]string{
		`{"op":"Add","path":"members","value":[{"$ref":null,"value":"c"},{"value":"a"}]}`:                                           {"a", "b", "c"},
		`{"op":"add","path":"members","value":{"value":"c"}}`:                                                                       {"a", "b", "c"},
		`{"op":"add","value":{"members":[{"value":"C"}]}}`:                                                                          {"a", "b", "c"},
		`{"op":"Remove","path":"members","value":[{"$ref":null,"value":"a"}]}`:                                                      {"b"},
		`{"op":"remove","path":"members[value eq \"B\"]"}`:                                                                          {"a"},
		`{"op":"remove","path":"members[value eq \"a\" or value eq \"b\"]"}`:                                                        {},
		`{"op":"remove","path":"members[value eq \"x\"]"}`:                                                                          {"a", "b"},
		`{"op":"remove","path":"members"}`:                                                                                          {},
		`{"op":"replace","path":"members","value":[{"value":"c"},{"value":"c"}]}`:                                                   {"c"},
		`{"op":"replace","path":"members","value":[]}`:                                                                              {},
		`{"op":"replace","path":"members","value":[{"value":"gone"},{"value":"c"}]}`:                                                {"c"},
		`{"op":"add","path":"members","value":[{"value":"gone"}]}`:                                                                  {"a", "b", "gone"}, // for the caller to refuse
		`{"op":"remove","path":"members","value":[{"value":"gone"},{"value":"a"}]}`:                                                 {"b"},
		`{"op":"add","path":"members","value":[{"value":"g","type":"Group"},{"value":"h","$ref":"https://x.de/scim/v2/Groups/h"}]}`: {"a", "b"},
		`{"op":"replace","value":{"id":"x","displayName":"Sales"}}`:                                                                 {"a", "b"},
	} {
		before := directory.Group{Name: "Sales", Members: []string{"a", "b"}}
		got, err := directory.PatchGroup(before, patch(operations), anybody)
		if err != nil || !reflect.DeepEqual(got.Members, want) || !reflect.DeepEqual(before.Members, []string{"a", "b"}) {
			t.Errorf("%s: %v (%v), %v", operations, got.Members, before.Members, err)
		}
	}
	for operations, kind := range map[string]string{
		`{"op":"add","path":"members","value":[{"display":"c"}]}`: directory.InvalidValue,
		`{"op":"add","path":"members","value":[[]]}`:              directory.InvalidValue,
		`{"op":"add","path":"members[value eq \"c\"]"}`:           directory.InvalidPath,
		`{"op":"remove","path":"members.value"}`:                  directory.InvalidPath,
		`{"op":"remove","path":"displayName"}`:                    directory.Mutability,
		`{"op":"replace","path":"displayName","value":""}`:        directory.InvalidValue,
		`{"op":"replace","path":"meta","value":{}}`:               directory.Mutability,
	} {
		_, err := directory.PatchGroup(directory.Group{Name: "Sales"}, patch(operations), anybody)
		if p, is := directory.ProblemOf(err); !is || p.Type != kind {
			t.Errorf("%s: %v, want %s", operations, err, kind)
		}
	}
}

// TestBodiesAreOneObject, in UTF-8, of texts where texts stand.
func TestBodiesAreOneObject(t *testing.T) {
	for _, body := range []string{``, `null`, `[]`, `{}`, `{"userName":"a"} {"userName":"b"}`, `{"userName":"a"`, "{\"userName\":\"\xff\"}", `{"userName":["a"]}`,
		`{"userName":"a","emails":[{"value":7}]}`, `{"userName":"a","active":7}`, `{"userName":"` + strings.Repeat("a", 300) + `"}`, `{"userName":"a","USERNAME":"b"}`,
		`{"userName":"a\u0000"}`} {
		if _, err := directory.ReadUser([]byte(body)); err == nil {
			t.Errorf("%.50q was read", body)
		}
	}
	u, err := directory.ReadUser([]byte(`{"schemas":[],"USERNAME":"ann@x.de","name":{"givenName":"Ann"},"password":"secret","emails":[{"value":"h@x.de","type":"home"},{"value":"w@x.de","type":"work"}],"active":"False"}`))
	if want := (directory.User{UserName: "ann@x.de", Given: "Ann", Email: "w@x.de"}); err != nil || u != want {
		t.Errorf("%+v, %v", u, err)
	}
	for body, want := range map[string]bool{`{"userName":"a"}`: false, `{"userName":"a","active":null}`: false, `{"userName":"a","active":"True"}`: true} {
		if u, err := directory.PutUser(directory.User{}, []byte(body)); err != nil || u.Active != want {
			t.Errorf("%s in place of somebody switched off: %+v, %v", body, u, err)
		}
	}
	if u, err := directory.ReadUser([]byte(`{"userName":"a","displayName":"` + strings.Repeat("鞍", 256) + `"}`)); err != nil || utf8.RuneCountInString(u.Display) != 256 {
		t.Errorf("%+v, %v", u, err)
	}
	if _, err := directory.ReadUser([]byte(`{"userName":"a","displayName":"` + strings.Repeat("鞍", 257) + `"}`)); err == nil {
		t.Error("a name without end is read")
	}
	if u, err := directory.ReadUser([]byte(`{"userName":"ann@x.de"}`)); err != nil || !u.Active {
		t.Errorf("%+v, %v", u, err)
	}
}

// TestListsInParts, from the first; and what is left of a resource.
func TestListsInParts(t *testing.T) {
	all := []map[string]any{{"id": "1"}, {"id": "2"}, {"id": "3"}}
	for in, want := range map[[2]string]int{{"", ""}: 3, {"2", "1"}: 1, {"3", "5"}: 1, {"4", "5"}: 0, {"-7", "2"}: 2, {"1", "-2"}: 0, {"9999999", "9999999"}: 0} {
		p, err := directory.ReadPart(in[0], in[1])
		if l := directory.List(all, p); err != nil || len(l["Resources"].([]map[string]any)) != want || l["totalResults"] != 3 || l["Resources"] == nil {
			t.Errorf("%v: %v, %v", in, l, err)
		}
	}
	if _, err := directory.ReadPart("a", ""); err == nil {
		t.Error("a letter is a number")
	}
	r := directory.Group{Name: "Sales"}.Resource(directory.Known{ID: "g"}, nil)
	if o := directory.Only(r, "", "members,meta"); o["members"] != nil || o["displayName"] == nil || o["id"] == nil || r["members"] == nil {
		t.Errorf("%v", o)
	}
	if o := directory.Only(r, "displayName", ""); o["members"] != nil || o["displayName"] == nil || o["id"] == nil || o["schemas"] == nil {
		t.Errorf("%v", o)
	}
}

// TestAVersionIsOfWhatIsSaid and of nothing else.
func TestAVersionIsOfWhatIsSaid(t *testing.T) {
	k := directory.Known{ID: "1", Base: "https://x/scim/v2"}
	v := directory.Version(person().Resource(k, nil))
	other := person()
	other.Active = false
	if v == "" || v != directory.Version(person().Resource(k, nil)) || v == directory.Version(other.Resource(k, nil)) {
		t.Error(v)
	}
}

// FuzzFilter: whatever is asked is read or refused as no filter, and what was read says
// the same of a resource however often it is asked.
func FuzzFilter(f *testing.F) {
	for _, s := range []string{`userName eq "a"`, `emails[type eq "work"].value eq "x"`, `not (a pr) or (b eq null)`, `members[value eq "x"]`, `urn:a:b.c eq true`, `"`, `((((`} {
		f.Add(s)
	}
	r := person().Resource(directory.Known{ID: "1"}, []directory.Reference{{ID: "g", Name: "Sales"}})
	g := directory.Group{Name: "Sales"}.Resource(directory.Known{ID: "g"}, []directory.Reference{{ID: "1"}})
	f.Fuzz(func(t *testing.T, text string) {
		for _, read := range []func(string) (directory.Filter, error){directory.FilterUsers, directory.FilterGroups} {
			is, err := read(text)
			if p, known := directory.ProblemOf(err); err != nil && (!known || p.Status != 400 || !utf8.ValidString(p.Detail)) {
				t.Fatalf("%q: %v", text, err)
			}
			first, second := [2]bool{is.Holds(r), is.Holds(g)}, [2]bool{is.Holds(r), is.Holds(g)}
			if first != second || err != nil && !first[0] {
				t.Fatalf("%q holds and does not", text)
			}
		}
	})
}

// FuzzBodies: whatever is sent is read or refused; what was read can be sent again and
// is the same, and no step reaches what is not somebody's own.
func FuzzBodies(f *testing.F) {
	for _, s := range []string{`{"userName":"a","active":"False"}`, string(patch(`{"op":"Replace","path":"emails[type eq \"work\"].value","value":"x"}`)),
		string(patch(`{"op":"remove","path":"members[value eq \"a\"]"}`)), `{"displayName":"x","members":[{"value":"a"}]}`, string(patch(`{"op":"add","value":{"name.givenName":"x"}}`))} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		problem := func(err error) bool {
			p, known := directory.ProblemOf(err)
			if err != nil && (!known || p.Status != 400 || !utf8.ValidString(p.Detail)) {
				t.Fatalf("%q: %v", body, err)
			}
			return err != nil
		}
		whole := func(u directory.User) {
			text, _ := json.Marshal(u.Resource(directory.Known{ID: "1"}, nil))
			if again, err := directory.ReadUser(text); err != nil || again != u {
				t.Fatalf("%q: %+v came back as %+v, %v", body, u, again, err)
			}
		}
		if u, err := directory.ReadUser(body); !problem(err) {
			whole(u)
		}
		if u, err := directory.PatchUser(person(), body); !problem(err) {
			whole(u)
		}
		for _, read := range []func() (directory.Group, error){func() (directory.Group, error) { return directory.ReadGroup(body) },
			func() (directory.Group, error) {
				return directory.PatchGroup(directory.Group{Name: "Sales", Members: []string{"a", "b"}}, body, anybody)
			}} {
			g, err := read()
			if problem(err) {
				continue
			}
			seen := map[string]bool{}
			for _, id := range g.Members {
				if seen[id] || id == "" || id != strings.ToLower(id) {
					t.Fatalf("%q: %v", body, g.Members)
				}
				seen[id] = true
			}
		}
	})
}
