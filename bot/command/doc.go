// Package command holds the table of commands: what people write to dcbot in a mail, a room or a shell. The one table
// feeds the parser and the help, so that neither knows a command that the other does not.
//
// The way of a line: Parse finds the command in it, Call.Bind reads its arguments, once the caller has said which words
// name coalitions.
package command
