package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"callmart/transform/schema"
)

// errMissing says that a table has no file for a date of which the lake has calls.
var errMissing = errors.New("it is missing")

// Whole looks whether every table has its file for each date of which a source has calls, and whether the files begin and
// end as Parquet does: a damaged one of children would else be met only by who reads it. The files of calls are left to Count.
func (l *Lake) Whole(ctx context.Context, source string) (problems []error, err error) {
	dates, err := l.published(ctx, schema.Get(schema.Calls), Selection{Sources: []string{source}})
	if err != nil {
		return nil, fmt.Errorf("looking at the lake: %w", err)
	}
	var missing []string
	for _, d := range dates {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for id := schema.Calls + 1; id < schema.NumStored; id++ {
			path := l.path(partitionPath(schema.Get(id).Name, source, d.Date))
			switch err := checkEnds(path); {
			case err == nil:
			case !errors.Is(err, os.ErrNotExist):
				problems = append(problems, &BrokenError{path, err})
			case id < schema.NumTables:
				missing = append(missing, path)
			}
		}
	}
	gone, err := l.stillMissing(missing)
	return append(problems, gone...), err
}

// stillMissing leaves out what a run publishes just now: file by file, so that some are there before others.
func (l *Lake) stillMissing(paths []string) (problems []error, err error) {
	if len(paths) == 0 {
		return nil, nil
	}
	runs, err := l.Unended()
	if err != nil {
		return nil, err
	}
	for _, r := range runs {
		if r.Committed {
			return nil, nil
		}
	}
	for _, path := range paths {
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			problems = append(problems, &BrokenError{path, errMissing})
		}
	}
	return problems, nil
}

// checkEnds looks at the first and the last bytes of a Parquet file, which a cut or overwritten one does not have.
func checkEnds(path string) error {
	const magic = "PAR1"
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	var ends [2 * len(magic)]byte
	if info.Size() < int64(len(ends)) {
		return io.ErrUnexpectedEOF
	}
	_, errFirst := file.ReadAt(ends[:len(magic)], 0)
	_, errLast := file.ReadAt(ends[len(magic):], info.Size()-int64(len(magic)))
	if err := errors.Join(errFirst, errLast); err != nil {
		return err
	}
	if string(ends[:]) != magic+magic {
		return errors.New("it does not begin and end as Parquet does")
	}
	return nil
}
