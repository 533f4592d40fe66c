package wire

import (
	"fmt"
	"math"
	"time"
)

// A Duration is a span of time with nanoseconds below 1_000_000_000. Consensus
// form: two BigSizes. It can be longer than a time.Duration.
type Duration struct {
	Secs  uint64 `json:"secs"`
	Nanos uint32 `json:"nanos"`
}

const nanosPerSec = 1_000_000_000

// Append appends the consensus form.
func (t Duration) Append(b []byte) []byte { return AppendUint(AppendUint(b, t.Secs), uint64(t.Nanos)) }

// Decode reads the consensus form.
func (t *Duration) Decode(d *Decoder) {
	t.Secs = d.Uint64()
	if t.Nanos = d.Uint32(); t.Nanos >= nanosPerSec {
		d.Fail("%d nanoseconds are a second or more", t.Nanos)
	}
}

// UnmarshalJSON reads {"secs":number,"nanos":number}.
func (t *Duration) UnmarshalJSON(data []byte) error {
	err := readObject(data, "duration", field{"secs", &t.Secs, false}, field{"nanos", &t.Nanos, false})
	if err == nil && t.Nanos >= nanosPerSec {
		err = fmt.Errorf("duration: %d nanoseconds are a second or more", t.Nanos)
	}
	return err
}

// A SystemTime is a time since the start of 1970, UTC. Consensus form: that of
// Duration.
type SystemTime struct {
	Secs  uint64 `json:"secs_since_epoch"`
	Nanos uint32 `json:"nanos_since_epoch"`
}

// TimeOf returns t, or the start of 1970 if t is before that.
func TimeOf(t time.Time) SystemTime {
	if t.Unix() < 0 {
		return SystemTime{}
	}
	return SystemTime{Secs: uint64(t.Unix()), Nanos: uint32(t.Nanosecond())}
}

// Time returns t in UTC.
func (t SystemTime) Time() time.Time { return time.Unix(int64(t.Secs), int64(t.Nanos)).UTC() }

// Append appends the consensus form.
func (t SystemTime) Append(b []byte) []byte { return Duration(t).Append(b) }

// Decode reads the consensus form. As in the reference, the seconds must fit a
// signed number.
func (t *SystemTime) Decode(d *Decoder) {
	(*Duration)(t).Decode(d)
	if t.Secs > math.MaxInt64 {
		d.Fail("%d seconds are past the end of time", t.Secs)
	}
}

// UnmarshalJSON reads {"secs_since_epoch":number,"nanos_since_epoch":number}.
func (t *SystemTime) UnmarshalJSON(data []byte) error {
	err := readObject(data, "time", field{"secs_since_epoch", &t.Secs, false}, field{"nanos_since_epoch", &t.Nanos, false})
	if err == nil && (t.Secs > math.MaxInt64 || t.Nanos >= nanosPerSec) {
		err = fmt.Errorf("time of %d seconds and %d nanoseconds is out of range", t.Secs, t.Nanos)
	}
	return err
}
