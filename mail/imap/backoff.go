package imap

import (
	"math/rand/v2"
	"time"
)

// backoff doubles from min to max; the jitter keeps many clients of one server from coming back in step.
type backoff struct {
	min, max time.Duration
	last     time.Duration
}

func (b *backoff) reset() { b.last = 0 }

// next is between half and the whole of the doubled pause.
func (b *backoff) next() time.Duration {
	b.last = min(max(2*b.last, b.min), b.max)
	return b.last/2 + rand.N(b.last/2+1)
}
