// Package mbox reads mail archives as a stream, in memory that does not grow with them: mbox files (mboxo and mboxrd,
// RFC 4155), also compressed by gzip, the monthly files of Mailman 2's pipermail, and Maildirs.
package mbox
