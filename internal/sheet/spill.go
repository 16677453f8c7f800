package sheet

import (
	"bytes"
	"errors"
	"io"
	"os"
)

// Spill holds bytes in memory while they are few and in a temporary file from
// then on. The zero value is empty; Close removes the file.
type Spill struct {
	mem  []byte
	file *os.File
	size int64
}

// spillFrom is how many bytes stay in memory.
const spillFrom = 1 << 20

// Write appends.
func (s *Spill) Write(b []byte) (int, error) {
	if s.file == nil && len(s.mem)+len(b) > spillFrom {
		f, err := os.CreateTemp("", "catalogsheet-*.tmp")
		if err != nil {
			return 0, err
		}
		s.file = f
		if _, err := f.Write(s.mem); err != nil {
			return 0, err
		}
		s.mem = nil
	}
	s.size += int64(len(b))
	if s.file != nil {
		return s.file.Write(b)
	}
	s.mem = append(s.mem, b...)
	return len(b), nil
}

// Len is how many bytes were written.
func (s *Spill) Len() int64 { return s.size }

// Reader reads from the beginning what was written so far.
func (s *Spill) Reader() io.Reader {
	if s.file != nil {
		return io.NewSectionReader(s.file, 0, s.size)
	}
	return bytes.NewReader(s.mem)
}

// Close gives everything up.
func (s *Spill) Close() error {
	s.mem = nil
	if s.file == nil {
		return nil
	}
	f := s.file
	s.file = nil
	return errors.Join(f.Close(), os.Remove(f.Name()))
}
