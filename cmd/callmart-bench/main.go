// Command callmart-bench makes calls in the vendors' shapes, and measures callmart beside what others would do with the
// same files.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := execute(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

const exitStatus = `
Exit status:
  0  done; a contender that cannot run here is named, with the reason
  1  failed, or a contender failed, or its rows or sums differ from callmart's
  2  wrong usage
`

// usageError is a wrong flag or argument.
type usageError struct{ message string }

func (e *usageError) Error() string { return e.message }

// execute runs one command line and returns the exit status.
func execute(ctx context.Context, args []string, out, errOut io.Writer) int {
	began := false
	root := &cobra.Command{
		Use:   "callmart-bench",
		Short: "Make calls in the vendors' shapes, and measure callmart beside others",
		Example: `  callmart-bench generate --vendor nectardesk --calls 1000000 --dir /tmp/nectar
  callmart load --config /tmp/nectar/callmart.yaml
  callmart-bench run --calls 1000000 --dir /tmp/bench --python python3`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		PersistentPreRunE: func(*cobra.Command, []string) error { began = true; return nil },
	}
	root.SetOut(out)
	root.SetErr(errOut)
	root.SetArgs(args)
	root.SetHelpTemplate(root.HelpTemplate() + exitStatus)
	root.AddCommand(generateCommand(out), embeddedCommand(out), compareCommand(out), runCommand(out, errOut), ratiosCommand(out),
		layoutsCommand(out, errOut), layoutCommand(out))
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	fmt.Fprintln(errOut, "callmart-bench:", err)
	if !began || errors.As(err, new(*usageError)) {
		fmt.Fprintln(errOut, "try: callmart-bench --help")
		return 2
	}
	return 1
}
