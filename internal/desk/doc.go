// Package desk is who asks, and what they ask of: the ledger and whose it is,
// the playbook that a deal follows, the instant, the zone, the language.
//
// Takes: a ledger, playbooks and a clock, put together by whoever opens the desk.
// Gives: deals and names as the one at the desk may see them, and what is usual among them.
// Never: writes, knows a face or an operation, or asks the ledger past Reader.
package desk
