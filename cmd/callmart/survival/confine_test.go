package survival_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// confined runs a command behind a shell script that narrows its world first. The script's parameters are the site's
// folder and the command. With mounts it has a mount namespace of its own, and may mount what it likes.
func (s *site) confined(mounts bool, script string, args ...string) ended {
	s.t.Helper()
	cmd, wait := s.start(nil, args...)
	cmd.Args = append([]string{"sh", "-c", script, "sh", s.dir}, cmd.Args...)
	var err error
	cmd.Path, err = exec.LookPath("sh")
	require.NoError(s.t, err)
	if mounts {
		cmd.SysProcAttr = ownMounts()
	}
	require.NoError(s.t, cmd.Start())
	return wait()
}

// ownMounts gives a child mounts that nobody else sees. Who is not root becomes it, in a namespace of users.
func ownMounts() *syscall.SysProcAttr {
	if os.Getuid() == 0 {
		return &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	}
	return &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWNS | syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
	}
}

// mayMount tells whether this machine lets a test mount. Where it does not, limits of the file size take the place of
// full and read-only disks.
func mayMount(t *testing.T) bool {
	t.Helper()
	cmd := exec.Command("sh", "-c", `mount -t tmpfs tmpfs "$0"`, t.TempDir())
	cmd.SysProcAttr = ownMounts()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Logf("no mounts on this machine (%v %s): files that must not grow take their place", err, out)
	}
	return err == nil
}

// smallDisk is a script that puts the lake on a disk with the mount's options, runs the command and takes the lake back
// from there. A lake that does not even fit ends with status 90.
func smallDisk(options string) string {
	return `set -e; dir=$1; shift
mkdir "$dir/kept"; cp -a "$dir/lake/." "$dir/kept/"
mount -t tmpfs -o ` + options + ` tmpfs "$dir/lake"
cp -a "$dir/kept/." "$dir/lake/" 2>"$dir/full" || exit 90
code=0; "$@" || code=$?
rm -rf "$dir/kept"; cp -a "$dir/lake/." "$dir/kept/"
exit $code`
}

// takeBack puts what the small disk held in place of the lake.
func (s *site) takeBack() {
	s.t.Helper()
	require.NoError(s.t, os.RemoveAll(s.lake()))
	require.NoError(s.t, os.Rename(filepath.Join(s.dir, "kept"), s.lake()))
}

// readOnly is a script that makes a folder of the site read-only, for root too, and runs the command.
func readOnly(folder string) string {
	return `set -e; dir=$1; shift
mount --bind "$dir/` + folder + `" "$dir/` + folder + `"
mount -o remount,bind,ro "$dir/` + folder + `"
exec "$@"`
}

// shortFiles is a script that runs the command with a limit to the size of files, in blocks of 512 bytes.
func shortFiles(blocks string) string { return `shift; ulimit -f ` + blocks + ` && exec "$@"` }

// stopped starts a run and returns once it has stopped at a step; resume lets it go on to its end.
func (s *site) stopped(at string) (pid int, resume func() ended) {
	s.t.Helper()
	cmd, wait := s.start([]string{"CALLMART_STOP_AT=" + at}, "run")
	require.NoError(s.t, cmd.Start())
	var status syscall.WaitStatus
	for {
		_, err := syscall.Wait4(cmd.Process.Pid, &status, syscall.WUNTRACED, nil)
		if err != syscall.EINTR { //nolint:errorlint // a bare errno
			require.NoError(s.t, err)
			break
		}
	}
	require.True(s.t, status.Stopped(), "the step was never reached: %s", at)
	return cmd.Process.Pid, func() ended {
		require.NoError(s.t, cmd.Process.Signal(syscall.SIGCONT))
		return wait()
	}
}
