# A run that is killed anywhere loses nothing: everywhere.

load helper
load signals

@test "the parent is killed at each of its system calls [G4, G5, X]" {
	timeout -k 2 1200 "$BATS_TEST_DIRNAME/crash-sweep" parent
}

@test "the same with files of --results [G4, G5, X]" {
	timeout -k 2 1800 "$BATS_TEST_DIRNAME/crash-sweep" --results parent 600
}

@test "a worker is killed at each of its system calls [X]" {
	timeout -k 2 1200 "$BATS_TEST_DIRNAME/crash-sweep" call
}

@test "workers are killed, a hundred times" {
	timeout -k 2 600 "$BATS_TEST_DIRNAME/crash-sweep" worker 100
}

@test "workers are killed, and then the parent, a hundred times" {
	timeout -k 2 600 "$BATS_TEST_DIRNAME/crash-sweep" both 100
}
