#!/usr/bin/env bats
# The sweeps of signals.bats, in full.

load helper
load signals

@test 'at whatever time a signal comes, the run ends by it: 1000 [B12]' {
	interrupt_at_random 1000
	wait_for all_is_gone
}
