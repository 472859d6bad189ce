package directory

// Config spells what is supported here (RFC 7643, section 5).
func Config(base string) map[string]any {
	able := func(is bool) map[string]any { return map[string]any{"supported": is} }
	return map[string]any{
		"schemas":               []string{"urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"},
		"patch":                 able(true),
		"bulk":                  map[string]any{"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
		"filter":                map[string]any{"supported": true, "maxResults": MostListed},
		"changePassword":        able(false),
		"sort":                  able(false),
		"etag":                  able(true),
		"authenticationSchemes": []map[string]any{{"type": "oauthbearertoken", "name": "Bearer token", "description": "A token of the role directory", "primary": true}},
		"meta":                  map[string]any{"resourceType": "ServiceProviderConfig", "location": base + "/ServiceProviderConfig"},
	}
}

// Types spells which resources there are.
func Types(base string) []map[string]any {
	one := func(name, at, schema string) map[string]any {
		return map[string]any{"schemas": []string{"urn:ietf:params:scim:schemas:core:2.0:ResourceType"}, "id": name, "name": name, "endpoint": at, "schema": schema,
			"meta": map[string]any{"resourceType": "ResourceType", "location": base + "/ResourceTypes/" + name}}
	}
	return []map[string]any{one("User", "/Users", UserSchema), one("Group", "/Groups", GroupSchema)}
}

// Schemas spells which attributes are kept.
func Schemas(base string) []map[string]any {
	schema := func(id, name string, attributes ...map[string]any) map[string]any {
		return map[string]any{"schemas": []string{"urn:ietf:params:scim:schemas:core:2.0:Schema"}, "id": id, "name": name, "attributes": attributes,
			"meta": map[string]any{"resourceType": "Schema", "location": base + "/Schemas/" + id}}
	}
	with := func(a map[string]any, key string, value any) map[string]any { a[key] = value; return a }
	text := func(name string) map[string]any { return attribute(name, "string") }
	several := func(a map[string]any, inner ...map[string]any) map[string]any {
		return with(with(a, "multiValued", true), "subAttributes", inner)
	}
	fixed := func(a map[string]any) map[string]any { return with(a, "mutability", "readOnly") }
	needed := func(a map[string]any) map[string]any { return with(a, "required", true) }
	return []map[string]any{
		schema(UserSchema, "User",
			with(needed(text("userName")), "uniqueness", "server"),
			with(text("externalId"), "caseExact", true),
			text("displayName"),
			with(attribute("name", "complex"), "subAttributes", []map[string]any{text("formatted"), text("givenName"), text("familyName")}),
			several(attribute("emails", "complex"), text("value"), text("type"), attribute("primary", "boolean")),
			attribute("active", "boolean"),
			several(fixed(attribute("groups", "complex")), fixed(text("value")), fixed(text("display"))),
		),
		schema(GroupSchema, "Group",
			with(needed(text("displayName")), "uniqueness", "server"),
			with(text("externalId"), "caseExact", true),
			several(attribute("members", "complex"), text("value"), fixed(text("display"))),
		),
	}
}

func attribute(name, kind string) map[string]any {
	return map[string]any{"name": name, "type": kind, "multiValued": false, "required": false, "caseExact": false, "mutability": "readWrite",
		"returned": "default", "uniqueness": "none"}
}
