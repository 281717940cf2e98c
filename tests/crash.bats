# A run that is killed anywhere loses nothing when it is gone on with.

load helper
load signals

@test "the parent is killed at some of its system calls [G4, G5, X]" {
	timeout -k 2 100 "$BATS_TEST_DIRNAME/crash-sweep" parent 12
}

@test "files of --results are whole before their jobs are ok [G4, G5, X]" {
	timeout -k 2 100 "$BATS_TEST_DIRNAME/crash-sweep" --results parent 6
}

@test "workers are killed, and the parent with them" {
	timeout -k 2 100 "$BATS_TEST_DIRNAME/crash-sweep" call 6
	timeout -k 2 100 "$BATS_TEST_DIRNAME/crash-sweep" worker 3
	timeout -k 2 100 "$BATS_TEST_DIRNAME/crash-sweep" both 3
}
