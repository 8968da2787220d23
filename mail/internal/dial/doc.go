// Package dial opens the connections of the mail wires: TLS from the start, STARTTLS later, or plain on the loopback
// only; every wait on them is bounded, and every failure is told with its cause and its remedy.
package dial
