// Package servers starts a real Dovecot, Postfix and Mailman 3 on free loopback ports, in a directory of their own, for
// the tests that want to see what real lists do to mail. Nothing of it is installed or changed on the machine: each
// server has its own configuration, queue and data, and only the processes that were started here are ended.
//
// It needs root (Postfix's master and Mailman's own mount namespace) and the Debian packages that `make servers` installs.
package servers
