// Package mailtest is a mail server in this process: SMTP, IMAP and mailing lists on the loopback, speaking the real
// protocols over real sockets, for tests and for the demo. It can be told to misbehave. Nothing is kept on disk.
package mailtest
