// Package smtp hands mail to a submission server (RFC 5321, RFC 6409) and says exactly how far it got: refused for good,
// to be tried again, or past the point of no return with no verdict.
package smtp
