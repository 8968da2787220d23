// Package dc is the ground floor: the terms of the field as types, their validation and their state changes. It uses
// the standard library only and knows no transport, no SQL and no wording.
//
// Every state machine has one Transition method; nothing else decides whether a change of state is allowed.
package dc
