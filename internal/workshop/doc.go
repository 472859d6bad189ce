// Package workshop is where a playbook is made: begun, checked, tried, weighed,
// compared, counted, published; and where what others stated is read against it.
//
// Takes: a bench (a desk, the playbook's files as they were given, what compiles them, who may be asked), and an input.
// Gives: answers with their JSON shape, findings with their place, and, when published, a version in the ledger.
// Never: moves an open deal without a mapping that a person confirmed, or writes over what somebody else wrote.
package workshop
