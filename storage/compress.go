package storage

import (
	"errors"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"

	"dcbot/bot/dc"
)

// MaxRaw is the largest post that is stored, in bytes. It bounds what decompressing may allocate, too: a few kilobytes
// of zstd can claim to be gigabytes.
const MaxRaw = 64 << 20

// One encoder and one decoder serve all goroutines: EncodeAll and DecodeAll take a state from a pool of their own.
// The window is small because mails are: the default would cost megabytes for each state.
var (
	encoder = sync.OnceValue(func() *zstd.Encoder {
		e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(256<<10))
		if err != nil {
			panic(err) // the options are constant
		}
		return e
	})
	decoder = sync.OnceValue(func() *zstd.Decoder {
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(MaxRaw))
		if err != nil {
			panic(err)
		}
		return d
	})
)

// Compress makes the stored form of raw; nil of nothing. It may be used by many goroutines at once.
func Compress(raw []byte) []byte {
	if len(raw) == 0 {
		return nil
	}
	return encoder().EncodeAll(raw, make([]byte, 0, len(raw)/2+64))
}

func decompress(z []byte) ([]byte, error) {
	if len(z) == 0 {
		return nil, nil
	}
	raw, err := decoder().DecodeAll(z, nil)
	if errors.Is(err, zstd.ErrDecoderSizeExceeded) || errors.Is(err, zstd.ErrWindowSizeExceeded) {
		return nil, fmt.Errorf("decompressing: larger than %d MB: %w", MaxRaw>>20, err)
	}
	if err != nil {
		return nil, fmt.Errorf("decompressing: %w", err)
	}
	return raw, nil
}

func checkSize(raw []byte) error {
	if len(raw) > MaxRaw {
		return dc.Userf("lower the size limit of the mailbox or remove that mail from the archive",
			"a mail of %d MB is larger than the %d MB that dcbot keeps", len(raw)>>20, MaxRaw>>20)
	}
	return nil
}
