//go:build unix

// Package logfile keeps a [kv] map in one append-only file.
//
// It is the store of programs on a server or a desk. Each commit is one frame,
// written and flushed to the disk before it counts; a frame that was cut off by
// a crash was never acknowledged and is forgotten at the next load.
//
// # Format
//
// All numbers are big endian, a uvarint is that of encoding/binary.
//
//	file   = "satchel kv 1\n" birth[16] frame*
//	frame  = u32 length of body, u32 CRC-32C of these 4 bytes, u32 CRC-32C of body, body
//	body   = uvarint commit number, uvarint number of writes, write*
//	write  = u8 flags (1 delete, 2 cold), uvarint length, key, [uvarint length, value]
//
// birth is random and made with the file. A value is there unless the write is
// a deletion. The file is rewritten, under another name and then renamed, when
// it is loaded and more than half of it is out of date; the first frame then
// holds everything and the number of the last commit.
//
// Cold entries stand in memory, too: what this package saves is writing them
// again, not the room.
//
// It needs file locks, so it is there on Unix only.
package logfile

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"syscall"

	"satchel/fsm/kv"
)

const (
	magic      = "satchel kv 1\n"
	birthSize  = 16
	headerSize = len(magic) + birthSize
	frameHead  = 12

	// A file of less than this is not worth rewriting.
	compactAbove = 1 << 20
)

// ErrDamaged reports that the middle of a file cannot be read. Nothing is
// changed then.
var ErrDamaged = errors.New("logfile: file is damaged")

// A Store is a [kv.Store] on one file. It may be one of several on the same
// file, in one process or many: commits are serialised by a lock on the file,
// and the fence decides who may write.
type Store struct {
	path string

	mu   sync.Mutex
	head [headerSize]byte // what the file began with when it was loaded
	size int64            // how long it is after the last commit
	seq  uint64
	cold map[string][]byte
}

// Open returns the store on the file at path, which need not exist yet; its
// folder must.
func Open(path string) *Store { return &Store{path: path} }

// Load implements [kv.Store]. It makes the file if there is none.
func (s *Store) Load(context.Context) (uint64, map[string][]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := lockedFile(s.path, true)
	if err != nil {
		return 0, nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		return 0, nil, err
	}
	if len(data) < headerSize && strings.HasPrefix(magic, string(data[:min(len(data), len(magic))])) {
		return s.create(f) // new, or cut off while it was being made
	}
	if !bytes.HasPrefix(data, []byte(magic)) {
		return 0, nil, fmt.Errorf("%w: %s is not a store of this kind", ErrDamaged, s.path)
	}
	m := newContent()
	end, err := m.replay(data)
	if err != nil {
		return 0, nil, fmt.Errorf("%s: %w", s.path, err)
	}
	if end < int64(len(data)) {
		if err := errors.Join(f.Truncate(end), f.Sync()); err != nil {
			return 0, nil, err
		}
	}
	copy(s.head[:], data)
	s.size, s.seq, s.cold = end, m.seq, m.cold
	if end > compactAbove && end > 2*m.live() {
		if err := s.compact(m); err != nil {
			return 0, nil, err
		}
	}
	return s.seq, m.hot, nil
}

func (s *Store) create(f *os.File) (uint64, map[string][]byte, error) {
	s.head = newHead()
	if err := errors.Join(f.Truncate(0), writeAt(f, s.head[:], 0), f.Sync(), syncFolder(s.path)); err != nil {
		return 0, nil, err
	}
	s.size, s.seq, s.cold = int64(headerSize), 0, map[string][]byte{}
	return 0, map[string][]byte{}, nil
}

func newHead() (head [headerSize]byte) {
	copy(head[:], magic)
	rand.Read(head[len(magic):])
	return head
}

// Commit implements [kv.Store].
func (s *Store) Commit(_ context.Context, seq uint64, batch []kv.Write) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := lockedFile(s.path, false)
	if errors.Is(err, os.ErrNotExist) {
		return kv.ErrFenced
	}
	if err != nil {
		return err
	}
	defer f.Close()
	var head [headerSize]byte
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if _, err := f.ReadAt(head[:], 0); err != nil && err != io.EOF {
		return err
	}
	if head != s.head || info.Size() != s.size || seq != s.seq+1 {
		return kv.ErrFenced
	}
	frame := appendFrame(nil, seq, batch)
	if err := errors.Join(writeAt(f, frame, s.size), f.Sync()); err != nil {
		if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
			err = fmt.Errorf("%w: %w", kv.ErrFull, err)
		}
		return err
	}
	s.size += int64(len(frame))
	s.seq = seq
	for _, w := range batch {
		if w.Cold {
			set(s.cold, w)
		}
	}
	return nil
}

// Page implements [kv.Store].
func (s *Store) Page(_ context.Context, prefix, before string, n int) ([]kv.Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var page []kv.Entry
	for k, v := range s.cold {
		if strings.HasPrefix(k, prefix) && (before == "" || k < before) {
			page = append(page, kv.Entry{Key: k, Value: v})
		}
	}
	sort.Slice(page, func(i, j int) bool { return page[i].Key > page[j].Key })
	return page[:min(n, len(page))], nil
}

// compact replaces the file by one that holds only what counts.
func (s *Store) compact(m *content) error {
	temp := s.path + ".new"
	head := newHead()
	data := appendFrame(head[:], m.seq, m.writes())
	f, err := os.Create(temp)
	if err != nil {
		return err
	}
	err = errors.Join(writeAt(f, data, 0), f.Sync(), f.Close())
	if err == nil {
		err = errors.Join(os.Rename(temp, s.path), syncFolder(s.path))
	}
	if err != nil {
		return err
	}
	s.head, s.size = head, int64(len(data))
	return nil
}

func writeAt(f *os.File, b []byte, at int64) error {
	_, err := f.WriteAt(b, at)
	return err
}

// syncFolder makes a new name durable.
func syncFolder(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

const (
	flagDelete = 1
	flagCold   = 2
)

func appendFrame(b []byte, seq uint64, batch []kv.Write) []byte {
	start := len(b)
	b = append(b, make([]byte, frameHead)...)
	b = binary.AppendUvarint(b, seq)
	b = binary.AppendUvarint(b, uint64(len(batch)))
	for _, w := range batch {
		flags := byte(0)
		if w.Delete {
			flags |= flagDelete
		}
		if w.Cold {
			flags |= flagCold
		}
		b = append(b, flags)
		b = binary.AppendUvarint(b, uint64(len(w.Key)))
		b = append(b, w.Key...)
		if !w.Delete {
			b = binary.AppendUvarint(b, uint64(len(w.Value)))
			b = append(b, w.Value...)
		}
	}
	body := b[start+frameHead:]
	binary.BigEndian.PutUint32(b[start:], uint32(len(body)))
	binary.BigEndian.PutUint32(b[start+4:], crc32.Checksum(b[start:start+4], castagnoli))
	binary.BigEndian.PutUint32(b[start+8:], crc32.Checksum(body, castagnoli))
	return b
}
