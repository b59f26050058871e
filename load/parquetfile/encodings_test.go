package parquetfile_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
	"github.com/stretchr/testify/require"

	"callmart/transform/schema"
)

// encodingOf is what a file's only column is encoded with, by its page and by the footer, and how many values its
// dictionary has.
func encodingOf(t *testing.T, file []byte) (format.Encoding, int) {
	t.Helper()
	f := open(t, file)
	meta := f.Metadata().RowGroups[0].Columns[0].MetaData
	pages := f.RowGroups()[0].ColumnChunks()[0].Pages()
	defer pages.Close()
	page, err := pages.ReadPage()
	require.NoError(t, err)
	defer parquet.Release(page)
	told := meta.Encoding[len(meta.Encoding)-1]
	dictionary := page.Dictionary()
	require.Equal(t, told == format.RLEDictionary, dictionary != nil)
	if dictionary == nil {
		require.NotContains(t, meta.Encoding, format.RLEDictionary)
		require.Zero(t, meta.DictionaryPageOffset)
		return told, 0
	}
	require.Contains(t, meta.Encoding, format.Plain, "of the dictionary's page")
	require.Less(t, meta.DictionaryPageOffset, meta.DataPageOffset)
	return told, dictionary.Len()
}

func numbered(prefix string) func(int) any {
	return func(i int) any { return fmt.Sprint(prefix, i) }
}

// Texts that occur twice on average get a dictionary, others are what they do not share with the ones before. NULLs count
// for neither. All come back as they were.
func TestTextEncodings(t *testing.T) {
	const shared, dictionary = format.DeltaByteArray, format.RLEDictionary
	long := strings.Repeat("lång", 1<<20/5)
	constant := func(int) any { return "x" }
	for name, test := range map[string]struct {
		cells    []any
		encoding format.Encoding
		words    int // of the dictionary
	}{
		"one":                     {list("x"), shared, 0},
		"one, twice":              {list("x", "x"), dictionary, 1},
		"constant":                {each(3000, constant), dictionary, 1},
		"constant beside NULLs":   {each(3000, func(i int) any { return [...]any{"x", nil}[i%2] }), dictionary, 1},
		"few words":               {each(3000, func(i int) any { return fmt.Sprint("word", i*i%7) }), dictionary, 4},
		"300 words":               {each(3000, func(i int) any { return fmt.Sprint("word", i*7%300) }), dictionary, 300},
		"empty":                   {each(100, func(int) any { return "" }), dictionary, 1},
		"empty and others":        {list("", "a", "", nil, "a", "b", "", ""), dictionary, 3},
		"all distinct":            {each(3000, numbered("")), shared, 0},
		"all distinct, one empty": {list("a", "", "b"), shared, 0},
		"half distinct":           {list("a", "b", "c", "d", "d", "c", "b", "a"), dictionary, 4},
		"just over half distinct": {list("a", "b", "c", "d", "d", "c", "b", "e"), shared, 0},
		"half of the texts":       {list("a", nil, "b", nil, "a", nil, "b", nil), dictionary, 2},
		"just over, of the texts": {list("a", nil, "b", nil, "a", nil, "c", nil), shared, 0},
		// The first 1025 are asked whether a dictionary serves, so that most columns are looked up only in part.
		"distinct until the probe":   {append(each(1025, numbered("a")), each(9000, constant)...), shared, 0},
		"half distinct at the probe": {append(each(1024, func(i int) any { return fmt.Sprint(i % 511) }), each(1024, constant)...), dictionary, 512},
		"distinct after the probe":   {append(each(1500, constant), each(1600, numbered("a"))...), shared, 0},
		"few after the probe":        {append(each(1500, constant), each(1400, numbered("a"))...), dictionary, 1401},
		// The first 8 bytes of a text are compared apart from the others.
		"one prefix":      {each(400, numbered("12345678")), shared, 0},
		"one prefix, few": {each(400, func(i int) any { return "12345678"[:i%9] }), dictionary, 9},
		"zeros, few":      {each(400, func(i int) any { return strings.Repeat("\x00", i%20) }), dictionary, 20},
		"one end, few":    {each(400, func(i int) any { return fmt.Sprintf("%03d%s", i%150, strings.Repeat("-", 40)) }), dictionary, 150},
		"one length, few": {each(4000, func(i int) any { return fmt.Sprintf("%04d", i*7%499) }), dictionary, 499},
		// What texts share with the ones before, to the byte.
		"a little shared":       {list("aaaa", "aabb", "ccbb", "ddbb"), shared, 0},
		"more shared":           {list("aaaa", "aabb", "aacb", "aacd"), shared, 0},
		"nothing shared":        {each(400, func(i int) any { return fmt.Sprintf("%c%d", 'a'+i%26, i) }), shared, 0},
		"shared, NULLs between": {each(400, func(i int) any { return [...]any{nil, fmt.Sprint("https://example.com/", i)}[i%2] }), shared, 0},
		"shared, empty between": {list("12345678a", "", "12345678b", "12345678c", "12345678"), shared, 0},
		"shared, ever longer":   {each(100, func(i int) any { return strings.Repeat("x", i) }), shared, 0},
		"shared, ever shorter":  {each(100, func(i int) any { return strings.Repeat("x", 100-i) }), shared, 0},
		"shared half a letter":  {list("schöner", "schäner", "schüler"), shared, 0},
		"1 MB":                  {list(long, "a", long[5:], nil, "b"), shared, 0},
		"1 MB, three once":      {list(long, "a", long, "a", long, nil), dictionary, 2},
	} {
		t.Run(name, func(t *testing.T) {
			for _, of := range []schema.Type{schema.Text, schema.JSON} { // which differ in their statistics alone
				encoding, words := encodingOf(t, roundTrip(t, tableOf(of), only(test.cells...)))
				require.Equal(t, test.encoding, encoding)
				require.Equal(t, test.words, words)
			}
		})
	}
}

