package extract

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// pack makes a packed copy.
func pack(tb testing.TB, content []byte) *Packed {
	tb.Helper()
	p, err := (&Archive{Spool: tb.TempDir()}).Pack()
	require.NoError(tb, err)
	random := rand.New(rand.NewPCG(2, 2))
	for rest := content; len(rest) > 0; {
		n := min(len(rest), 1+random.IntN(spoolBlock))
		require.NoError(tb, p.Add(rest[:n]))
		rest = rest[n:]
	}
	require.NoError(tb, p.Done())
	tb.Cleanup(func() { require.NoError(tb, p.Close()) })
	return p
}

// lines are n bytes of text that packs as payloads do.
func lines(n int) []byte {
	var text bytes.Buffer
	for i := 0; text.Len() < n; i++ {
		fmt.Fprintf(&text, `{"id":%d,"is_inbound":true,"duration":%d,"queue":"Support"}`+"\n", 4_000_000+i, i*7919%600)
	}
	return text.Bytes()[:n]
}

// What is read of a packed copy is what is read of the content, wherever it begins and ends.
func TestPackedReads(t *testing.T) {
	for _, size := range []int{1, packedBlock - 1, packedBlock, packedBlock + 1, spoolBlock, 3*packedBlock + 5, (2*blocksAtOnce + 3) * packedBlock} {
		content := lines(size)
		copied := pack(t, content)
		require.Equal(t, int64(size), copied.Size())
		whole := bytes.NewReader(content)
		random := rand.New(rand.NewPCG(1, uint64(size)))
		for range 300 {
			offset, length := random.IntN(size+2), random.IntN(1+min(size+10, 4*packedBlock))
			switch random.IntN(4) {
			case 0:
				offset = offset / packedBlock * packedBlock
			case 1:
				length = size
			}
			want, got := make([]byte, length), make([]byte, length)
			n, wantErr := whole.ReadAt(want, int64(offset))
			m, err := copied.ReadAt(got, int64(offset))
			require.Equal(t, n, m, "%d bytes from %d on, of %d", length, offset, size)
			if n < length {
				require.Equal(t, wantErr, err)
			} else {
				require.NoError(t, err)
			}
			require.Equal(t, want, got)
		}
	}
}

// Blocks that nothing can be made smaller of are kept as well.
func TestPackedNoise(t *testing.T) {
	content := make([]byte, blocksApart*packedBlock+100)
	_, _ = rand.NewChaCha8([32]byte{7}).Read(content)
	copied := pack(t, content)
	got := make([]byte, len(content))
	_, err := copied.ReadAt(got, 0)
	require.NoError(t, err)
	require.True(t, bytes.Equal(content, got))
}

func TestPackedIsSmaller(t *testing.T) {
	copied := pack(t, lines(1<<20))
	require.Less(t, copied.Stored(), int64(1<<20/3))
}

// Several goroutines may read at once.
func TestPackedReadsAtOnce(t *testing.T) {
	content := lines(20 * packedBlock)
	copied := pack(t, content)
	var group errgroup.Group
	for seed := range uint64(8) {
		group.Go(func() error {
			random, got := rand.New(rand.NewPCG(3, seed)), make([]byte, 3*packedBlock)
			for range 200 {
				offset, length := random.IntN(len(content)-len(got)), random.IntN(len(got))
				if _, err := copied.ReadAt(got[:length], int64(offset)); err != nil {
					return err
				}
				if !bytes.Equal(content[offset:offset+length], got[:length]) {
					return fmt.Errorf("%d bytes from %d on differ", length, offset)
				}
			}
			return nil
		})
	}
	require.NoError(t, group.Wait())
}

// Where the file is too short, or a block is none, reading fails.
func TestPackedDamage(t *testing.T) {
	copied := pack(t, lines(1<<20))
	require.NoError(t, copied.file.Truncate(copied.start(4)))
	_, err := copied.ReadAt(make([]byte, 10), 4*packedBlock)
	require.ErrorContains(t, err, "reading spool file")
	_, err = copied.file.WriteAt(make([]byte, copied.start(1)), 0)
	require.NoError(t, err)
	_, err = copied.ReadAt(make([]byte, 10), 0)
	require.ErrorContains(t, err, "reading spool file")
}
