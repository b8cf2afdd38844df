package containers

import (
	"fmt"

	"github.com/mlplatform/mlplatform/internal/problem"
)

// A Size is what Fargate offers for a number of units.
type Size struct {
	// CPU in units, of which 1024 are a virtual processor.
	CPU int
	// MinMB and MaxMB are the least and the most memory in MiB, and StepMB is what lies between two possible values.
	MinMB, MaxMB, StepMB int
}

// Sizes are those of Fargate, smallest first. The smallest has 512, 1024 and 2048 MiB.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
func Sizes() []Size {
	return []Size{
		{256, 512, 2048, 512}, {512, 1024, 4096, 1024}, {1024, 2048, 8192, 1024}, {2048, 4096, 16384, 1024},
		{4096, 8192, 30720, 1024}, {8192, 16384, 61440, 4096}, {16384, 32768, 122880, 8192},
	}
}

// CheckSize reports, under the paths cpu and memoryMB, what Fargate does not offer.
func CheckSize(cpu, memoryMB int) error {
	var problems problem.List
	checkSize(&problems, cpu, memoryMB)
	return problems.Err()
}

func checkSize(problems *problem.List, cpu, memoryMB int) {
	var known string
	for i, size := range Sizes() {
		if i > 0 {
			known += ", "
		}
		known += fmt.Sprint(size.CPU)
		if size.CPU != cpu {
			continue
		}
		if memoryMB < size.MinMB || memoryMB > size.MaxMB || memoryMB%size.StepMB != 0 || cpu == 256 && memoryMB == 1536 {
			steps := fmt.Sprintf("%d to %d in steps of %d", size.MinMB, size.MaxMB, size.StepMB)
			if cpu == 256 {
				steps = "512, 1024 or 2048"
			}
			problems.Addf("memoryMB", "%d does not go with cpu %d on Fargate; use %s", memoryMB, cpu, steps)
		}
		return
	}
	problems.Addf("cpu", "%d is no size of Fargate; use one of %s", cpu, known)
}
