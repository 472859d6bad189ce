package main

import (
	"encoding/json"
	"os"

	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"
)

const other = "pocketbase"

// given is what the other server is told to be, told what it says of itself.
type (
	given struct {
		Folder, Address, Tell string
		Rows                  []deal
		People                int
	}
	deal struct {
		Title, Account, Stage, Opened string
		Owner, Amount                 int
	}
	told struct {
		Tokens []string
		IDs    [][]string
	}
)

func plain(rows []row) []deal {
	out := make([]deal, len(rows))
	for i, r := range rows {
		out[i] = deal{Title: r.title, Account: r.account, Stage: r.stage, Opened: r.opened, Owner: r.owner, Amount: r.amount}
	}
	return out
}

// serveOther makes the same deals and people in PocketBase, with its rule that
// each sees their own and an index for the list, and serves them.
func serveOther(path string) error {
	var g given
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, &g); err != nil {
		return err
	}
	app := pocketbase.NewWithConfig(pocketbase.Config{DefaultDataDir: g.Folder, HideStartBanner: true})
	if err := app.Bootstrap(); err != nil {
		return err
	}
	if err := app.RunAllMigrations(); err != nil {
		return err
	}
	users, err := app.FindCollectionByNameOrId("users")
	if err != nil {
		return err
	}
	own := "owner = @request.auth.id"
	deals := core.NewBaseCollection("deals")
	deals.ListRule, deals.ViewRule = types.Pointer(own), types.Pointer(own)
	deals.Fields.Add(
		&core.TextField{Name: "title"}, &core.TextField{Name: "account"}, &core.TextField{Name: "stage"}, &core.TextField{Name: "opened"},
		&core.NumberField{Name: "amount"}, &core.TextField{Name: "currency"}, &core.RelationField{Name: "owner", CollectionId: users.Id, MaxSelect: 1},
	)
	deals.AddIndex("deals_owner_opened", false, "owner, opened", "")
	if err := app.Save(deals); err != nil {
		return err
	}
	out := told{IDs: make([][]string, g.People)}
	err = app.RunInTransaction(func(tx core.App) error {
		ids := make([]string, g.People)
		for i := range g.People {
			u := core.NewRecord(users)
			u.Set("email", email(i))
			u.Set("name", seller(i))
			u.Set("verified", true)
			u.SetPassword("a password that nobody uses")
			if err := tx.Save(u); err != nil {
				return err
			}
			token, err := u.NewAuthToken()
			if err != nil {
				return err
			}
			ids[i], out.Tokens = u.Id, append(out.Tokens, token)
		}
		for _, d := range g.Rows {
			r := core.NewRecord(deals)
			r.Load(map[string]any{"title": d.Title, "account": d.Account, "stage": d.Stage, "opened": d.Opened, "amount": d.Amount, "currency": "EUR", "owner": ids[d.Owner]})
			if err := tx.Save(r); err != nil {
				return err
			}
			out.IDs[d.Owner] = append(out.IDs[d.Owner], r.Id)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if b, err = json.Marshal(out); err != nil {
		return err
	}
	if err := os.WriteFile(g.Tell, b, 0o600); err != nil {
		return err
	}
	return apis.Serve(app, apis.ServeConfig{HttpAddr: g.Address})
}
