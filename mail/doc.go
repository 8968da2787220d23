// Package mail is the craft of mail: it reads messages as people write them and composes the ones that dcbot sends.
// It knows no survey and no coalition.
//
// The way of a message: Parse turns raw bytes into a Message (never failing: what is broken is noted, what can be
// read is read); Read splits its text into Blocks that together cover every line once (what the author newly wrote,
// quotes with their author and their place in the parent, attributions, signatures, footers); a Threader ties
// messages together; WhoWrote and AutoMail judge who wrote it and whether a person did; Compose writes new mail.
package mail
