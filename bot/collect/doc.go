// Package collect reads a post and its thread and says what was contributed: pure functions, no store, no clock.
//
// What decides the question, strongest first: a facilitator's explicit word (the caller's Override); the author's own
// reference, where it really is one, for the paragraphs it governs; the question quoted right above the words; the
// question's thread. Failing all, when the thread belongs to the survey: the unassigned tray (Question ""). Content alone
// never decides: a wrong question is the worst error, the tray is never one.
package collect