// Indexes of a dictionary take as many bits as it needs: sizes beside powers of two come back as they were.
func TestDictionarySizes(t *testing.T) {
	for _, words := range []int{1, 2, 3, 4, 5, 8, 9, 15, 16, 17, 127, 128, 129, 255, 256, 257, 512, 513, 4097} {
		cells := each(3*words, func(i int) any { return fmt.Sprint(i / 3) })
		encoding, got := encodingOf(t, roundTrip(t, tableOf(schema.Text), only(cells...)))
		require.Equal(t, format.RLEDictionary, encoding)
		require.Equal(t, words, got)
	}
}

// The elements of all lists are texts as any, whose NULLs and empty lists count for nothing.
func TestListEncodings(t *testing.T) {
	words := each(300, func(i int) any { return []any{nil, []string{}, []string{"a", "b", "a"}}[i%3] })
	encoding, n := encodingOf(t, roundTrip(t, tableOf(schema.Texts), only(words...)))
	require.Equal(t, format.RLEDictionary, encoding)
	require.Equal(t, 2, n)

	distinct := each(300, func(i int) any { return []any{nil, []string{}, []string{fmt.Sprint(i), fmt.Sprint(-i)}}[i%3] })
	encoding, _ = encodingOf(t, roundTrip(t, tableOf(schema.Texts), only(distinct...)))
	require.Equal(t, format.DeltaByteArray, encoding)
}

