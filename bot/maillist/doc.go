// Package maillist is the wire to mailing lists and mailboxes: mail that arrives becomes posts, rows of the outbox
// become mail. A post belongs to a coalition by its List-Id alone; what comes to the bot directly belongs to none until
// the use cases have looked at its thread.
package maillist
