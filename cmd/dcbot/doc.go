// Command dcbot runs surveys on mailing lists: it posts the questions, reads what members reply, and consolidates it into
// one draft for each coalition.
package main
