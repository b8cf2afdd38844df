package platform

import (
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/mlplatform/mlplatform/internal/tf"
)

// interrupted is the exit code of a program that a signal ended.
const interrupted = 130

// ending says that a signal is ending the program. What fails by that is no news.
var ending atomic.Bool

// removedOnInterrupt removes a folder where a signal ends the program before done is called.
func removedOnInterrupt(dir string) (done func()) {
	signals, finished := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case <-signals:
			ending.Store(true)
			ended := make(chan struct{})
			go func() {
				tf.CloseRuntime() // or Node.js would go on writing
				close(ended)
			}()
			select {
			case <-ended:
			case <-time.After(5 * time.Second):
			}
			_ = os.RemoveAll(dir)
			os.Exit(interrupted)
		case <-finished:
		}
	}()
	return func() {
		signal.Stop(signals)
		close(finished)
	}
}