// Doubles that occur twice on average get a dictionary, by their bits: 0 is not -0, and a NaN is as good as any.
func TestDoubleEncodings(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	nan, negative := math.NaN(), math.Copysign(0, -1)
	for name, test := range map[string]struct {
		cells    []any
		encoding format.Encoding
		numbers  int // of the dictionary
	}{
		"one":                      {list(1.5), format.Plain, 0},
		"constant":                 {each(3000, func(int) any { return 0.25 }), format.RLEDictionary, 1},
		"few":                      {each(3000, func(i int) any { return float64(i%60) / 4 }), format.RLEDictionary, 60},
		"few beside NULLs":         {each(3000, func(i int) any { return []any{nil, 2.5, 3.5}[i%3] }), format.RLEDictionary, 2},
		"all distinct":             {each(3000, func(int) any { return random.NormFloat64() }), format.Plain, 0},
		"half distinct":            {list(1.0, 2.0, 3.0, 3.0, 2.0, 1.0), format.RLEDictionary, 3},
		"just over half distinct":  {list(1.0, 2.0, 3.0, 3.0, 2.0, 4.0), format.Plain, 0},
		"distinct until the probe": {append(each(1025, func(i int) any { return float64(i) }), each(9000, func(int) any { return 1.0 })...), format.Plain, 0},
		"distinct after the probe": {append(each(1500, func(int) any { return 1.0 }), each(1600, func(i int) any { return float64(i) })...), format.Plain, 0},
		"both zeros":               {list(0.0, negative, 0.0, negative, negative), format.RLEDictionary, 2},
		"both zeros, once":         {list(0.0, negative), format.Plain, 0},
		"NaN, infinite":            {list(nan, math.Inf(1), nan, math.Inf(-1), nil, math.Inf(1), math.Inf(-1)), format.RLEDictionary, 3},
		"NaN, infinite, once":      {list(nan, math.Inf(1), nil, math.Inf(-1)), format.Plain, 0},
	} {
		t.Run(name, func(t *testing.T) {
			for _, of := range []schema.Type{schema.Seconds, schema.Number} {
				encoding, numbers := encodingOf(t, roundTrip(t, tableOf(of), only(test.cells...)))
				require.Equal(t, test.encoding, encoding)
				require.Equal(t, test.numbers, numbers)
			}
		})
	}
}

// Integers are written as differences, which may overflow as long as they come back, and instants are integers.
func TestIntegerEncodings(t *testing.T) {
	const low, high = int64(math.MinInt64), int64(math.MaxInt64)
	random := rand.New(rand.NewPCG(3, 4))
	for name, cells := range map[string][]any{
		"one":                {int64(5)},
		"two":                {int64(5), int64(-5)},
		"smallest, largest":  {low, high},
		"largest, smallest":  {high, low},
		"to and fro":         each(300, func(i int) any { return []int64{low, high}[i%2] }),
		"to and fro by zero": each(300, func(i int) any { return []int64{low, 0, high, -1}[i%4] }),
		"constant":           each(300, func(int) any { return int64(7) }),
		"constant, then one": append(each(256, func(int) any { return low }), high),
		"sorted":             each(300, func(i int) any { return int64(i) * 1_000_003 }),
		"sorted backwards":   each(300, func(i int) any { return high - int64(i) }),
		"random":             each(3000, func(int) any { return int64(random.Uint64()) }),
		"random, small":      each(3000, func(int) any { return random.Int64N(100) }),
		"of all widths":      each(64*33, func(i int) any { return int64(random.Uint64()) >> (i / 33) }),
		"NULLs between":      each(300, func(i int) any { return []any{nil, int64(i), nil, -int64(i)}[i%4] }),
	} {
		t.Run(name, func(t *testing.T) {
			encoding, _ := encodingOf(t, roundTrip(t, tableOf(schema.Int), only(cells...)))
			require.Equal(t, format.DeltaBinaryPacked, encoding)
		})
	}
	for n := 1; n < 300; n += 7 { // blocks of differences that are full, or not
		for _, of := range []schema.Type{schema.Int, schema.Instant, schema.Local} {
			cells := each(n, func(i int) any { return int64(i*i*i) - 1000 })
			encoding, _ := encodingOf(t, roundTrip(t, tableOf(of), only(cells...)))
			require.Equal(t, format.DeltaBinaryPacked, encoding)
		}
	}
}

// Booleans are bits, those of NULLs left out, whatever their number is.
func TestBooleanEncodings(t *testing.T) {
	for _, n := range lengths {
		for name, f := range map[string]func(i int) any{
			"true":    func(int) any { return true },
			"false":   func(int) any { return false },
			"both":    func(i int) any { return i%3 == 0 },
			"or NULL": func(i int) any { return []any{true, nil, false, false, nil, true, true}[i%7] },
		} {
			encoding, _ := encodingOf(t, roundTrip(t, tableOf(schema.Bool), only(each(n, f)...)))
			require.Equal(t, format.Plain, encoding, "%s, %d", name, n)
		}
	}
}
