//go:build unix

package logfile

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"satchel/fsm/kv"
)

// content is what the frames of a file add up to.
type content struct {
	seq       uint64
	hot, cold map[string][]byte
}

func newContent() *content {
	return &content{hot: map[string][]byte{}, cold: map[string][]byte{}}
}

func set(side map[string][]byte, w kv.Write) {
	if w.Delete {
		delete(side, w.Key)
	} else {
		side[w.Key] = w.Value
	}
}

// replay reads the frames of a file and returns where the last whole one ends.
// Every frame was flushed before the next one was begun, so only what stands at
// the very end can have been cut off; anything else is damage.
func (m *content) replay(data []byte) (end int64, err error) {
	at := headerSize
	for at < len(data) {
		rest := data[at:]
		body, length := frame(rest)
		switch {
		case body == nil && zero(rest[min(length, len(rest)):]):
			return int64(at), nil
		case body == nil || m.apply(body) != nil:
			return 0, fmt.Errorf("%w at byte %d", ErrDamaged, at)
		}
		at += length
	}
	return int64(at), nil
}

// frame returns the body of the first frame, or nil if it is not whole, and how
// long the frame is, as far as that is known.
func frame(b []byte) (body []byte, length int) {
	if len(b) < frameHead {
		return nil, frameHead
	}
	size := b[:4]
	if crc32.Checksum(size, castagnoli) != binary.BigEndian.Uint32(b[4:]) {
		return nil, frameHead
	}
	length = frameHead + int(binary.BigEndian.Uint32(size))
	if length > len(b) {
		return nil, length
	}
	body = b[frameHead:length:length]
	if crc32.Checksum(body, castagnoli) != binary.BigEndian.Uint32(b[8:]) {
		return nil, length
	}
	return body, length
}

// zero reports whether b is what a file system leaves of a write that got no
// further than the file's length.
func zero(b []byte) bool {
	for _, v := range b {
		if v != 0 {
			return false
		}
	}
	return true
}

func (m *content) apply(body []byte) error {
	var n uint64
	for _, p := range []*uint64{&m.seq, &n} {
		v, size := binary.Uvarint(body)
		if size <= 0 {
			return ErrDamaged
		}
		*p, body = v, body[size:]
	}
	for range n {
		if len(body) == 0 {
			return ErrDamaged
		}
		w := kv.Write{Delete: body[0]&flagDelete != 0, Cold: body[0]&flagCold != 0}
		key, rest, ok := chunk(body[1:])
		if !ok {
			return ErrDamaged
		}
		w.Key, body = string(key), rest
		if !w.Delete {
			if w.Value, body, ok = chunk(body); !ok {
				return ErrDamaged
			}
		}
		if w.Cold {
			set(m.cold, w)
		} else {
			set(m.hot, w)
		}
	}
	if len(body) != 0 {
		return ErrDamaged
	}
	return nil
}

func chunk(b []byte) (chunk, rest []byte, ok bool) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n > uint64(len(b)-size) {
		return nil, nil, false
	}
	end := size + int(n)
	return b[size:end:end], b[end:], true
}

// live estimates how long a file of only this would be.
func (m *content) live() (size int64) {
	for _, side := range []map[string][]byte{m.hot, m.cold} {
		for k, v := range side {
			size += int64(len(k) + len(v) + 8)
		}
	}
	return size
}

func (m *content) writes() (batch []kv.Write) {
	for k, v := range m.hot {
		batch = append(batch, kv.Write{Key: k, Value: v})
	}
	for k, v := range m.cold {
		batch = append(batch, kv.Write{Key: k, Value: v, Cold: true})
	}
	return batch
}
