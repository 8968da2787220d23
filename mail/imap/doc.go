// Package imap watches one folder and hands over every mail that arrives in it, raw, once, in the order of its UIDs.
//
// It opens the folder read-only (EXAMINE) and keeps no state on the server: what was handed over is known by folder,
// UIDVALIDITY and UID alone (RFC 9051 section 2.3.1.1), so people may read, flag, move or expunge mail at will.
package imap
