// Package bot holds the use cases: receive, collect, command, draft, submit; and the loops that run them: the worker
// (one ordered reader of pending posts), the timers and the outbox.
//
// Everything a person wrote comes in by Receive, which stores it raw; everything anyone is told goes out through the
// outbox. Nothing is sent inside the transaction that decides it, and nothing is decided outside one.
package bot
